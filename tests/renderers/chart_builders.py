"""Charts of Maria's bill as plain geometry, in the boxes that every channel scales."""

from __future__ import annotations

from engine.model.communication import (
    ChartGeometry,
    ChartLabel,
    ChartLine,
    ChartRow,
    Fact,
    Mark,
    MarkRole,
    MarkStyle,
    Text,
    TextBlock,
)


def _fact(id_: str, text: str) -> Fact:
    return Fact(id_, text, text)


def stack_chart() -> ChartGeometry:
    parts = (
        (MarkRole.ENERGY, "Energy", 68.40),
        (MarkRole.NETWORK, "Network", 31.15),
        (MarkRole.TAXES, "Taxes and levies", 22.70),
        (MarkRole.FIXED, "Standing charge", 12.00),
    )
    total, gap = sum(part[2] for part in parts), 2.0
    room, x, marks = 640 - gap * (len(parts) - 1), 0.0, []
    for role, _, value in parts:
        width = room * value / total
        marks.append(Mark(x, 0, width, 24, role))
        x += width + gap
    return ChartGeometry(
        id="stack", kind="stack", width=640, height=24, marks=tuple(marks), labels=(), lines=(),
        summary=TextBlock("charts.stack.summary", (Text("Energy is the largest part: "),
                                                   _fact("charts.stack.largest", "€ 68.40"))),
        columns=(Text("Part"), Text("Amount")),
        rows=tuple(ChartRow(Text(label), (_fact(f"charts.stack.{role}", f"{value:.2f}"),))
                   for role, label, value in parts),
    )  # fmt: skip


def waterfall_chart() -> ChartGeometry:
    steps = (
        ("September", "€ 112.30", 0.0, 112.30, MarkRole.PRIMARY),
        ("8 more days", "+18.60", 112.30, 130.90, MarkRole.CAUTION),
        ("Unit price", "+6.90", 130.90, 137.80, MarkRole.CAUTION),
        ("Less use", "−9.40", 128.40, 137.80, MarkRole.POSITIVE),
        ("Taxes", "+1.05", 128.40, 129.45, MarkRole.CAUTION),
        ("October", "€ 129.45", 0.0, 129.45, MarkRole.PRIMARY),
    )
    low, high, top, ground = 95.0, 140.0, 36.0, 262.0
    slot = 640 / len(steps)

    def y(value: float) -> float:
        return ground - (max(value, low) - low) / (high - low) * (ground - top)

    marks, labels, lines = [], [], [ChartLine(0, ground, 640, ground)]
    for i, (label, amount, start, end, role) in enumerate(steps):
        x = i * slot + slot * 0.14
        marks.append(Mark(x, y(end), slot * 0.72, max(3.0, y(start) - y(end)), role))
        centre = i * slot + slot / 2
        labels.append(ChartLabel(centre, y(end) - 10, _fact(f"change.chart.{i}.amount", amount), is_strong=True))
        labels.append(ChartLabel(centre, ground + 28, Text(label), is_axis=True, size=17))
    for i in range(len(steps) - 1):
        level = y((112.30, 130.90, 137.80, 128.40, 129.45)[i])
        lines.append(ChartLine((i + 0.86) * slot, level, (i + 1.14) * slot, level, is_dotted=True))
    return ChartGeometry(
        id="waterfall", kind="waterfall", width=640, height=300,
        marks=tuple(marks), labels=tuple(labels), lines=tuple(lines),
        summary=TextBlock("charts.waterfall.summary", (_fact("change.difference", "€ 17.15"),
                                                       Text(" more than September, mostly 8 more days"))),
        columns=(Text("Step"), Text("Amount")),
        rows=tuple(ChartRow(Text(label), (_fact(f"change.chart.{i}.amount", amount),))
                   for i, (label, amount, *_) in enumerate(steps)),
    )  # fmt: skip


def bars_chart() -> ChartGeometry:
    months = ("N", "D", "J", "F", "M", "A", "M", "J", "J", "A", "S", "O")
    this = (182, 224, 243, 215, 190, 152, 134, 120, 124, 128, 160, 171)
    last = (194, 238, 254, 232, 204, 168, 142, 126, 132, 136, 162, 194)
    top, ground, slot = 12.0, 220.0, 640 / 12

    def height(value: int) -> float:
        return value / 254 * (ground - top)

    marks, labels = [], []
    for i, month in enumerate(months):
        x = i * slot + slot * 0.16
        marks.append(Mark(x, ground - height(last[i]), slot * 0.68, height(last[i]), MarkRole.MUTED, MarkStyle.OUTLINE))
        style = MarkStyle.HATCHED if i in (3, 4) else MarkStyle.SOLID
        role = MarkRole.STRONG if i == 11 else MarkRole.PRIMARY
        marks.append(Mark(x + 5, ground - height(this[i]), slot * 0.68 - 10, height(this[i]), role, style))
        labels.append(ChartLabel((i + 0.5) * slot, ground + 28, Text(month), is_axis=True))
    return ChartGeometry(
        id="usage-0", kind="bars", width=640, height=260,
        marks=tuple(marks), labels=tuple(labels), lines=(ChartLine(0, ground, 640, ground),),
        summary=TextBlock("charts.usage.summary", (Text("You used "), _fact("usage.0.percent", "12 %"),
                                                   Text(" less than last October"))),
        columns=(Text("Month"), Text("This year"), Text("Last year")),
        rows=tuple(ChartRow(_fact(f"usage.0.months.{i}", f"{month} 2026"),
                            (_fact(f"usage.0.this.{i}", f"{this[i]} kWh"),
                             _fact(f"usage.0.last.{i}", f"{last[i]} kWh")))
                   for i, month in enumerate(months)),
    )  # fmt: skip

"""The report on days sales outstanding: the finding first, then months, drivers and levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from engine.insight.dso.drivers import Drivers, drivers_of, rounded
from engine.insight.dso.ledger import Ledger, dso
from engine.insight.report_page import Bar, Line, Section, bar_chart, line_chart, page, section, table
from engine.model.campaign import Brand

PACE, APART = "pace of paying", "open without sales"


@dataclass(frozen=True, slots=True)
class DsoFindings:
    """A ledger of months, and what drove DSO from the first to the last."""

    ledger: Ledger
    drivers: Drivers

    @property
    def parts(self) -> list[tuple[str, Fraction]]:
        """What the change is made of, rounded to tenths of a day so that it still sums."""
        named = [(f"mix of {factor}", days) for factor, days in self.drivers.mix]
        named += [(PACE, self.drivers.pace), (APART, self.drivers.without_sales)]
        return list(zip([name for name, _ in named], rounded([days for _, days in named]), strict=True))


def findings_of(ledger: Ledger) -> DsoFindings:
    """Return the findings. Raises `InsightError` (D175) where the first or the last month has no sales."""
    first, last = ledger.months[0], ledger.months[-1]
    days = (ledger.days(first), ledger.days(last))
    return DsoFindings(ledger, drivers_of(ledger.cells[first], ledger.cells[last], days, ledger.factors))


def lines_of(found: DsoFindings) -> list[str]:
    """Return the findings as lines of text."""
    ledger = found.ledger
    lines = [headline(found), f"{'month':<10}{'DSO':>8}{'count-back':>12}"]
    for month in ledger.months:
        standard, back = dso(ledger.total(month), ledger.days(month)), ledger.count_back(month)
        lines.append(f"{month!s:<10}{_days(standard):>8}{_days(back):>12}")
    lines.append("what drove it, in days")
    lines += [f"  {name:<22}{signed(days):>8}" for name, days in found.parts]
    total = sum([days for _, days in found.parts], Fraction(0))
    lines.append(f"  {'together':<22}{signed(total):>8}")
    return lines


def headline(found: DsoFindings) -> str:
    """Return the change in a sentence."""
    ledger, drivers = found.ledger, found.drivers
    change = drivers.new - drivers.old
    word = "more" if change > 0 else "fewer"
    head = f"DSO at the end of {ledger.months[-1]} is {_days(drivers.new)} days, "
    if not round(change, 1):
        return f"{head}as at the end of {ledger.months[0]}."
    most = max(found.parts, key=lambda part: part[1] if change > 0 else -part[1])
    return (
        f"{head}{_days(abs(change))} {word} than at the end of {ledger.months[0]}. "
        f"Most of it: {most[0]} ({signed(most[1])})."
    )


def report(found: DsoFindings, brand: Brand | None) -> str:
    """Return the report as an HTML page."""
    ledger = found.ledger
    bars = [Bar(name, float(days), signed(days), _kind(days)) for name, days in found.parts]
    total = sum([days for _, days in found.parts], Fraction(0))
    rows = [[name, signed(days)] for name, days in [*found.parts, ("together", total)]]
    return page(
        "What drives days sales outstanding",
        [
            section("In short", headline(found)),
            _months(ledger),
            section("What drove it", bar_chart(bars, title="Days more or fewer"),
                    table(["part", "days"], rows, has_total=True),
                    "Mix of a factor: sales moved to customers or bills of another kind. Pace of paying: the same kind "
                    "pays slower or faster. Open without sales: kinds that were sold nothing in the window still owe."),
            *[_levels(found, factor) for factor in ledger.factors],
            _method(ledger),
        ],
        under=f"{ledger.months[0]} to {ledger.months[-1]}, {ledger.customers:,} customers, {ledger.currency}",
        brand=brand,
    )  # fmt: skip


def _months(ledger: Ledger) -> Section:
    standard = [(at, dso(ledger.total(month), ledger.days(month))) for at, month in enumerate(ledger.months)]
    back = [(at, ledger.count_back(month)) for at, month in enumerate(ledger.months)]
    step = max(1, len(ledger.months) // 6)
    ticks = [(float(at), str(month)) for at, month in enumerate(ledger.months) if at % step == 0]
    ticks = ticks if ticks[-1][0] == len(ledger.months) - 1 else [*ticks, (float(len(ledger.months) - 1), "")]
    lines = [Line("DSO", _points(standard)), Line("count-back", _points(back))]
    rows = [
        [str(month), f"{ledger.days(month)}", _days(one), _days(other)]
        for month, (_, one), (_, other) in zip(ledger.months, standard, back, strict=True)
    ]
    return section(
        "By month",
        line_chart(lines, title="Days sales outstanding at the month's end", y_name="days", x_ticks=ticks),
        table(["month", "days of the window", "DSO", "count-back"], rows),
    )


def _points(values: Sequence[tuple[int, Fraction | None]]) -> list[tuple[float, float]]:
    return [(float(at), float(value)) for at, value in values if value is not None]


def _levels(found: DsoFindings, factor: str) -> Section:
    ledger = found.ledger
    levels = {row.level: row for row in dict(found.drivers.levels)[factor]}
    names = [name for name in ledger.levels(factor) if name in levels]
    paces = rounded([levels[name].pace for name in names])
    rows = []
    for name, pace in zip(names, paces, strict=True):
        ends = [dso(ledger.total(month, factor, name), ledger.days(month)) for month in ledger.months]
        row = levels[name]
        rows.append([name.replace("_", " "), f"{float(row.old_weight):.1%}", f"{float(row.new_weight):.1%}",
                     _days(ends[0]), _days(ends[-1]), signed(pace)])  # fmt: skip
    rows.append(["all", "100.0%", "100.0%", _days(found.drivers.old), _days(found.drivers.new),
                 signed(sum(paces, Fraction(0)))])  # fmt: skip
    first, last = str(ledger.months[0]), str(ledger.months[-1])
    headers = [factor, f"of sales {first}", f"of sales {last}", f"DSO {first}", f"DSO {last}", "pace, days"]
    return section(f"By {factor}", table(headers, rows, has_total=True))


def _method(ledger: Ledger) -> Section:
    return section(
        "How it was counted",
        f"DSO is receivables at the month's end, by the sales of the last {ledger.window} months, times the days of "
        "these months. Receivables are what is left of all bills issued by then; sales are the totals of "
        "invoices, taxes included. Count-back takes off whole months of sales from the newest back.",
        "The change is parted by cells of all factors together. Pace: cells at their new weights, new against old DSO. "
        "Mix: shared among the factors by Shapley's value, which no order of them can change. The parts "
        "sum exactly; tenths are rounded so that they still do.",
    )


def as_json(found: DsoFindings) -> dict[str, Any]:
    """Return all figures as plain values; days as decimals, the exact parts as fractions."""
    ledger, drivers = found.ledger, found.drivers
    exact = [*((f"mix of {name}", days) for name, days in drivers.mix), (PACE, drivers.pace),
             (APART, drivers.without_sales)]  # fmt: skip
    return {
        "currency": ledger.currency,
        "customers": ledger.customers,
        "window_months": ledger.window,
        "months": [
            {"month": str(month), "dso": _float(dso(ledger.total(month), ledger.days(month))),
             "count_back": _float(ledger.count_back(month))}
            for month in ledger.months
        ],
        "old": float(drivers.old),
        "new": float(drivers.new),
        "parts": [{"part": name, "days": float(days), "exact": str(days)} for name, days in exact],
        "levels": [
            {"factor": factor, "level": row.level, "old_weight": float(row.old_weight),
             "new_weight": float(row.new_weight), "pace": float(row.pace),
             "dso": [
                 _float(dso(ledger.total(month, factor, row.level), ledger.days(month))) for month in ledger.months
             ]}
            for factor, rows in drivers.levels
            for row in rows
        ],
    }  # fmt: skip


def signed(days: Fraction) -> str:
    """Return tenths of days with their sign."""
    return f"{float(days):+.1f}".replace("-", "−").replace("+0.0", "0.0").replace("−0.0", "0.0")


def _days(days: Fraction | None) -> str:
    return "-" if days is None else f"{float(days):.1f}"


def _float(days: Fraction | None) -> float | None:
    return None if days is None else float(days)


def _kind(days: Fraction) -> Any:
    return "bad" if days > 0 else "good" if days < 0 else ""

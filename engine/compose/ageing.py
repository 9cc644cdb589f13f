"""How long what is overdue has been so: a bar a bucket, where there are several."""

from __future__ import annotations

from engine.compose.case import Case
from engine.compose.exact import in_whole
from engine.compose.facts import sentence
from engine.compose.lettering import fit_size
from engine.contracts import Texts
from engine.model.communication import (
    ChartGeometry,
    ChartLabel,
    ChartRow,
    Mark,
    MarkRole,
    Text,
)
from engine.model.statement import AgeBucket, Statement

WIDTH, ROW, BAR = 640.0, 38.0, 20.0
NAMES, FIGURES = 210.0, 130.0  # room for the words at the left, and for the amounts at the right
LEAST_WIDTH = 3.0
SIZE = 20.0


def ageing_chart(case: Case, statement: Statement, *, has_table: bool = True) -> ChartGeometry | None:
    """Return the buckets that hold something, youngest first; None where nothing is overdue or all is in one."""
    held = [(bucket, amount) for bucket, amount in statement.ageing if amount > 0]
    if len(held) < 2 or all(bucket is AgeBucket.NOT_DUE for bucket, _ in held):
        return None
    texts, book = case.book.texts, case.book
    names = [bucket_name(texts, bucket) for bucket, _ in held]
    facts = [book.amount(f"statement.ageing.{place}", amount, statement.currency)
             for place, (_, amount) in enumerate(held)]  # fmt: skip
    values, _ = in_whole([amount for _, amount in held])
    room, most = WIDTH - NAMES - FIGURES, max(values)
    name_size = fit_size([str(name) for name in names], NAMES - 12, SIZE)
    figure_size = fit_size([fact.text for fact in facts], FIGURES - 8, SIZE, is_strong=True)
    marks, labels = [], []
    for place, ((bucket, _), value) in enumerate(zip(held, values, strict=True)):
        top, wide = ROW * place + (ROW - BAR) / 2, max(LEAST_WIDTH, round(room * value / most, 2))
        role = MarkRole.PRIMARY if bucket is AgeBucket.NOT_DUE else MarkRole.CAUTION
        marks.append(Mark(NAMES, top, wide, BAR, role))
        base = round(top + BAR / 2 + 7, 2)
        labels.append(ChartLabel(0.0, base, names[place], "start", is_axis=True, size=name_size))
        labels.append(ChartLabel(WIDTH, base, facts[place], "end", is_strong=True, size=figure_size))
    overdue = book.money("statement.overdue", statement.overdue, statement.currency)
    return ChartGeometry(
        "ageing", "ageing", WIDTH, ROW * len(held), tuple(marks), tuple(labels), (),
        sentence("statement.ageing.summary", texts.get("{amount} is past its due date."), amount=overdue),
        (texts.get("Overdue"), texts.get("Amount")) if has_table else (),
        tuple([ChartRow(name, (fact,)) for name, fact in zip(names, facts, strict=True)]) if has_table else (),
    )  # fmt: skip


def bucket_name(texts: Texts, bucket: AgeBucket) -> Text:
    """Return how long a bucket's amounts have been overdue, in words."""
    match bucket:
        case AgeBucket.NOT_DUE:
            return texts.get("not due yet")
        case AgeBucket.TO_30:
            return texts.get("up to 30 days")
        case AgeBucket.TO_60:
            return texts.get("31 to 60 days")
        case AgeBucket.TO_90:
            return texts.get("61 to 90 days")
        case AgeBucket.TO_180:
            return texts.get("91 to 180 days")
        case AgeBucket.TO_365:
            return texts.get("181 to 365 days")
        case AgeBucket.TO_3_YEARS:
            return texts.get("1 to 3 years")
        case AgeBucket.OVER_3_YEARS:
            return texts.get("over 3 years")

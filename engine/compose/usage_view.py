"""What was used, as a finding, a detail and twelve months of bars. Nothing is claimed without data."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from engine.compose import charts
from engine.compose.case import Case
from engine.compose.facts import sentence
from engine.compose.supply_view import commodity_name
from engine.compose.usage import MONTHS, Usage
from engine.model.communication import ChartGeometry, ChartRow, Fact, Text, TextBlock, UsageView
from engine.model.quick import maker

LEAST_MONTHS = 3  # fewer bars say nothing
_made_row = maker(ChartRow)
_NOTHING = Text("")


def usage_views(case: Case, *, has_tables: bool = True) -> tuple[UsageView, ...]:
    """Return a view for each supply point with data, at most two. `has_tables`: with the figures behind its chart."""
    usages = case.usages
    is_one = len(usages) == 1
    return tuple([_view(case, place, usage, is_one=is_one, has_table=has_tables) for place, usage in enumerate(usages)])


def _view(case: Case, place: int, usage: Usage, *, is_one: bool, has_table: bool) -> UsageView:
    texts, key = case.book.texts, f"usage.{place}"
    commodity = commodity_name(texts, usage.commodity)
    finding = _finding(case, key, usage)
    headline = finding
    if not is_one:
        headline = sentence(finding.id, texts.get("{commodity}. {finding}"), commodity=commodity, finding=finding)
    chart = _chart(case, key, usage, headline, has_table=has_table)
    return UsageView(
        commodity=commodity,
        headline=headline,
        detail=_detail(case, key, usage),
        chart=chart,
        has_estimates=chart is not None and usage.has_estimates,
        has_last_year=chart is not None and usage.has_last_year,
    )


def _finding(case: Case, key: str, usage: Usage) -> TextBlock:
    texts, book = case.book.texts, case.book
    percent = usage.percent
    if percent is not None and percent != 0:
        share = book.percent(f"{key}.percent", abs(percent))
        if percent < 0:
            message = texts.get("You used {percent} less than a year ago")
        else:
            message = texts.get("You used {percent} more than a year ago")
        return sentence(f"{key}.headline", message, percent=share)
    if percent is not None:
        return sentence(f"{key}.headline", texts.get("You used about as much as a year ago"))
    if usage.quantity is not None:
        quantity = book.quantity(f"{key}.quantity", usage.quantity, usage.unit)
        return sentence(f"{key}.headline", texts.get("You used {quantity}"), quantity=quantity)
    return sentence(f"{key}.headline", texts.get("Your use, month by month"))


def _detail(case: Case, key: str, usage: Usage) -> TextBlock | None:
    texts, book = case.book.texts, case.book
    if usage.quantity is None:
        return None
    quantity = book.quantity(f"{key}.quantity", usage.quantity, usage.unit)
    before = _figure(case, f"{key}.year_before", usage.year_before, usage.unit)
    similar = _figure(case, f"{key}.similar_homes", usage.similar_homes, usage.unit)
    block_id = f"{key}.detail"
    if before and similar:
        message = texts.get("{quantity}, against {before} a year ago. Homes like yours: {similar}.")
        return sentence(block_id, message, quantity=quantity, before=before, similar=similar)
    if before:
        message = texts.get("{quantity}, against {before} a year ago.")
        return sentence(block_id, message, quantity=quantity, before=before)
    if similar:
        message = texts.get("{quantity}. Homes like yours: {similar}.")
        return sentence(block_id, message, quantity=quantity, similar=similar)
    return None


def _figure(case: Case, fact_id: str, value: Decimal | None, unit: str) -> Fact | None:
    return None if value is None else case.book.quantity(fact_id, value, unit)


def _chart(case: Case, key: str, usage: Usage, summary: TextBlock, *, has_table: bool) -> ChartGeometry | None:
    if len(usage.months) < LEAST_MONTHS:
        return None
    texts, formats = case.book.texts, case.book.formats
    letters, last = formats.month_letters, usage.months[-1].first
    made = tuple.__new__  # a third of the time that the named tuple takes of itself
    points = [
        made(charts.Point, (letters[first.month - 1], quantity, last_year, is_estimated, first == last))
        for first, quantity, last_year, is_estimated in usage.months
    ]
    chart_id = key.replace(".", "-")
    if not has_table:
        return charts.bars(chart_id, points, summary)
    columns: tuple[Text, ...] = (texts.get("Month"), texts.get("This year"), texts.get("Last year"))
    if not usage.has_last_year:
        columns = columns[:2]
    return charts.bars(chart_id, points, summary, columns=columns, rows=_rows(case, key, usage))


def _rows(case: Case, key: str, usage: Usage) -> tuple[ChartRow, ...]:
    """Return the months in words, with this year's and, where it is known, last year's use."""
    name, quantity, unit, rows = case.book.formats.month_with_year, case.book.quantity, usage.unit, []
    has_last_year = usage.has_last_year
    for month, (this_id, last_id) in zip(usage.months, _cell_ids(key), strict=False):
        first, used, last_year, _ = month
        this: Fact | Text = _NOTHING if used is None else quantity(this_id, used, unit)
        if has_last_year:
            last: Fact | Text = _NOTHING if last_year is None else quantity(last_id, last_year, unit)
            rows.append(_made_row(name(first), (this, last)))
        else:
            rows.append(_made_row(name(first), (this,)))
    return tuple(rows)


@cache
def _cell_ids(key: str) -> tuple[tuple[str, str], ...]:
    """Return the ids of a month's two figures, for each month."""
    rows = [f"{key}.months.{place}" for place in range(MONTHS)]
    return tuple((f"{row}.quantity", f"{row}.last_year") for row in rows)

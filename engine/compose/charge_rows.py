"""The charges line by line, and added up by category for bar, page and video."""

from __future__ import annotations

from decimal import Decimal

from engine.compose import charts
from engine.compose.case import Case
from engine.compose.facts import sentence
from engine.contracts import Texts
from engine.model.bill import ZERO, ChargeCategory
from engine.model.communication import (
    ChargeGroup,
    ChargeRow,
    ChartGeometry,
    ChartRow,
    MarkRole,
    Text,
    TextBlock,
)

ROLES = {
    ChargeCategory.ENERGY: MarkRole.ENERGY,
    ChargeCategory.NETWORK: MarkRole.NETWORK,
    ChargeCategory.TAXES_LEVIES: MarkRole.TAXES,
    ChargeCategory.FIXED: MarkRole.FIXED,
    ChargeCategory.ONE_OFF: MarkRole.ONE_OFF,
    ChargeCategory.FEE: MarkRole.ONE_OFF,
    ChargeCategory.ADJUSTMENT: MarkRole.ADJUSTMENT,
    ChargeCategory.DISCOUNT: MarkRole.ADJUSTMENT,
}


def charge_rows(case: Case) -> tuple[ChargeRow, ...]:
    """Return the bill's lines, then its document allowances, without VAT."""
    book, bill = case.book, case.bill
    rows = []
    for place, line in enumerate(bill.lines):
        key = f"bill.rows.{place}"
        has_quantity = line.quantity is not None and line.unit is not None
        rows.append(
            ChargeRow(
                role=ROLES[line.category],
                label=book.word(f"{key}.label", line.label),
                quantity=book.quantity(f"{key}.quantity", line.quantity or ZERO, line.unit or "")
                if has_quantity
                else None,
                price=None if line.unit_price is None else book.price(f"{key}.price", line.unit_price, bill.currency),
                amount=book.amount(f"{key}.amount", line.amount, bill.currency),
            )
        )
    for place, part in enumerate(bill.allowances, len(bill.lines)):
        label = book.word(f"bill.rows.{place}.label", part.label)
        amount = book.amount(f"bill.rows.{place}.amount", part.amount, bill.currency)
        rows.append(ChargeRow(MarkRole.ADJUSTMENT, label, None, None, amount))
    return tuple(rows)


def groups(case: Case) -> tuple[ChargeGroup, ...]:
    """Return the charges by category, VAT among the taxes, so that they add up to the total."""
    book, bill = case.book, case.bill
    if not bill.lines:
        return ()
    found = []
    for role, value in _sums(case).items():
        if value:
            amount = book.amount(f"bill.groups.{role}.amount", value, bill.currency)
            money = book.money(f"bill.groups.{role}.money", value, bill.currency)
            found.append(ChargeGroup(role, group_label(book.texts, role, has_vat=bool(bill.taxes)), amount, money))
    return tuple(found)


def _sums(case: Case) -> dict[MarkRole, Decimal]:
    bill = case.bill
    sums = dict.fromkeys(dict.fromkeys(ROLES.values()), ZERO)
    for line in bill.lines:
        sums[ROLES[line.category]] += line.amount
    sums[MarkRole.TAXES] += bill.tax
    sums[MarkRole.ADJUSTMENT] += sum((part.amount for part in bill.allowances), ZERO) + bill.rounding
    return sums


def group_label(texts: Texts, role: MarkRole, *, has_vat: bool = False) -> Text:
    """Return the words for a category."""
    match role:
        case MarkRole.ENERGY:
            return texts.get("Energy")
        case MarkRole.NETWORK:
            return texts.get("Network")
        case MarkRole.TAXES:
            return texts.get("Taxes, levies and VAT") if has_vat else texts.get("Taxes and levies")
        case MarkRole.FIXED:
            return texts.get("Standing charge")
        case MarkRole.ONE_OFF:
            return texts.get("One-off charges")
        case _:
            return texts.get("Adjustments")


def stack_chart(case: Case, made_of: tuple[ChargeGroup, ...]) -> ChartGeometry | None:
    """Return the groups as one bar; None where nothing adds to the bill."""
    if not made_of:
        return None
    texts = case.book.texts
    rows = tuple(ChartRow(group.label, (group.money,)) for group in made_of)
    return charts.stack(
        "stack",
        [(group.role, figure_of(group)) for group in made_of],
        largest_parts("bill.stack.summary", case, made_of),
        columns=(texts.get("Item"), texts.get("Amount")),
        rows=rows,
    )


def figure_of(group: ChargeGroup) -> Decimal:
    """Return what the charges of a category come to."""
    value = group.amount.value
    assert isinstance(value, Decimal)
    return value


def largest_parts(block_id: str, case: Case, made_of: tuple[ChargeGroup, ...]) -> TextBlock:
    """Return a sentence on the one or two largest parts of the bill."""
    texts = case.book.texts
    ranked = sorted(made_of, key=lambda group: -abs(figure_of(group)))
    first = ranked[0]
    if len(ranked) == 1:
        return sentence(
            block_id, texts.get("It is all one part. {first}: {amount}."), first=first.label, amount=first.money
        )
    second = ranked[1]
    message = texts.get("The two largest parts. {first}: {amount}. {second}: {other}.")
    return sentence(block_id, message, first=first.label, amount=first.money, second=second.label, other=second.money)

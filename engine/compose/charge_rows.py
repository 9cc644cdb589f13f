"""The charges line by line, and added up by category for bar, page and video."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from engine.compose import charts
from engine.compose.case import Case
from engine.compose.facts import FactBook, kernel, sentence
from engine.contracts import Texts
from engine.model.bill import ZERO, Bill, ChargeCategory
from engine.model.communication import (
    ChargeGroup,
    ChargeRow,
    ChartGeometry,
    ChartRow,
    MarkRole,
    Text,
    TextBlock,
)
from engine.model.quick import maker

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
_GROUP_IDS = {role: (f"bill.groups.{role}.amount", f"bill.groups.{role}.money") for role in ROLES.values()}
_TAXES, _ADJUSTMENT = MarkRole.TAXES, MarkRole.ADJUSTMENT
# As the kernel takes them: the place of each category's group among all, these, and the places of two of them.
_PLACES = {category: list(_GROUP_IDS).index(role) for category, role in ROLES.items()}
_GROUPS = tuple((role, *ids) for role, ids in _GROUP_IDS.items())
_OF_GROUPS = (_PLACES, _GROUPS, list(_GROUP_IDS).index(_TAXES), list(_GROUP_IDS).index(_ADJUSTMENT))
_made_row = maker(ChargeRow)


def charge_rows(case: Case) -> tuple[ChargeRow, ...]:
    """Return the bill's lines, then its document allowances, without VAT."""
    book, bill = case.book, case.bill
    made: tuple[ChargeRow, ...] | None = kernel.charge_rows(book, bill, _ids, ROLES) if kernel else None
    return _charge_rows(book, bill) if made is None else made


def _charge_rows(book: FactBook, bill: Bill) -> tuple[ChargeRow, ...]:
    rows = []
    word, quantity_of, price_of, amount_of, currency = book.word, book.quantity, book.price, book.amount, bill.currency
    for place, line in enumerate(bill.lines):
        label_id, quantity_id, price_id, amount_id = _ids(place)
        quantity, unit, price = line.quantity, line.unit, line.unit_price
        rows.append(
            _made_row(
                ROLES[line.category],
                word(label_id, line.label),
                None if quantity is None or unit is None else quantity_of(quantity_id, quantity or ZERO, unit),
                None if price is None else price_of(price_id, price, currency),
                amount_of(amount_id, line.amount, currency),
            )
        )
    for place, part in enumerate(bill.allowances, len(bill.lines)):
        label = book.word(f"bill.rows.{place}.label", part.label)
        amount = book.amount(f"bill.rows.{place}.amount", part.amount, bill.currency)
        rows.append(ChargeRow(MarkRole.ADJUSTMENT, label, None, None, amount))
    return tuple(rows)


@lru_cache(maxsize=512)
def _ids(place: int) -> tuple[str, str, str, str]:
    """Return the ids of the facts of a row: label, quantity, price, amount."""
    key = f"bill.rows.{place}"
    return f"{key}.label", f"{key}.quantity", f"{key}.price", f"{key}.amount"


def groups(case: Case) -> tuple[ChargeGroup, ...]:
    """Return the charges by category, VAT among the taxes, so that they add up to the total."""
    book, bill = case.book, case.bill
    made: tuple[ChargeGroup, ...] | None = None
    if kernel:
        made = kernel.charge_groups(book, bill, *_OF_GROUPS, group_label)
    return _groups(book, bill) if made is None else made


def _groups(book: FactBook, bill: Bill) -> tuple[ChargeGroup, ...]:
    if not bill.lines:
        return ()
    found, currency, has_vat = [], bill.currency, bool(bill.taxes)
    for role, value in _sums(bill).items():
        if value:
            amount_id, money_id = _GROUP_IDS[role]
            amount = book.amount(amount_id, value, currency)
            money = book.money(money_id, value, currency)
            found.append(ChargeGroup(role, group_label(book.texts, role, has_vat), amount, money))
    return tuple(found)


def _sums(bill: Bill) -> dict[MarkRole, Decimal]:
    sums = dict.fromkeys(_GROUP_IDS, ZERO)
    for line in bill.lines:
        sums[ROLES[line.category]] += line.amount
    sums[_TAXES] += bill.tax
    sums[_ADJUSTMENT] += sum([part.amount for part in bill.allowances], ZERO) + bill.rounding
    return sums


@lru_cache(maxsize=1024)
def group_label(texts: Texts, role: MarkRole, has_vat: bool = False) -> Text:
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


def stack_chart(case: Case, made_of: tuple[ChargeGroup, ...], *, has_table: bool = True) -> ChartGeometry | None:
    """Return the groups as one bar; None where nothing adds to the bill."""
    if not made_of:
        return None
    texts, figures = case.book.texts, [figure_of(group) for group in made_of]
    parts = [(group.role, value) for group, value in zip(made_of, figures, strict=True)]
    summary = _largest_parts(texts, made_of, figures)
    if not has_table:
        return charts.stack("stack", parts, summary)
    rows = tuple([ChartRow(group.label, (group.money,)) for group in made_of])
    return charts.stack("stack", parts, summary, columns=(texts.get("Item"), texts.get("Amount")), rows=rows)


def figure_of(group: ChargeGroup) -> Decimal:
    """Return what the charges of a category come to."""
    value = group.amount.value
    assert isinstance(value, Decimal)
    return value


def _largest_parts(texts: Texts, made_of: tuple[ChargeGroup, ...], figures: list[Decimal]) -> TextBlock:
    """Return a sentence on the one or two largest parts of the bill."""
    ranked = sorted([(-abs(value), place) for place, value in enumerate(figures)])
    first = made_of[ranked[0][1]]
    if len(ranked) == 1:
        return sentence(
            "bill.stack.summary",
            texts.get("It is all one part. {first}: {amount}."),
            first=first.label,
            amount=first.money,
        )
    second = made_of[ranked[1][1]]
    message = texts.get("The two largest parts. {first}: {amount}. {second}: {other}.")
    return sentence(
        "bill.stack.summary", message, first=first.label, amount=first.money, second=second.label, other=second.money
    )

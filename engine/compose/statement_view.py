"""All open bills as one statement: rows that sum to what is asked for, and apart what is not."""

from __future__ import annotations

from decimal import Decimal

from engine.compose.ageing import ageing_chart
from engine.compose.case import Case
from engine.compose.facts import sentence
from engine.model.bill import Bill
from engine.model.communication import Fact, StatementRow, StatementView, TextBlock
from engine.model.statement import OpenItem, Statement


def statement_view(case: Case, *, has_table: bool = True) -> StatementView | None:
    """Return the statement; None without one, and where it would only repeat the one bill that is spoken of.

    `has_table`: with the figures behind its chart.
    """
    statement = case.statement
    if statement is None:
        return None
    asked = [item for item in statement.items if item.asked > 0]
    aside = _aside(case, statement)
    # One bill's interest and fee stand in its own table.
    is_one = not asked or (len(asked) == 1 and asked[0] is case.item)
    has_credit = statement.credit > 0 and not case.is_credit
    if is_one and not has_credit and not _says_more(case, statement):
        return None
    book, currency = case.book, statement.currency
    return StatementView(
        title=book.texts.get("Your open bills"),
        rows=tuple([_row(case, place, item) for place, item in enumerate(asked)]),
        has_interest=any(item.interest for item in asked),
        has_fee=any(item.fee for item in asked),
        total=book.money("statement.total", statement.asked, currency) if asked else None,
        currency_mark=book.mark(currency),
        aside=aside,
        credit=_credit(case, statement) if has_credit else None,
        ageing=ageing_chart(case, statement, has_table=has_table) if case.is_urgent else None,
    )


def _says_more(case: Case, statement: Statement) -> bool:
    """True if something is in question or held that the bill's own words don't tell."""
    if case.is_disputed or case.is_debited:
        apart = [item for item in statement.items if item.disputed or item.held]
        return any(item is not case.item for item in apart)
    return any(item.disputed or item.held for item in statement.items)


def _row(case: Case, place: int, item: OpenItem) -> StatementRow:
    book, currency = case.book, case.bill.currency
    key = f"statement.rows.{place}"

    def amount(name: str, value: Decimal) -> Fact | None:
        return book.amount(f"{key}.{name}", value, currency) if value else None

    return StatementRow(
        number=book.word(f"{key}.number", item.number),
        due_on=book.day(f"{key}.due_on", item.due_on) if item.due_on else None,
        open=book.amount(f"{key}.open", item.asked, currency),
        interest=amount("interest", item.interest),
        fee=amount("fee", item.fee),
        amount=book.amount(f"{key}.amount", item.asked + item.interest + item.fee, currency),
        is_overdue=item.days_late > 0 and case.is_urgent,
    )


def _aside(case: Case, statement: Statement) -> tuple[TextBlock, ...]:
    """Return a sentence for each bill, or part of one, that is not asked for now, and why."""
    if not any([item.disputed > 0 or item.held > 0 for item in statement.items]):  # noqa: C419 - as mostly
        return ()
    texts, book, found = case.book.texts, case.book, []
    bills = {bill.number: bill for bill in case.customer.bills}
    for place, item in enumerate(statement.items):
        key = f"statement.aside.{place}"
        number = book.word(f"{key}.number", item.number)
        if item.disputed > 0:
            amount = book.money(f"{key}.disputed", item.disputed, statement.currency)
            message = texts.get("Bill {number}: {amount} is in question. You don't have to pay it for now.")
            found.append(sentence(f"{key}.in_question", message, number=number, amount=amount))
        if item.held > 0:
            amount = book.money(f"{key}.held", item.held, statement.currency)
            found.append(_held(case, f"{key}.not_asked", bills.get(item.number), number=number, amount=amount))
    return tuple(found)


def _held(case: Case, key: str, bill: Bill | None, *, number: Fact, amount: Fact) -> TextBlock:
    texts = case.book.texts
    if bill is not None and bill.direct_debit is not None:
        message = texts.get("Bill {number}: {amount} is taken from your account. There is nothing for you to do.")
    elif case.keeps_plan:
        message = texts.get("Bill {number}: {amount} is in your payment plan.")
    else:
        message = texts.get("Bill {number}: {amount} is not asked for now.")
    return sentence(key, message, number=number, amount=amount)


def _credit(case: Case, statement: Statement) -> TextBlock:
    amount = case.book.money("statement.credit", statement.credit, statement.currency)
    return sentence("statement.credit_line", case.book.texts.get("You have {amount} to your credit."), amount=amount)

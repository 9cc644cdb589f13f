"""Communications made by hand: Maria's October bill, and whatever a test changes about it.

`make_communication(key="x", tone=Tone.FIRM, bill=make_bill(is_overdue=True))`: top-level fields
are replaced by keyword; the `make_*` functions below do the same for the views.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import segno

from engine.model.communication import (
    AnswerLink,
    BillView,
    ChangeItem,
    ChangeView,
    ChargeGroup,
    ChargeRow,
    Communication,
    CustomerView,
    Decision,
    Fact,
    HelpView,
    LegalRow,
    MarkRole,
    MessageView,
    PaymentView,
    Phrase,
    PhraseScope,
    QrCode,
    ReadingRow,
    SlipView,
    SupplierView,
    SupplyPointView,
    Text,
    TextBlock,
    Tip,
    Tone,
    TotalRow,
    UsageView,
)
from tests.renderers.chart_builders import bars_chart, stack_chart, waterfall_chart

T = TypeVar("T")

IBAN = "IT60X0542811101000000123456"
REFERENCE = "RF18539007547034"
PAY_URL = (
    "https://pay.northlight.example/p?v=1&r=b-2026-10-004711&a=12945&c=EUR&e=20261224"
    "&s=Qm0xk3yT5w2pJ8sVn4cL9dRfZb7hGa1uEi6oKtXvMqY"
)


def changed(view: T, **changes: Any) -> T:
    """Return `view` with fields replaced."""
    return dataclasses.replace(view, **changes)  # type: ignore[type-var]


def fact(id_: str, text: str, value: Any = None, spoken: str = "") -> Fact:
    return Fact(id_, text if value is None else value, text, spoken)


def block(id_: str, *parts: str | Fact) -> TextBlock:
    """Return a text block; bare strings become `Text`."""
    return TextBlock(id_, tuple(p if isinstance(p, Fact) else Text(p) for p in parts))


def make_customer(name: str = "Maria Bianchi", first_name: str = "Maria", **changes: Any) -> CustomerView:
    lines = (name, "Via dei Tigli 14", "41121 Modena")
    view = CustomerView(
        first_name=fact("customer.first_name", first_name),
        full_name=fact("customer.full_name", name),
        address=tuple(fact(f"customer.address.{i}", line) for i, line in enumerate(lines)),
        account=fact("customer.account", "100-4711"),
        is_business=False,
        is_vulnerable=False,
    )
    return changed(view, **changes)


def make_supplier(**changes: Any) -> SupplierView:
    view = SupplierView(
        name=Text("Northlight Energy"),
        legal_name=Text("Northlight Energy S.p.A."),
        address=Text("Via Roma 1, 20121 Milano"),
        phone=Text("800 000 111"),
        phone_hours=Text("free, 8 to 20"),
        email=Text("help@northlight.example"),
        website=Text("northlight.example"),
        help_url="https://northlight.example/help",
        website_url="https://northlight.example",
    )
    return changed(view, **changes)


CHARGES: tuple[tuple[MarkRole, str, str, str, str], ...] = (
    (MarkRole.ENERGY, "Energy", "171 kWh", "0.4000", "68.40"),
    (MarkRole.NETWORK, "Network", "171 kWh", "0.1822", "31.15"),
    (MarkRole.TAXES, "Taxes and levies", "", "", "22.70"),
    (MarkRole.FIXED, "Standing charge", "38 days", "0.3158", "12.00"),
    (MarkRole.ADJUSTMENT, "Adjustment", "", "", "−4.80"),
)


def make_rows(charges: Sequence[tuple[MarkRole, str, str, str, str]] = CHARGES) -> tuple[ChargeRow, ...]:
    """Return charge rows from (role, label, quantity, price, amount); an empty text is none."""
    return tuple(
        ChargeRow(
            role=role,
            label=fact(f"bill.rows.{i}.label", label),
            quantity=fact(f"bill.rows.{i}.quantity", quantity) if quantity else None,
            price=fact(f"bill.rows.{i}.price", price) if price else None,
            amount=fact(f"bill.rows.{i}.amount", amount, Decimal(amount.replace("−", "-").replace(",", ""))),
        )
        for i, (role, label, quantity, price, amount) in enumerate(charges)
    )


def make_groups() -> tuple[ChargeGroup, ...]:
    return tuple(
        ChargeGroup(
            role,
            Text(label),
            fact(f"bill.groups.{role}.amount", amount, Decimal(amount.replace("−", "-"))),
            fact(f"bill.groups.{role}.money", f"€ {amount}", Decimal(amount.replace("−", "-"))),
        )
        for role, label, _, _, amount in CHARGES
    )


def make_supply_point(**changes: Any) -> SupplyPointView:
    reading = ReadingRow(
        label=None,
        previous=fact("bill.points.0.readings.0.previous", "14,220 kWh"),
        latest=fact("bill.points.0.readings.0.latest", "14,391 kWh"),
        quantity=fact("bill.points.0.readings.0.quantity", "171 kWh"),
        method=Text("actual"),
        is_estimated=False,
        title=Text("Actual"),
    )
    view = SupplyPointView(
        code=fact("bill.points.0.code", "IT001E00471100"),
        commodity=Text("Electricity"),
        tariff=fact("bill.points.0.tariff", "Casa Verde 24"),
        contract_end=fact("bill.points.0.contract_end", "31 March 2027"),
        meter=fact("bill.points.0.meter", "E-7714203"),
        readings=(reading,),
    )
    return changed(view, **changes)


def make_bill(**changes: Any) -> BillView:
    month = fact("bill.month", "October")
    view = BillView(
        title=block("bill.title", "Your ", month, " bill, ", fact("customer.first_name", "Maria")),
        kind=Text("Bill"),
        number=fact("bill.number", "2026-10-004711"),
        issued_on=fact("bill.issued_on", "3 November 2026", date(2026, 11, 3)),
        due_on=fact("bill.due_on", "24 November 2026", date(2026, 11, 24), "the twenty-fourth of November"),
        due_short=fact("bill.due_short", "24 November", date(2026, 11, 24)),
        period=block(
            "bill.period",
            fact("bill.period.from", "26 September"), " to ", fact("bill.period.to", "2 November"), ", ",
            fact("bill.period.days", "38 days"), ", actual reading",
        ),
        month=month,
        amount_due=fact("bill.amount_due", "€ 129.45", Decimal("129.45"), "one hundred and twenty-nine euros"),
        amount_label=Text("Amount due"),
        due_line=block("bill.due_line", "by ", fact("bill.due_on", "24 November 2026", date(2026, 11, 24))),
        total=fact("bill.total", "129.45", Decimal("129.45")),
        currency_mark=Text("€"),
        rows=make_rows(),
        groups=make_groups(),
        totals=(
            TotalRow(Text("Total without VAT"), fact("bill.totals.net", "106.11", Decimal("106.11"))),
            TotalRow(Text("VAT 22 %"), fact("bill.totals.vat", "23.34", Decimal("23.34"))),
            TotalRow(Text("Total, VAT included"), fact("bill.total", "129.45", Decimal("129.45")), is_total=True),
        ),
        stack=stack_chart(),
        is_payable=True,
        is_credit=False,
        is_overdue=False,
        is_disputed=False,
        is_estimated=False,
        supply_points=(make_supply_point(),),
    )  # fmt: skip
    return changed(view, **changes)


def make_change(**changes: Any) -> ChangeView:
    causes = (
        ("days", "8 more days", "+18.60", True),
        ("volume", "Less use", "−9.40", False),
        ("price", "Unit price", "+6.90", True),
        ("taxes", "Taxes", "+1.05", True),
    )
    more = fact("change.difference", "€ 17.15", Decimal("17.15"))
    september = fact("change.previous_month", "September")
    view = ChangeView(
        headline=block("change.headline", "Why it is ", more, " more than ", september),
        short=block("change.short", more, " more, mostly 8 more days"),
        sentences=(
            block("change.sentences.0", "This bill covers ", fact("change.days", "8"), " more days: ",
                  fact("change.days.amount", "€ 18.60", Decimal("18.60")), " more."),
            block("change.sentences.1", "You used less energy each day: ",
                  fact("change.volume.amount", "€ 9.40", Decimal("9.40")), " less."),
            block("change.sentences.2", "A kilowatt-hour costs more: ",
                  fact("change.price.amount", "€ 6.90", Decimal("6.90")), " more."),
        ),
        items=tuple(
            ChangeItem(cause, Text(label), fact(f"change.items.{cause}", amount, Decimal(amount.replace("−", "-"))), up)
            for cause, label, amount, up in causes
        ),
        chart=waterfall_chart(),
    )  # fmt: skip
    return changed(view, **changes)


def make_usage(**changes: Any) -> UsageView:
    view = UsageView(
        commodity=Text("Electricity"),
        headline=block("usage.0.headline", "You used ", fact("usage.0.quantity", "171 kWh", Decimal(171)), ", ",
                       fact("usage.0.difference", "23"), " less than a year ago"),
        detail=block("usage.0.detail", fact("usage.0.quantity", "171 kWh", Decimal(171)), " against ",
                     fact("usage.0.year_before", "194 kWh"), ". Homes like yours: ",
                     fact("usage.0.similar", "182 kWh"), "."),
        chart=bars_chart(),
        has_estimates=True,
        has_last_year=True,
    )  # fmt: skip
    return changed(view, **changes)


def make_qr(payload: bytes | None = None, kind: str = "epc") -> QrCode:
    """Return a QR symbol; without payload the EPC one of Maria's payment."""
    epc = f"BCD\n002\n1\nSCT\n\nNorthlight Energy S.p.A.\n{IBAN}\nEUR129.45\n\n{REFERENCE}"
    text = payload or epc.encode()
    symbol = segno.make(text, error="m", mode="byte", micro=False, boost_error=False)
    return QrCode(text, tuple(tuple(bool(module) for module in row) for row in symbol.matrix), kind)


def make_payment(**changes: Any) -> PaymentView:
    amount = fact("payment.amount", "€ 129.45", Decimal("129.45"))
    due_on = fact("payment.slip.due_on", "24 November 2026", date(2026, 11, 24))
    valid = fact("payment.valid_until", "24 December", date(2026, 12, 24))
    host = fact("payment.host", "pay.northlight.example")
    view = PaymentView(
        amount=amount,
        url=PAY_URL,
        host=host,
        valid_until=valid,
        valid_line=block("payment.valid_line", host, ", valid to ", valid),
        button=Text("Pay now"),
        label=block("payment.label", "Pay ", amount, " now"),
        qr=make_qr(),
        qr_note=Text("Scan with your bank app. Payee, amount and reference fill themselves in."),
        slip=SlipView(
            payee=fact("payment.slip.payee", "Northlight Energy S.p.A."),
            account=fact("payment.slip.account", "IT60 X054 2811 1010 0000 0123 456", IBAN),
            bic=fact("payment.slip.bic", "BLOPIT22"),
            reference=fact("payment.slip.reference", "RF18 5390 0754 7034", REFERENCE),
            amount=fact("payment.slip.amount", "€ 129.45", Decimal("129.45")),
            due_on=due_on,
        ),
        bills=(),
        instalments=block("payment.instalments", "Three instalments of ",
                          fact("payment.instalment", "€ 43.15", Decimal("43.15")), " are ready for you."),
    )  # fmt: skip
    return changed(view, **changes)


def make_help(**changes: Any) -> HelpView:
    answers = (("paid", "I have paid"), ("wrong", "Something is wrong"), ("call", "Please call me"))
    view = HelpView(
        title=Text("Trouble paying?"),
        body=block("help.body", "Call 800 000 111, free, 8 to 20. A person will answer."),
        url="https://northlight.example/help",
        answers=tuple(
            AnswerLink(id_, Text(label), f"https://northlight.example/answer?a={id_}&t=ab2cd") for id_, label in answers
        ),
        comes_first=False,
    )
    return changed(view, **changes)


LEGAL = (
    ("complaints", "Complaints", "reclami@northlight.example, or by post to our address.", ""),
    ("dispute_body", "Disputes", "Sportello per il consumatore, 800 166 654", "https://disputes.northlight.example"),
    ("contact_point", "Single contact point", "Your rights and the rules of the market: 800 166 654", ""),
    ("comparison_tool", "Compare prices", "Portale Offerte", "https://compare.northlight.example"),
    ("switching", "Switching supplier", "You can switch at any time, free of charge, in three weeks at most.", ""),
    ("energy_sources", "Energy sources", "Renewable 62 %, gas 30 %, other 8 %. 214 g CO₂ per kWh.", ""),
    ("company", "Company", "Northlight Energy S.p.A., Milano, VAT IT00000000000", ""),
)


def make_legal() -> tuple[LegalRow, ...]:
    return tuple(LegalRow(id_, Text(label), Text(text), url) for id_, label, text, url in LEGAL)


def make_tip() -> Tip:
    body = block("tips.0.body", "Wash at 30 degrees: about ", fact("tips.0.saving", "€ 2.10"), " less a month.")
    return Tip("wash-cool", Text("A small change that pays"), body, "use above similar homes")


def make_script() -> tuple[Phrase, ...]:
    return (
        Phrase("hello", "Hello Maria.", "Hello Maria.", PhraseScope.PERSONAL),
        Phrase("amount", "Your October bill is € 129.45, by 24 November.",
               "Your October bill is one hundred and twenty-nine euros, forty-five, by the twenty-fourth of November.",
               PhraseScope.PERSONAL),
        Phrase("made_of", "The largest parts are energy and network.", "The largest parts are energy and network.",
               PhraseScope.PERSONAL),
        Phrase("why", "It is € 17.15 more than September, mostly 8 more days.",
               "It is seventeen euros fifteen more than September, mostly eight more days.", PhraseScope.PERSONAL),
        Phrase("used", "You used 23 kWh less than a year ago.",
               "You used twenty-three kilowatt-hours less than a year ago.", PhraseScope.PERSONAL),
        Phrase("pay", "Tap the button, or scan the code with your bank app.",
               "Tap the button, or scan the code with your bank app.", PhraseScope.SHARED),
        Phrase("close", "Thank you.", "Thank you.", PhraseScope.SHARED),
    )  # fmt: skip


def make_communication(**changes: Any) -> Communication:
    """Return Maria's communication with fields replaced."""
    month, amount = fact("bill.month", "October"), fact("bill.amount_due", "€ 129.45", Decimal("129.45"))
    due = fact("bill.due_short", "24 November", date(2026, 11, 24))
    communication = Communication(
        key="C-0001",
        cycle="2026-10",
        token="abcdefghijklmnopqrstuvwxyz234567",
        locale="en",
        language="en",
        tone=Tone.FRIENDLY,
        decision=Decision(Tone.FRIENDLY, "none", ("change", "usage", "help"), ("first notice of the bill",)),
        customer=make_customer(),
        supplier=make_supplier(),
        bill=make_bill(),
        greeting=block("greeting", "Hello ", fact("customer.first_name", "Maria")),
        intro=block("intro", "your ", month, " bill is"),
        change=make_change(),
        usage=(make_usage(),),
        payment=make_payment(),
        tips=(make_tip(),),
        notices=(),
        help=make_help(),
        legal=make_legal(),
        missing_legal=(),
        script=make_script(),
        message=MessageView(
            subject=block("message.subject", "Your ", month, " bill: ", amount, " by ", due),
            preheader=block("message.preheader", "See what it is made of and pay in a tap."),
            greeting=block("message.greeting", "Hello ", fact("customer.first_name", "Maria"), ","),
            body=(block("message.body.0", "your ", month, " bill is ", amount, ". Please pay it by ", due, "."),
                  block("message.body.1", "A short video explains it.")),
            short=block("message.short", "Northlight Energy: your ", month, " bill is ", amount, ", due ", due, "."),
        ),
        warnings=(),
    )  # fmt: skip
    return changed(communication, **changes)

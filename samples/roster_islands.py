"""Customers in Ireland and Britain: first bill, pounds, open bills, dispute, broken plan, one and forty lines."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from accounts import (
    AUGUST,
    DUE,
    ISSUED,
    OCTOBER,
    SEPTEMBER,
    firm,
    number,
    paid,
    person,
    supply,
    usual,
    usual_bill,
    with_supply,
)
from billing import Row, bill, line, period, priced, vat

ROOMS = (
    "Blast freezer", "Holding store", "Ripening room", "Loading bay", "Packing hall",
    "Ice plant", "Offices", "Workshop", "Fish hall", "Cold corridor",
)  # fmt: skip


def aoife() -> Row:
    """A first bill: nothing to compare with, a connection fee and a welcome discount."""
    master = person("NL-0022", "en", "Aoife", "O’Sullivan", "Apartment 6, The Weir | 18 Sullivan’s Quay | T12 K8AF | "
                    "Cork | IE", phone="+353 21 555 0122", consents={"sms": True, "push": True, "offers": True},
                    flags={"paperless": True})  # fmt: skip
    power = supply("IE.electricity", "10305884217", 3100, "IE-884217", "en")
    extra = [line("one_off", "Connection", "45.00"), line("discount", "Welcome discount", "-20.00")]
    newest = usual_bill("IE", number(4732), [power], OCTOBER, extra=extra)
    return with_supply(master, [power], [newest], settled=(), months=1)


def oliver() -> Row:
    """Pounds and a local account: no SEPA code, the code to scan carries the pay link."""
    master = person("NL-0023", "en", "Oliver", "Hughes", "41 Cathedral Road | CF11 9HD | Cardiff | GB",
                    phone="+44 29 2018 0123", attributes={"heating": "gas"})  # fmt: skip
    power = supply("GB.electricity", "2199988877761", 2700, "GB-888777", "en")
    gas = supply("GB.gas", "4188273305", 11500, "GB-273305", "en")
    return usual(master, 4733, [power, gas])


def niamh() -> Row:
    """Three open bills in one request: two overdue, one new; part of the oldest is paid."""
    master = person("NL-0024", "en", "Niamh", "Byrne", "7 Strand Road | H91 X0YT | Galway | IE",
                    phone="+353 91 555 0124", consents={"sms": True})  # fmt: skip
    power = supply("IE.electricity", "10011993840", 4200, "IE-993840", "en")
    bills = [
        usual_bill("IE", number(4734), [power], OCTOBER),
        usual_bill("IE", number(3734, "2026-09"), [power], SEPTEMBER, issued=date(2026, 10, 2), due=date(2026, 10, 23),
                   dunning_stage="friendly", price_factor="0.97"),
        usual_bill("IE", number(2734, "2026-08"), [power], AUGUST, issued=date(2026, 9, 2), due=date(2026, 9, 23),
                   dunning_stage="first", price_factor="0.97"),
    ]  # fmt: skip
    part = {"amount": "40.00", "paid_on": "2026-10-05", "bill_number": bills[2]["number"], "method": "card"}
    return with_supply(master, [power], bills, settled=(), payments=[part])


def sean() -> Row:
    """A bill in dispute: it may be explained, not asked for."""
    master = person("NL-0025", "en", "Seán", "Murphy", "2 Church Lane | Y35 C9V2 | Wexford | IE",
                    flags={"disputed": True})  # fmt: skip
    power = supply("IE.electricity", "10277413906", 5200, "IE-413906", "en")
    record = usual(master, 4735, [power], is_disputed=True)
    newest = record["bills"][0]["number"]
    record["interactions"] = [
        {"kind": "complained", "at": "2026-11-04T11:05:00Z", "channel": "phone", "bill_number": newest,
         "note": "Says that the meter was exchanged in October."},
    ]  # fmt: skip
    return record


def grace() -> Row:
    """A payment plan that was broken; second stage."""
    master = person("NL-0026", "en", "Grace", "Walsh", "19 Lower Gerald Griffin Street | V94 D6X7 | Limerick | IE",
                    phone="+353 61 555 0126", flags={"payment_plan": "broken"})  # fmt: skip
    gas = supply("IE.gas", "5592817", 13200, "IE-592817", "en")
    return usual(master, 4736, [gas], span=(date(2026, 7, 1), date(2026, 8, 31)), issued=date(2026, 9, 3),
                 due=date(2026, 9, 24), dunning_stage="second")  # fmt: skip


def patrick() -> Row:
    """The customer has died: nothing may be sent."""
    master = person("NL-0027", "en", "Patrick", "Doyle", "Ballymore House | R56 AX83 | Naas | IE",
                    flags={"deceased": True})  # fmt: skip
    power = supply("IE.electricity", "10114028837", 2900, "IE-028837", "en")
    return usual(master, 4737, [power])


def cold_store() -> Row:
    """Forty charge lines: ten rooms, four lines each."""
    master = firm("NL-0028", "en", "Harbour Light Cold Storage Ltd", "Unit 4, Fishery Harbour | F94 W2R8 | Killybegs "
                  "| IE", email="accounts@harbour-light.example")  # fmt: skip
    code = "10660013352"
    power = supply("IE.electricity", code, 410_000, "IE-013352", "en")
    bills = [
        _room_bill(number(4738), code, OCTOBER, "1", ISSUED, DUE),
        _room_bill(number(3738, "2026-09"), code, SEPTEMBER, "0.94", date(2026, 10, 3), date(2026, 10, 24)),
    ]
    record = with_supply(master, [power], bills)
    used = sum(Decimal(row["quantity"]) for row in bills[0]["lines"] if row["category"] == "energy")
    use = record["consumption"][0]
    use["quantity"] = use["series"][-1]["quantity"] = use["readings"][0]["quantity"] = str(used)
    use["readings"][0]["latest"] = str(Decimal(use["readings"][0]["previous"]) + used)
    return record


def _room_bill(bill_number: str, code: str, span: tuple[date, date], factor: str, issued: date, due: date) -> Row:
    lines: list[Row] = []
    for place, room in enumerate(ROOMS):
        used = str((Decimal(1640 + 733 * place) * Decimal(factor)).quantize(Decimal(1)))
        lines += [
            priced("energy", f"{room}: electricity", used, "kWh", "0.2130", supply_point=code),
            priced("network", f"{room}: network", used, "kWh", "0.0622", supply_point=code),
            priced("taxes_levies", f"{room}: levies", used, "kWh", "0.0118", supply_point=code),
            priced("fixed", f"{room}: capacity", "25", "kW", "1.9400", supply_point=code),
        ]
    taxes = [vat("VAT", "9", sum((Decimal(row["amount"]) for row in lines), Decimal(0)))]
    return bill(bill_number, "IE", issued, due, period(*span), lines, taxes, supply_points=[code])


def tom() -> Row:
    """One charge line: broadband, a flat price; no consumption."""
    master = person("NL-0029", "en", "Tom", "Ó Briain", "Dún Chaoin | V92 Y7K3 | Dingle | IE")
    code = "TEL-IE-4410029"
    bills = []
    for bill_number, span, issued, due in (
        (number(4739), OCTOBER, ISSUED, DUE),
        (number(3739, "2026-09"), SEPTEMBER, date(2026, 10, 3), date(2026, 10, 24)),
    ):
        one = [line("fixed", "Broadband", "30.08", quantity="1", unit="month", unit_price="30.08", supply_point=code)]
        taxes = [vat("VAT", "23", Decimal("30.08"))]
        bills.append(bill(bill_number, "IE", issued, due, period(*span), one, taxes, supply_points=[code]))
    point = {"code": code, "commodity": "telecom", "tariff": "Fibre 500"}
    return {**master, "supply_points": [point], "bills": bills, "payments": [paid(bills[1])]}


CUSTOMERS = (aoife, oliver, niamh, sean, grace, patrick, cold_store, tom)

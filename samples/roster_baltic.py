"""Customers in Lithuania, in Lithuanian and in Russian: heat, telecom, nothing payable, the final notice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from accounts import DUE, ISSUED, OCTOBER, SEPTEMBER, number, paid, person, supply, usual
from billing import Row, bill, line, period, vat

SPRING = (date(2026, 4, 1), date(2026, 6, 30))


def zygimantas() -> Row:
    """District heat at the start of the season: many times the bill of September."""
    master = person("NL-0016", "lt", "Žygimantas", "Kazlauskas", "Žirmūnų g. 68-41 | 09124 | Vilnius | LT",
                    phone="+370 5 555 0116", attributes={"heating": "district"}, consents={"offers": True})  # fmt: skip
    heat = supply("LT.heat", "VS-09124-0041", 7400, "HM-300041", "lt")
    return usual(master, 4726, [heat], record={"consumption": {"similar_homes": "560"}})


def egle() -> Row:
    """Telecom: no consumption at all, a discount, a subscription in months."""
    master = person("NL-0017", "lt", "Eglė", "Žukauskaitė", "Laisvės al. 53-8 | 44309 | Kaunas | LT",
                    consents={"push": True}, preferred_channel="push", flags={"paperless": True})  # fmt: skip
    code = "TEL-LT-8855017"
    before = (date(2026, 10, 3), date(2026, 10, 24))
    bills = [
        _telecom_bill(number(4727), code, OCTOBER, "3.60", ISSUED, DUE),
        _telecom_bill(number(3727, "2026-09"), code, SEPTEMBER, "1.25", *before),
    ]
    point = {"code": code, "commodity": "telecom", "tariff": "Šviesolaidis 600", "contract_end": "2027-02-28"}
    return {**master, "supply_points": [point], "bills": bills, "payments": [paid(bills[1])]}


def _telecom_bill(bill_number: str, code: str, span: tuple[date, date], calls: str, issued: date, due: date) -> Row:
    at = {"supply_point": code}
    lines = [
        line("fixed", "Šviesolaidinis internetas", "21.40", quantity="1", unit="month", unit_price="21.40", **at),
        line("fixed", "Televizija", "7.90", quantity="1", unit="month", unit_price="7.90", **at),
        line("one_off", "Pokalbiai į užsienį", calls, **at),
        line("discount", "Lojalumo nuolaida", "-3.00", **at),
    ]
    taxes = [vat("PVM", "21", sum((Decimal(row["amount"]) for row in lines), Decimal(0)))]
    return bill(bill_number, "LT", issued, due, period(*span), lines, taxes, supply_points=[code])


def nothing_payable() -> Row:
    """Exactly zero: instalments already paid cover the bill."""
    master = person("NL-0018", "lt", "Rūta", "Paulauskienė", "Tilžės g. 170 | 76296 | Šiauliai | LT")
    power = supply("LT.electricity", "LT00000000884217731", 2600, "EL-217731", "lt")
    record = usual(master, 4728, [power])
    newest = record["bills"][0]
    newest["prepaid"], newest["amount_payable"] = newest["total"], "0.00"
    return record


def olga() -> Row:
    """Vulnerable and written to in Russian; help comes first."""
    master = person("NL-0019", "ru", "Ольга", "Кузнецова", "Taikos pr. 24-17 | 31110 | Visaginas | LT",
                    phone="+370 386 55 119", preferred_channel="post", consents={"email": False},
                    flags={"vulnerable": True}, attributes={"heating": "district"})  # fmt: skip
    heat = supply("LT.heat", "VI-31110-0917", 6900, "HM-310917", "ru")
    return usual(master, 4729, [heat], record={"consumption": {"similar_homes": "530"}})


def dmitri() -> Row:
    """The final notice: overdue since August, with earlier fees carried forward."""
    master = person("NL-0020", "ru", "Дмитрий", "Соколов", "Taikos pr. 81A-52 | 94114 | Klaipėda | LT",
                    phone="+370 46 555 120", consents={"sms": True}, preferred_channel="sms")  # fmt: skip
    power = supply("LT.electricity", "LT00000000771902284", 3300, "EL-902284", "ru")
    record = usual(master, 4730, [power], span=SPRING, issued=date(2026, 8, 3), due=date(2026, 8, 24), forward="14.20",
                   dunning_stage="final", extra=[line("fee", "Плата за напоминание", "5.00")])  # fmt: skip
    newest = record["bills"][0]["number"]
    record["interactions"] = [
        {"kind": "sent", "at": "2026-09-02T08:00:00Z", "channel": "email", "bill_number": newest},
        {"kind": "sent", "at": "2026-10-01T08:00:00Z", "channel": "post", "bill_number": newest},
        {"kind": "task", "at": "2026-11-02T09:00:00Z", "channel": "phone", "bill_number": newest, "done": False},
    ]
    return record


def long_cyrillic_name() -> Row:
    """A very long name in Cyrillic, and gas in cubic metres."""
    master = person(
        "NL-0021", "ru", "Александра-Евгения Константиновна", "Рождественская-Преображенская-Воскресенская",
        "Sausio 13-osios prospektas 114, korpusas 3, butas 208 | 35110 | Panevėžys | LT",
    )  # fmt: skip
    gas = supply("LT.gas", "LTG-35110-20841", 1250, "GM-120841", "ru")
    return usual(master, 4731, [gas], record={"consumption": {"similar_homes": "79"}})


CUSTOMERS = (zygimantas, egle, nothing_payable, olga, dmitri, long_cyrillic_name)

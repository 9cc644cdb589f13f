"""Customers in Romania: amounts in lei, so no SEPA code; first and second notices, a reminder without lines."""

from __future__ import annotations

from datetime import date

from accounts import number, person, supply, usual, usual_bill, with_supply
from billing import Row, line, payee

SUMMER = (date(2026, 7, 1), date(2026, 8, 31))


def ana_maria() -> Row:
    """Electricity in lei: the code to scan carries the pay link."""
    master = person("NL-0012", "ro", "Ana-Maria", "Ștefănescu", "Strada Mântuleasa nr. 22, ap. 9 | 023962 | București "
                    "| RO", phone="+40 21 555 0112", consents={"push": True, "offers": True},
                    preferred_channel="push")  # fmt: skip
    power = supply("RO.electricity", "594040100001884424", 1900, "EL-884420", "ro")
    return usual(master, 4722, [power], before="0.90", record={"consumption": {"similar_homes": "150"}})


def ioan() -> Row:
    """Overdue, first notice, with a reminder fee on the bill; an estimated reading."""
    master = person("NL-0013", "ro", "Ioan", "Țurcanu", "Calea Mănăștur 104, bl. C3, sc. II | 400658 | Cluj-Napoca | "
                    "RO", phone="+40 264 555 0113", attributes={"heating": "gas"})  # fmt: skip
    gas = supply("RO.gas", "ROGAZ0000412277", 9800, "GZ-412277", "ro")
    extra = [line("fee", "Taxă de notificare", "8.50", supply_point=gas.code)]
    return usual(master, 4723, [gas], span=(date(2026, 8, 1), date(2026, 9, 30)), issued=date(2026, 9, 30),
                 due=date(2026, 10, 15), dunning_stage="first", is_estimated=True, extra=extra,
                 record={"consumption": {"method": "estimated", "estimated": (1, 2)}})  # fmt: skip


def family_plan() -> Row:
    """A payment plan that is kept: what it carries over may not be asked for.

    Balance forward, prepaid and rounding are in use.
    """
    master = person("NL-0014", "ro", "Vasile și Elena", "Bălănescu", "Bulevardul Independenței nr. 7 | 700106 | Iași | "
                    "RO", flags={"payment_plan": "kept"})  # fmt: skip
    heat = supply("RO.heat", "TERMO-IS-009941", 8200, "TH-009941", "ro")
    record = usual(master, 4724, [heat], rounding="-0.03", prepaid="120.00", forward="310.45")
    newest = record["bills"][0]["number"]
    record["interactions"] = [
        {"kind": "promised", "at": "2026-09-14T10:20:00+03:00", "channel": "phone", "amount": "105.00",
         "due_on": "2026-11-15", "bill_number": newest, "done": False, "note": "Trei rate lunare"},
    ]  # fmt: skip
    return record


def reminder() -> Row:
    """A reminder document without lines, second stage, about an older bill that is in the record too."""
    master = person("NL-0015", "ro", "Mihai", "Dumitrașcu", "Strada Republicii 41 | 500030 | Brașov | RO",
                    phone="+40 268 555 0115", consents={"sms": True}, preferred_channel="sms")  # fmt: skip
    power = supply("RO.electricity", "594040100002310076", 3100, "EL-310077", "ro")
    old = usual_bill("RO", number(2725, "2026-08"), [power], SUMMER, issued=date(2026, 9, 3), due=date(2026, 9, 24),
                     dunning_stage="second")  # fmt: skip
    notice = {
        "number": "R-2026-10-004725",
        "kind": "reminder",
        "issued_on": "2026-10-20",
        "due_on": "2026-11-03",
        "currency": "RON",
        "total": old["amount_payable"],
        "amount_payable": old["amount_payable"],
        "dunning_stage": "second",
        "payee": payee("RO", old["number"]),
        "supply_points": [power.code],
        "original_number": old["number"],
    }
    record = with_supply(master, [power], [old], settled=())
    record["bills"] = [notice, old]
    return record


CUSTOMERS = (ana_maria, ioan, family_plan, reminder)

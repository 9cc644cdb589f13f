"""Customers in France and Belgium: a friendly reminder, a credit note, registers by time of use, water."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from accounts import ISSUED, OCTOBER, firm, number, paid, person, supply, usual, usual_bill, with_supply
from billing import Row, bill, period, priced, vat

AUTUMN = (date(2026, 8, 1), date(2026, 9, 30))


def elodie() -> Row:
    """Overdue by two weeks, first friendly reminder; VAT at two rates on one bill."""
    master = person("NL-0007", "fr", "Élodie", "Lefèvre-Dumont", "12 rue de la Charité | 69002 | Lyon | FR",
                    phone="+33 4 55 55 01 07", consents={"sms": True, "offers": True})  # fmt: skip
    power = supply("FR.electricity", "14295224261882", 4100, "LKY-261882", "fr")
    record = usual(master, 4717, [power], span=AUTUMN, issued=date(2026, 10, 2), due=date(2026, 10, 23),
                   dunning_stage="friendly", record={"consumption": {"similar_homes": "640"}})  # fmt: skip
    for row in record["bills"]:
        standing = sum((Decimal(part["amount"]) for part in row["lines"] if part["category"] == "fixed"), Decimal(0))
        rest = sum((Decimal(part["amount"]) for part in row["lines"]), Decimal(0)) - standing
        row["taxes"] = [vat("TVA 5,5 %", "5.5", standing), vat("TVA 20 %", "20", rest)]
        for part in row["lines"]:
            part["tax_rate_percent"] = "5.5" if part["category"] == "fixed" else "20"
        parts = [*row["lines"], *row["taxes"]]
        row["total"] = row["amount_payable"] = str(sum((Decimal(part["amount"]) for part in parts), Decimal(0)))
    record["payments"] = [paid(row) for row in record["bills"][1:]]
    record["interactions"] = [
        {"kind": "sent", "at": "2026-10-02T07:00:00Z", "channel": "email", "bill_number": record["bills"][0]["number"]},
        {"kind": "seen", "at": "2026-10-04T18:12:30Z", "channel": "email", "bill_number": record["bills"][0]["number"]},
    ]
    return record


def jean_baptiste() -> Row:
    """A credit note: its amounts are positive as on the paper, the money goes to the customer."""
    master = person("NL-0008", "fr", "Jean-Baptiste", "de Montségur", "Lieu-dit Le Moulin Neuf | 09300 | "
                    "Montferrier | FR", preferred_channel="post", consents={"email": False})  # fmt: skip
    gas = supply("FR.gas", "GI118273", 11800, "GAZ-118273", "fr")
    old = usual_bill("FR", number(2718, "2026-09"), [gas], (date(2026, 9, 1), date(2026, 9, 30)))
    lines = [
        priced("energy", "Gaz naturel, index corrigé", "612", "kWh", "0.0561", supply_point=gas.code),
        priced("network", "Acheminement", "612", "kWh", "0.0214", supply_point=gas.code),
    ]
    taxes = [vat("TVA", "20", sum((Decimal(row["amount"]) for row in lines), Decimal(0)))]
    note = bill(number(4718), "FR", ISSUED, date(2026, 11, 17), period(date(2026, 9, 1), date(2026, 9, 30)), lines,
                taxes, kind="credit_note", original_number=old["number"], supply_points=[gas.code])  # fmt: skip
    return with_supply(master, [gas], [note, old], settled=(1,))


def odette() -> Row:
    """A vulnerable customer with registers by time of use; an energy cheque was deducted."""
    master = person("NL-0009", "fr", "Odette", "Garnier", "3 place du Vieux-Marché | Résidence Les Tilleuls, appt 12 | "
                    "76000 | Rouen | FR", phone="+33 2 55 55 01 09", preferred_channel="phone",
                    consents={"phone": True}, flags={"vulnerable": True})  # fmt: skip
    code = "19387041556207"
    power = supply("FR.electricity", code, 3600, "LKY-556207", "fr")
    bills = [
        _by_time_of_use(number(4719), code, *OCTOBER, 168, 146, "1", prepaid="30.00"),
        _by_time_of_use(number(3719, "2026-09"), code, date(2026, 9, 1), date(2026, 9, 30), 141, 118, "0.97"),
    ]
    record = with_supply(master, [power], bills)
    use = record["consumption"][0]
    use["readings"] = [
        {"meter": "LKY-556207", "register_name": name, "period": period(*OCTOBER), "previous": previous,
         "latest": latest, "quantity": quantity, "unit": "kWh", "method": "customer"}
        for name, previous, latest, quantity in (("HP", "22104", "22272", "168"), ("HC", "17850", "17996", "146"))
    ]  # fmt: skip
    use.update(quantity="314", year_before="331", similar_homes="290")
    use["series"][-1]["quantity"] = "314"
    return record


def _by_time_of_use(
    bill_number: str, code: str, start: date, end: date, day: int, night: int, factor: str, prepaid: str = "0"
) -> Row:
    at = {"supply_point": code}
    high, low = (str((Decimal(price) * Decimal(factor)).quantize(Decimal("0.0001"))) for price in ("0.1490", "0.1090"))
    lines = [
        priced("energy", "Électricité, heures pleines", str(day), "kWh", high, **at),
        priced("energy", "Électricité, heures creuses", str(night), "kWh", low, **at),
        priced("network", "Acheminement", str(day + night), "kWh", "0.0489", **at),
        priced("taxes_levies", "Accise et contributions", str(day + night), "kWh", "0.0299", **at),
        priced("fixed", "Abonnement", "1", "month", "13.18", **at),
    ]
    taxes = [vat("TVA", "20", sum((Decimal(row["amount"]) for row in lines), Decimal(0)))]
    issued = ISSUED if end.month == 10 else date(2026, 10, 3)
    due = date(issued.year, issued.month, 24)
    more = {"note": "Chèque énergie déduit"} if Decimal(prepaid) else {}
    return bill(bill_number, "FR", issued, due, period(start, end), lines, taxes, prepaid=prepaid,
                supply_points=[code], **more)  # fmt: skip


def bakery() -> Row:
    """A small firm that buys water; no given name."""
    master = firm("NL-0010", "fr", "Boulangerie Au Blé Doré SARL", "47 rue Paradis | 13006 | Marseille | FR",
                  email="compta@au-ble-dore.example", consents={"offers": True})  # fmt: skip
    water = supply("FR.water", "EAU-13006-004410", 410, "W-004410", "fr")
    return usual(master, 4720, [water], span=(date(2026, 7, 1), date(2026, 9, 30)), issued=ISSUED,
                 due=date(2026, 11, 24))  # fmt: skip


def marie_belgium() -> Row:
    """French of Belgium, an EAN code, a heat pump; energy was dearer the month before."""
    master = person("NL-0011", "fr-BE", "Marie-Claire", "Vandenbroucke", "Rue Saint-Gilles 318 | 4000 | Liège | BE",
                    attributes={"heating": "heat pump"}, consents={"offers": True, "push": True})  # fmt: skip
    power = supply("BE.electricity", "541456700000418821", 6900, "SM-418822", "fr")
    return usual(master, 4721, [power], before="1.08", record={"consumption": {"similar_homes": "710"}})


CUSTOMERS = (elodie, jean_baptiste, odette, bakery, marie_belgium)

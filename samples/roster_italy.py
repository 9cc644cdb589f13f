"""Customers in Italy: electricity, gas, dual fuel, a credit, a seven-digit amount, very long names."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from accounts import DUE, ISSUED, firm, paid, person, supply, usual, with_supply
from billing import Row, Supply, bill, line, period, priced, vat
from tariffs import TARIFFS
from words import label

# Maria's meter by month, November to October: last year, then this one.
MARIA_BEFORE = (173, 212, 225, 206, 182, 150, 126, 113, 116, 120, 143, 172)
MARIA_NOW = (161, 197, 214, 190, 171, 133, 116, 105, 109, 113, 133, 152)


def maria() -> Row:
    """The customer of the pictures: a higher bill for eight more days, although she uses less."""
    master = person(
        "NL-0001", "en", "Maria", "Bianchi", "Via dei Tigli 14 | 41121 | Modena | IT",
        email="maria.bianchi@mail.example", phone="+39 059 555 0101",
        consents={"sms": True, "push": True, "offers": True}, attributes={"heating": "gas", "app": "yes"},
    )  # fmt: skip
    bills = [
        _maria_bill("2026-10-004711", date(2026, 9, 26), date(2026, 11, 2), 171, "0.3600", "-4.80", ISSUED, DUE),
        _maria_bill("2026-09-004102", date(2026, 8, 27), date(2026, 9, 25), 150, "0.3313", None,
                    date(2026, 9, 28), date(2026, 10, 19)),
        _maria_bill("2025-10-003955", date(2025, 9, 26), date(2025, 11, 2), 194, "0.3190", None,
                    date(2025, 11, 4), date(2025, 11, 25)),
    ]  # fmt: skip
    return {
        **master,
        "supply_points": [
            {
                "code": "IT001E00471100",
                "commodity": "electricity",
                "meter": "E47-110032",
                "tariff": "Luce Serena",
                "contract_end": "2027-06-30",
            }
        ],
        "bills": bills,
        "consumption": [_maria_use()],
        "payments": [paid(bills[1]), paid(bills[2])],
    }


def _maria_bill(
    number: str, start: date, end: date, used: int, price: str, adjustment: str | None, issued: date, due: date
) -> Row:
    at = {"supply_point": "IT001E00471100"}
    days = str((end - start).days + 1)
    lines = [
        priced("energy", "Energy", str(used), "kWh", price, **at),
        priced("network", "Network", str(used), "kWh", "0.1640", **at),
        priced("taxes_levies", "Levies", str(used), "kWh", "0.1221", **at),
        priced("fixed", "Standing charge", days, "day", "0.3158", **at),
    ]
    if adjustment:
        lines.append(line("adjustment", "Adjustment", adjustment, **at))
    taxes = [vat("VAT", "10", sum((Decimal(row["amount"]) for row in lines), Decimal(0)))]
    return bill(number, "IT", issued, due, period(start, end), lines, taxes, supply_points=["IT001E00471100"])


def _maria_use() -> Row:
    points: list[Row] = []
    for place, used in enumerate((*MARIA_BEFORE, *MARIA_NOW)):
        year, month = divmod(2024 * 12 + 10 + place, 12)  # from November 2024
        last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - date(year, month + 1, 1)).days
        point: Row = {"period": period(date(year, month + 1, 1), date(year, month + 1, last)), "quantity": str(used)}
        if (year, month + 1) in ((2026, 2), (2026, 3)):
            point["is_estimated"] = True
        points.append(point)
    reading = {
        "meter": "E47-110032",
        "period": period(date(2026, 9, 26), date(2026, 11, 2)),
        "previous": "18402",
        "latest": "18573",
        "quantity": "171",
        "unit": "kWh",
    }
    return {
        "supply_point": "IT001E00471100",
        "commodity": "electricity",
        "unit": "kWh",
        "readings": [reading],
        "series": points,
        "quantity": "171",
        "year_before": "194",
        "similar_homes": "182",
    }


def giuseppe() -> Row:
    """Gas by an estimated reading, with two estimated months before."""
    master = person("NL-0002", "it", "Giuseppe", "Esposito", "Vico Lungo Gelso 88 | 80134 | Napoli | IT",
                    phone="+39 081 555 0102", attributes={"heating": "gas"})  # fmt: skip
    gas = supply("IT.gas", "05260012345678", 940, "G4-771204", "it")
    use = {"method": "estimated", "estimated": (1, 4, 5), "similar_homes": "58"}
    return usual(master, 4712, [gas], is_estimated=True, record={"consumption": use})


def chiara() -> Row:
    """Electricity and gas on one bill, with a document allowance and rounding to ten cents."""
    master = person("NL-0003", "it", "Chiara", "Romano", "Corso Duca degli Abruzzi 24 | Scala B, interno 7 | 10129 "
                    "| Torino | IT", consents={"sms": True, "offers": True}, preferred_channel="sms",
                    phone="+39 011 555 0103", attributes={"heating": "gas"})  # fmt: skip
    power = supply("IT.electricity", "IT020E00318842", 2350, "E20-318842", "it")
    gas = supply("IT.gas", "00881100923417", 1120, "G4-092341", "it")
    allowance = [{"label": "Bonus sociale", "amount": "-12.00"}]
    record = usual(master, 4713, [power, gas], allowances=allowance)
    newest = record["bills"][0]
    rounding = -(Decimal(newest["total"]) % Decimal("0.10"))
    newest["rounding"] = str(rounding)
    newest["total"] = newest["amount_payable"] = str(Decimal(newest["total"]) + rounding)
    return record


def luca() -> Row:
    """A credit: the real reading was far below the estimates."""
    master = person("NL-0004", "it", "Luca", "Ferrari", "Via Saragozza 211 | 40135 | Bologna | IT",
                    attributes={"solar": "yes"})  # fmt: skip
    power = supply("IT.electricity", "IT001E00882714", 1480, "E47-882714", "it")
    extra = [line("adjustment", "Ricalcolo gennaio-settembre su lettura reale", "-148.20", supply_point=power.code)]
    return usual(master, 4714, [power], extra=extra, record={"consumption": {"similar_homes": "131"}})


def foundry() -> Row:
    """A firm with a seven-digit amount, three registers, power and reactive energy."""
    master = firm("NL-0005", "it", "Fonderie Alte Valli S.p.A.", "Via dell'Industria 1 | 25060 | Marcheno | IT",
                  email="contabilita@fonderie-alte-valli.example", attributes={"segment": "large"})  # fmt: skip
    code, start, end = "IT001E09000417", date(2026, 10, 1), date(2026, 10, 31)
    bills = [
        _foundry_bill("2026-10-004715", code, start, end, (2_514_300, 1_233_900, 1_687_450), "1", ISSUED, DUE),
        _foundry_bill("2026-09-003715", code, date(2026, 9, 1), date(2026, 9, 30), (2_431_800, 1_190_250, 1_602_700),
                      "0.98", date(2026, 10, 2), date(2026, 10, 23)),
    ]  # fmt: skip
    plant = Supply(code, TARIFFS["IT.electricity"], Decimal(61_000_000), "MT-900041", "it")
    record = with_supply(master, [plant], bills, contract={"tariff": "Media Tensione", "contract_end": "2027-12-31"})
    use = record["consumption"][0]
    use["readings"] = [
        {"meter": "MT-900041", "register_name": name, "period": period(start, end), "previous": str(previous),
         "latest": str(previous + quantity // 50), "quantity": str(quantity), "unit": "kWh"}
        for name, previous, quantity in (
            ("F1", 881204, 2_514_300), ("F2", 402877, 1_233_900), ("F3", 612090, 1_687_450),
        )
    ]  # fmt: skip
    use["quantity"], use["year_before"] = "5435650", "5210400"
    use["series"][-1]["quantity"] = "5435650"
    return record


def _foundry_bill(
    number: str, code: str, start: date, end: date, used: tuple[int, int, int], factor: str, issued: date, due: date
) -> Row:
    at = {"supply_point": code}
    total = str(sum(used))
    prices = ("0.1421", "0.1588", "0.1207")
    lines = [
        priced("energy", f"Energia attiva F{place}", str(kwh), "kWh",
               (Decimal(price) * Decimal(factor)).quantize(Decimal("0.0001")), **at)
        for place, (kwh, price) in enumerate(zip(used, prices, strict=True), 1)
    ]  # fmt: skip
    lines += [
        priced("network", "Trasporto, quota energia", total, "kWh", "0.0114", **at),
        priced("network", "Trasporto, quota potenza", "9800", "kW", "3.1172", **at),
        priced("network", "Energia reattiva oltre il 33 %", "41200", "kvarh", "0.0101", **at),
        priced("taxes_levies", "Oneri generali di sistema", total, "kWh", "0.0312", **at),
        priced("taxes_levies", "Accisa", total, "kWh", "0.0125", **at),
        priced("fixed", "Quota fissa", "1", "month", "412.50", **at),
    ]
    taxes = [vat("IVA", "22", sum((Decimal(row["amount"]) for row in lines), Decimal(0)))]
    return bill(number, "IT", issued, due, period(start, end), lines, taxes, supply_points=[code])


def long_name() -> Row:
    """Very long names: of the company, its street, its town."""
    master = firm(
        "NL-0006", "it",
        "Consorzio Intercomunale per la Valorizzazione delle Acque Termali, dei Boschi e dei Sentieri Storici "
        "dell'Alta Valle del Torrente Sant'Antonio e delle Comunità Montane Confederate",
        "Piazza della Repubblica e dei Caduti di tutte le guerre 128/bis | Palazzo Municipale, terzo piano, ala est "
        "| 39040 | San Giovanni Rotondo di Sotto in Val Pusteria presso Sant'Andrea | IT",
    )  # fmt: skip
    water = supply("IT.water", "ACQ-390400118822", 3100, "W-118822", "it")
    extra = [line("one_off", label("it", "water") + ": sostituzione contatore e verifica della tenuta", "84.00")]
    return usual(master, 4716, [water], extra=extra)


CUSTOMERS = (maria, giuseppe, chiara, luca, foundry, long_name)

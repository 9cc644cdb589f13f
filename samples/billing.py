"""How Northlight makes up a bill: lines from use and price, VAT on their sum, and all of it to the cent.

Records are plain dicts as they stand in the files: amounts and quantities are strings.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from zlib import crc32

from tariffs import COURSE, SELLERS, Tariff, creditor_reference
from words import label

Row = dict[str, Any]
CENT = Decimal("0.01")
_DIGITS = (Decimal(1), Decimal("0.1"), Decimal("0.01"))


def cents(amount: Decimal) -> Decimal:
    """Return `amount` rounded to hundredths, halves away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def line(category: str, words: str, amount: Decimal | str, **more: Any) -> Row:
    """Return a charge line with an amount of its own."""
    return {"category": category, "label": words, "amount": str(Decimal(amount)), **more}


def priced(category: str, words: str, quantity: Decimal | str, unit: str, price: Decimal | str, **more: Any) -> Row:
    """Return a charge line whose amount is quantity times price, rounded to hundredths."""
    amount = cents(Decimal(quantity) * Decimal(price))
    return line(category, words, amount, quantity=str(quantity), unit=unit, unit_price=str(price), **more)


def period(start: date, end: date) -> Row:
    """Return a period, both days included."""
    return {"start": start.isoformat(), "end": end.isoformat()}


def vat(words: str, rate_percent: str, base: Decimal) -> Row:
    """Return the VAT on `base`."""
    amount = cents(base * Decimal(rate_percent) / 100)
    return {"label": words, "rate_percent": rate_percent, "base": str(base), "amount": str(amount)}


def bill(
    number: str,
    country: str,
    issued: date,
    due: date,
    span: Row,
    lines: list[Row],
    taxes: list[Row],
    *,
    rounding: str = "0",
    prepaid: str = "0",
    forward: str = "0",
    **more: Any,
) -> Row:
    """Return a bill whose total and amount payable follow from its parts. `more` are further fields."""
    parts = [*lines, *more.get("allowances", ()), *taxes]
    total = sum((Decimal(part["amount"]) for part in parts), Decimal(rounding))
    row: Row = {
        "number": number,
        "issued_on": issued.isoformat(),
        "due_on": due.isoformat(),
        "period": span,
        "lines": lines,
        "taxes": taxes,
        "total": str(total),
        "amount_payable": str(total - Decimal(prepaid) + Decimal(forward)),
        "payee": payee(country, number),
    }
    for name, value in (("rounding", rounding), ("prepaid", prepaid), ("balance_forward", forward)):
        if Decimal(value):
            row[name] = value
    row.update(more)
    return row


def payee(country: str, number: str) -> Row:
    """Return who is paid for bill `number`."""
    seller = SELLERS[country]
    row: Row = {"name": seller.name, "account": seller.account, "reference": creditor_reference(number)}
    if not seller.is_iban:
        row["is_iban"] = False
    return row


# ------------------------------------------------------------------ use


def use_between(annual: Decimal, tariff: Tariff, start: date, end: date) -> Decimal:
    """Return the use from `start` to `end` (both included) of somebody who uses `annual` units a year."""
    share = _share(tariff.commodity, start, end)
    return (annual * share / 1000).quantize(_DIGITS[tariff.decimals], ROUND_HALF_UP)


@lru_cache(maxsize=1000)
def _share(commodity: str, start: date, end: date) -> Decimal:
    """Return the thousandths of a year's use that fall into the days from `start` to `end`."""
    course = COURSE[commodity]
    share = Decimal(0)
    day = start
    while day <= end:
        length = monthrange(day.year, day.month)[1]
        last = min(end, date(day.year, day.month, length))
        share += Decimal(course[day.month - 1] * ((last - day).days + 1)) / length
        day = last + timedelta(days=1)
    return share


def months_until(last: date, count: int) -> list[tuple[date, date]]:
    """Return the first and last day of `count` months, the last of which holds `last`."""
    found = []
    year, month = last.year, last.month
    for _ in range(count):
        found.append((date(year, month, 1), date(year, month, monthrange(year, month)[1])))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found[::-1]


def series(key: str, annual: Decimal, tariff: Tariff, last: date, count: int, estimated: tuple[int, ...] = ()) -> Row:
    """Return `count` months of use up to `last`: seasonal, a few percent up and down, less each year.

    `estimated` are the places, counted from the end (1 is the last), whose quantity is an estimate.
    """
    points = []
    for back, (start, end) in zip(range(count, 0, -1), months_until(last, count), strict=True):
        wobble = 950 + crc32(f"{key} {start}".encode()) % 101  # 950 to 1050 thousandths
        earlier = 60 * ((back - 1) // 12)  # a year before: 6 percent more
        quantity = use_between(annual * (wobble + earlier) / 1000, tariff, start, end)
        point: Row = {"period": period(start, end), "quantity": str(quantity)}
        if back in estimated:
            point["is_estimated"] = True
        points.append(point)
    return {"series": points}


@lru_cache(maxsize=1000)
def _at_price(price: Decimal, factor: str) -> Decimal:
    return (price * Decimal(factor)).quantize(Decimal("0.0001"))


# ------------------------------------------------------------------ one supply point, its bills and its use


@dataclass(frozen=True)
class Supply:
    """A supply point and what it uses in a year."""

    code: str
    tariff: Tariff
    annual: Decimal
    meter: str
    language: str

    def row(self, **more: Any) -> Row:
        """Return the supply point's record."""
        commodity, name = self.tariff.commodity, self.tariff.name
        return {"code": self.code, "commodity": commodity, "meter": self.meter, "tariff": name, **more}

    def lines(self, start: date, end: date, price_factor: str = "1") -> list[Row]:
        """Return the usual lines for the use from `start` to `end`; energy costs `price_factor` times today's price."""
        tariff = self.tariff
        used = use_between(self.annual, tariff, start, end)
        energy = tariff.energy if price_factor == "1" else _at_price(tariff.energy, price_factor)
        at = {"supply_point": self.code}
        rows = [
            priced("energy", label(self.language, tariff.commodity), used, tariff.unit, energy, **at),
            priced("network", label(self.language, "network"), used, tariff.unit, tariff.network, **at),
        ]
        if tariff.levies:
            rows.append(priced("taxes_levies", label(self.language, "levies"), used, tariff.unit, tariff.levies, **at))
        days = Decimal((end - start).days + 1)
        rows.append(priced("fixed", label(self.language, "fixed"), days, "day", tariff.fixed, **at))
        return rows

    def taxes(self, lines: list[Row], allowances: list[Row] | tuple[()] = ()) -> list[Row]:
        """Return the VAT on lines and allowances, at the tariff's rate."""
        base = sum((Decimal(part["amount"]) for part in [*lines, *allowances]), Decimal(0))
        return [vat(label(self.language, "vat"), self.tariff.vat_percent, base)]

    def consumption(self, key: str, start: date, end: date, months: int = 25, **more: Any) -> Row:
        """Return readings, series and comparison for the bill from `start` to `end`."""
        used = use_between(self.annual, self.tariff, start, end)
        before = use_between(self.annual * Decimal("1.07"), self.tariff, start, end)
        base = Decimal(2_000 + crc32(self.code.encode()) % 40_000)
        reading = {
            "meter": self.meter,
            "period": period(start, end),
            "previous": str(base),
            "latest": str(base + used),
            "quantity": str(used),
            "unit": self.tariff.unit,
            "method": more.pop("method", "actual"),
        }
        row: Row = {
            "supply_point": self.code,
            "commodity": self.tariff.commodity,
            "unit": self.tariff.unit,
            "readings": [reading],
            **series(key, self.annual, self.tariff, end, months, more.pop("estimated", ())),
            "quantity": str(used),
        }
        if months > 12:
            row["year_before"] = str(before)
        row.update(more)
        return row

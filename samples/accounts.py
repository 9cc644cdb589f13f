"""A customer's record from a few facts: who, where, what is supplied; bills and payments follow."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing import Row, Supply, bill, period
from tariffs import TARIFFS

Span = tuple[date, date]
OCTOBER: Span = (date(2026, 10, 1), date(2026, 10, 31))
SEPTEMBER: Span = (date(2026, 9, 1), date(2026, 9, 30))
AUGUST: Span = (date(2026, 8, 1), date(2026, 8, 31))
OCTOBER_BEFORE: Span = (date(2025, 10, 1), date(2025, 10, 31))
ISSUED = date(2026, 11, 3)
DUE = date(2026, 11, 24)
ZONES = {
    "IT": "Europe/Rome", "FR": "Europe/Paris", "BE": "Europe/Brussels", "RO": "Europe/Bucharest",
    "LT": "Europe/Vilnius", "IE": "Europe/Dublin", "GB": "Europe/London", "MT": "Europe/Malta",
    "GR": "Europe/Athens", "AT": "Europe/Vienna",
}  # fmt: skip


def supply(tariff: str, code: str, annual: int, meter: str, language: str) -> Supply:
    """Return a supply point on `tariff`, as in IT.gas."""
    return Supply(code, TARIFFS[tariff], Decimal(annual), meter, language)


def person(key: str, locale: str, given: str, family: str, place: str, **more: Any) -> Row:
    """Return a household's master data. `place` is street | postal code | city | country."""
    name = {"given": given, "family": family}
    return _master(key, locale, {part: words for part, words in name.items() if words}, place, more)


def firm(key: str, locale: str, company: str, place: str, **more: Any) -> Row:
    """Return a company's master data: no given name."""
    return _master(key, locale, {"company": company}, place, {"kind": "business", **more})


def _master(key: str, locale: str, name: Row, place: str, more: Row) -> Row:
    *lines, postal_code, city, country = [part.strip() for part in place.split("|")]
    return {
        "key": key,
        "kind": more.pop("kind", "household"),
        "name": name,
        "address": {"lines": lines, "postal_code": postal_code, "city": city, "country": country},
        "email": more.pop("email", f"{key.lower()}@mail.example"),
        "locale": locale,
        "time_zone": ZONES[country],
        "preferred_channel": more.pop("preferred_channel", "email"),
        "consents": {"email": True, **more.pop("consents", {})},
        **more,
    }


def number(serial: int, cycle: str = "2026-10") -> str:
    """Return a bill number, as in 2026-10-004711."""
    return f"{cycle}-{serial:06d}"


def usual_bill(
    country: str,
    bill_number: str,
    supplies: list[Supply],
    span: Span,
    *,
    issued: date | None = None,
    due: date | None = None,
    price_factor: str = "1",
    extra: list[Row] | None = None,
    allowances: list[Row] | None = None,
    **more: Any,
) -> Row:
    """Return the bill for what `supplies` used in `span`, with `extra` lines, issued three days after."""
    lines = [row for point in supplies for row in point.lines(*span, price_factor)] + (extra or [])
    issued = issued or span[1] + timedelta(days=3)
    if allowances:
        more["allowances"] = allowances
    more.setdefault("currency", supplies[0].tariff.currency)
    more.setdefault("supply_points", [point.code for point in supplies])
    taxes = supplies[0].taxes(lines, allowances or ())
    return bill(bill_number, country, issued, due or issued + timedelta(days=21), period(*span), lines, taxes, **more)


def paid(row: Row, *, days_early: int = 2, method: str = "transfer") -> Row:
    """Return the payment that settles bill `row`."""
    on = date.fromisoformat(row["due_on"]) - timedelta(days=days_early)
    return {"amount": row["amount_payable"], "paid_on": on.isoformat(), "bill_number": row["number"], "method": method}


def with_supply(
    master: Row,
    supplies: list[Supply],
    bills: list[Row],
    *,
    settled: tuple[int, ...] = (1, 2),
    payments: list[Row] | None = None,
    consumption: dict[str, Any] | None = None,
    months: int = 25,
    **more: Any,
) -> Row:
    """Return the whole record: newest bill first; bills at the places `settled` are paid in full."""
    key = master["key"]
    span = bills[0]["period"]
    start, end = date.fromisoformat(span["start"]), date.fromisoformat(span["end"])
    record = {
        **master,
        "supply_points": [point.row(**more.get("contract", {})) for point in supplies],
        "bills": bills,
        "consumption": [point.consumption(key, start, end, months, **(consumption or {})) for point in supplies],
        "payments": [paid(bills[place]) for place in settled if place < len(bills)] + (payments or []),
    }
    if "interactions" in more:
        record["interactions"] = more["interactions"]
    return record


def usual(
    master: Row, serial: int, supplies: list[Supply], *, span: Span = OCTOBER, before: str = "0.97", **more: Any
) -> Row:
    """Return a record with three bills: of `span`, of the month or months before, and of a year before.

    `before` is the energy price of the earlier bill, against today's. Further arguments go to the newest
    bill, those under `record` to `with_supply`.
    """
    country = master["address"]["country"]
    rest = more.pop("record", {})
    length = (span[1] - span[0]).days + 1
    earlier = _month_aligned(span[0] - timedelta(days=length), span[0] - timedelta(days=1))
    year = (span[0].replace(year=span[0].year - 1), span[1].replace(year=span[1].year - 1))
    bills = [
        usual_bill(country, number(serial, f"{span[1]:%Y-%m}"), supplies, span, **more),
        usual_bill(country, number(serial - 1000, f"{earlier[1]:%Y-%m}"), supplies, earlier, price_factor=before),
        usual_bill(country, number(serial - 2000, f"{year[1]:%Y-%m}"), supplies, year, price_factor="0.91"),
    ]
    return with_supply(master, supplies, bills, **rest)


def _month_aligned(start: date, end: date) -> Span:
    """Return the span with its start moved to the first of the month nearest to it, when it ends a month."""
    if (end + timedelta(days=1)).day != 1:
        return start, end
    if start.day > 15:
        return (start.replace(day=28) + timedelta(days=4)).replace(day=1), end
    return start.replace(day=1), end

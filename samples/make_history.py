"""Make customers with histories as JSON Lines: `python samples/make_history.py 10000 --seed 7 --out history.jsonl`.

Each has one to three years of bills, payments, messages and answers, promises, disputes and tasks, as five kinds of
payer would leave them; what they are like is not written into the records. Customer i depends on the options and on i
alone, so that a short history is the head of a long one. One customer is in memory at a time.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import names
from accounts import ZONES
from behaviours import Person, person
from billing import Row, months_until, period
from courses import Course, euros
from tariffs import COURSE, TARIFFS, Tariff
from words import label

AS_OF = date(2026, 11, 6)
TERM_DAYS = 21
# low and high use of a household in a year, by unit
ANNUAL = {"kWh": (1300, 6200), "Smc": (300, 1700), "m³": (60, 1500)}
# of the prices of today, in percent, by year of the bill: what everybody pays rose in 2025 and 2026
PRICES = {2023: 84, 2024: 86, 2025: 93}
# never a feature: the fairness report compares outcomes by them
AGE_BANDS = ("18-29", "30-44", "45-64", "65+")
_AGE_WEIGHTS = {"prompt": (12, 24, 36, 28), "strained": (24, 32, 28, 16)}
REGIONS = ("north", "centre", "south", "islands")


def histories(seed: int, months: int, as_of: date) -> Iterator[tuple[Row, Row]]:
    """Yield customers without end, each with the truth about them."""
    place = 0
    while True:
        place += 1
        yield customer(Random(f"history:{seed}:{place}"), place, months, as_of)


def customer(dice: Random, place: int, months: int, as_of: date) -> tuple[Row, Row]:
    """Return customer number `place`, and what they are really like."""
    who = person(dice)
    locale = dice.choices(names.LOCALES, names.WEIGHTS)[0]
    country = dice.choice(names.COUNTRIES[locale])
    tariff = TARIFFS[dice.choice([name for name in TARIFFS if name.startswith(country)])]
    is_new = who.behaviour.name == "new"
    count = dice.randint(1, 5) if is_new else dice.randint(min(12, months), months)
    record = _master(dice, who, place, locale, country)
    record["supply_points"] = [
        {"code": f"{country}{place:012d}", "commodity": tariff.commodity, "tariff": tariff.name}
    ]  # fmt: skip
    courses, bills, truth = _bills(dice, who, place, tariff, record, count, as_of)
    record["bills"] = bills[::-1]
    record["payments"] = [
        {"amount": euros(amount), "paid_on": on.isoformat(), "bill_number": course.number, "method": method}
        for course in courses
        for on, amount, method in course.payments
    ]
    record["interactions"] = sorted((row for course in courses for row in course.interactions), key=_at)
    for name in ("promises", "disputes", "tasks", "documents"):
        if rows := [row for course in courses for row in getattr(course, name)]:
            record[name] = rows
    since = timedelta(days=dice.randint(0, 25) + 31 * count if is_new else dice.randint(31 * count, 4400))
    record["opened_on"] = (as_of - since).isoformat()
    record["flags"] = _flags(dice, who, record, as_of)
    return record, {"key": record["key"], "behaviour": who.behaviour.name, "late": truth}


def _at(row: Row) -> str:
    return str(row["at"])


def _master(dice: Random, who: Person, place: int, locale: str, country: str) -> Row:
    """Return name, address, contacts, consents and what the utility knows besides."""
    street, (postal_code, city) = dice.choice(names.STREETS[country]), dice.choice(names.CITIES[country])
    weights = _AGE_WEIGHTS.get(who.behaviour.name, (20, 30, 32, 18))
    consents = {name: name == who.channel or dice.random() < share for name, share in (("email", 0.8), ("sms", 0.3))}
    return {
        "key": f"H-{place:08d}",
        "name": {"given": dice.choice(names.GIVEN[locale]), "family": dice.choice(names.FAMILY[locale])},
        "address": {"lines": [street.format(dice.randint(1, 240))], "postal_code": postal_code, "city": city,
                    "country": country},
        "email": f"h{place}@mail.example",
        "phone": f"+000 {place:08d}",
        "locale": locale,
        "time_zone": ZONES[country],
        "preferred_channel": who.channel,
        "consents": {**consents, "push": who.channel == "push", "offers": dice.random() < 0.4,
                     "phone": dice.random() < 0.5},
        "payment_method": who.method,
        "attributes": {"region": dice.choice(REGIONS), "age_band": dice.choices(AGE_BANDS, weights)[0],
                       "sex": dice.choice(("f", "m"))},
    }  # fmt: skip


def _bills(
    dice: Random, who: Person, place: int, tariff: Tariff, record: Row, months: int, as_of: date
) -> tuple[list[Course], list[Row], dict[str, float]]:
    """Return the course of each bill, the bills, and how probable it was that each would be late; oldest first."""
    step = 2 if months >= 4 and dice.random() < 0.25 else 1  # a bill every second month
    annual = dice.randint(*ANNUAL[tariff.unit])
    locale, zone = record["locale"], _zone(record["time_zone"])
    courses: list[Course] = []
    bills: list[Row] = []
    truth: dict[str, float] = {}
    spans = _spans(as_of, months)
    usual = _cents(tariff, annual * step // 12, 30 * step, 100)[3]
    for at in range(0, len(spans) - len(spans) % step, step):
        start, end = spans[at][0], spans[at + step - 1][1]
        used = sum(annual * COURSE[tariff.commodity][day.month - 1] for day, _ in spans[at : at + step]) // 1000
        used = used * dice.randint(88, 112) // 100
        if dice.random() < 0.03:
            used = used * dice.randint(150, 260) // 100  # an estimate is put right: a shock
        bill = _bill(f"{end:%Y-%m}-{place:08d}", locale, tariff, used, start, end)
        if dice.random() < 0.006:
            bill = _credited(bill, locale, dice.randint(2000, 9000))
        amount = int(bill["amount_payable"].replace(".", ""))
        chance = who.late_chance(dice, at, max(amount, 0) / max(usual, 1))
        issued = date.fromisoformat(bill["issued_on"])
        course = Course(dice, who, zone, as_of, bill["number"], amount, issued + timedelta(days=TERM_DAYS))
        is_late = amount > 0 and dice.random() < chance
        course.run(issued, is_late=is_late, is_shock=amount > 1.7 * usual)
        who.was_late = is_late
        truth[bill["number"]] = round(chance, 4)
        courses.append(course)
        bills.append(_as_it_stands(bill, course))
    return courses, bills, truth


def _as_it_stands(bill: Row, course: Course) -> Row:
    """Return the bill with the stage of its collection and its dispute, while it is open."""
    is_open = sum(amount for _, amount, _ in course.payments) < course.amount
    if is_open and course.stage:
        bill["dunning_stage"] = course.stage
    if is_open and any("closed_on" not in row for row in course.disputes):
        bill["is_disputed"] = True
    return bill


@cache
def _spans(as_of: date, months: int) -> list[tuple[date, date]]:
    """Return the months that are billed, up to the last one whose bill is out, three days after its end."""
    last = (as_of - timedelta(days=3)).replace(day=1) - timedelta(days=1)
    return months_until(last, months)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _cents(tariff: Tariff, used: int, days: int, percent: int) -> tuple[int, int, int, int]:
    """Return energy, standing charge, VAT and total, in hundredths. `percent`: of the energy's price of today."""
    price = int(tariff.energy * 10_000) * percent // 100 + int((tariff.network + tariff.levies) * 10_000)
    energy, fixed = (used * price + 50) // 100, (days * int(tariff.fixed * 10_000) + 50) // 100
    tax = ((energy + fixed) * int(float(tariff.vat_percent) * 10) + 500) // 1000
    return energy, fixed, tax, energy + fixed + tax


def _bill(number: str, locale: str, tariff: Tariff, used: int, start: date, end: date) -> Row:
    energy, fixed, tax, total = _cents(tariff, used, (end - start).days + 1, PRICES.get(end.year, 100))
    issued = end + timedelta(days=3)
    return {
        "number": number,
        "issued_on": issued.isoformat(),
        "due_on": (issued + timedelta(days=TERM_DAYS)).isoformat(),
        "period": period(start, end),
        "currency": tariff.currency,
        "lines": [
            {"category": "energy", "label": label(locale, tariff.commodity), "amount": euros(energy),
             "quantity": str(used), "unit": tariff.unit},
            {"category": "fixed", "label": label(locale, "fixed"), "amount": euros(fixed)},
        ],
        "taxes": [{"label": label(locale, "vat"), "rate_percent": tariff.vat_percent, "amount": euros(tax)}],
        "total": euros(total),
        "amount_payable": euros(total),
    }  # fmt: skip


def _credited(bill: Row, locale: str, beyond: int) -> Row:
    """Return the bill with an adjustment that makes it a credit of `beyond`, VAT left as it is."""
    total = int(bill["total"].replace(".", ""))
    row = {"category": "adjustment", "label": label(locale, "adjustment"), "amount": euros(-total - beyond)}
    return {**bill, "lines": [*bill["lines"], row], "total": euros(-beyond), "amount_payable": euros(-beyond)}


def _flags(dice: Random, who: Person, record: Row, as_of: date) -> dict[str, Any]:
    """Return what the customer's state forbids or asks for."""
    strained = who.behaviour.name == "strained"
    flags: dict[str, Any] = {}
    if dice.random() < (0.15 if strained else 0.02):
        flags["vulnerable"] = True
    if dice.random() < 0.002:
        flags["deceased"] = True
    if strained and dice.random() < 0.01:
        flags["legal_hold"] = True
    if record["bills"] and record["bills"][0].get("is_disputed"):
        flags["disputed"] = True
    plan = [row for row in record.get("promises", ()) if "plan" in row]
    if plan and date.fromisoformat(plan[-1]["due_on"]) >= as_of - timedelta(days=30):
        flags["payment_plan"] = "broken" if any(row.get("kept") is False for row in plan[-3:]) else "kept"
    return flags


def _day(text: str) -> date:
    return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a calendar date has no zone


def main() -> None:
    """Write the histories to a file or to standard output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, metavar="N", help="how many customers")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other customers (default: 1)")
    parser.add_argument("--months", type=int, default=36, metavar="M", help="longest history (default: 36)")
    parser.add_argument("--as-of", type=_day, default=AS_OF, help=f"day on which all is told (default: {AS_OF})")
    parser.add_argument("--out", type=Path, help="file to write; default: standard output")
    parser.add_argument("--truth", type=Path, help="file for each customer's behaviour and chances: for tests alone")
    options = parser.parse_args()
    if options.months < 1:
        parser.error("a history has a month at least")
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
    with ExitStack() as files:
        out = files.enter_context(_written(options.out)) if options.out else sys.stdout
        truth = files.enter_context(_written(options.truth)) if options.truth else None
        made = histories(options.seed, options.months, options.as_of)
        for _, (row, true) in zip(range(options.count), made, strict=False):
            out.write(encode(row) + "\n")
            if truth:
                truth.write(encode(true) + "\n")


def _written(path: Path) -> Any:
    return path.open("w", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

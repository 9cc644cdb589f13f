"""Make a billing cycle of any size as JSON Lines: `python samples/make_cycle.py 100000 --seed 7 --out cycle.jsonl`.

Customer i depends on the seed and on i alone, so a short cycle is the head of a long one. One customer is in memory
at a time.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import names
from accounts import DUE, ISSUED, ZONES, paid
from billing import Row, Supply, bill, line, period, priced, use_between
from tariffs import COURSE, TARIFFS, Tariff
from words import label

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
SEPTEMBER = (date(2026, 9, 1), date(2026, 9, 30))
BEFORE = (date(2025, 10, 1), date(2025, 10, 31))
# stage -> issue date and due date of the newest bill; the weights are a utility's usual share
STAGES = {
    "none": (ISSUED, DUE),
    "friendly": (date(2026, 10, 12), date(2026, 11, 2)),
    "first": (date(2026, 9, 24), date(2026, 10, 15)),
    "second": (date(2026, 9, 3), date(2026, 9, 24)),
    "final": (date(2026, 8, 3), date(2026, 8, 24)),
}
STAGE_WEIGHTS = (900, 55, 25, 14, 6)
SPANS = {
    "none": OCTOBER,
    "friendly": SEPTEMBER,
    "first": (date(2026, 8, 1), date(2026, 8, 31)),
    "second": (date(2026, 7, 1), date(2026, 7, 31)),
    "final": (date(2026, 6, 1), date(2026, 6, 30)),
}
# A household's yearly use, low to high, by unit.
ANNUAL = {
    ("electricity", "kWh"): (1100, 5200),
    ("gas", "kWh"): (4000, 18000),
    ("gas", "Smc"): (350, 1700),
    ("gas", "m³"): (350, 1700),
    ("heat", "kWh"): (3000, 12000),
    ("water", "m³"): (40, 220),
}


def customers(seed: int, *, messy: bool = False) -> Iterator[Row]:
    """Yield customers without end."""
    place = 0
    while True:
        place += 1
        yield customer(Random(f"{seed}:{place}"), place, messy=messy)


def customer(dice: Random, place: int, *, messy: bool = False) -> Row:
    """Return customer number `place`, as the dice fall."""
    locale = names.LOCALES[place % 6] if messy else dice.choices(names.LOCALES, names.WEIGHTS)[0]
    country = dice.choice(names.COUNTRIES[locale])
    row = _master(dice, place, locale, country, messy=messy)
    supplies = _supplies(dice, place, country, locale)
    stage = dice.choices(tuple(STAGES), STAGE_WEIGHTS)[0]
    row["supply_points"] = [point.row() for point in supplies]
    row["bills"] = _bills(dice, place, country, supplies, stage, messy=messy)
    estimated = row["bills"][0].get("is_estimated", False)
    row["consumption"] = [_use(dice, point, SPANS[stage], estimated=estimated) for point in supplies]
    row["payments"] = [paid(settled) for settled in row["bills"][1:]]
    row["attributes"] = {"segment": dice.choice(("a", "b", "c"))}
    return row


def _master(dice: Random, place: int, locale: str, country: str, *, messy: bool) -> Row:
    """Return name, address, contacts, consents and flags."""
    key = f"C-{place:08d}"
    is_business = dice.random() < 0.08
    if is_business:
        name = {"company": dice.choice(names.COMPANIES[locale]).format(dice.choice(names.FAMILY[locale]))}
    else:
        name = {"given": dice.choice(names.GIVEN[locale]), "family": dice.choice(names.FAMILY[locale])}
    if messy:
        name = names.roughened(dice, name)
    street, (postal_code, city) = dice.choice(names.STREETS[country]), dice.choice(names.CITIES[country])
    row: Row = {
        "key": key,
        "kind": "business" if is_business else "household",
        "name": name,
        "address": {
            "lines": [street.format(dice.randint(1, 240))],
            "postal_code": postal_code,
            "city": city,
            "country": country,
        },
        "email": f"c{place}@mail.example",
        "locale": locale,
        "time_zone": ZONES[country],
        "preferred_channel": dice.choices(("email", "sms", "push", "post"), (70, 12, 8, 10))[0],
        "consents": {"email": True, "sms": dice.random() < 0.4, "offers": dice.random() < 0.35},
    }
    flags = {name: True for name, share in names.FLAG_SHARES if dice.random() < share}
    if flags:
        row["flags"] = flags
    return row


def _supplies(dice: Random, place: int, country: str, language: str) -> list[Supply]:
    """Return one supply point, or two for dual fuel."""
    offered = [name for name in TARIFFS if name.startswith(country)]
    count = 2 if len(offered) > 1 and dice.random() < 0.15 else 1
    found = []
    for name in dice.sample(offered, count):
        tariff = TARIFFS[name]
        low, high = ANNUAL[tariff.commodity, tariff.unit]
        code = f"{country}{tariff.commodity[0].upper()}{place:012d}"
        found.append(Supply(code, tariff, Decimal(dice.randint(low, high)), f"M-{place:08d}", language))
    return found


def _bills(dice: Random, place: int, country: str, supplies: list[Supply], stage: str, *, messy: bool) -> list[Row]:
    """Return the newest bill, mostly the one of the month before, often the one of a year before."""
    issued, due = STAGES[stage]
    span = SPANS[stage]
    more: Row = {} if stage == "none" else {"dunning_stage": stage}
    if dice.random() < 0.07:
        more["is_estimated"] = True
    extra = _extra(dice, supplies[0])
    newest = _bill(country, place, supplies, span, issued, due, "1", extra, count=_count(dice, messy=messy), **more)
    if dice.random() < 0.04:
        return [newest]  # a first bill
    earlier_end = span[0] - timedelta(days=1)
    earlier = (earlier_end.replace(day=1), earlier_end)
    year = (span[0].replace(year=span[0].year - 1), span[1].replace(year=span[1].year - 1))
    bills = [newest, _bill(country, place, supplies, earlier, issued - timedelta(30), due - timedelta(30), "0.97", [])]
    if dice.random() < 0.6:
        bills.append(_bill(country, place, supplies, year, issued - timedelta(365), due - timedelta(365), "0.91", []))
    return bills


def _count(dice: Random, *, messy: bool) -> int | None:
    """Return how many charge lines the newest bill shall have: None leaves the usual ones."""
    return dice.randint(1, 40) if messy else None


def _extra(dice: Random, point: Supply) -> list[Row]:
    """Return what is not usual: an adjustment, now and then so large that the bill is a credit; a discount."""
    rows = []
    throw = dice.random()
    if throw < 0.03:
        rows.append(
            line("adjustment", label(point.language, "adjustment"), f"-{dice.randint(150, 600)}.{_decimals(dice)}")
        )
    elif throw < 0.12:
        rows.append(
            line("adjustment", label(point.language, "adjustment"), f"{dice.randint(-19, 19)}.{_decimals(dice)}")
        )
    if dice.random() < 0.1:
        rows.append(line("discount", label(point.language, "discount"), f"-{dice.randint(1, 9)}.00"))
    return rows


def _decimals(dice: Random) -> str:
    """Return two decimals."""
    return f"{dice.randint(0, 99):02d}"


def _bill(
    country: str, place: int, supplies: list[Supply], span: tuple[date, date], issued: date, due: date, factor: str,
    extra: list[Row], *, count: int | None = None, **more: Any,
) -> Row:  # fmt: skip
    """Return one bill over all `supplies`, cut or filled up to `count` lines."""
    lines = [row for point in supplies for row in point.lines(*span, factor)] + extra
    if count is not None:
        fill = (priced("one_off", f"{names.SERVICES[spot % 7]} {spot + 1}", "1", "piece", "1.45") for spot in range(40))
        lines = [*lines, *fill][:count]
    return bill(
        f"{span[1]:%Y-%m}-{place:08d}", country, issued, due, period(*span), lines, supplies[0].taxes(lines),
        currency=supplies[0].tariff.currency, supply_points=[point.code for point in supplies], **more,
    )  # fmt: skip


# ------------------------------------------------------------------ use


def _use(dice: Random, point: Supply, span: tuple[date, date], *, estimated: bool) -> Row:
    """Return readings, 13 to 25 months of use, and what it is compared with."""
    tariff = point.tariff
    used = use_between(point.annual, tariff, *span)
    previous = dice.randint(1000, 60_000)
    reading = {
        "meter": point.meter,
        "period": period(*span),
        "previous": str(previous),
        "latest": str(previous + used),
        "quantity": str(used),
        "unit": tariff.unit,
        "method": "estimated" if estimated else "actual",
    }
    return {
        "supply_point": point.code,
        "commodity": tariff.commodity,
        "unit": tariff.unit,
        "readings": [reading],
        "series": _series(dice, point.annual, tariff, span[1], dice.choice((13, 25, 25))),
        "quantity": str(used),
        "year_before": str(used * dice.randint(85, 125) // 100),
        "similar_homes": str(used * dice.randint(80, 120) // 100),
    }


def _series(dice: Random, annual: Decimal, tariff: Tariff, last: date, count: int) -> list[Row]:
    course, whole = COURSE[tariff.commodity], int(annual)
    points = []
    bits = dice.getrandbits(4 * count)  # four a month: 92.5 to 107.5 percent
    for span, month in _months(last, count):
        used = whole * course[month - 1] * (925 + 10 * (bits & 15)) // 1_000_000
        bits >>= 4
        points.append({"period": span, "quantity": str(used)})
    return points


_MONTHS: dict[tuple[date, int], list[tuple[Row, int]]] = {}


def _months(last: date, count: int) -> list[tuple[Row, int]]:
    """Return period and number of `count` months up to the one that `last` ends."""
    if (last, count) not in _MONTHS:
        found = []
        end = last
        for _ in range(count):
            start = end.replace(day=1)
            found.append((period(start, end), end.month))
            end = start - timedelta(days=1)
        _MONTHS[last, count] = found[::-1]
    return _MONTHS[last, count]


def main() -> None:
    """Write the cycle to a file or to standard output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, metavar="N", help="how many customers")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other customers (default: 1)")
    parser.add_argument("--messy", action="store_true", help="very long names, rare glyphs, 1 to 40 charge lines")
    parser.add_argument("--out", type=Path, help="file to write; default: standard output")
    options = parser.parse_args()
    out = options.out.open("w", encoding="utf-8", newline="\n") if options.out else sys.stdout
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
    with out:
        for _, row in zip(range(options.count), customers(options.seed, messy=options.messy), strict=False):
            out.write(encode(row))
            out.write("\n")


if __name__ == "__main__":
    main()

"""Whom the communication addresses: names, and the address as its country writes it."""

from __future__ import annotations

from functools import lru_cache

from babel.core import get_global

from engine.compose.case import Case
from engine.compose.facts import harmless
from engine.compose.locale import data_locale
from engine.model.communication import CustomerView
from engine.model.customer import CustomerKind, PostalAddress

_BUSINESS = CustomerKind.BUSINESS
MOST_LINES = 7  # what an envelope's window holds
# Countries that write a town otherwise than by code and city.
_OF_THEIR_OWN = frozenset(["GB", "IE", "RU", "UA", "BY", "KZ", "US", "CA", "AU", "IT", "LT", "LV", "RO"])
_LINE_IDS = tuple(f"customer.address.{place}" for place in range(MOST_LINES))


def customer_view(case: Case) -> CustomerView:
    """Return the customer's names, envelope lines and number."""
    customer, book = case.customer, case.book
    name = customer.name
    full = name.full
    lines = [harmless(full), *_contact(case), *_address(case)]
    return CustomerView(
        first_name=book.word("customer.first_name", name.given or full),
        full_name=book.word("customer.full_name", full),
        address=tuple([book.word(_LINE_IDS[place], line) for place, line in enumerate(_fitted(lines))]),
        account=book.word("customer.account", _number(case)),
        is_business=customer.kind is _BUSINESS,
        is_vulnerable=customer.flags.vulnerable,
    )


def _number(case: Case) -> str:
    """Return the customer's number. A record keyed by its only invoice has none but what the invoice names."""
    customer = case.customer
    return customer.attributes.get("account", "") if customer.key == case.bill.number else customer.key


def _contact(case: Case) -> list[str]:
    """Return the person below a company's name."""
    name = case.customer.name
    if not name.company:
        return []
    person = _together(name.given or "", name.family or "")
    return [harmless(person)] if person else []


def _address(case: Case) -> list[str]:
    address = case.customer.address
    if address is None:
        return []
    lines = [
        line if line.isprintable() else harmless(line)
        for line in (*address.lines, *town_lines(address))
        if line.strip()
    ]
    home = _home_country(case.campaign.time_zone)
    if home and address.country != home:
        lines.append(_country(case.campaign.locale, address.country))
    return lines


def town_lines(address: PostalAddress) -> list[str]:
    """Return postal code, town and region as the country of `address` writes them."""
    code, city, region = address.postal_code.strip(), address.city.strip(), address.region.strip()
    if address.country not in _OF_THEIR_OWN:
        return [_together(code, city)]
    match address.country:
        case "GB" | "IE":
            return [city, region if address.country == "IE" else "", code]
        case "RU" | "UA" | "BY" | "KZ":
            return [city, region if region != city else "", code]
        case "US" | "CA" | "AU":
            return [f"{city}, {region} {code}".strip(" ,") if region else f"{city} {code}".strip()]
        case "IT" if region and len(region) == 2:
            return [_together(code, city, region)]
        case "LT" if code.isdigit():
            return [_together(f"LT-{code}", city)]
        case "LV" if code:
            return [f"{city}, {code}"]
        case "RO" if region and region != city:
            return [_together(code, city), region]
        case _:
            return [_together(code, city)]


def _together(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _fitted(lines: list[str]) -> list[str]:
    """Return at most seven lines: those in the middle share one where there are more."""
    surplus = len(lines) - MOST_LINES
    if surplus <= 0:
        return lines
    return [lines[0], ", ".join(lines[1 : 2 + surplus]), *lines[2 + surplus :]]


@lru_cache(maxsize=1024)
def _country(locale: str, code: str) -> str:
    """Return a country as it stands below an address: in capitals, in the campaign's language."""
    return str(data_locale(locale).territories.get(code, code)).upper()


@lru_cache(maxsize=64)
def _home_country(time_zone: str) -> str:
    """Return the country of a time zone (CLDR), or nothing for UTC and the like."""
    country = str(get_global("zone_territories").get(time_zone, ""))
    return "" if country == "001" else country

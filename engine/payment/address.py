"""Addresses of payment and answer pages, read strictly: what browsers repair is refused here.

Lower-case ASCII hosts, no user name, no port unless the allow-list names it, no escapes, no dot segments,
no fragment. So two spellings never lead to one place, and no spelling looks like another host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from engine.errors import PaymentError

MAX_LENGTH = 1000

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"https://(?P<host>{_LABEL}(?:\.{_LABEL})*(?::[1-9][0-9]{{0,4}})?)(?P<path>/[A-Za-z0-9._~/-]*)?")
# How each parameter is written; anything else is malformed, so that no value has two spellings.
_VALUES = {
    "r": re.compile(r"[A-Za-z0-9]{1,64}"),
    "a": re.compile(r"[1-9][0-9]{0,18}"),
    "c": re.compile(r"[A-Z]{3}"),
    "e": re.compile(r"[1-9][0-9]{8,10}"),
    "v": re.compile(r"[0-9]{1,3}"),
    "k": re.compile(r"paid|wrong|call|instalments|dispute|not_me"),
    "s": re.compile(r"[A-Za-z0-9_-]{43}"),
}


@lru_cache(maxsize=256)
def split_address(url: str) -> tuple[str, str]:
    """Return host (with its port, if any) and path of a page. Raises `PaymentError` (P101)."""
    found = _match(url)
    if found is None:
        raise PaymentError(
            "P101",
            "the page's address is not a plain https address",
            hint="write https://host/path: lower case, no user, no query, no fragment",
        )
    return found


def split_link(url: str) -> tuple[str, str, str]:
    """Return host, path and query of a signed link. Raises `PaymentError` (P103)."""
    address, mark, query = url.partition("?")
    found = _match(address) if mark and len(url) <= MAX_LENGTH else None
    if found is None or not address.startswith(f"https://{found[0]}/"):
        raise _malformed("it is not a plain https address with a query")
    return found[0], found[1], query


def allowed_host(host: str, allowed: Iterable[str]) -> None:
    """Raise `PaymentError` (P102) unless `host` is, character for character, one of `allowed`."""
    if host not in tuple(allowed):
        raise PaymentError("P102", "the link leads to a host that is not in the allow-list",
                           hint="name own hosts only in payment.allowed_hosts")  # fmt: skip


def parse_query(query: str, names: tuple[str, ...]) -> dict[str, str]:
    """Return the parameters of `query`: exactly `names`, once each, in any order. Raises P103, P104."""
    values: dict[str, str] = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name not in names:
            raise _malformed("it has a parameter that is not known")
        if name in values:
            raise PaymentError("P104", f"the link has the parameter `{name}` twice",
                               hint="open the link as it was sent")  # fmt: skip
        if not _VALUES[name].fullmatch(value):
            raise _malformed(f"its parameter `{name}` is not written as it should be")
        values[name] = value
    if len(values) != len(names):
        raise _malformed("it lacks a parameter")
    return values


def _match(url: str) -> tuple[str, str] | None:
    found = _ADDRESS.fullmatch(url)
    if found is None:
        return None
    path = found["path"] or "/"
    segments = path.split("/")[1:]
    if any(part in (".", "..") for part in segments) or "" in segments[:-1]:
        return None
    return found["host"], path


def _malformed(why: str) -> PaymentError:
    return PaymentError("P103", f"the link is malformed: {why}", hint="open the link as it was sent")

"""The filters of templates: for addresses, ids and geometry, which are no words for a customer.

Of Jinja's own filters those stay that neither print nor switch off escaping.
"""

from __future__ import annotations

import contextvars
import functools
import json
import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import jinja2
from markupsafe import Markup, escape

from engine.errors import Problem
from engine.model.communication import Fact, Phrase, Text, TextBlock
from engine.templating.refusal import RefusedError
from engine.templating.svg import FILTERS as SVG_FILTERS
from engine.templating.svg import coord

if TYPE_CHECKING:
    from engine.templating.environment import Rendering

KEPT_FILTERS = ("abs", "batch", "count", "first", "float", "int", "last", "length", "list", "map", "max", "min",
                "reject", "rejectattr", "reverse", "round", "select", "selectattr", "slice", "sum")  # fmt: skip
KEPT_TESTS = ("defined", "divisibleby", "eq", "==", "even", "false", "ge", ">=", "gt", ">", "in", "le", "<=", "lt",
              "<", "ne", "!=", "none", "odd", "sameas", "true", "undefined")  # fmt: skip
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,199}")
_DATA = re.compile(r"data:image/(png|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/=]+")
_UNSAFE = re.compile(r"[\s<>\"'`\\\x00-\x1f\x7f]")


def token(value: object) -> Markup:
    """Return an id, a class, a language or a file name: letters, digits and . _ : / + - only."""
    if not isinstance(value, str) or not _TOKEN.fullmatch(value) or ".." in value or "//" in value:
        raise RefusedError(Problem("T107", "|token takes an id of letters, digits and . _ : / + -", "",
                              "print words and figures without |token"))  # fmt: skip
    return Markup(str.__str__(value))  # noqa: S704  (matched above)


def coordinate(value: object) -> Markup:
    """Return a number of the drawing; money and facts are refused, since they are formatted in compose."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise RefusedError(Problem("T107", f"|coord takes a number of the drawing, not a {type(value).__name__}", "",
                              "print a fact as it is"))  # fmt: skip
    return coord(value)


def phone_digits(value: object) -> Markup:
    """Return the digits of a telephone number of the campaign, for a tel: address."""
    if not isinstance(value, Text):
        raise RefusedError(Problem("T107", "|tel takes a telephone number of the campaign", "", "use supplier.phone"))
    return Markup(("+" if value.startswith("+") else "") + re.sub(r"\D", "", value))  # noqa: S704  (digits)


def url_filter(hosts: frozenset[str]) -> Callable[[object], Markup]:
    """Return the filter |url: https addresses of the campaign's own hosts, and pictures as data."""

    def url(value: object) -> Markup:
        """Return an address for href or src."""
        if isinstance(value, str) and _DATA.fullmatch(value):
            return Markup(str.__str__(value))  # noqa: S704  (matched: base64 only)
        if not isinstance(value, str) or _UNSAFE.search(value):
            raise _refused_url("it is not a plain address")
        try:
            parts = urlsplit(value)
            host = parts.netloc
        except ValueError:
            raise _refused_url("it is not a plain address") from None
        if parts.scheme != "https" or "@" in host:
            raise _refused_url("only https addresses without a user name are allowed")
        if host.lower() not in hosts:
            raise _refused_url("its host does not stand in the campaign")
        return escape(str.__str__(value))

    return url


def _refused_url(why: str) -> RefusedError:
    return RefusedError(
        Problem("T106", why, "", "addresses come from campaign.toml or compose; see payment.allowed_hosts")
    )


def filters_of(hosts: frozenset[str], current: contextvars.ContextVar[Rendering]) -> dict[str, Callable[..., object]]:
    """Return the filters of a set whose campaign names `hosts`."""

    def spoken(value: object) -> Text:
        """Return a fact or a sentence as a voice says it."""
        if isinstance(value, Fact | TextBlock):
            current.get().note(value)
            return Text(value.spoken or value.text)
        if isinstance(value, Phrase):
            return Text(value.spoken)
        if isinstance(value, Text):
            return value
        raise RefusedError(Problem("T107", "|spoken takes a fact or a sentence", "", "print a fact, or a text block"))

    def as_json(value: object) -> Markup:
        """Return facts, texts, numbers of the drawing and lists of them as JSON for a script element."""
        plain = json.dumps(_plain(value, current.get()), ensure_ascii=False)
        for char in "<>&'\u2028\u2029":
            plain = plain.replace(char, f"\\u{ord(char):04x}")
        return Markup(plain)  # noqa: S704  (what could end a script element is escaped above)

    def iso(value: object) -> Markup:
        """Return the date of a fact as YYYY-MM-DD, for <time datetime>."""
        if isinstance(value, Fact) and isinstance(value.value, date):
            return Markup(value.value.isoformat())  # noqa: S704  (a date)
        raise RefusedError(Problem("T107", "|iso takes a fact that is a date", "", "print the fact as it is"))

    made: dict[str, Callable[..., object]] = {
        **SVG_FILTERS,
        "coord": coordinate,
        "n": coordinate,
        "token": token,
        "tel": phone_digits,
        "url": url_filter(hosts),
        "spoken": spoken,
        "json": as_json,
        "iso": iso,
    }
    return {name: _of_something(function) for name, function in made.items()}


def _of_something(function: Callable[..., object]) -> Callable[..., object]:
    """Return the filter, raising what StrictUndefined says (the name) when it gets nothing."""

    @functools.wraps(function)
    def checked(value: object) -> object:
        if isinstance(value, jinja2.Undefined):
            str(value)
        return function(value)

    return checked


def _plain(value: object, rendering: Rendering) -> object:
    if isinstance(value, Fact | TextBlock):
        rendering.note(value)
        return value.text
    if isinstance(value, Phrase):
        return value.text
    if isinstance(value, Text):
        return str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, tuple | list):
        return [_plain(part, rendering) for part in value]
    if isinstance(value, dict):
        return {str(key): _plain(part, rendering) for key, part in value.items()}
    raise RefusedError(Problem("T104", f"a bare {type(value).__name__} can't be shown", "",
                          "give facts, translated texts, or lists of them"))  # fmt: skip

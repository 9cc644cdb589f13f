"""What the data model refuses, turned into a problem: place, what was found, expected, how to mend.

No personal data: a value is quoted only from fields that hold dates, codes or words of a fixed
list, and shortened. Of all others only the kind of fault is said.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from engine.errors import CODES, Problem, nearest
from engine.ingest.place import Origins, known_fields, place_of
from engine.model.customer import Customer

_QUOTE_LIMIT = 24
_QUOTABLE = frozenset({
    "issued_on", "due_on", "paid_on", "start", "end", "contract_end", "at",
    "kind", "category", "commodity", "method", "previous_method", "dunning_stage", "payment_plan",
    "preferred_channel", "channel", "currency", "locale", "country",
    "payment_method", "opened_on", "made_on", "closed_on", "opened_at", "done_at", "state", "outcome", "direction",
})  # fmt: skip
_COMMA_NUMBER = re.compile(r"^-?[\d.\s']*\d,\d+$")
_DATE_HINT = "write dates as YYYY-MM-DD; for CSV files the option date_format takes another way"

# pydantic's error type -> code, what was expected, how to mend
_RULES: dict[str, tuple[str, str, str]] = {
    "missing": ("I106", "the field is missing", "add it; docs/data-model.md lists what each record needs"),
    "string_type": ("I104", "a text is expected", "put the value in quotes"),
    "string_too_long": ("I104", "the text is too long", "shorten it to {max_length} characters"),
    "string_too_short": ("I104", "the text is empty", "give a value, or leave the field out if it may be"),
    "date_from_datetime_parsing": ("I107", "a calendar date is expected", _DATE_HINT),
    "date_parsing": ("I107", "a calendar date is expected", _DATE_HINT),
    "date_type": ("I107", "a calendar date is expected", _DATE_HINT),
    "written_date": ("I107", "a calendar date is expected", _DATE_HINT),
    "absurd_date": ("I107", "a date from 1990-01-01 to 2199-12-31 is expected", _DATE_HINT),
    "datetime_from_date_parsing": ("I107", "a time is expected", "write times as 2026-11-03T09:30:00Z"),
    "datetime_parsing": ("I107", "a time is expected", "write times as 2026-11-03T09:30:00Z"),
    "datetime_type": ("I107", "a time is expected", "write times as 2026-11-03T09:30:00Z"),
    "decimal_parsing": ("I108", "a decimal number is expected", "write figures as 1234.56, without units or blanks"),
    "decimal_type": ("I108", "a decimal number is expected", "write figures as 1234.56, without units or blanks"),
    "iban": ("I119", "the check digits of the IBAN are wrong", "mend the IBAN, or set is_iban to false"),
    "bool_parsing": ("I104", "true or false is expected", "write true or false"),
    "bool_type": ("I104", "true or false is expected", "write true or false"),
    "tuple_type": ("I104", "a list is expected", "put the values in [ ]"),
    "dict_type": ("I104", "an object is expected", "put the fields in { }"),
    "model_type": ("I104", "an object is expected", "put the fields in { }"),
}
_PATTERN_WORDS = {
    "currency": ("a currency code of three capital letters", "write it as EUR (ISO 4217)"),
    "country": ("a country code of two capital letters", "write it as IT (ISO 3166-1)"),
    "locale": ("a language tag", "write it as it or it-IT"),
}


def problem_of(error: ValidationError, source: str, origins: Origins | None = None) -> tuple[Problem, str]:
    """Return the problem that stands for `error`, and the figures that it must not show.

    The first fault speaks; how many more there are is said. `origins`: the file and line that a part
    of the record came from, where it is another than `source`.
    """
    details = error.errors(include_url=False)
    first = details[0]
    more = len(details) - 1
    problem, figures = _one(first, source, origins or {})
    if more:
        fact = f"{problem.fact} (and {more} more {'fault' if more == 1 else 'faults'} in this record)"
        problem = Problem(problem.code, fact, problem.place, problem.hint)
    return problem, figures


def _one(detail: Any, source: str, origins: Origins) -> tuple[Problem, str]:
    location, kind = detail["loc"], detail["type"]
    place = place_of(location, source, origins)
    if kind in CODES:  # the model's own checks carry their code
        return _model_fault(detail, place)
    if kind == "extra_forbidden":
        return _unknown(location, place), ""
    if kind == "enum":
        return _not_in_list(detail, place), ""
    if kind == "string_pattern_mismatch":
        return _wrong_shape(detail, place), ""
    code, expected, hint = _RULES.get(kind, ("M101", str(detail["msg"]).removeprefix("Value error, "), ""))
    if code == "I108":
        expected, hint = _number_fault(detail["input"], expected, hint)
    fact = f"{_found(location, detail['input'])}{expected}"
    longest = str(detail.get("ctx", {}).get("max_length", ""))
    return Problem(code, fact, place, hint.replace("{max_length}", longest)), ""  # other braces are meant


def _model_fault(detail: Any, place: str) -> tuple[Problem, str]:
    context = detail.get("ctx", {})
    hints = {
        "M102": "lines + allowances + taxes + rounding = total, to the cent",
        "M103": "total - prepaid + balance_forward = amount_payable, to the cent",
        "M104": "round the amount in the billing system; unit prices may have more decimals",
    }
    figures = ""
    fact = str(detail["msg"])
    if "difference" in context:
        figures = fact
        fact = f"{CODES[detail['type']]} by {context['difference']}"
    return Problem(detail["type"], fact, place, hints.get(detail["type"], "")), figures


def _unknown(location: Any, place: str) -> Problem:
    name = str(location[-1])
    known = known_fields(Customer, location)
    close = nearest(name, known)
    hint = f"did you mean `{close}`?" if close else f"known here: {', '.join(known)}"
    return Problem("I105", "the data model has no such field", place, hint)


def _not_in_list(detail: Any, place: str) -> Problem:
    expected = str(detail.get("ctx", {}).get("expected", ""))
    words = [word.strip(" '") for word in expected.replace(" or ", ", ").split(",")]
    value = detail["input"]
    close = nearest(value.lower(), words) if isinstance(value, str) else ""
    hint = f"did you mean `{close}`?" if close else "use one of the words listed"
    return Problem("I104", f"{_found(detail['loc'], value)}one of {', '.join(words)} is expected", place, hint)


def _wrong_shape(detail: Any, place: str) -> Problem:
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    expected, hint = _PATTERN_WORDS.get(name, ("another shape of text", "docs/data-model.md says which"))
    return Problem("I104", f"{_found(detail['loc'], detail['input'])}{expected} is expected", place, hint)


def _number_fault(value: Any, expected: str, hint: str) -> tuple[str, str]:
    """Say what kind of thing stands where a number should, without quoting it."""
    if isinstance(value, str):
        if not value.strip():
            return "the value is empty, a decimal number is expected", "write 0 for nothing, or leave the field out"
        if _COMMA_NUMBER.match(value.strip()):
            return "a comma stands as decimal mark", "write 1234.56, or for CSV set the option decimal_comma"
        return f"text that is not a number; {expected}", hint
    return f"found {kind_of(value)}; {expected}", hint


def _found(location: Any, value: Any) -> str:
    """Return what was found, quoted if the field is not personal, else by kind; ends in a comma."""
    names = [step for step in location if isinstance(step, str)]
    if not names or names[-1] not in _QUOTABLE or isinstance(value, dict | list):
        return ""
    if isinstance(value, str):
        text = value if len(value) <= _QUOTE_LIMIT else f"{value[:_QUOTE_LIMIT]}…"
        shown = "".join(sign if sign.isprintable() else "�" for sign in text)
        return f"found `{shown}`, "
    return f"found {kind_of(value)}, "


def kind_of(value: object) -> str:
    """Return what kind of JSON value this is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float | Decimal):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, list | tuple):
        return "a list"
    return "an object" if isinstance(value, dict) else f"a {type(value).__name__}"

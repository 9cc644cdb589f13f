"""Features that a utility supplies: weather, price changes, regions, as attributes of the customer.

An attribute `price_change@2026-07-01` says the value known since that day; the newest that is not after
`as_of` counts. An attribute without a day counts where it is declared constant: else nobody knows since when it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from engine.errors import InsightError
from engine.insight.features.feature import Feature
from engine.insight.features.protected import refuse_protected
from engine.model.policy.profiles import ContextTerm

_PREFIX = "context_"


@lru_cache(maxsize=64)
def context_features(
    terms: tuple[ContextTerm, ...], protected: tuple[str, ...] = (), place: str = "policy.toml [profiles] context"
) -> tuple[Feature, ...]:
    """Return the features that `terms` declare, a category as one yes-or-no feature a value.

    Raises `InsightError` (D130, D131) where one is a protected attribute, (D132) where two have one name.
    """
    refuse_protected([term.name for term in terms], protected, place=place)
    found: list[Feature] = []
    for term in terms:
        words = term.words or term.name.replace("_", " ")
        if term.values:
            found += [
                Feature(_category(term.name, value), "yes", f"{words} is {value}", f"{words} is {value}", 0,
                        f"{words} is not {value}")
                for value in term.values
            ]  # fmt: skip
        else:
            name = _PREFIX + term.name
            found.append(Feature(name, "number", words, f"{words} is {{{name}}}"))
    names = [feature.name for feature in found]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise InsightError("D132", f"two context features are named `{doubled[0]}`",
                           place=place, hint="give each a name of its own")  # fmt: skip
    return tuple(found)


def add_context(
    values: dict[str, float | None], attributes: Mapping[str, str], terms: tuple[ContextTerm, ...], today: str
) -> None:
    """Put what `terms` declare into `values`; `today` is written YYYY-MM-DD. Unknown is None, a strange value too."""
    context_features(terms)
    for term in terms:
        told = _told(attributes, term, today)
        if term.values:
            for value in term.values:
                values[_category(term.name, value)] = None if told is None else float(told == value)
        else:
            values[_PREFIX + term.name] = _number(told)


def _told(attributes: Mapping[str, str], term: ContextTerm, today: str) -> str | None:
    lead = f"{term.name}@"
    days = [name for name in attributes if name.startswith(lead) and name[len(lead) :] <= today]
    if days:
        return attributes[max(days)]
    return attributes.get(term.name) if term.constant else None


def _number(told: str | None) -> float | None:
    try:
        value = float(told) if told is not None else None
    except ValueError:
        return None
    return value if value is not None and abs(value) < float("inf") else None


def _category(name: str, value: str) -> str:
    return f"{_PREFIX}{name}_is_{value}"

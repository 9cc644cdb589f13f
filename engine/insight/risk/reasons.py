"""What moved a score, in plain words: the inputs with the largest parts of its logit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from string import Formatter

from engine.insight.features.feature import shown
from engine.insight.risk.inputs import Features, Input, InputKind, Value, number, text_of

MOST = 3
LEAST_PART = 0.05  # of a logit: an eightieth of the probability at most
_UNKNOWN, _UNSAID = "?", "…"


def reasons_of(
    parts: Sequence[tuple[Input, float]], features: Features, by_name: Mapping[str, Input], *, most: int = MOST
) -> tuple[str, ...]:
    """Return the largest parts as sentences, the largest first; those too small to matter are left out.

    `parts` are inputs with what each added to the logit, `by_name` all inputs of the model.
    """
    large = [(-abs(part), one.name, one, part) for one, part in parts if part >= LEAST_PART or -part >= LEAST_PART]
    large.sort(key=_first_two)
    return tuple(
        f"{said(one, features, by_name)} ({'raises' if part > 0 else 'lowers'} the risk)"
        for _, _, one, part in large[:most]
    )


def said(one: Input, features: Features, by_name: Mapping[str, Input]) -> str:
    """Return in plain words what the features say of an input; a private value is not said."""
    value, words = features.get(one.name), one.words or one.name.replace("_", " ")
    if value is None or value != value:
        return f"not known: {words}"
    if one.is_private:
        return words
    if one.unit == "yes" and not value:
        return one.otherwise or f"not: {one.phrase or words}"
    if not one.phrase:
        return words if one.unit == "yes" else f"{words}: {_shown(one, value)}"
    return one.phrase.format_map({name: _told(name, features, by_name) for name in _asked(one.phrase)})


@lru_cache(maxsize=4096)
def _asked(phrase: str) -> frozenset[str]:
    """Return the names whose values a phrase says."""
    return frozenset(name for _, name, _, _ in Formatter().parse(phrase) if name)


def _first_two(part: tuple[float, str, Input, float]) -> tuple[float, str]:
    return part[0], part[1]


def _told(name: str, features: Features, by_name: Mapping[str, Input]) -> str:
    value, one = features.get(name), by_name.get(name)
    if value is None:
        return _UNKNOWN
    if one is not None and one.is_private:
        return _UNSAID
    return _shown(one or Input(name=name), value)


def _shown(one: Input, value: Value) -> str:
    if value is None:
        return _UNKNOWN
    if one.kind is not InputKind.NUMBER:
        code = text_of(value)
        return one.labels.get(code, code)
    figure = number(value)
    if figure is None:
        return _UNKNOWN
    if one.unit in ("", "number"):
        return f"{figure:.4g}"
    return shown(figure, one.unit)

"""The one table of features: names, units, plain words, in the order in which a model sees them."""

from __future__ import annotations

from collections.abc import Mapping

from engine.insight.features import dealings, lateness, size
from engine.insight.features.feature import Feature, shown

_MASTER = (
    Feature("tenure_years", "years", "years as a customer", "a customer for {tenure_years} years", -1),
    Feature("is_business", "yes", "a business", "a business", 0, "a household"),
)

FEATURES: Mapping[str, Feature] = {
    feature.name: feature for feature in (*lateness.FEATURES, *size.FEATURES, *dealings.FEATURES, *_MASTER)
}
_UNITS = {feature.name: feature.unit for feature in FEATURES.values()}


def said(feature: Feature, values: Mapping[str, float | None]) -> str:
    """Return in plain words what `values` say of `feature`, as in `paid 4 of the last 6 bills late`.

    No amount, name or address is in it. Where the value is not known, it says so.
    """
    value = values.get(feature.name)
    if value is None:
        return f"not known: {feature.label}"
    if feature.unit == "yes" and not value:
        return feature.otherwise or f"not: {feature.phrase}"
    texts = {name: shown(number, _UNITS.get(name, "number")) for name, number in values.items() if number is not None}
    return feature.phrase.format_map(texts)

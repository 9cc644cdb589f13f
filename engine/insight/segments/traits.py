"""What segments are told by: a few features, each with words for much and for little of it.

Nothing here tells of trouble: what is open, promised, disputed or asked for has no place in marketing. Nor does
the size of a bill, which is not comparable between currencies.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trait:
    """A feature that segments are made of. `much` and `little` are said of a segment far above or below the rest.

    `least` and `most`, where given, are what its mean must reach for the words to be true.
    """

    feature: str
    much: str
    little: str
    least: float | None = None
    most: float | None = None


TRAITS = (
    Trait("winter_share", "high winter use", "steady use all year", 0.62, 0.6),
    Trait("size_spread", "uneven bills", "even bills"),
    Trait("late_share", "often late", "on time", 0.25, 0.1),
    Trait("days_to_pay_mean", "pays near the end", "pays at once"),
    Trait("debit_share", "by direct debit", "pays by hand", 0.5, 0.2),
    Trait("card_share", "by card or wallet", "", 0.4, None),
    Trait("cash_share", "in cash or by slip", "", 0.4, None),
    Trait("opened_share", "reads messages", "rarely reads messages", 0.5, 0.3),
    Trait("push_opened_share", "reads in the app", "", 0.4, None),
    Trait("calls_year", "likes to call", "", 1.0, None),
    Trait("tenure_years", "with us for long", "new"),
    Trait("supply_points", "several supply points", "", 1.5, None),
    Trait("is_business", "businesses", "", 0.5, None),
)


def describe(centre: dict[str, float], means: dict[str, float], far: float = 0.5, most: int = 3) -> list[str]:
    """Return what sets a segment apart, the farthest first; every word holds for the segment's means.

    `centre` is in standard deviations from the mean of all, `means` in the features' units.
    """
    found: list[str] = []
    for trait in sorted(TRAITS, key=lambda one: (-abs(centre.get(one.feature, 0.0)), one.feature)):
        apart = centre.get(trait.feature, 0.0)
        if abs(apart) < far or len(found) == most:
            break
        words = _words(trait, apart, means[trait.feature])
        if words:
            found.append(words)
    return found


def _words(trait: Trait, apart: float, mean: float) -> str:
    if apart > 0:
        return trait.much if trait.least is None or mean >= trait.least else ""
    return trait.little if trait.most is None or mean <= trait.most else ""

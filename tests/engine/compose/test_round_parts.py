from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.compose.explain import Cause, round_parts, round_ratios

FRACTIONS = st.fractions(-1000, 1000, max_denominator=97)


@given(st.dictionaries(st.sampled_from(Cause), FRACTIONS, min_size=1), st.integers(2, 60))
def test_the_parts_of_a_change_need_not_be_in_lowest_terms(parts: dict[Cause, Fraction], times: int) -> None:
    total = sum(parts.values())
    exact = Decimal(round(total * 100)) / 100
    ratios = {cause: (times * part.numerator, times * part.denominator) for cause, part in parts.items()}
    assert round_ratios(ratios, exact, "EUR") == round_parts(parts, exact, "EUR")

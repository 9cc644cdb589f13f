from __future__ import annotations

import pytest

from engine.errors import InsightError
from engine.insight.features import features_of, said
from engine.insight.features.context import context_features
from engine.model.policy.profiles import ContextTerm
from tests.engine.insight.features.records import NOW, customer

PRICE = ContextTerm(name="price_change", words="the price change in percent")
REGION = ContextTerm(name="region", values=("north", "south"), constant=True)


def test_the_newest_value_known_by_then_counts() -> None:
    record = customer(attributes={"price_change@2026-01-01": "5", "price_change@2026-07-01": "8.5",
                                  "price_change@2026-12-01": "20", "price_change": "99"})  # fmt: skip
    assert features_of(record, NOW, context=(PRICE,))["context_price_change"] == 8.5


def test_a_value_without_a_day_counts_only_where_it_is_declared_constant() -> None:
    record = customer(attributes={"price_change": "5", "region": "south"})
    values = features_of(record, NOW, context=(PRICE, REGION))
    assert values["context_price_change"] is None
    assert (values["context_region_is_north"], values["context_region_is_south"]) == (0.0, 1.0)


@pytest.mark.parametrize("told", ["much", "nan", "inf", ""])
def test_what_is_no_number_is_not_known(told: str) -> None:
    record = customer(attributes={"price_change@2026-01-01": told})
    assert features_of(record, NOW, context=(PRICE,))["context_price_change"] is None


def test_context_is_said_in_its_words() -> None:
    number, north, _ = context_features((PRICE, REGION))
    assert said(number, {number.name: 8.5}) == "the price change in percent is 8.50"
    assert said(north, {north.name: 0.0}) == "region is not north"


def test_a_protected_attribute_is_refused_as_context() -> None:
    record = customer(attributes={"age": "50"})
    with pytest.raises(InsightError, match="D130"):
        features_of(record, NOW, context=(ContextTerm(name="age", constant=True),))
    with pytest.raises(InsightError, match="D131"):
        context_features((REGION,), ("region",))


def test_two_context_features_of_one_name_are_refused() -> None:
    with pytest.raises(InsightError, match="D132"):
        context_features((PRICE, PRICE))

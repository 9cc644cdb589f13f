"""Reasons are plain words: of the features, with their values, without amounts."""

from __future__ import annotations

import pytest

from engine.insight.features import FEATURES
from engine.insight.risk.history import inputs_of
from engine.insight.risk.inputs import Input, InputKind
from engine.insight.risk.reasons import reasons_of, said
from engine.insight.risk.terms import HistoryTerms

SHARE = Input(name="share", words="bills paid late", phrase="paid {late} of {bills} bills late", unit="share")
NAMED = {one.name: one for one in (SHARE, Input(name="late", unit="count"), Input(name="bills", unit="count"))}


@pytest.mark.parametrize(
    ("one", "value", "words"),
    [
        (Input(name="days_open"), 12.5, "days open: 12.5"),
        (Input(name="days", words="days", unit="days"), 12.5, "days: 12"),
        (Input(name="x", words="waste", unit="share"), 0.25, "waste: 25 %"),
        (Input(name="x", words="heat pump", unit="yes"), 1.0, "heat pump"),
        (Input(name="x", words="heat pump", unit="yes"), 0.0, "not: heat pump"),
        (Input(name="x", unit="yes", phrase="is new", otherwise="is not new"), 0.0, "is not new"),
        (Input(name="x", words="tariff", kind=InputKind.CATEGORY, labels={"2": "by night"}), 2.0, "tariff: by night"),
        (Input(name="x", words="tariff", kind=InputKind.CATEGORY), "T9", "tariff: T9"),
        (Input(name="x", words="amount", is_private=True), 123.45, "amount"),
        (Input(name="x", words="amount"), None, "not known: amount"),
        (Input(name="x", words="amount"), float("nan"), "not known: amount"),
    ],
)
def test_an_input_is_said_in_plain_words(one, value, words):
    assert said(one, {"x": value, one.name: value}, {}) == words


def test_a_phrase_says_the_values_of_other_inputs_but_no_private_ones():
    values = {"share": 0.5, "late": 3.0, "bills": 6.0}
    assert said(SHARE, values, NAMED) == "paid 3 of 6 bills late"
    assert said(SHARE, {"share": 0.5}, NAMED) == "paid ? of ? bills late"
    private = NAMED | {"late": Input(name="late", is_private=True)}
    assert said(SHARE, values, private) == "paid … of 6 bills late"


def test_the_largest_three_are_said_with_their_direction_and_small_ones_are_not():
    parts = [(Input(name=name), part) for name, part in (("a", 0.04), ("b", -0.5), ("c", 0.3), ("d", 0.2), ("e", 0.1))]
    values = dict.fromkeys("abcde", 1.0)
    assert reasons_of(parts, values, {}) == (
        "b: 1 (lowers the risk)", "c: 1 (raises the risk)", "d: 1 (raises the risk)"
    )  # fmt: skip
    assert reasons_of(parts[:1], values, {}) == ()


def test_every_feature_of_a_history_can_be_said():
    inputs = inputs_of(HistoryTerms())
    by_name = {one.name: one for one in inputs}
    assert list(by_name) == list(FEATURES)
    for value in (0.0, 1.0, 2.5):
        values = dict.fromkeys(FEATURES, value)
        for one in inputs:
            words = said(one, values, by_name)
            assert words
            assert "{" not in words

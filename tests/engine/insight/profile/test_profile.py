from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.insight.features import ESSENTIAL, FEATURES, features_of
from engine.insight.profile import profile_of
from engine.model.outreach import Group, Profile, Score
from engine.model.policy.profiles import ProfileTerms
from engine.model.statement import OpenItem, Statement
from tests.engine.insight.features.records import NOW, TODAY, contact, customer, day, monthly, payment

TERMS = ProfileTerms()


def _item(days_late: int, *, asked: str = "100.00", disputed: str = "0.00") -> OpenItem:
    owed = Decimal(asked) + Decimal(disputed)
    return OpenItem(f"B{days_late}", day(-days_late - 21), day(-days_late), owed, Decimal(0), Decimal(asked),
                    Decimal(disputed), days_late=days_late)  # fmt: skip


def _statement(*late: int, **more: Any) -> Statement:
    return Statement("EUR", TODAY, tuple(_item(days, **more) for days in late))


def _profile(
    record: dict[str, Any], *late: int, scores: tuple[Score, ...] = (), terms: ProfileTerms = TERMS
) -> Profile:
    made = customer(**record)
    return profile_of(made, _statement(*late), features_of(made, NOW), scores, terms)


def _silent() -> dict[str, Any]:
    """Return a customer who paid eight bills, then no more, and saw two reminders."""
    record = monthly(12)
    record["payments"] = record["payments"][:8]
    sent = [contact("sent", -40, reference="m1"), contact("sent", -20, reference="m2")]
    return record | {"interactions": [*sent, contact("seen", -19, reference="m2")]}


def test_who_pays_in_time_is_willing_and_able() -> None:
    found = _profile(monthly(13))
    assert found.group is Group.WILLING_ABLE
    assert found.confidence == 0.8  # 12 past bills: 12 / (12 + 3), none late
    assert found.reasons[0] == "paid 0 of the last 12 bills late"


def test_who_is_late_now_and_then_is_a_known_customer() -> None:
    found = _profile(monthly(13, late=(2, 7, 9)))
    assert found.group is Group.KNOWN
    assert found.reasons == ("paid 3 of the last 12 bills late", "nothing out of the ordinary")


def test_with_too_few_bills_a_customer_is_unknown_and_it_says_what_is_missing() -> None:
    found = _profile(monthly(2))
    assert found.group is Group.UNKNOWN
    assert found.reasons == ("missing: 3 past bills that fell due; 1 known",)
    assert found.confidence == 0.67


def test_long_overdue_reached_and_silent_is_unwilling() -> None:
    found = _profile(_silent(), 100, 70)
    assert found.group is Group.UNWILLING
    assert found.reasons[0] == "2 bills are overdue, the oldest for 100 days"
    assert found.confidence == pytest.approx(0.63, abs=0.01)  # 11 / 14 of history, once past a limit: seen


@pytest.mark.parametrize(
    "change",
    [
        {"flags": {"vulnerable": True}},
        {"flags": {"payment_plan": "broken"}},
        {"flags": {"disputed": True}},
        {"tasks": [{"kind": "review_hardship"}]},
        {"promises": [{"made_on": day(-50), "due_on": day(-30), "amount": "5.00"}]},
        {"disputes": [{"bill_number": "B08", "opened_on": day(-50)}]},
        {"interactions": []},
        {"interactions": [*_silent()["interactions"], contact("instalments", -9)]},
        {"interactions": [*_silent()["interactions"], contact("replied", -9)]},
        {"payments": [*_silent()["payments"], payment("B08", -5, "10.00")]},
    ],
)
def test_any_sign_of_trouble_contact_or_dispute_keeps_out_of_the_unwilling(change: dict[str, Any]) -> None:
    assert _profile(_silent() | change, 100, 70).group in (Group.UNABLE, Group.UNKNOWN)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"flags": {"vulnerable": True}}, "marked as in need of care"),
        ({"flags": {"payment_plan": "kept"}}, "a payment plan was agreed and is kept"),
        ({"tasks": [{"kind": "review_hardship"}]}, "a hardship review is open"),
        ({"attributes": {"social_bonus": "yes"}}, "help was granted: social_bonus"),
        ({"interactions": [contact("instalments", -20)]}, "asked for instalments within a year"),
    ],
)
def test_hardship_and_plans_make_unable_with_their_reason(change: dict[str, Any], reason: str) -> None:
    found = _profile(monthly(13) | change, 20, terms=ProfileTerms(hardship=("social_bonus",)))
    assert found.group is Group.UNABLE
    assert found.reasons == (reason,)
    assert found.confidence == 0.67  # two points: 2 / 3


def test_care_alone_makes_nobody_unable_who_pays_in_time() -> None:
    assert _profile(monthly(13) | {"flags": {"vulnerable": True}}).group is Group.WILLING_ABLE


def test_who_asked_for_help_is_unable_before_anything_is_late() -> None:
    assert _profile(monthly(13) | {"tasks": [{"kind": "review_hardship"}]}).group is Group.UNABLE
    assert _profile(monthly(13) | {"tasks": [{"kind": "review_hardship", "state": "done"}]}).group is Group.WILLING_ABLE


def test_what_is_disputed_is_not_overdue() -> None:
    made = customer(**_silent())
    disputed = _statement(100, 70, asked="0.00", disputed="100.00")
    assert profile_of(made, disputed, features_of(made, NOW), (), TERMS).group is not Group.UNWILLING


def test_long_overdue_without_contact_is_unknown_rather_than_unwilling() -> None:
    found = _profile(_silent() | {"interactions": []}, 100, 70)
    assert found.group is Group.UNKNOWN
    assert "missing: whether messages reach the customer" in found.reasons


def test_a_high_score_takes_from_willing_and_able_to_known_and_no_further() -> None:
    found = _profile(monthly(13), scores=(Score("late", 0.99),))
    assert found.group is Group.KNOWN
    assert "the score expects the bill to be late" in found.reasons
    churn = _profile(monthly(13), scores=(Score("churn", 0.99),))
    assert churn.group is Group.WILLING_ABLE


_VALUES = st.one_of(st.none(), st.floats(0, 40))


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(FEATURES)), _VALUES),
    st.lists(st.integers(-30, 900), max_size=4),
    st.floats(0, 1),
    st.booleans(),
)
def test_a_score_alone_never_makes_anybody_unwilling_nor_anybody_else_unable(
    features: dict[str, float | None], late: list[int], risk: float, vulnerable: bool
) -> None:
    made = customer(flags={"vulnerable": vulnerable})
    statement = _statement(*late)
    without = profile_of(made, statement, features, (), TERMS)
    scored = profile_of(made, statement, features, (Score("late", risk),), TERMS)
    assert 0 <= scored.confidence <= 1
    assert scored.reasons
    assert scored.group is without.group or (without.group, scored.group) == (Group.WILLING_ABLE, Group.KNOWN)
    assert abs(scored.confidence - without.confidence) <= 0.2 + 0.01 or scored.group is not without.group
    if vulnerable:
        assert scored.group is not Group.UNWILLING


def test_the_version_names_rules_and_limits() -> None:
    assert _profile(monthly(13), terms=ProfileTerms(version="2026-11")).version == "1.2026-11"


def test_limits_are_the_policys() -> None:
    strict = ProfileTerms(able_late_share=0.5, able_late_days=30)
    assert _profile(monthly(13, late=(2, 7, 9)), terms=strict).group is Group.WILLING_ABLE
    assert _profile(monthly(13), terms=ProfileTerms(least_bills=20)).group is Group.UNKNOWN


class _Asked(dict[str, float | None]):
    """Features that note by which names they are asked for."""

    def __init__(self, values: dict[str, float | None], names: set[str]) -> None:
        super().__init__(values)
        self.names = names

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)


@pytest.mark.parametrize(
    "record", [monthly(2), monthly(13), monthly(13, late=(2, 7, 9)), _silent(), monthly(13, late=range(12))]
)
def test_profiles_read_no_feature_but_the_essential_ones(record: dict[str, Any]) -> None:
    names: set[str] = set()
    made = customer(**record)
    for late in ((), (100, 70), (40,)):
        profile_of(made, _statement(*late), _Asked(features_of(made, NOW), names), (), TERMS)
    assert {"past_bills", "is_shock"} <= names <= ESSENTIAL

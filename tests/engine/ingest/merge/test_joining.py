"""Joining: who wins a field, which rows are one, what protects the customer, and that nothing is lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ingest.merge.declaration import Merging, Source
from engine.ingest.merge.joining import Joined, join
from engine.ingest.merge.partial import Part

NAMES = ("billing", "crm", "collection")
RULES = Merging(source=tuple(Source(name=name) for name in NAMES))


def rules(**wins: Any) -> Merging:
    return RULES.model_copy(update={"wins": wins})


def joined(*records: tuple[str, dict[str, Any]], by: Merging = RULES, at: tuple[str, ...] = ()) -> Joined:
    days = (*at, *[""] * len(records))
    parts = [(NAMES.index(name), Part("C-1", f"{name}.csv:{turn}", days[turn], record))
             for turn, (name, record) in enumerate(records)]  # fmt: skip
    return join("C-1", parts, by)


def conflicts(made: Joined) -> list[str]:
    return [one.field for one in made.taken if one.others]


def test_the_first_source_wins_where_nothing_else_is_said_whatever_the_order_of_input() -> None:
    one, other = ("billing", {"email": "a@x"}), ("crm", {"email": "b@x", "phone": "1"})
    for made in (joined(one, other), joined(other, one)):
        assert made.record == {"key": "C-1", "email": "a@x", "phone": "1"}
        assert conflicts(made) == ["email"]


def test_a_field_may_have_a_winner_of_its_own_and_says_where_it_came_from() -> None:
    made = joined(("billing", {"email": "a@x"}), ("crm", {"email": "b@x"}), by=rules(email=("crm",)))

    assert made.record["email"] == "b@x"
    assert made.origins["email",] == "crm.csv:1 field `email`"


def test_the_newest_wins_where_that_is_asked_for() -> None:
    records = (("billing", {"email": "a@x"}), ("crm", {"email": "b@x"}), ("collection", {"email": "c@x"}))
    days = ("2026-01-01T00:00:00+00:00", "2026-03-01T00:00:00+00:00", "2026-02-01T00:00:00+00:00")

    assert joined(*records, by=rules(email="newest"), at=days).record["email"] == "b@x"
    assert joined(*records, at=days).record["email"] == "a@x"


def test_of_two_rows_of_a_source_the_later_counts() -> None:
    assert joined(("crm", {"email": "old@x"}), ("crm", {"email": "new@x"})).record["email"] == "new@x"


@pytest.mark.parametrize("written", [True, "true"])
def test_a_flag_that_any_source_sets_holds_and_a_consent_that_any_denies_falls(written: Any) -> None:
    made = joined(
        ("billing", {"flags": {"vulnerable": False}, "consents": {"email": True}}),
        ("collection", {"flags": {"vulnerable": written}, "consents": {"email": "false"}}),
    )
    assert made.record["flags"] == {"vulnerable": written}
    assert made.record["consents"] == {"email": "false"}
    assert conflicts(made) == ["flags.vulnerable", "consents.email"]


def test_a_rule_may_say_whose_word_on_a_flag_counts() -> None:
    by = RULES.model_copy(update={"wins": {"flags.vulnerable": ("billing",)}})
    made = joined(("billing", {"flags": {"vulnerable": False}}), ("crm", {"flags": {"vulnerable": True}}), by=by)
    assert made.record["flags"] == {"vulnerable": False}


def test_an_address_is_taken_whole() -> None:
    made = joined(("billing", {"address": {"city": "Modena", "country": "IT"}}), ("crm", {"address": {"region": "ER"}}))
    assert made.record["address"] == {"city": "Modena", "country": "IT"}


def test_a_payment_that_two_sources_know_is_one_and_is_filled_up() -> None:
    made = joined(
        ("billing", {"payments": [{"amount": "40.00", "paid_on": "2026-10-05"}]}),
        ("collection", {"payments": [{"amount": "40.0", "paid_on": "2026-10-05", "bill_number": "B-1"}]}),
    )
    assert made.record["payments"] == [{"amount": "40.00", "paid_on": "2026-10-05", "bill_number": "B-1"}]
    assert conflicts(made) == []


def test_two_like_payments_of_one_source_are_two_and_of_two_sources_still_two() -> None:
    like = {"amount": "40.00", "paid_on": "2026-10-05"}
    made = joined(("billing", {"payments": [like, like]}), ("collection", {"payments": [like, like]}))
    assert len(made.record["payments"]) == 2


def test_payments_for_different_bills_stay_apart() -> None:
    like = {"amount": "40.00", "paid_on": "2026-10-05"}
    made = joined(("billing", {"payments": [like | {"bill_number": "B-1"}]}),
                  ("collection", {"payments": [like | {"bill_number": "B-2"}]}))  # fmt: skip
    assert len(made.record["payments"]) == 2


def test_a_number_with_leading_noughts_is_another_number() -> None:
    made = joined(("billing", {"phone": "0039"}), ("crm", {"phone": "39"}))
    assert conflicts(made) == ["phone"]
    rows = joined(("billing", {"bills": [{"number": "007"}]}), ("crm", {"bills": [{"number": "7"}]}))
    assert len(rows.record["bills"]) == 2


def test_a_bill_is_taken_whole_and_another_total_is_a_conflict() -> None:
    made = joined(
        ("crm", {"bills": [{"number": "B-1", "total": "12.00", "note": "x"}]}),
        ("billing", {"bills": [{"number": "B-1", "total": "10.00"}]}),
    )
    assert made.record["bills"] == [{"number": "B-1", "total": "10.00"}]
    assert conflicts(made) == ["bills[B-1]"]


def test_a_contact_is_one_however_its_time_is_written() -> None:
    made = joined(
        ("billing", {"interactions": [{"kind": "sent", "at": "2026-10-05T08:00:00Z", "channel": "email"}]}),
        (
            "crm",
            {"interactions": [{"kind": "sent", "at": "2026-10-05T10:00:00+02:00", "channel": "email", "note": "n"}]},
        ),
    )
    assert [row["note"] for row in made.record["interactions"]] == ["n"]


CENTS = st.integers(1, 4).map(lambda cents: f"{cents}.00")
PAYMENTS = st.lists(st.fixed_dictionaries({"amount": CENTS, "paid_on": st.just("2026-10-05")}), max_size=5)


@given(st.lists(PAYMENTS, min_size=3, max_size=3))
def test_as_many_payments_are_kept_as_the_source_that_knows_most_of_them(sources: list[list[dict[str, str]]]) -> None:
    made = joined(*[(name, {"payments": rows}) for name, rows in zip(NAMES, sources, strict=True)])
    kept = [row["amount"] for row in made.record.get("payments", [])]

    for amount in {row["amount"] for rows in sources for row in rows}:
        assert kept.count(amount) == max([row["amount"] for row in rows].count(amount) for rows in sources)


@given(st.permutations(list(range(3))), st.lists(st.sampled_from(["a", "b", "c"]), min_size=3, max_size=3))
def test_which_source_is_read_first_makes_no_difference(order: list[int], values: list[str]) -> None:
    records = [(name, {"email": value}) for name, value in zip(NAMES, values, strict=True)]
    assert joined(*[records[place] for place in order]).record == joined(*records).record

from __future__ import annotations

import pytest

from engine.errors import InsightError
from engine.insight.features.protected import WORDS, protected_kind, refuse_protected


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("age", "age"), ("customerAge", "age"), ("customer_age_years", "age"), ("AGE2", "age"), ("DateOfBirth", "age"),
        ("birth_year", "age"), ("età", "age"), ("vârstă", "age"), ("geburts-datum", "age"), ("Alter", "age"),
        ("sex", "sex"), ("Geschlecht", "sex"), ("isFemale", "sex"), ("civilité", "sex"), ("lytis", "sex"),
        ("famges", "family"), ("number_of_children", "family"), ("maritalStatus", "family"),
        ("household_size", "family"), ("stato_civile", "family"), ("stareaCivilă", "family"),
        ("nationality", "nationality"), ("gastarb", "nationality"), ("Staatsangehörigkeit", "nationality"),
        ("country_of_birth", "nationality"), ("pilsonība", "nationality"),
        ("health_state", "health"), ("isDisabled", "health"), ("vulnerable", "health"), ("santé", "health"),
        ("religion", "belief"), ("trade_union", "belief"), ("SexualOrientation", "belief"),
    ],
)  # fmt: skip
def test_a_name_that_speaks_of_a_protected_attribute_is_recognised(name: str, kind: str) -> None:
    assert protected_kind(name) == kind


@pytest.mark.parametrize(
    "name",
    ["usage_kwh", "average", "days_late", "bill_age", "debt_age_days", "payment_age", "meterAge", "ageing_bucket",
     "contract_lapsed", "tariff", "region", "percentage", "sextile", "homepage", "message_count", "usage", "Essex"],
)  # fmt: skip
def test_names_that_only_look_alike_are_taken(name: str) -> None:
    assert protected_kind(name) is None


def test_all_refused_columns_are_named_at_once() -> None:
    with pytest.raises(InsightError, match=r"D130 history\.csv: .*`alter` \(age\), `gastarb` \(nationality\)"):
        refuse_protected(["laufzeit", "alter", "gastarb"], place="history.csv")


def test_a_declared_column_is_refused_whatever_its_name() -> None:
    with pytest.raises(InsightError, match=r"D131.*`x7`"):
        refuse_protected(["x6", "x7"], declared=["x7"])
    refuse_protected(["x6"], declared=["x7"])


def test_lists_are_written_as_names_are_compared() -> None:
    for words in WORDS.values():
        assert all(word.isascii() and word.islower() and word.isalpha() for word in words)

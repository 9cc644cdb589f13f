"""Customers are put into arms by chance, the same in every process."""

import subprocess
import sys
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.insight.effect import arm_of
from engine.model.policy.experiment import DRAWS, Experiment, Variant

AUTUMN = Experiment(
    name="autumn 2026",
    seed=7,
    control_percent=Decimal(20),
    variants=(Variant(name="short", weight=1), Variant(name="long", weight=3)),
)


def changed(**options: object) -> Experiment:
    """Return the experiment with other options."""
    return Experiment.model_validate({**AUTUMN.model_dump(), **options})


KEYS = [f"NL-{number:06d}" for number in range(20_000)]

experiments = st.builds(
    Experiment,
    name=st.text(min_size=1, max_size=20).map(lambda text: f"x{text}"),
    seed=st.integers(0, 2**63 - 1),
    control_percent=st.decimals(Decimal("0.01"), 90, places=2),
    variants=st.lists(
        st.builds(Variant, name=st.from_regex(r"v[a-z0-9_-]{0,9}", fullmatch=True), weight=st.integers(1, 1000)),
        max_size=5,
        unique_by=lambda variant: variant.name,
    ).map(tuple),
)


def test_without_an_experiment_nobody_is_in_an_arm():
    assert arm_of("NL-1", Experiment()) == ""


def test_without_variants_the_arms_are_control_and_treated():
    arms = {arm_of(key, Experiment(name="plain", control_percent=Decimal(50))) for key in KEYS[:100]}
    assert arms == {"control", "treated"}


def test_arms_have_the_shares_that_were_asked_for():
    counts = Counter(arm_of(key, AUTUMN) for key in KEYS)
    for arm, share in AUTUMN.shares:
        spread = float(len(KEYS) * share * (1 - share)) ** 0.5
        assert abs(counts[arm] - float(len(KEYS) * share)) < 4 * spread


def test_two_experiments_are_independent_of_each_other():
    other = changed(name="winter 2026")
    both = Counter((arm_of(key, AUTUMN), arm_of(key, other)) for key in KEYS)
    joint = len(KEYS) * 0.2 * 0.2
    assert abs(both["control", "control"] - joint) < 4 * joint**0.5


def test_another_seed_gives_another_assignment():
    other = changed(seed=8)
    assert [arm_of(key, AUTUMN) for key in KEYS[:50]] != [arm_of(key, other) for key in KEYS[:50]]


def test_name_seed_and_key_do_not_run_into_each_other():
    plain = {"control_percent": Decimal(0), "variants": tuple(Variant(name=f"v{n}") for n in range(200))}
    one = Experiment(name="a", seed=1, **plain)
    other = Experiment(name="a1", seed=1, **plain)
    assert [arm_of(f"1:{n}", one) for n in range(9)] != [arm_of(str(n), other) for n in range(9)]


def test_the_assignment_is_the_same_in_another_process_and_release():
    here = [arm_of(key, AUTUMN) for key in KEYS[:8]]
    code = (
        "from engine.insight.effect import arm_of\n"
        "from engine.model.policy.experiment import Experiment\n"
        f"made = Experiment.model_validate({AUTUMN.model_dump(mode='json')!r})\n"
        f"print(*[arm_of(key, made) for key in {KEYS[:8]!r}])"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert there.stdout.split() == here
    assert here == ["long", "control", "long", "short", "short", "long", "long", "long"]


def test_raising_the_control_share_takes_nobody_out_of_the_control_group():
    more = changed(control_percent=Decimal(40))
    before = {key for key in KEYS if arm_of(key, AUTUMN) == "control"}
    assert before < {key for key in KEYS if arm_of(key, more) == "control"}


@given(experiments, st.text(min_size=1, max_size=30))
def test_every_customer_is_in_one_of_the_arms(experiment: Experiment, key: str):
    assert arm_of(key, experiment) in dict(experiment.shares)


@given(experiments)
def test_shares_sum_to_one_and_bounds_cover_every_draw(experiment: Experiment):
    assert sum((share for _, share in experiment.shares), Fraction(0)) == 1
    bounds = [bound for _, bound in experiment.bounds]
    assert bounds == sorted(bounds)
    assert bounds[-1] == DRAWS


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"variants": ({"name": "control"},)}, "control group"),
        ({"variants": ({"name": "a"}, {"name": "a"})}, "same name"),
        ({"control_percent": "0"}, "two arms or more"),
        ({"control_percent": "91"}, "less than or equal to 90"),
        ({"variants": ({"name": "Not A Name"},)}, "pattern"),
    ],
)
def test_an_experiment_that_can_not_be_run_is_refused(wrong: dict[str, object], told: str):
    with pytest.raises(ValidationError, match=told):
        Experiment.model_validate({"name": "x", **wrong})

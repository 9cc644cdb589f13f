from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import InsightError, MissingPartError
from engine.insight.features import FEATURES
from engine.insight.features.protected import protected_kind
from engine.insight.segments import SegmentModel, load_segments, may_have_segment
from engine.insight.segments.sample import Row, Sample
from engine.insight.segments.traits import TRAITS, describe
from tests.engine.insight.features.records import customer

ROOT = Path(__file__).resolve().parents[4]
_PLACE = {trait.feature: place for place, trait in enumerate(TRAITS)}


def _row(dice: random.Random, **about: float) -> Row:
    usual = {"winter_share": 0.55, "late_share": 0.1, "debit_share": 0.3, "tenure_years": 4.0}
    row: list[float | None] = [None] * len(TRAITS)
    for name, value in (usual | about).items():
        row[_PLACE[name]] = value + dice.gauss(0, 0.02)
    return tuple(row)


def _rows(count: int = 120) -> list[Row]:
    """Return two kinds of customers: who heats in winter and pays by debit, and who doesn't."""
    dice = random.Random(5)
    kinds = ({"winter_share": 0.85, "debit_share": 0.95}, {"winter_share": 0.5, "debit_share": 0.02})
    return [_row(dice, **kinds[place % 2]) for place in range(count)]


@pytest.fixture(scope="module")
def model() -> SegmentModel:
    pytest.importorskip("sklearn")
    from engine.insight.segments.training import train_segments

    return train_segments(_rows(), version="1", seed=3, most=4)


def test_planted_segments_are_found_and_described_by_what_sets_them_apart(model: SegmentModel) -> None:
    assert len(model.segments) == 2
    told = {segment.description for segment in model.segments}
    assert any("by direct debit" in words and "high winter use" in words for words in told)
    assert any("pays by hand" in words and "steady use all year" in words for words in told)
    assert [segment.count for segment in model.segments] == [60, 60]


def test_a_customer_is_assigned_without_sklearn_by_the_file_alone(model: SegmentModel, tmp_path: Path) -> None:
    path = tmp_path / "segments.json"
    path.write_text(model.to_json(), encoding="utf-8")
    read = load_segments(path)
    assert read == model
    for row, place in zip(_rows(), range(120), strict=True):
        features = {trait.feature: row[n] for n, trait in enumerate(TRAITS)}
        assert ("high winter use" in read.assign(features)) is (place % 2 == 0)
    assert read.assign({}) == "", "of whom little is known has no segment"


def test_the_same_rows_and_seed_give_the_same_bytes(model: SegmentModel) -> None:
    from engine.insight.segments.training import train_segments

    assert train_segments(_rows(), version="1", seed=3, most=4).to_json() == model.to_json()


def test_too_few_or_too_like_customers_are_refused() -> None:
    pytest.importorskip("sklearn")
    from engine.insight.segments.training import train_segments

    with pytest.raises(InsightError, match="D136"):
        train_segments(_rows(20), version="1", seed=3)
    with pytest.raises(InsightError, match="D136"):
        train_segments([(0.5,) * len(TRAITS)] * 100, version="1", seed=3)


def test_no_segment_is_smaller_than_twenty_customers() -> None:
    pytest.importorskip("sklearn")
    from engine.insight.segments.training import train_segments

    dice = random.Random(7)
    odd = [_row(dice, tenure_years=90.0) for _ in range(5)]
    made = train_segments(_rows(100) + odd, version="1", seed=3, most=6)
    assert min(segment.count for segment in made.segments) >= 20


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"format": "billcast-segments-1"}'])
def test_a_broken_model_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "segments.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InsightError, match=r"D135 .*segments\.json"):
        load_segments(path)


def test_a_model_whose_centres_lack_an_axis_is_refused(model: SegmentModel) -> None:
    broken = json.loads(model.to_json())
    broken["segments"][0]["centre"].pop()
    with pytest.raises(InsightError, match="D135"):
        SegmentModel.from_json(json.dumps(broken))


def test_the_sample_is_the_same_in_any_order_and_bounded() -> None:
    features: list[tuple[str, dict[str, float | None]]] = [(f"C{n}", {"late_share": float(n)}) for n in range(500)]
    one, other = Sample(1, 50), Sample(1, 50)
    for key, values in features:
        one.add(key, values)
    for key, values in reversed(features):
        other.add(key, values)
    assert one.rows() == other.rows()
    assert len(one.rows()) == 50
    assert one.seen == 500


def test_words_hold_for_the_means_that_they_are_said_of() -> None:
    centre, far = {"late_share": -2.0}, {"late_share": 0.3}
    assert describe(centre, far) == [], "far below the rest, yet not on time"
    assert describe(centre, {"late_share": 0.02}) == ["on time"]


def test_segments_are_made_of_known_features_that_tell_of_no_trouble() -> None:
    names = {trait.feature for trait in TRAITS}
    assert names <= set(FEATURES)
    assert not [name for name in names if protected_kind(name)]
    assert not names & {"broken_promises", "open_disputes", "is_on_plan", "returned_year", "oldest_unpaid_days"}


@pytest.mark.parametrize("flag", ["vulnerable", "deceased", "legal_hold"])
def test_only_who_agreed_to_offers_has_a_segment(flag: str) -> None:
    assert may_have_segment(customer(consents={"offers": True}))
    assert not may_have_segment(customer())
    assert not may_have_segment(customer(consents={"offers": True}, flags={flag: True}))


def test_without_scikit_learn_the_install_line_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.insight.segments.training import train_segments

    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(MissingPartError, match=r"X101[\s\S]*billcast\[insight\]"):
        train_segments(_rows(), version="1", seed=3)


def test_deciding_and_telling_segments_need_neither_numpy_nor_sklearn() -> None:
    modules = "engine.insight.advisor, engine.insight.segments, engine.insight.fairness.page"
    code = f"import sys, {modules}; print([name for name in ('numpy', 'sklearn') if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip() == "[]"

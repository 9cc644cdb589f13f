"""Learning finds what is there, says how good that is on rows held back, and is the same each time."""

from __future__ import annotations

from datetime import date

import pytest

pytest.importorskip("sklearn")

from engine.insight.risk import fitting
from engine.insight.risk.card import card_html, finding
from engine.insight.risk.holdout import hold_out
from engine.insight.risk.model_file import Bin, write_model
from engine.insight.risk.scorer import Scorer
from engine.insight.risk.table import gather
from engine.insight.risk.training import Assignment, train
from tests.engine.insight.risk.conftest import INPUTS, few_settings, make_rows, make_table

TASK = Assignment(target="late", meaning="paid late", source="a test", as_of=date(2026, 1, 1), folds=2,
                  protected=("band",))  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _few():
    yield from few_settings()


@pytest.fixture(scope="module")
def trained(_few):
    table = make_table(700, strength=1.5)
    table.groups = [(("band", "young" if place % 3 else "old <&>"),) for place in range(len(table))]
    return table, *train(table, TASK)


def test_what_was_learned_beats_the_naive_rules_on_rows_held_back(trained):
    _, model, _ = trained
    of = {one.rule: one for one in model.summary.measures}
    assert of.keys() == {"model", "base rate", "past late share"}
    assert of["model"].auc.value > 0.72 > of["past late share"].auc.value > of["base rate"].auc.value
    assert of["model"].brier.value < min(of["base rate"].brier.value, of["past late share"].brier.value)
    assert 0 < model.summary.tested < len(trained[0])
    assert model.summary.order == "forward in time"


def test_the_model_says_what_it_was_learned_from_and_how_it_was_taken(trained):
    table, model, learned = trained
    summary = model.summary
    assert (summary.rows, summary.positives, summary.units) == (700, sum(table.labels), 350)
    assert (summary.since, summary.until) == ("2025-01-01", "2025-12-31")
    assert len(summary.tried) == len(fitting.SETTINGS) + 3
    assert [one.setting for one in summary.tried if one.is_picked] == [
        str(learned.fitted.setting), f"calibrated by: {learned.calibrator.kind.value}"
    ]  # fmt: skip
    assert {weight.name for weight in summary.weights[:3]} >= {"late_share", "days"}
    assert {one.name for one in model.spreads} == {"score", *(one.name for one in INPUTS)}
    assert model.version.startswith("late-2026-01-01-")


def test_the_scores_of_a_model_are_those_of_what_was_learned(trained):
    table, model, learned = trained
    from engine.insight.risk.columns import columns_of

    raws = learned.fitted.raw(columns_of(INPUTS, table.values)).tolist()
    own = [learned.calibrator.probability(raw) for raw in raws]
    assert [Scorer(model).probability_of(values) for values in table.values] == pytest.approx(own, abs=1e-9)


def test_the_same_rows_give_the_same_bytes(trained, tmp_path):
    table, model, _ = trained
    again, _ = train(table, TASK)
    write_model(model, tmp_path / "one.json")
    write_model(again, tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_outcomes_by_chance_are_not_foretold():
    held = hold_out(make_table(400, strength=0.0, seed=8), seed=1, folds=2)
    (model, base, *_) = held.measures()
    assert abs(model.auc.value - 0.5) < 0.13
    assert model.brier.value < base.brier.value + 0.02


def test_a_change_in_the_future_changes_nothing_learned_before_it():
    rows = make_rows(500)
    last = rows[-1].at
    first = hold_out(gather(rows, INPUTS, most=1000, seed=1), seed=1, folds=2)
    turned = [row for row in rows if (last - row.at).days > 60]
    turned += [
        type(row)(unit=row.unit, features=row.features, label=not row.label, at=row.at, known_on=row.known_on,
                  past_share=row.past_share) for row in rows if (last - row.at).days <= 60
    ]  # fmt: skip
    second = hold_out(gather(turned, INPUTS, most=1000, seed=1), seed=1, folds=2)
    assert first.said == second.said
    assert first.labels != second.labels


def test_the_card_says_all_and_escapes_what_it_says(trained):
    _, model, _ = trained
    page = card_html(model)
    for words in ("Risk of late payment", "held back", "past late share", "savings", "band: young", model.version,
                  "never decide a cut-off", "paid late", "2025-01-01"):  # fmt: skip
        assert words in page
    assert "band: old &lt;&amp;&gt;" in page
    assert "old <&>" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page


def test_the_chart_says_its_finding(trained):
    _, model, _ = trained
    bins = (Bin(low=0.1, high=0.2, rows=30, said=0.15, was=0.1), Bin(low=0.5, high=0.6, rows=10, said=0.55, was=0.6))
    assert finding(bins) == "On average, what is said is 5.0 points from what comes true"
    assert f'aria-label="{finding(bins)}"' in _card_of(model, bins)
    assert "No rows were held back" in _card_of(model, ())


def test_a_dot_stands_for_ten_rows_or_more_and_the_table_has_all(trained):
    _, model, _ = trained
    bins = (Bin(low=0.1, high=0.2, rows=30, said=0.15, was=0.1), Bin(low=0.5, high=0.6, rows=9, said=0.55, was=0.6))
    page = _card_of(model, bins)
    assert page.count("<circle") == 1
    assert "50 to 60 %" in page


def _card_of(model, bins) -> str:
    return card_html(model.model_copy(update={"summary": model.summary.model_copy(update={"bins": bins})}))


def test_groups_without_protected_columns_are_not_claimed_to_be_compared(trained):
    _, model, _ = trained
    blank = model.model_copy(update={"summary": model.summary.model_copy(update={"refused": (), "groups": ()})})
    assert "nobody can say by this data" in card_html(blank)

"""Rows are drawn the same in any order, and split so that the future never teaches the past."""

from __future__ import annotations

import pytest

from engine.errors import InsightError
from engine.insight.risk.folds import FORWARD, SHARES, folds_of, forward_folds, order_of, stratified_folds
from engine.insight.risk.table import Row, gather
from tests.engine.insight.risk.conftest import INPUTS, make_rows, make_table


def test_customers_are_drawn_whole_and_the_same_in_any_order():
    rows = make_rows(1000)
    some = gather(rows, INPUTS, most=400, seed=5)
    again = gather(reversed(rows), INPUTS, most=400, seed=5)
    assert 200 < len(some) <= 400
    assert set(some.units) == set(again.units)
    assert all(some.units.count(unit) == 2 for unit in some.units)
    assert some.left_out == {"not drawn": 1000 - len(some)}
    assert set(gather(rows, INPUTS, most=400, seed=6).units) != set(some.units)


def test_rows_without_an_outcome_are_left_out_and_counted_by_reason():
    rows = [*make_rows(200), Row("x", {}, left_out="disputed"), Row("y", {}, left_out="disputed"), Row("z", {})]
    table = gather(rows, INPUTS, most=1000, seed=1)
    assert len(table) == 200
    assert table.left_out == {"disputed": 2, "outcome not known": 1}


def test_too_little_to_learn_from_is_refused():
    with pytest.raises(InsightError, match=r"D117 h\.jsonl: .*50 rows"):
        gather(make_rows(50), INPUTS, most=1000, seed=1, place="h.jsonl")
    fine = [Row(f"u{place}", {}, label=place < 5) for place in range(300)]
    with pytest.raises(InsightError, match="D117"):
        gather(fine, INPUTS, most=1000, seed=1)


def test_forward_folds_learn_only_from_outcomes_known_before_their_test_begins():
    table = make_table(600)
    folds = forward_folds(table, 5)
    assert len(folds) >= 3
    last = 0
    for learn, test in folds:
        begin = min(table.at[place] for place in test)
        assert begin > last
        last = max(table.at[place] for place in test)
        assert max(table.known_on[place] for place in learn) < begin
        assert not set(learn) & set(test)
    late = [place for place, day in enumerate(table.at) if begin - 20 <= day < begin]
    assert late  # bills issued just before the last test, whose outcome was not known yet
    assert not set(late) & set(folds[-1][0])


def test_stratified_folds_test_each_row_once_and_keep_customers_whole():
    table = make_table(501, has_time=False)
    folds = stratified_folds(table, 5, seed=2)
    assert sorted(place for _, test in folds for place in test) == list(range(501))
    shares = []
    for learn, test in folds:
        assert not {table.units[place] for place in learn} & {table.units[place] for place in test}
        shares.append(sum(table.labels[place] for place in test) / len(test))
    assert max(shares) - min(shares) < 0.1
    assert stratified_folds(table, 5, seed=2) == folds != stratified_folds(table, 5, seed=3)


def test_a_table_with_days_is_split_forward_and_one_without_by_chance():
    assert order_of(make_table(200)) == FORWARD
    assert order_of(make_table(200, has_time=False)) == SHARES
    assert len(folds_of(make_table(600, has_time=False), 4, 1)) == 4

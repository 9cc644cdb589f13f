"""The plan: what is left to do, in batches, in order."""

from __future__ import annotations

import json

import pytest

from engine.batch.ledger import Entry, Ledger
from engine.batch.plan import numbered_items, plan
from engine.errors import BatchError
from engine.model.artifact import OutcomeStatus


@pytest.fixture
def write(tmp_path):
    def write_records(*records: dict | str) -> None:
        lines = (
            record if isinstance(record, str) else json.dumps({"name": {"given": "Ada"}} | record) for record in records
        )
        (tmp_path / "in.jsonl").write_text("\n".join(lines))

    return write_records


@pytest.fixture
def ledger():
    with Ledger.in_memory() as opened:
        yield opened


def planned(spec, ledger, *, size=10, holds=True):
    run = ledger.begin(spec)
    return run, list(plan(iter(numbered_items(spec)), run, ledger, lambda _: holds, size))


def test_records_are_numbered_in_the_order_of_the_input(write, make_spec, ledger):
    write({"key": "B"}, "broken", {"key": "A"})
    _, batches = planned(make_spec(), ledger)
    assert [(task.ordinal, task.key) for task in batches[0].tasks] == [(0, "B"), (2, "A")]
    assert [entry.ordinal for entry in batches[0].ready] == [1]


def test_a_bad_record_is_an_outcome_with_its_place_as_it_was_written(write, make_spec, ledger):
    write({"key": "A"}, "{broken")
    _, batches = planned(make_spec(), ledger)
    outcome = batches[0].ready[0].outcome
    assert outcome.status is OutcomeStatus.QUARANTINED
    assert outcome.source == "in.jsonl:2"
    assert outcome.problem.place.startswith("in.jsonl:2")


def test_a_batch_is_never_larger_than_asked(write, make_spec, ledger):
    write(*({"key": f"C-{n}"} for n in range(25)))
    _, batches = planned(make_spec(), ledger, size=10)
    assert [len(batch.tasks) for batch in batches] == [10, 10, 5]


def test_what_is_recorded_is_left_out(write, make_spec, make_outcome, ledger):
    write(*({"key": f"C-{n}"} for n in range(5)))
    run = ledger.begin(make_spec())
    ledger.record(run, [Entry(1, make_outcome("C-1")), Entry(3, make_outcome("C-3"))])
    _, batches = planned(make_spec(), ledger)
    assert [task.key for task in batches[0].tasks] == ["C-0", "C-2", "C-4"]
    assert batches[0].known == 2


def test_the_limit_counts_records(write, make_spec, ledger):
    write({"key": "A"}, "broken", {"key": "B"})
    _, batches = planned(make_spec(limit=2), ledger)
    assert [len(batches[0].tasks), len(batches[0].ready)] == [1, 1]


def test_one_customer_keeps_its_ordinal(write, make_spec, ledger):
    write(*({"key": f"C-{n}"} for n in range(5)))
    _, batches = planned(make_spec(customer="C-3"), ledger)
    assert [(task.ordinal, task.key) for task in batches[0].tasks] == [(3, "C-3")]


def test_a_customer_that_is_not_there_is_an_error(write, make_spec, ledger):
    write({"key": "A"})
    with pytest.raises(BatchError) as raised:
        planned(make_spec(customer="Z"), ledger)
    assert raised.value.problem.code == "B102"


def test_the_same_content_is_taken_over_unless_its_objects_are_gone(write, make_spec, make_outcome, ledger):
    write({"key": "A"})
    spec = make_spec()
    run, batches = planned(spec, ledger)
    ledger.record(run, [Entry(0, make_outcome("A"), batches[0].tasks[0].content)])
    ledger.finish(run)
    _, again = planned(spec, ledger)
    assert (len(again[0].ready), len(again[0].tasks)) == (1, 0)
    assert again[0].ready[0].is_reused
    _, gone = planned(spec, ledger, holds=False)
    assert (len(gone[0].ready), len(gone[0].tasks)) == (0, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"campaign_digest": "x"}, {"program_digest": "x"}, {"channels": ("pdf",)}, {"key_id": "x"}, {"out": "/else"},
        {"cache_control": "public"},
    ],
)  # fmt: skip
def test_whatever_shapes_the_objects_changes_the_content_key(make_spec, make_customer, change):
    assert make_spec().content_keys().of(make_customer()) != make_spec(**change).content_keys().of(make_customer())


def test_the_content_key_follows_the_record_and_the_day_but_not_the_hour(make_spec, make_customer):
    spec = make_spec()
    later = make_spec(now=spec.now.replace(hour=20))
    tomorrow = make_spec(now=spec.now.replace(day=7))
    assert spec.content_keys().of(make_customer()) == later.content_keys().of(make_customer())
    assert spec.content_keys().of(make_customer()) != tomorrow.content_keys().of(make_customer())
    assert spec.content_keys().of(make_customer()) != spec.content_keys().of(make_customer(email="a@b.example"))


def test_the_day_is_that_of_the_campaigns_time_zone(make_spec, make_customer):
    late = make_spec(now=make_spec().now.replace(hour=23, minute=30))  # past midnight in Rome
    assert late.content_keys().of(make_customer()) != make_spec().content_keys().of(make_customer())

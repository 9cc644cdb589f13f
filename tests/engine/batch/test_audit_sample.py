"""Which documents an audit looks at."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from engine.batch.audit_sample import choose, tasks_of
from engine.batch.intake import task_of
from engine.batch.ledger import Entry, Ledger
from engine.batch.plan import numbered_items
from engine.batch.verdict import share_of
from engine.errors import BatchError
from engine.model.artifact import OutcomeStatus
from engine.payment.keyring import Keyring

CLASSES_MOST = share_of("pdf").classes
KEYS = Keyring.from_secret(bytes(range(32)))


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path / "state") as opened:
        yield opened


@pytest.fixture
def recorded(ledger, make_spec, make_outcome):
    """Record customers of the layout classes given, in that order; returns the run."""

    def record(layouts, *, path="fast", **more):
        run = ledger.begin(make_spec(**more))
        outcomes = [
            make_outcome(f"C-{n}", paths=(("pdf", path),), layouts=(("pdf", layout),))
            for n, layout in enumerate(layouts)
        ]
        ledger.record(run, [Entry(n, outcome, b"content %d" % n) for n, outcome in enumerate(outcomes)])
        return run

    return record


def keys_of(sample):
    return [one.key for one in sample.chosen]


def test_the_sample_has_as_many_as_asked_for_and_is_the_same_each_time(ledger, recorded):
    run = recorded(["a"] * 200)
    sample = choose(ledger, run, 59, KEYS)
    assert len(sample.chosen) == 59
    assert sample.fast == {"pdf": 200}
    assert choose(ledger, run, 59, KEYS) == sample


def test_another_secret_chooses_others(ledger, recorded):
    run = recorded(["a"] * 200)
    assert keys_of(choose(ledger, run, 59, KEYS)) != keys_of(choose(ledger, run, 59, Keyring.from_secret(bytes(32))))


def test_a_smaller_sample_is_part_of_a_larger_one(ledger, recorded):
    run = recorded(["a"] * 100)
    assert set(keys_of(choose(ledger, run, 5, KEYS))) < set(keys_of(choose(ledger, run, 20, KEYS)))


def test_each_layout_class_is_looked_at_even_if_one_customer_has_it(ledger, recorded):
    run = recorded(["usual"] * 300 + ["rare", "rarer"])
    sample = choose(ledger, run, 2, KEYS)
    assert {one.layout for one in sample.chosen} == {"usual", "rare", "rarer"}
    assert (sample.classes, sample.classes_met) == (3, 3)


def test_of_many_classes_those_with_the_most_customers_come_first(ledger, recorded):
    layouts = [f"class {n}" for n in range(CLASSES_MOST + 20) for _ in range(n + 1)]
    sample = choose(ledger, recorded(layouts), 1, KEYS)
    looked_at = {one.layout for one in sample.chosen}
    assert len(sample.chosen) == CLASSES_MOST + 1
    left_out = set(layouts) - looked_at
    counts = Counter(layouts)
    by_sample = choose(ledger, ledger.last_run(), 1, KEYS).chosen
    least = min(sorted(counts[one.layout] for one in by_sample)[1:])
    assert max(counts[name] for name in left_out) <= least


def test_what_the_reference_rendered_or_failed_is_not_looked_at(ledger, recorded, make_outcome):
    run = recorded(["a"] * 10, path="reference: a reason")
    failed = make_outcome("F", OutcomeStatus.FAILED, paths=(("pdf", "fast"),), layouts=(("pdf", "a"),))
    ledger.record(run, [Entry(99, failed)])
    assert choose(ledger, run, 59, KEYS).chosen == ()


def test_without_documents_only_what_differed_before_is_looked_at(ledger, recorded):
    run = recorded(["a"] * 50)
    assert choose(ledger, run, 0, KEYS).chosen == ()
    assert keys_of(choose(ledger, run, 0, KEYS, {b"content 7"})) == ["C-7"]


def test_without_documents_as_many_are_counted_as_with_them(ledger, make_spec, make_outcome):
    run = ledger.begin(make_spec())
    ways = [
        {"paths": (("video 9x16", "fast: a scene was made whole"),), "layouts": (("video 9x16", "a"),)},
        {"paths": (("pdf", "fast"), ("message", "")), "layouts": (("pdf", "a"),)},
        {"paths": (("pdf", "reference: a mark"),), "layouts": (("pdf", "b"),)},
        {"paths": (("pdf", "fast"), ("video 9x16", "fast")), "layouts": (("pdf", "c"), ("video 9x16", "a"))},
        {"paths": (("pdf", "fast"),)},
        {"layouts": (("pdf", "d"),)},
        {"status": OutcomeStatus.FAILED, "paths": (("pdf", "fast"),), "layouts": (("pdf", "e"),)},
    ]
    ledger.record(run, [Entry(n, make_outcome(f"C-{n}", **ways[n % 7])) for n in range(30)])
    counted, walked = choose(ledger, run, 0, KEYS), choose(ledger, run, 0, KEYS, {b"none of them"})
    assert counted == walked
    assert list(counted.fast.items()) == list(walked.fast.items()) == [("video", 9), ("pdf", 9)]
    assert counted.classes_met == 3


def test_each_channel_has_its_share_and_videos_are_fewer(ledger, make_spec, make_outcome):
    run = ledger.begin(make_spec())
    labels = ("pdf", "video 1280x720", "video 1080x1920")
    outcomes = [
        make_outcome(f"C-{n}", paths=[(label, "fast") for label in labels], layouts=[(label, "a") for label in labels])
        for n in range(100)
    ]
    ledger.record(run, [Entry(n, outcome, b"content %d" % n) for n, outcome in enumerate(outcomes)])
    sample = choose(ledger, run, None, KEYS)
    assert Counter(one.channel for one in sample.chosen) == {"pdf": 59, "video": 20}
    assert {one.label for one in sample.chosen} == set(labels)
    assert sample.fast == {"pdf": 100, "video": 200}
    assert Counter(one.channel for one in choose(ledger, run, 7, KEYS).chosen) == {"pdf": 7, "video": 7}
    assert choose(ledger, run, 0, KEYS).chosen == ()


def test_a_class_of_videos_is_not_looked_at_for_its_own_sake(ledger, make_spec, make_outcome):
    run = ledger.begin(make_spec())
    outcomes = [make_outcome(f"C-{n}", paths=[("video", "fast")], layouts=[("video", f"class {n}")]) for n in range(50)]
    ledger.record(run, [Entry(n, outcome, b"content %d" % n) for n, outcome in enumerate(outcomes)])
    assert len(choose(ledger, run, None, KEYS).chosen) == 20


def test_a_channel_that_cannot_be_audited_is_not_looked_at(ledger, make_spec, make_outcome):
    run = ledger.begin(make_spec())
    ledger.record(run, [Entry(0, make_outcome(paths=(("message", "fast"),)), b"c")])
    assert choose(ledger, run, 59, KEYS).chosen == ()


@pytest.fixture
def read(tmp_path, ledger, make_spec, make_outcome):
    """A run of three lines of JSON, each recorded as done."""
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps({"key": f"C-{n}", "name": {"full": "Ada"}}) + "\n" for n in range(3)))
    run = ledger.begin(make_spec())
    keys = run.spec.content_keys()
    tasks = [task_of(n, item, run.spec, keys) for n, item in numbered_items(run.spec)]
    entries = [
        Entry(task.ordinal, make_outcome(task.key, paths=(("pdf", "fast"),), layouts=(("pdf", "a"),)), task.content)
        for task in tasks
    ]
    ledger.record(run, entries)
    return run, path, tasks


def test_the_records_of_the_sample_are_read_again(ledger, read):
    run, _, tasks = read
    assert tasks_of(run, choose(ledger, run, 59, KEYS).chosen) == tuple(tasks)
    assert tasks_of(run, ()) == ()


def test_a_record_that_changed_since_is_refused(ledger, read):
    run, path, _ = read
    path.write_text(path.read_text().replace("Ada", "Bob"))
    with pytest.raises(BatchError) as caught:
        tasks_of(run, choose(ledger, run, 59, KEYS).chosen)
    assert caught.value.problem.code == "B105"

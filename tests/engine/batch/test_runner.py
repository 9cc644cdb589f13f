"""The runner with real worker processes: deaths, hangs and breaks, and what bounds its memory."""

from __future__ import annotations

import importlib
import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from engine.batch.ledger import Ledger
from engine.batch.plan import numbered_items, plan
from engine.batch.pool import FOLLOWING, Pool
from engine.batch.progress import Progress
from engine.batch.runner import AHEAD, Runner
from engine.batch.shard import Kit
from engine.errors import BatchError, MissingPartError, StorageError
from engine.model.artifact import OutcomeStatus
from engine.payment.keyring import Keyring

fake = importlib.import_module("tests.engine.batch.fake_walkers")  # by name, so that a worker finds it too


@pytest.fixture
def run_customers(tmp_path, make_spec):
    """Run customers given as what they do, by key; returns the outcomes by key."""

    def run(does: dict[str, str], *, workers=2, shard_size=8, time_limit_s=30.0, target=fake.work, watch=None):
        lines = [
            json.dumps({"key": key, "name": {"given": "Ada"}, "attributes": {"does": what}})
            for key, what in does.items()
        ]
        (tmp_path / "in.jsonl").write_text("\n".join(lines))
        spec = make_spec()
        kit = Kit(tmp_path, (), Keyring.from_secret(bytes(32)), datetime(2026, 11, 6, tzinfo=UTC), None, tmp_path, 0.05)
        with Ledger.open(tmp_path / "state") as ledger:
            begun = ledger.begin(spec)
            progress = Progress(len(does))
            items = numbered_items(spec)
            pool = Pool(kit, workers, target, time_limit_s=time_limit_s)
            runner = Runner(begun, ledger, pool, shard_size, progress)
            planned = plan(watch(items, progress) if watch else items, begun, ledger, lambda _: True, shard_size)
            try:
                runner.work(planned)
            finally:
                run.outcomes = {outcome.key: outcome for outcome in ledger.outcomes(begun)}
                run.pool = pool
                run.progress = progress
        return run.outcomes

    return run


def met(tmp_path) -> Counter[str]:
    return Counter((tmp_path / "met").read_text().split())


def statuses(outcomes) -> dict[str, str]:
    return {key: outcome.status.value for key, outcome in outcomes.items()}


def test_every_customer_has_one_outcome_and_is_made_once(run_customers, tmp_path):
    outcomes = run_customers({f"C-{n}": "" for n in range(50)})
    assert statuses(outcomes) == {f"C-{n}": "done" for n in range(50)}
    assert set(met(tmp_path).values()) == {1}


def test_the_seconds_of_making_objects_lasting_count_as_put(run_customers):
    run_customers({f"C-{n}": "" for n in range(3)})
    assert run_customers.progress.step_seconds["put"] >= 0.01


def test_one_poisonous_customer_ends_alone_in_quarantine(run_customers, tmp_path):
    does = {f"C-{n}": "" for n in range(40)} | {"C-17": "dies"}
    outcomes = run_customers(does)
    assert len(outcomes) == 40
    assert outcomes["C-17"].status is OutcomeStatus.QUARANTINED
    assert outcomes["C-17"].problem.code == "B108"
    assert "signal 9" in outcomes["C-17"].problem.fact
    others = {key: status for key, status in statuses(outcomes).items() if key != "C-17"}
    assert set(others.values()) == {"done"}
    # Three workers that had its shard; and first one that went on to it while the shard before was not told.
    assert met(tmp_path)["C-17"] in (3, 4)


def test_two_poisonous_customers_in_one_shard_both_end_in_quarantine(run_customers):
    does = {f"C-{n}": "" for n in range(20)} | {"C-4": "dies", "C-6": "dies"}
    outcomes = run_customers(does, workers=1, shard_size=20)
    assert statuses(outcomes) == {key: "quarantined" if what else "done" for key, what in does.items()}


def test_a_worker_that_dies_once_costs_nobody(run_customers):
    does = {f"C-{n}": "" for n in range(20)} | {"C-9": "dies-once"}
    assert set(statuses(run_customers(does)).values()) == {"done"}


def test_a_customer_that_hangs_is_set_aside_after_the_time_limit(run_customers):
    outcomes = run_customers({"C-0": "", "C-1": "hangs", "C-2": ""}, time_limit_s=1.0)
    assert statuses(outcomes) == {"C-0": "done", "C-1": "quarantined", "C-2": "done"}
    assert outcomes["C-1"].problem.code == "B109"


def test_a_bug_costs_one_customer_and_its_message_is_not_repeated(run_customers):
    outcomes = run_customers({"C-0": "", "C-1": "raises", "C-2": ""})
    assert statuses(outcomes) == {"C-0": "done", "C-1": "failed", "C-2": "done"}
    problem = outcomes["C-1"].problem
    assert problem.code == "B110"
    assert "ZeroDivisionError" in problem.fact
    assert "name inside" not in str(problem)
    assert problem.place.startswith("fake_walkers.py:")


def test_a_broken_sink_stops_the_run_and_keeps_what_was_made(run_customers):
    does = {f"C-{n}": "" for n in range(10)} | {"C-5": "breaks"}
    with pytest.raises(StorageError) as raised:
        run_customers(does, workers=1, shard_size=10)
    assert raised.value.problem.code == "S103"
    assert set(run_customers.outcomes) == {f"C-{n}" for n in range(5)}


def test_no_worker_outlives_a_broken_run(run_customers):
    with pytest.raises(StorageError):
        run_customers({"C-0": "breaks", "C-1": "hangs"}, workers=2)
    assert run_customers.pool.process_ids == ()


def test_workers_that_can_not_start_end_the_run(run_customers):
    with pytest.raises(BatchError) as raised:
        run_customers({"C-0": ""}, target=fake.die_at_start)
    assert raised.value.problem.code == "B112"
    assert "exit code 7" in raised.value.problem.fact


def test_a_missing_package_is_told_with_its_install_line(run_customers):
    with pytest.raises(MissingPartError) as raised:
        run_customers({"C-0": ""}, target=fake.lack_a_part)
    assert "billcast[video]" in raised.value.problem.hint


def test_a_run_in_which_all_fail_gives_up(run_customers):
    with pytest.raises(BatchError) as raised:
        run_customers({f"C-{n}": "fails" for n in range(200)}, workers=1)
    assert raised.value.problem.code == "B111"
    assert 50 <= len(run_customers.outcomes) < 200


@pytest.mark.parametrize(("workers", "shard_size"), [(1, 5), (2, 10)])
def test_memory_is_bounded_by_workers_and_shard_size(run_customers, workers, shard_size):
    most = 0

    def watch(items, progress):
        nonlocal most
        for count, item in enumerate(items, 1):
            most = max(most, count - progress.settled)
            yield item

    run_customers({f"C-{n}": "" for n in range(400)}, workers=workers, shard_size=shard_size, watch=watch)
    assert shard_size < most <= ((1 + FOLLOWING) * workers + 1 + AHEAD) * shard_size


def test_a_worker_has_its_next_shard_before_it_ends_one_and_at_the_end_of_the_input_they_become_small(
    run_customers, tmp_path
):
    outcomes = run_customers({f"C-{n}": "" for n in range(60)}, workers=1, target=fake.work_slowly_ahead)
    assert set(statuses(outcomes).values()) == {"done"}
    shards = (tmp_path / "met").read_text().split()
    assert max(shards) == "8+"
    assert shards[-2:] == ["1+", "1."]
    assert all(shard.endswith("+") for shard in shards[:-1])


def test_what_waits_for_a_worker_that_dies_is_made_once(run_customers, tmp_path):
    does = {f"C-{n}": "" for n in range(60)} | {"C-9": "dies"}
    run_customers(does, workers=1)
    assert {key for key, times in met(tmp_path).items() if times > 1} <= {f"C-{n}" for n in range(2, 18)}


def test_a_second_run_of_the_same_input_makes_nothing(run_customers, tmp_path):
    run_customers({f"C-{n}": "" for n in range(30)})
    with Ledger.open(tmp_path / "state") as ledger:
        ledger.finish(ledger.last_run())
    outcomes = run_customers({f"C-{n}": "" for n in range(30)})
    assert len(outcomes) == 30
    assert set(met(tmp_path).values()) == {1}


def test_of_a_changed_input_only_the_change_is_made(run_customers, tmp_path):
    run_customers({f"C-{n}": "" for n in range(100)})
    with Ledger.open(tmp_path / "state") as ledger:
        ledger.finish(ledger.last_run())
    outcomes = run_customers({f"C-{n}": "" for n in range(100)} | {"C-42": "changed"})
    assert len(outcomes) == 100
    assert {key for key, times in met(tmp_path).items() if times > 1} == {"C-42"}

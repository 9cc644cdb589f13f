"""A whole run into object storage: the server dies midway, and resume loses nothing."""

from __future__ import annotations

import pytest

from engine import resume_cycle, run_cycle
from engine.errors import StorageError
from engine.model.artifact import OutcomeStatus
from tests.engine.conftest import customer

COUNT = 60


def keys_in(weed, prefix: str) -> set[str]:
    pages = weed.client().get_paginator("list_objects_v2").paginate(Bucket="bills", Prefix=prefix)
    return {found["Key"] for page in pages for found in page.get("Contents", ())}


@pytest.mark.slow
def test_a_server_that_dies_midway_loses_nothing(mini_cycle, mortal_weed, credentials, monkeypatch):
    dead = mini_cycle.root / "dead"
    monkeypatch.setenv("CHEAP_GATE", str(dead))
    monkeypatch.setenv("BILLCAST_SHARD_SIZE", "5")
    monkeypatch.setenv("BILLCAST_REPORT_EVERY_S", "0.05")
    mini_cycle.write(*(customer(f"C-{n}" if n < COUNT // 2 else f"WAITS-{n}") for n in range(COUNT)))
    state = mini_cycle.root / "state"
    killed = False

    def kill_midway(progress):
        nonlocal killed
        if progress.settled >= 10 and not killed:
            killed = True
            mortal_weed.kill()
            dead.touch()

    with pytest.raises(StorageError) as raised:
        run_cycle(
            [mini_cycle.input], mini_cycle.campaign, "s3://bills/run", state=state, workers=2,
            endpoint=mortal_weed.endpoint, on_progress=kill_midway,
        )  # fmt: skip
    assert raised.value.problem.code == "S114"
    mortal_weed.restart()
    mini_cycle.forget()
    report = resume_cycle(state, workers=2)
    assert report.counts[OutcomeStatus.DONE] == COUNT
    assert len(set(mini_cycle.filled())) <= COUNT - 10
    manifest = (state / "manifest.jsonl").read_text()
    stored = keys_in(mortal_weed, "run/")
    assert len(stored) == 2 * COUNT
    assert all(key.removeprefix("run/") in manifest for key in stored)

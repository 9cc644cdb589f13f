"""A worker's collector: rare where nothing leaves garbage, as ever elsewhere."""

from __future__ import annotations

import gc

import pytest

from engine.batch import garbage
from engine.batch.garbage import EVERY, Garbage


@pytest.fixture(autouse=True)
def looks(monkeypatch):
    """Note looks at everything, and leave the collector as it was."""
    found = []
    monkeypatch.setattr(garbage.gc, "collect", lambda: found.append(1))
    monkeypatch.setattr(garbage.gc, "freeze", lambda: None)
    before = gc.get_threshold()
    yield found
    gc.enable()
    gc.set_threshold(*before)


def test_a_worker_of_pdfs_looks_for_garbage_once_in_many_customers(looks):
    kept = Garbage(("pdf",))
    kept.begin()
    assert not gc.isenabled()
    for _ in range(2 * EVERY // 500):
        kept.after(500)
    assert len(looks) == 2


@pytest.mark.parametrize("channels", [(), ("pdf", "video"), ("microsite",)])
def test_elsewhere_the_collector_goes_by_objects(looks, channels):
    kept = Garbage(channels)
    kept.begin()
    assert gc.isenabled()
    assert gc.get_threshold() == (20_000, 5, 4)
    kept.after(10 * EVERY)
    assert not looks

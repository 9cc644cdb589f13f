"""A worker's collector: rare where next to nothing leaves garbage, and never off."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from engine.batch.garbage import OFTEN, RARELY, set_up_collector


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """Leave the collector as it was."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.parametrize("channels", [("pdf",), ("message", "pdf")])
def test_a_worker_of_pdfs_looks_for_garbage_rarely_but_does(channels: tuple[str, ...]) -> None:
    set_up_collector(channels)
    assert gc.isenabled()
    assert gc.get_threshold() == RARELY
    looks: list[int] = []
    gc.callbacks.append(lambda phase, info: looks.append(info["generation"]))
    try:
        kept = [[number] for number in range(RARELY[0] + 10_000)]  # as a layout leaves them: more than were there
    finally:
        gc.callbacks.pop()
    assert looks
    assert kept


@pytest.mark.parametrize("channels", [(), ("pdf", "video"), ("microsite",)])
def test_elsewhere_it_looks_often(channels: tuple[str, ...]) -> None:
    set_up_collector(channels)
    assert gc.get_threshold() == OFTEN

"""`billcast check --input`: what is metered, and how it is printed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import engine.batch.record_path  # noqa: F401 - before `load_channel` is another for a while, or it would keep that
from engine.commands.cost import lines_of, meter
from engine.contracts import CostReport, SceneCost
from engine.errors import RenderError
from tests.e2e.reading import CAMPAIGN

NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
REPORT = CostReport(
    "video 1280x720", "it", 8, 720,
    (SceneCost("hello", 8, False, 320, 9, 31.42, 69.2), SceneCost("close", 8, True, 0, 0, 2.9, 93.3),
     SceneCost("used", 3, False, 720, 80, 412.0, 250.0, "its bands are as large as the picture")),
    180.0, 626.3, 884.0, 6, 1290.4,
)  # fmt: skip


class Meter:
    """A channel that remembers of whom it was asked."""

    def __init__(self):
        self.asked = []

    def meter(self, templates, communications, rendition):
        self.asked.append(([said.locale for said in communications], rendition))
        return REPORT


@pytest.fixture
def channel(monkeypatch):
    made = Meter()
    monkeypatch.setattr("engine.registry.load_channel", lambda name: made if name == "video" else object())
    return made


def samples(root):
    return root / "samples" / "customers.jsonl"


def test_customers_of_the_commonest_locale_are_metered(channel):
    (report,) = meter(CAMPAIGN, [samples(CAMPAIGN.parents[1])], 3, NOW)
    assert report is REPORT
    ((locales, rendition),) = channel.asked
    assert len(locales) == 3
    assert len(set(locales)) == 1
    assert rendition == "1280x720"


def test_one_customer_is_too_few(channel, tmp_path):
    one = tmp_path / "one.jsonl"
    one.write_text(samples(CAMPAIGN.parents[1]).read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(RenderError, match="R460"):
        list(meter(CAMPAIGN, [one], 8, NOW))


def test_a_table_tells_scene_by_scene_whose_it_is_and_what_it_costs():
    head, columns, *rows = lines_of(REPORT)
    assert head == "video 1280x720: 626 ms of a core and 884 kB a customer, from 8 customers in `it`"
    assert columns.split() == ["scene", "for", "band", "frames", "ms", "kB"]
    assert rows[0].split() == ["hello", "each", "320/720", "9", "31.4", "69.2"]
    assert rows[1].split() == ["close", "everybody", "-", "-", "2.9", "93.3"]
    assert rows[2].endswith("its bands are as large as the picture")
    assert rows[3].split() == ["words,", "voice", "180.0"]
    assert rows[4].strip() == "6 proofs of how they are made: 1290 ms, once a machine"

"""What the cost meter says of a storyboard: whose a scene is, how much of it is encoded, what it weighs."""

from __future__ import annotations

import pytest

from engine.contracts import CostReport, Metered
from renderers.video import VideoChannel
from tests.renderers.builders import fact, make_bill, make_communication
from tests.renderers.fake_templates import FakeTemplates
from tests.renderers.video.conftest import HEAD

BOARD = f"""<storyboard poster="amount">{HEAD}
<scene id="hello" ground="primary" min_s="1.4" title="Hello">
  <text slot="top" style="title" enter="slide" seconds="0.3">The same for all</text>
</scene>
<scene id="amount" ground="primary" min_s="1.4" title="Amount due">
  <text slot="top" style="body" enter="fade" seconds="0.3">{{{{ bill.amount_label }}}}</text>
  <counter slot="main" style="amount" enter="count" seconds="0.4">{{{{ bill.amount_due }}}}</counter>
</scene>
{{% if bill.is_overdue %}}<scene id="late" ground="primary" min_s="1.4" title="Late">
  <text slot="top" style="title" enter="slide" seconds="0.3">Overdue</text>
</scene>{{% endif %}}
</storyboard>"""


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> CostReport:
    templates = FakeTemplates(
        tmp_path_factory.mktemp("meter") / "set", {"video/storyboard.xml.j2": BOARD},
        video={"frames_per_second": 10, "narration": {"voice": "silent"}},
    )  # fmt: skip
    said = [
        make_communication(
            script=(), bill=make_bill(amount_due=fact("bill.amount_due", f"€ 1{n}9.45"), is_overdue=n == 1)
        )
        for n in range(4)
    ]
    return VideoChannel().meter(templates, said, "1280x720")


def test_the_channel_can_be_metered():
    assert isinstance(VideoChannel(), Metered)


def test_it_tells_of_whom_and_of_how_many_it_speaks(report):
    assert (report.name, report.locale, report.customers, report.height_px) == ("video 1280x720", "en", 4, 720)
    assert [(cost.scene, cost.customers) for cost in report.scenes] == [("hello", 4), ("amount", 4), ("late", 1)]


def test_a_scene_that_is_the_same_for_all_costs_nothing_more(report):
    hello = report.scenes[0]
    assert (hello.is_shared, hello.band_px, hello.frames) == (True, 0, 0)
    assert hello.kb > 1  # each file carries it all the same


def test_of_a_personal_scene_only_the_band_that_changes_is_counted(report):
    amount = report.scenes[1]
    assert not amount.is_shared
    assert 96 <= amount.band_px < 480
    assert amount.band_px % 16 == 0
    assert 3 <= amount.frames <= 10
    assert amount.ms > report.scenes[0].ms


def test_what_only_one_customer_has_can_not_be_judged_and_says_so(report):
    late = report.scenes[2]
    assert (late.is_shared, late.band_px, late.note) == (False, 0, "one customer has it")


def test_the_parts_add_up_to_the_whole(report):
    scenes = [cost for cost in report.scenes if cost.scene != "late"]
    assert sum(cost.ms for cost in scenes) + report.rest_ms == pytest.approx(report.ms, rel=0.3)
    assert sum(cost.kb for cost in scenes) < report.kb

"""What video tests share: a template set with a silent voice and few frames, and small storyboards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.model.campaign import Brand, Narration, VideoOptions
from renderers.video.painter import Theme
from renderers.video.storyboard import Storyboard
from renderers.video.storyboard_file import Sources, read_storyboard
from tests.renderers.builders import make_qr
from tests.renderers.chart_builders import bars_chart, stack_chart, waterfall_chart
from tests.renderers.fake_templates import LOGO, FakeTemplates

HEAD = """
<style name="title" size="52" floor="40" weight="700" lines="2"/>
<style name="body" size="36" floor="28" lines="3" fit="wrap"/>
<style name="amount" size="120" floor="64" weight="800" figures="yes"/>
<slot name="top" wide="0 1 12 2" tall="0 2 12 3"/>
<slot name="main" wide="0 4 12 6" tall="0 6 12 12"/>
"""

SHORT = """<storyboard poster="amount">""" + HEAD + """
<scene id="amount" ground="primary" min_s="1.4" title="Amount due">
  <text slot="top" style="body" enter="fade" seconds="0.3">{{ bill.amount_label }}</text>
  <counter slot="main" style="amount" enter="count" seconds="0.4">{{ bill.amount_due }}</counter>
</scene>
<scene id="pay" ground="primary" min_s="1.2" title="Pay">
  <text slot="top" style="title" enter="slide" seconds="0.3">{{ payment.amount }}</text>
  <qr slot="main"/>
</scene>
</storyboard>
"""  # fmt: skip


@pytest.fixture
def film_templates(tmp_path: Path) -> Callable[..., FakeTemplates]:
    """A maker of template sets: `film_templates(storyboard_text, frames_per_second=10, ...)`."""

    def make(text: str = "", **options: object) -> FakeTemplates:
        silent = {"frames_per_second": 10, "narration": Narration(voice="silent", rate=2.0)}
        video = VideoOptions.model_validate({**silent, **options})
        overrides = {"video/storyboard.xml.j2": text} if text else None
        return FakeTemplates(tmp_path / "set", overrides, video=video)

    return make


@pytest.fixture
def theme(tmp_path: Path) -> Theme:
    (tmp_path / "brand").mkdir(exist_ok=True)
    (tmp_path / "brand" / "logo.svg").write_text(LOGO)
    (tmp_path / "brand" / "logo-dark.svg").write_text(LOGO)
    return Theme(Brand(name="Northlight Energy"), tmp_path)


@pytest.fixture
def read() -> Callable[[str], Storyboard]:
    """Reads scenes under the usual styles and slots, with Maria's charts and QR."""
    charts = {chart.id: chart for chart in (stack_chart(), waterfall_chart(), bars_chart())}

    def reader(scenes: str) -> Storyboard:
        return read_storyboard(f"<storyboard>{HEAD}{scenes}</storyboard>", Sources(charts, make_qr()))

    return reader

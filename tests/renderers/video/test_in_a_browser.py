"""A real browser plays a film to its end, and shows the right picture wherever one seeks to, also amid a long hold."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.contracts import FillContext, Scope
from renderers.video import VideoChannel
from renderers.video.likeness import planes_of, similarity
from renderers.video.proof_film import read_film
from tests.renderers.builders import make_communication
from tests.renderers.fake_templates import FakeTemplates
from tests.renderers.video.conftest import HEAD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
RATE = 25
BOARD = f"""<storyboard poster="amount">{HEAD}
<scene id="amount" ground="primary" min_s="4.6" title="Amount due">
  <counter slot="main" style="amount" enter="count" seconds="0.4">{{{{ bill.amount_due }}}}</counter>
</scene>
<scene id="words" ground="paper" min_s="2" title="Words">
  <text slot="top" style="title" enter="slide" seconds="0.4">Nothing else moves</text>
</scene>
<scene id="pay" ground="primary" min_s="2" title="Pay">
  <text slot="top" style="title" enter="wipe" seconds="0.4">{{{{ payment.amount }}}}</text>
  <qr slot="main"/>
</scene>
</storyboard>"""
AMID_A_HOLD, AMID_AN_ENTRANCE, AT_A_CUT, LAST = 65, 120, 115, 214
PAGE = '<!doctype html><style>*{margin:0}</style><video muted preload="auto" width="1280" height="720" src="film.mp4">'


@pytest.fixture(scope="module", params=["b", "a", "reference", "constant"])
def film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a film of 8.6 s and a page that shows it."""
    options: dict[str, Any] = {"frames_per_second": RATE, "narration": {"voice": "silent"}}
    options |= {"constant_frame_rate": True} if request.param == "constant" else {"level": request.param}
    folder = tmp_path_factory.mktemp("film")
    templates = FakeTemplates(folder / "set", {"video/storyboard.xml.j2": BOARD}, video=options)
    said, channel = make_communication(script=()), VideoChannel()
    compiled = channel.compile(templates, "en", channel.classify(said), Scope(rendition="1280x720"))
    made = channel.fill(compiled, said, FillContext())
    assert made.path == ("reference" if request.param == "reference" else "fast")
    (folder / "film.mp4").write_bytes(next(one.data for one in made.artifacts if one.name.startswith("video-")))
    (folder / "page.html").write_text(PAGE)
    return folder


@pytest.fixture
def tab(browser: Any, film: Path) -> Iterator[Any]:
    tab = browser.new_page(viewport={"width": 1280, "height": 720})
    tab.goto((film / "page.html").as_uri())
    tab.wait_for_function("document.querySelector('video').readyState >= 3")
    yield tab
    tab.close()


def test_it_plays_to_the_end(tab: Any) -> None:
    ended = tab.evaluate("""async () => {
        const video = document.querySelector('video'), seen = [];
        video.addEventListener('timeupdate', () => seen.push(video.currentTime));
        video.playbackRate = 4;
        const end = new Promise((done, fail) => { video.onended = done; video.onerror = () => fail(video.error); });
        await video.play();
        await end;
        return {at: video.currentTime, seconds: video.duration, seen: seen.length, error: video.error};
    }""")
    assert ended["error"] is None
    assert ended["at"] == pytest.approx(ended["seconds"], abs=0.05)
    assert ended["seconds"] == pytest.approx(8.6, abs=0.05)
    assert ended["seen"] >= 3


def test_wherever_one_seeks_to_the_right_picture_is_shown(tab: Any, film: Path) -> None:
    frames = [AMID_A_HOLD, LAST, AMID_AN_ENTRANCE, AT_A_CUT, 2, AT_A_CUT - 1]  # back and forth
    wanted = read_film((film / "film.mp4").read_bytes(), RATE, frames).pictures
    assert similarity(wanted[AMID_A_HOLD][0], wanted[2][0]) < 0.99
    assert similarity(wanted[AMID_AN_ENTRANCE][0], wanted[AT_A_CUT][0]) < 0.999
    for frame in frames:
        tab.evaluate(
            """async at => {
                const video = document.querySelector('video');
                const sought = new Promise(done => video.addEventListener('seeked', done, {once: true}));
                video.currentTime = at;
                await sought;
                await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            }""",
            (frame + 0.5) / RATE,
        )
        shot = planes_of(np.asarray(Image.open(BytesIO(tab.screenshot())).convert("RGB")))
        alike = {other: similarity(shot[0], picture[0]) for other, picture in wanted.items()}
        assert alike[frame] > 0.98, frame
        assert alike[frame] == max(alike.values()), frame

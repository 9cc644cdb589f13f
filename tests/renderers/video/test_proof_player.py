"""An audit that plays: Chromium plays a film to its end and shows its pictures, or what goes wrong is told.

Without the fixture `browser`: two of playwright's can't be open in one thread.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.contracts import FillContext, Scope
from renderers.video import VideoChannel
from renderers.video import proof_player as player
from renderers.video.proof_film import read_film
from tests.conftest import CHROMIUM
from tests.renderers.builders import make_communication
from tests.renderers.fake_templates import FakeTemplates
from tests.renderers.video.conftest import SHORT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: apt-get install chromium"),
]
RATE = 10


def test_a_film_is_played_and_sought_and_what_goes_wrong_is_told(tmp_path: Path) -> None:
    templates = FakeTemplates(
        tmp_path,
        {"video/storyboard.xml.j2": SHORT},
        video={"frames_per_second": RATE, "narration": {"voice": "silent"}},
    )
    said, channel = make_communication(script=()), VideoChannel()
    compiled = channel.compile(templates, "en", channel.classify(said), Scope(rendition="1280x720"))
    made = channel.fill(compiled, said, FillContext())
    film = next(one.data for one in made.artifacts if one.name.startswith("video-"))
    end = int(read_film(film, RATE, []).end)
    pictures = read_film(film, RATE, [2, end - 1]).pictures
    first, last = ((2.5 / RATE, pictures[2]), ((end - 0.5) / RATE, pictures[end - 1]))
    player.check_browser()
    assert list(player.playing_faults(film, [last, first], end / RATE)) == []
    wrong = list(player.playing_faults(film, [(last[0], first[1])], end / RATE + 1))
    assert [what.partition(" ")[0] for what in wrong] == ["player:"] * 2
    assert "takes the film for" in wrong[0]
    assert wrong[1].endswith("shows another picture")


def test_a_film_that_a_browser_can_not_play_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    monkeypatch.setattr(player, "LIMIT_MS", 1_500)
    grey = np.zeros((720, 1280), np.uint8)
    (fault,) = player.playing_faults(b"no film", [(0.0, (grey, grey, grey))], 1.0)
    assert fault.startswith("player: ")
    assert str(tmp_path) not in fault

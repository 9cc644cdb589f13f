"""Spliced films before judges that are not FFmpeg's decoder: OpenH264 decodes the same bits, and the headers conform.

FFmpeg's decoder forgives much that a television or a telephone does not.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

from engine.contracts import FillContext, Scope
from renderers.video import VideoChannel
from tests.renderers.builders import make_communication
from tests.renderers.fake_templates import FakeTemplates
from tests.renderers.video.conftest import SHORT

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


def ffmpeg(*arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([FFMPEG, "-hide_banner", "-nostdin", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    return done


@pytest.fixture(scope="module", params=["b", "a", "constant", "1080x1920"])
def film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of two scenes, spliced in one of the ways."""
    options: dict[str, Any] = {"frames_per_second": 25, "narration": {"voice": "silent"}}
    options |= {"a": {"level": "a"}, "constant": {"constant_frame_rate": True}}.get(request.param, {})
    rendition = request.param if "x" in request.param else "1280x720"
    folder = tmp_path_factory.mktemp("film")
    templates = FakeTemplates(folder / "set", {"video/storyboard.xml.j2": SHORT}, video=options)
    said, channel = make_communication(script=()), VideoChannel()
    compiled = channel.compile(templates, "en", channel.classify(said), Scope(rendition=rendition))
    made = channel.fill(compiled, said, FillContext())
    assert made.path == "fast"
    path = folder / "film.mp4"
    path.write_bytes(next(one.data for one in made.artifacts if one.name.startswith("video-")))
    return path


@pytest.fixture(scope="module")
def headers(film: Path) -> str:
    """All headers of the stream as FFmpeg's bit-exact parser reads them; it stops at a value out of its range."""
    return ffmpeg("-v", "info", "-xerror", "-i", str(film), "-map", "0:v", "-c", "copy", "-bsf:v", "trace_headers",
                  "-f", "null", "-").stderr  # fmt: skip


def values(headers: str, name: str) -> list[int]:
    return [int(value) for value in re.findall(rf"\d+\s+{name}\s+[01]+ = (-?\d+)", headers)]


def test_another_decoder_gives_the_same_bits(film: Path) -> None:
    if "libopenh264" not in ffmpeg("-v", "error", "-decoders").stdout:
        pytest.skip("this ffmpeg has no OpenH264")
    hashes = []
    for decoder in ("h264", "libopenh264"):
        said = ffmpeg("-v", "error", "-c:v", decoder, "-i", str(film), "-map", "0:v", "-fps_mode", "passthrough",
                      "-f", "framemd5", "-")  # fmt: skip
        assert said.stderr == ""
        hashes.append([line.split(",")[-1] for line in said.stdout.splitlines() if not line.startswith("#")])
    assert len(hashes[0]) >= 20  # the two scenes in movement, not their stills alone
    assert hashes[0] == hashes[1]


def test_the_parameter_sets_are_said_once_and_promise_what_players_know(headers: str) -> None:
    assert set(values(headers, "profile_idc")) <= {66, 77, 100}
    assert set(values(headers, "level_idc")) <= {31, 40, 41, 42}
    assert set(values(headers, "entropy_coding_mode_flag")) == {0}
    assert set(values(headers, "matrix_coefficients")) == {1}
    assert set(values(headers, "video_full_range_flag")) == {0}


def test_each_picture_is_covered_by_slices_in_order(headers: str) -> None:
    first = values(headers, "first_mb_in_slice")
    pictures, current = [], []
    for place in first:
        if place == 0 and current:
            pictures.append(current)
            current = []
        current.append(place)
    pictures.append(current)
    assert all(picture == sorted(set(picture)) for picture in pictures)
    assert all(picture[0] == 0 for picture in pictures)


def test_pictures_are_numbered_as_the_standard_asks(headers: str) -> None:
    numbers, firsts, kinds = (values(headers, name) for name in ("frame_num", "first_mb_in_slice", "nal_unit_type"))
    slices = [kind for kind in kinds if kind in (1, 5)]
    assert len(slices) == len(numbers) == len(firsts)
    last, idr = -1, 0
    bits = values(headers, "log2_max_frame_num_minus4")[0] + 4
    for number, first, kind in zip(numbers, firsts, slices, strict=True):
        if first:
            assert number == last  # of the same picture
            continue
        idr += kind == 5
        assert number == (0 if kind == 5 else (last + 1) % (1 << bits))
        last = number
    assert idr == 2  # one a scene
    ids = values(headers, "idr_pic_id")
    assert ids[0] != ids[-1]  # two in a row must differ

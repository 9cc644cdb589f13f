from __future__ import annotations

import struct
from fractions import Fraction

import pytest

from renderers.video.proof_film import QUIETEST, boxes, hear, layout_faults, read_film
from tests.renderers.builders import make_communication
from tests.renderers.fake_templates import FakeTemplates
from tests.renderers.video.conftest import SHORT
from tests.renderers.video.films import film_of, subject_of

RATE = 10


@pytest.fixture(scope="module")
def subject(tmp_path_factory):
    templates = FakeTemplates(
        tmp_path_factory.mktemp("film") / "set", {"video/storyboard.xml.j2": SHORT},
        video={"frames_per_second": RATE, "narration": {"voice": "silent", "rate": 2.0}},
    )  # fmt: skip
    return subject_of(templates, make_communication(script=()))


@pytest.fixture(scope="module")
def film(subject) -> bytes:
    return film_of(subject)


def test_a_held_picture_is_what_is_shown_until_the_next_one(subject, film):
    line = subject.job.timeline
    read = read_film(film, RATE, [0, line.spans[1].first - 1, line.spans[1].first, line.frames - 1])
    assert read.faults == []
    assert (read.size, read.end) == ((1280, 720), line.frames)
    assert len(read.starts) < line.frames  # holds are long samples
    assert {span.first for span in line.spans} <= set(read.keys)
    assert read.sound_s == pytest.approx(line.seconds, abs=1025 / 48_000)
    first, held, second, last = (read.pictures[frame][0] for frame in sorted(read.pictures))
    assert (held != second).any()
    assert (first != held).any()
    assert (second != last).any()


def test_a_frame_after_the_end_shows_nothing(subject, film):
    line = subject.job.timeline
    assert sorted(read_film(film, RATE, [0, line.frames, 9999]).pictures) == [0]


def test_a_late_picture_tells_when_it_is_shown(subject):
    read = read_film(film_of(subject, late=Fraction(1, 2)), RATE, [])
    assert read.starts[-1].denominator == 2


def test_boxes_are_walked_to_the_end(film):
    names = [name for name, _, _ in boxes(film)]
    assert names[0] == "ftyp"
    assert sum(size for _, _, size in boxes(film)) == len(film)
    assert layout_faults(film) == []


def test_a_file_that_does_not_start_fast_is_told(subject):
    (fault,) = layout_faults(film_of(subject, is_fast_start=False))
    assert "does not start fast" in fault


@pytest.mark.parametrize(
    ("broken", "says"),
    [(lambda data: data[:-100], "beyond the end"), (lambda data: data + b"abc", "ends within a box"),
     (lambda data: data + struct.pack(">I4s", 4, b"free"), "beyond the end"), (lambda _: b"", "no `ftyp`")],
)  # fmt: skip
def test_a_file_whose_boxes_do_not_fit_is_told(film, broken, says):
    assert says in layout_faults(broken(film))[0]


def test_a_cut_file_does_not_decode(film):
    cut = film[:-200]
    assert read_film(cut, RATE, []).faults
    assert hear(cut).faults


def test_a_damaged_stream_is_found_by_one_of_the_two_programs(film):
    place = film.index(b"mdat") + 4_000
    damaged = film[:place] + bytes(byte ^ 0x5A for byte in film[place : place + 64]) + film[place + 64 :]
    found = [*read_film(damaged, RATE, []).faults, *hear(damaged).faults]
    assert found
    assert not [fault for fault in found if "/tmp" in fault or "0x" in fault]


def test_what_is_no_video_is_told_and_raises_nothing():
    assert read_film(b"no video at all", RATE, [0]).faults
    assert hear(b"no video at all").faults


def test_silence_is_heard_as_silence(film):
    heard = hear(film)
    assert (heard.faults, heard.loudness) == ((), QUIETEST)

"""A true film is proven; one with a single fault is not, and the fault is named without a customer's value."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from renderers.video import proof as proof_module
from renderers.video.likeness import planes_of
from renderers.video.proof import Subject, prove
from renderers.video.proof_figures import figures, has_reader, read_figures, scanned
from renderers.video.proof_film import Film
from renderers.video.proof_sound import speech_faults
from renderers.video.reference_process import FrameTrack
from tests.renderers.builders import fact, make_bill, make_communication, make_payment
from tests.renderers.fake_templates import FakeTemplates
from tests.renderers.video.conftest import SHORT
from tests.renderers.video.films import film_of, subject_of

RATE = 10
ocr = pytest.mark.skipif(not has_reader(), reason="tesseract is not installed: apt-get install tesseract-ocr")


@pytest.fixture(scope="module")
def make_subject(tmp_path_factory):
    """A maker of what a short video should be; it says nothing, unless asked for a voice."""

    def make(voice: str = "silent", **changes) -> Subject:
        plain = make_communication()
        script = tuple(phrase for phrase in plain.script if voice != "silent" and phrase.scene == "amount")
        templates = FakeTemplates(
            tmp_path_factory.mktemp("film") / "set", {"video/storyboard.xml.j2": SHORT},
            video={"frames_per_second": RATE, "narration": {"voice": voice, "rate": 2.0}},
        )  # fmt: skip
        return subject_of(templates, make_communication(script=script, **changes))

    return make


@pytest.fixture(scope="module")
def subject(make_subject) -> Subject:
    return make_subject()


@pytest.fixture(scope="module")
def film(subject) -> bytes:
    return film_of(subject)


@pytest.fixture(autouse=True)
def no_value_is_told(monkeypatch):
    """Whatever a test provokes: what is told of it names no amount."""
    told: list[str] = []
    real = proof_module.prove

    def listening(data, subject):
        found = real(data, subject)
        told.extend([*found.differences, *found.notes])
        return found

    monkeypatch.setitem(globals(), "prove", listening)
    yield
    assert not [text for text in told if "129" in text or "Maria" in text]


def test_a_true_film_is_proven(subject, film):
    found = prove(film, subject)
    assert found.differences == []
    assert 0.99 < found.lowest <= 1
    assert found.loudness is None  # nothing is said


@ocr
def test_its_amounts_are_read(subject, film):
    found = prove(film, subject)
    assert found.figures_read == 1
    assert found.notes == []


def test_without_a_reader_it_is_said_that_amounts_are_not_read(subject, film, monkeypatch):
    monkeypatch.setattr(proof_module, "has_reader", lambda: False)
    found = prove(film, subject)
    assert (found.differences, found.figures_read) == ([], 0)
    assert found.notes == ["video: amounts are not read: tesseract is not installed"]


def test_another_amount_is_a_difference(make_subject, film):
    bill = make_bill(amount_due=fact("bill.amount_due", "€ 129.46"))
    found = prove(film, make_subject(bill=bill))
    assert found.lowest > 0.98  # the mean alone hides it
    assert any("scene `amount`" in what and "lighter or darker" in what for what in found.differences)
    assert not any("scene `pay`" in what for what in found.differences)
    assert not has_reader() or any("read otherwise" in what for what in found.differences)


def test_another_symbol_is_a_difference(subject, make_subject, film):
    other = make_payment()
    found = prove(film, replace(subject, qr=other.qr.payload + b"1"))
    assert found.differences == ["scene `pay`: the QR symbol can't be scanned, or carries something else"]


def test_a_symbol_that_can_not_be_scanned_is_a_difference(subject):
    def hidden(frame: int, picture: np.ndarray) -> np.ndarray:
        if frame < subject.job.timeline.spans[1].first:
            return picture
        picture = picture.copy()
        picture[300:560, 40:700] = picture[700, 10]
        return picture

    found = prove(film_of(subject, change=hidden), subject)
    assert any("QR symbol" in what for what in found.differences)


def test_a_picture_in_other_colours_is_a_difference(subject):
    found = prove(film_of(subject, change=lambda _, picture: np.ascontiguousarray(picture[:, :, ::-1])), subject)
    assert any("colour" in what for what in found.differences)


def test_a_soft_picture_is_a_difference(subject):
    found = prove(film_of(subject, crf=44), subject)
    assert any("SSIM" in what or "lighter" in what for what in found.differences)


def test_an_entrance_at_another_time_is_a_difference(subject):
    track = FrameTrack(subject.job)
    found = prove(film_of(subject, change=lambda frame, _: np.asarray(track.at(max(0, frame - 2)))), subject)
    assert any("frame" in what for what in found.differences)


def test_a_late_scene_and_a_late_end_are_differences(subject):
    found = prove(film_of(subject, late=Fraction(1, 2)), subject)
    assert "time: a picture begins between two frames" in found.differences
    assert "scene `pay`: no picture begins with it" in found.differences
    assert any("the pictures end at frame" in what for what in found.differences)


def test_another_rendition_is_a_difference(make_subject, subject, film):
    tall = replace(subject, job=replace(subject.job, rendition="1080x1920"))
    assert prove(film, tall).differences == ["picture: it is 1280x720, not 1080x1920"]


@pytest.mark.parametrize("seconds", [0.5, 9.0])
def test_sound_of_another_length_is_a_difference(subject, seconds):
    found = prove(film_of(subject, sound_s=seconds), subject)
    assert any(what.startswith("sound: it lasts") for what in found.differences)


def test_a_voice_is_as_loud_as_it_should_be(make_subject):
    spoken = make_subject(voice="espeak")
    loud = prove(film_of(spoken), spoken)
    assert loud.differences == []
    assert loud.loudness == pytest.approx(-16, abs=1)
    quiet = prove(film_of(spoken, gain=0.4), spoken)
    assert quiet.loudness == pytest.approx(loud.loudness + 20 * np.log10(0.4), abs=0.6)
    assert any("its loudness is" in what for what in quiet.differences)
    clipped = prove(film_of(spoken, gain=4.0), spoken)
    assert any("it clips" in what for what in clipped.differences)


def test_what_was_painted_is_compared_by_a_stricter_measure(subject, film):
    track = FrameTrack(subject.job)
    fine = prove(film, replace(subject, painted=lambda frame: planes_of(track.at(frame))))
    assert fine.differences == []
    assert 0.997 < fine.lowest_painted < 1

    def speckled(frame: int):
        luma, *chroma = planes_of(track.at(frame))
        noise = np.random.default_rng(1).integers(-3, 4, luma.shape)
        return (np.clip(luma + noise, 0, 255).astype(np.uint8), *chroma)

    found = prove(film, replace(subject, painted=speckled))
    assert found.lowest > 0.98
    assert all("to what was painted" in what for what in found.differences)
    assert found.differences


def test_a_file_that_can_not_be_read_whole_is_not_looked_at(subject, film, monkeypatch):
    monkeypatch.setattr(proof_module, "_look", lambda *_: pytest.fail("it was looked at"))
    assert prove(film[:-100], subject).differences


def test_symbols_are_scanned(subject):
    last = planes_of(FrameTrack(subject.job).at(subject.job.timeline.frames - 1))[0]
    assert scanned(last) == (subject.qr,)
    assert scanned(np.zeros((64, 64), np.uint8)) == ()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("€ 1 234,56", ("1234,56",)), ("1\u202f234,56 €", ("1234,56",)), ("CHF 1’234.56.", ("1234.56",)),
     ("−4,80 and 12", ("4,80", "12")), ("nothing", ()), ("129.45\n8.00", ("129.45", "8.00"))],
)  # fmt: skip
def test_figures_are_digits_with_their_marks(text, numbers):
    assert figures(text) == numbers


@ocr
def test_light_figures_on_dark_ground_are_read(subject):
    track = FrameTrack(subject.job)
    span = subject.job.timeline.spans[0]
    held = planes_of(track.at(span.count - 1))[0]
    rects = [piece.rect for piece in track.painter.pieces("amount")]
    assert read_figures(held, rects[1], 120) == ("129.45",)
    assert read_figures(255 - held, rects[1], 120) == ("129.45",)


def test_a_phrase_that_is_said_late_or_is_another_is_a_difference(make_subject):
    job = make_subject(voice="espeak").job

    def heard(track: np.ndarray) -> list[str]:
        return list(speech_faults(Film(sound=track, sound_hz=48_000), job.timeline))

    assert heard(np.roll(job.voice, 480)) == []  # 10 ms
    (late,) = heard(np.roll(job.voice, 2_400))
    assert "50 ms late" in late
    (early,) = heard(np.roll(job.voice, -2_400))
    assert "50 ms early" in early
    for other in (job.voice[::-1], np.zeros_like(job.voice), job.voice[:1000]):
        (fault,) = heard(other.copy())
        assert "sounds otherwise" in fault
    music = np.float32(0.06) * np.sin(np.arange(len(job.voice)) / 20, dtype=np.float32)
    assert heard(job.voice + music) == []

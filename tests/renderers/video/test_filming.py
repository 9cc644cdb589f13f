"""Which way a film is made: spliced by bands or by scenes, streamed, or by the reference where it must be."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.contracts import FillContext, Filled, Scope
from engine.errors import RenderError
from engine.model.communication import Communication
from renderers.video import VideoChannel
from renderers.video.fast.encoder import BandEncoder
from tests.renderers.builders import fact, make_bill, make_communication
from tests.renderers.fake_templates import FakeTemplates
from tests.renderers.video.conftest import SHORT

Maker = Callable[..., FakeTemplates]


@pytest.fixture
def communication() -> Communication:
    return make_communication(script=())


def filled(templates: FakeTemplates, communication: Communication, rendition: str = "1280x720") -> Filled:
    channel = VideoChannel()
    compiled = channel.compile(templates, "en", channel.classify(communication), Scope(rendition=rendition))
    return channel.fill(compiled, communication, FillContext())


def data_of(made: Filled, name: str) -> bytes:
    return next(artifact.data for artifact in made.artifacts if artifact.name == name)


def pictures(data: bytes) -> dict[float, NDArray[np.uint8]]:
    with av.open(BytesIO(data), options={"err_detect": "explode"}) as file:
        return {round(float(frame.time), 3): frame.to_ndarray().astype(np.uint8) for frame in file.decode(video=0)}


def test_by_bands_and_by_scenes_the_same_is_shown(film_templates: Maker, communication: Communication) -> None:
    bands = filled(film_templates(SHORT, level="b"), communication)
    scenes = filled(film_templates(SHORT, level="a"), communication)
    assert bands.path == scenes.path == "fast"
    one, other = (pictures(data_of(made, "video-1280x720.mp4")) for made in (bands, scenes))
    assert one.keys() == other.keys()
    for at_s, picture in one.items():
        error = np.abs(picture.astype(int) - other[at_s])
        assert error.mean() < 1, at_s


def test_a_constant_rate_has_every_frame(film_templates: Maker, communication: Communication) -> None:
    data = data_of(filled(film_templates(SHORT, constant_frame_rate=True), communication), "video-1280x720.mp4")
    times = sorted(pictures(data))
    assert np.allclose(np.diff(times), 0.1)


def test_a_stream_lies_beside_the_film_on_request(film_templates: Maker, communication: Communication) -> None:
    made = filled(film_templates(SHORT, hls=True), communication)
    playlist = data_of(made, "stream-1280x720.m3u8").decode()
    assert "stream-1280x720.mp4" in playlist
    film, stream = (pictures(data_of(made, name)) for name in ("video-1280x720.mp4", "stream-1280x720.mp4"))
    assert film.keys() == stream.keys()
    assert all((film[at_s] == stream[at_s]).all() for at_s in film)


def test_the_same_bill_gives_the_same_bytes_whatever_came_before(
    film_templates: Maker, communication: Communication
) -> None:
    templates, channel = film_templates(SHORT), VideoChannel()
    compiled = channel.compile(templates, "en", channel.classify(communication), Scope(rendition="1280x720"))
    first = channel.fill(compiled, communication, FillContext())
    other = make_communication(script=(), key="another")
    channel.fill(compiled, other, FillContext())
    assert channel.fill(compiled, communication, FillContext()) == first
    assert filled(templates, communication) == first


def test_another_worker_encodes_only_what_is_its_customers_own(film_templates: Maker, tmp_path: Path) -> None:
    templates, said = (
        film_templates(SHORT),
        [
            make_communication(script=(), bill=make_bill(amount_due=fact("bill.amount_due", amount)))
            for amount in ("€ 129.45", "€ 8.20")
        ],
    )
    counts = []
    for communication in said:
        channel = VideoChannel()
        scope = Scope(rendition="1280x720", cache_dir=tmp_path / "cache")
        compiled = channel.compile(templates, "en", channel.classify(communication), scope)
        channel.fill(compiled, communication, FillContext())
        counts.append(compiled.payload.studio._splicer.runs.counts)
    first, second = counts
    assert second.loaded
    assert second.encoded < first.encoded
    # Of the second customer: the amount that counts; of the pay scene the code it opens with, and the amount to pay.
    assert second.encoded == 3


@pytest.mark.parametrize("rendition", ["1080x1920", "1080x1080"])
def test_sides_that_are_no_multiple_of_a_macroblock_are_spliced_too(
    film_templates: Maker, communication: Communication, rendition: str
) -> None:
    made = filled(film_templates(SHORT), communication, rendition)
    assert made.path == "fast"
    with av.open(BytesIO(data_of(made, f"video-{rendition}.mp4")), options={"err_detect": "explode"}) as file:
        frames = list(file.decode(video=0))
    assert f"{frames[0].width}x{frames[0].height}" == rendition
    assert all(not frame.is_corrupt for frame in frames)


@pytest.mark.parametrize("code", ["R470", "R471"])
def test_an_encoder_that_cannot_splice_leaves_films_to_the_reference_and_says_why(
    film_templates: Maker, communication: Communication, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unable(*_: object) -> BandEncoder:
        raise RenderError(code, "no encoder here")

    monkeypatch.setattr(BandEncoder, "open", unable)
    made = filled(film_templates(SHORT), communication)
    assert (made.path, made.reason) == ("reference", "no encoder here")
    assert pictures(data_of(made, "video-1280x720.mp4"))


def test_the_reference_is_taken_where_it_is_asked_for(film_templates: Maker, communication: Communication) -> None:
    made = filled(film_templates(SHORT, level="reference"), communication)
    assert (made.path, made.reason) == ("reference", "")


def test_a_stream_that_is_not_made_is_told(film_templates: Maker, communication: Communication) -> None:
    made = filled(film_templates(SHORT, level="reference", hls=True), communication)
    assert "video: no stream is made of a film by the reference" in made.warnings


def test_films_by_the_reference_have_no_cost_by_scene(film_templates: Maker, communication: Communication) -> None:
    with pytest.raises(RenderError, match="no scene has a cost"):
        VideoChannel().meter(film_templates(SHORT, level="reference"), [communication] * 2, "1280x720")

"""Videos of two customers: they play, show the payment's code, stand in the page, and are the same bytes twice."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path

import av
import pytest
import zxingcpp
from PIL import Image

from engine.api import RenderResult, render_one
from engine.model.artifact import OutcomeStatus
from engine.templating import TemplateSet
from tests.e2e.reading import CAMPAIGN, KEYS, NOW, samples

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("video"), pytest.mark.timeout(900)]
KINDS = {"NL-0001": "epc", "NL-0012": "link"}


@pytest.fixture(scope="module")
def brisk(tmp_path_factory: pytest.TempPathFactory) -> TemplateSet:
    """The starter set with ten frames a second, which is a third of the work."""
    root = tmp_path_factory.mktemp("brisk") / "set"
    shutil.copytree(CAMPAIGN, root)
    told = (root / "campaign.toml").read_text(encoding="utf-8")
    assert "frames_per_second = 25" in told
    (root / "campaign.toml").write_text(told.replace("frames_per_second = 25", "frames_per_second = 10"), "utf-8")
    return TemplateSet(root)


def filmed(templates: TemplateSet, key: str, cache: Path) -> RenderResult:
    result = render_one(samples()[key], templates, keys=KEYS, now=NOW, channels=("video", "microsite"), cache_dir=cache)
    assert result.outcome.status is OutcomeStatus.DONE, result.outcome.problem
    return result


@pytest.fixture(scope="module")
def films(brisk: TemplateSet, speech: Path) -> dict[str, RenderResult]:
    return {key: filmed(brisk, key, speech) for key in KINDS}


def files(result: RenderResult) -> dict[str, bytes]:
    return {artifact.name: artifact.data for artifact in result.artifacts}


def pay_scene_ends_s(chapters: str) -> float:
    found = re.search(r"(?m)^pay\n\S+ --> (\d+):(\d+):([\d.]+)", chapters)
    assert found
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3])


@pytest.mark.parametrize("key", KINDS)
def test_the_video_plays_from_its_first_bytes_with_picture_and_sound(films: dict[str, RenderResult], key: str) -> None:
    data = files(films[key])["video-1280x720.mp4"]
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(io.BytesIO(data)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert (picture.codec_context.name, picture.width, picture.height) == ("h264", 1280, 720)
        assert sound.codec_context.name == "aac"
        assert 20 <= float(picture.duration * picture.time_base) <= 40
        assert sum(1 for _ in container.decode(video=0)) == picture.frames


@pytest.mark.parametrize(("key", "kind"), KINDS.items())
def test_a_scanner_reads_the_payments_code_off_the_pay_scene(
    films: dict[str, RenderResult], key: str, kind: str
) -> None:
    said, made = films[key].communication, files(films[key])
    assert said is not None
    assert said.payment is not None
    assert said.payment.qr.kind == kind
    wanted = pay_scene_ends_s(made[f"chapters.{said.locale}.vtt"].decode()) - 0.3
    with av.open(io.BytesIO(made["video-1280x720.mp4"])) as container:
        for shown in container.decode(video=0):  # a picture holds until the next one comes
            if shown.time > wanted:
                break
            frame = shown
        (code,) = zxingcpp.read_barcodes(frame.to_ndarray(format="rgb24"))
    assert code.bytes == said.payment.qr.payload


@pytest.mark.parametrize("key", KINDS)
def test_poster_captions_and_transcript_stand_beside_it_and_in_the_page(
    films: dict[str, RenderResult], key: str
) -> None:
    said, made = films[key].communication, files(films[key])
    assert said is not None
    assert Image.open(io.BytesIO(made["poster.jpg"])).size == (1280, 720)
    assert made[f"captions.{said.locale}.vtt"].startswith(b"WEBVTT")
    assert said.greeting.text in made["transcript.txt"].decode()
    page = made["index.html"].decode()
    assert "video-1280x720.mp4" in page
    assert "data:image/jpeg;base64," in page


@pytest.mark.parametrize("key", KINDS)
def test_the_films_page_knows_where_it_is_pressed(films: dict[str, RenderResult], key: str) -> None:
    page = files(films[key])["player.html"].decode()
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page)
    assert found
    told = json.loads(found[1])
    kinds = {(scene, kind) for scene, kind, *_ in told["spots"]["1280x720"]}
    assert {("pay", "pay"), ("pay", "code"), ("made_of", "charge"), ("why", "chart"), ("close", "phone")} <= kinds
    assert re.search(r'<template data-spot="pay"><a class="spot is-pay" href="https://pay\.', page)


def test_a_second_film_is_the_same_to_the_byte(
    films: dict[str, RenderResult], brisk: TemplateSet, speech: Path
) -> None:
    assert files(filmed(brisk, "NL-0001", speech)) == files(films["NL-0001"])

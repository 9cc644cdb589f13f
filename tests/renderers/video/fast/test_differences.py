from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from engine.natives import compiler
from renderers.video.fast import native
from renderers.video.fast.cavlc import CHROMA_DC, TABLES
from renderers.video.fast.differences import Differences
from renderers.video.fast.encoder import BandEncoder
from renderers.video.fast.library import build, source_mark
from renderers.video.fast.parameters import Syntax
from renderers.video.fast.slices import Picture, SliceData, write_slice
from renderers.video.fast.transform import Quantiser

SYNTAX = Syntax(4, 26, True, -4)
WIDTH, HEIGHT = 200, 88  # neither is whole macroblocks


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    program = compiler()
    if not program:
        pytest.skip("no C compiler")
    target = tmp_path_factory.mktemp("native") / "libdifferences.so"
    build(program, target)
    return target


def painted(coder: Differences, seed: int, pictures: int = 8, height: int = HEIGHT) -> Iterator[bool]:
    """Paint flat, noisy and slightly changed areas over one another; every fourth picture stays as it is."""
    random = np.random.default_rng(seed)
    canvas = coder.canvas_at(0, height)
    canvas.fill((90, 120, 140))
    yield True
    for number in range(pictures):
        if number % 4 == 3:
            yield False
            continue
        for _ in range(random.integers(0, 5)):
            left, top = 2 * random.integers(0, WIDTH // 2 - 4), 2 * random.integers(0, height // 2 - 4)
            right, bottom = left + 2 * random.integers(1, 40), top + 2 * random.integers(1, 30)
            how = random.integers(0, 3)
            for plane, step, limit in zip(coder._painted, (1, 2, 2), (WIDTH, WIDTH // 2, WIDTH // 2), strict=True):
                area = plane[top // step : min(bottom, height) // step, left // step : min(right // step, limit)]
                noise = (random.normal(0, 8, area.shape) + area, random.integers(0, 256, area.shape), area * 0 + 200)
                area[:] = np.clip(noise[how], 0, 255)
        yield True


def decoded(encoder: BandEncoder, pictures: list[bytes]) -> list[list[np.ndarray]]:
    context, sets, made = av.CodecContext.create("h264", "r"), [encoder.parameters.sps, encoder.parameters.pps], []
    for unit in [*pictures, b""]:
        packet = av.Packet(b"".join(b"\0\0\0\1" + one for one in [*sets, unit])) if unit else None
        for frame in context.decode(packet):
            planes = [np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size) for plane in frame.planes]
            made.append([rows[:, : plane.width].copy() for rows, plane in zip(planes, frame.planes, strict=True)])
        sets = []
    return made


def coder_of(library: Path | None, monkeypatch: pytest.MonkeyPatch) -> Differences:
    made = native.library(library) if library else None
    with monkeypatch.context() as patch:
        patch.setattr(native, "library", lambda: made)
        return Differences(WIDTH, HEIGHT, SYNTAX)


@pytest.mark.parametrize("seed", range(4))
def test_a_decoder_shows_to_the_bit_what_is_taken_as_shown(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = BandEncoder.open(WIDTH, HEIGHT, 25)
    syntax = encoder.parameters.syntax
    encoder.canvas_at(0).fill((90, 120, 140))
    coder = Differences(WIDTH, HEIGHT, syntax, is_native=False)
    units = [write_slice(encoder.encode(True), 0, Picture(0, True), syntax)]
    (first,) = decoded(encoder, units)
    begin = coder._begin

    def begin_as_decoded() -> None:  # in a film what x264 left stays; here nothing is to stay
        begin()
        for shown, plane in zip(coder._shown, first, strict=True):
            shown[: plane.shape[0], : plane.shape[1]] = plane

    monkeypatch.setattr(coder, "_begin", begin_as_decoded)

    made = [one for one in coder.coded(painted(coder, seed)) if one]

    units += [write_slice(one, 0, Picture(number, False), syntax) for number, one in enumerate(made, 1)]
    pictures = decoded(encoder, units)
    assert len(pictures) == len(units)
    for plane, shown in zip(pictures[-1], coder._shown, strict=True):
        assert (plane == shown[: plane.shape[0], : plane.shape[1]]).all()


@pytest.mark.parametrize("seed", range(4))
def test_the_native_part_and_numpy_write_the_same_bits(
    seed: int, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_native, by_numpy = coder_of(library, monkeypatch), coder_of(None, monkeypatch)
    assert by_native._native
    assert not by_numpy._native

    made: list[list[SliceData | None]] = [coder.coded(painted(coder, seed)) for coder in (by_native, by_numpy)]

    assert made[0] == made[1]
    assert [one is None for one in made[0]] == [False, False, False, True] * 2
    assert sum(one.data.length for one in made[0] if one) > 10_000
    for one, other in zip(by_native._shown, by_numpy._shown, strict=True):
        assert (one == other).all()


def test_without_a_library_of_the_same_source_numpy_does_the_work(library: Path, tmp_path: Path) -> None:
    other = tmp_path / "libdifferences.so"
    other.write_bytes(library.read_bytes().replace(source_mark().encode(), b"0" * 32))

    assert native.library(tmp_path / "absent.so") is None
    assert native.library(other) is None
    assert native.library(library) is not None


def test_a_compiler_that_fails_leaves_no_library(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        build("false", tmp_path / "libdifferences.so")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("qp", [18, 24, 31, 51])
def test_a_transform_gives_levels_that_bring_the_pixels_back(qp: int) -> None:
    transform = Quantiser.of(qp)
    pixels = np.random.default_rng(qp).integers(-255, 256, (200, 16)).astype(np.float32)

    levels = pixels @ transform.forward * transform.steps

    assert np.abs(levels @ transform.backward / 64 - pixels).max() < 0.02
    with pytest.raises(ValueError, match="QP 17"):
        Quantiser.of(17)


def test_no_code_of_a_table_begins_another() -> None:
    for number, (lengths, codes) in enumerate(TABLES):
        for row, (sizes, values) in enumerate(zip(lengths, codes, strict=True)):
            words = [f"{value:0{size}b}" for size, value in zip(sizes, values, strict=True) if size]
            assert all(len(word) == size for word, size in zip(words, sizes[sizes > 0], strict=True))
            assert not [(a, b) for i, a in enumerate(words) for b in words[:i] if a.startswith(b) or b.startswith(a)]
            assert words or row == 0 or (number, row) in {(1, 16), (2, 4)} or row > CHROMA_DC


def test_a_run_does_not_depend_on_the_run_before_it() -> None:
    coder = Differences(WIDTH, HEIGHT, SYNTAX)
    alone = coder.coded(painted(coder, 1, height=48))
    coder.coded(painted(coder, 2))

    again = coder.coded(painted(coder, 1, height=48))

    assert again == alone

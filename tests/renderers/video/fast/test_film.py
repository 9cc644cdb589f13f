"""Spliced pictures, judged by a decoder: what each band shows is what its encoder saw, to the last bit."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from renderers.video.canvas import Canvas, YuvCanvas
from renderers.video.fast import ground_proof
from renderers.video.fast.bits import BitReader, unescaped
from renderers.video.fast.encoder import MACROBLOCK
from renderers.video.fast.film import TICKS, Film, PaintedScene
from renderers.video.fast.mp4 import Sample, VideoTrack, write_mp4
from renderers.video.fast.parameters import Syntax
from renderers.video.fast.plan import ScenePlan, plan_scene, track_of
from renderers.video.fast.runs import Runs, packed, unpacked
from renderers.video.fast.slices import Picture, SliceData, write_slice
from renderers.video.frame import Frame, Rect
from renderers.video.layer import Layer, digest
from renderers.video.store import Store
from renderers.video.storyboard import Ease, Entrance, EntranceKind

FRAME = Frame(640, 368)
TEAL, WHITE = (14, 94, 98), (250, 250, 245)


@dataclass
class Word:
    """Some bars that rise and fade in, as a word does."""

    entrance: Entrance
    rect: Rect
    seed: int = 0

    @property
    def layer(self) -> Layer:
        bars = np.random.default_rng(self.seed).integers(0, 2, (1, self.rect.width // 4)).repeat(4, axis=1) * 255
        mask = np.zeros((self.rect.height, self.rect.width), np.uint8)
        mask[:, : bars.shape[1]] = bars
        return Layer(Image.fromarray(mask), WHITE, self.key)

    @property
    def key(self) -> bytes:
        return digest("word", self.seed, self.rect.width, self.rect.height)

    @property
    def reach(self) -> Rect:
        return Rect(self.rect.left, self.rect.top, self.rect.width, self.rect.height + 20)

    @property
    def rest(self) -> Rect:
        return self.rect

    def move_to(self, left: int, top: int) -> None:
        raise NotImplementedError

    def draw(self, canvas: Canvas, progress: float) -> None:
        canvas.lay(self.layer, self.rect.left, self.rect.top + round(20 * (1 - progress)), progress)


def word(start_s: float, top: int, height: int = 30, seed: int = 0) -> Word:
    return Word(Entrance(EntranceKind.SLIDE, start_s, 0.4, Ease.LINEAR), Rect(40, top, 400, height), seed)


def ground(shade: int = 0) -> YuvCanvas:
    return YuvCanvas.of_picture(Image.new("RGB", (FRAME.width, FRAME.height), (TEAL[0] + shade, *TEAL[1:])))


def scene_of(words: Sequence[Word], *, whole: bool = False) -> tuple[PaintedScene, ScenePlan]:
    tracks = [track_of(index, one.entrance, 25) for index, one in enumerate(words)]
    return PaintedScene(tuple(words), b"teal", ground()), plan_scene(words, tracks, FRAME, whole=whole)


def film(store: Store | None = None) -> Film:
    return Film(FRAME, 25, Runs(store))


def decoded(made: Film, samples: Sequence[Sample]) -> list[tuple[int, NDArray[np.uint8]]]:
    sets = made.parameters
    data = write_mp4(VideoTrack(FRAME.width, FRAME.height, 25 * TICKS, sets.sps, sets.pps, samples), None)
    with av.open(io.BytesIO(data), options={"err_detect": "explode"}) as file:
        return [
            (round(frame.time * 25), frame.to_ndarray()[: FRAME.height].astype(np.uint8))
            for frame in file.decode(video=0)
        ]


def painted(scene: PaintedScene, frame: int) -> NDArray[np.uint8]:
    canvas = scene.yuv_ground.copy()
    for piece in scene.pieces:
        state = round(piece.entrance.progress(frame / 25), 6)
        if state > 0:
            piece.draw(canvas, state)
    return np.asarray(canvas.luma)


THREE = [word(0, 60, seed=1), word(0.4, 160, seed=2), word(0.4, 290, seed=3)]


@pytest.mark.parametrize("whole", [False, True])
def test_every_picture_is_what_was_painted_for_its_time(whole: bool) -> None:
    made = film()
    scene, plan = scene_of(THREE, whole=whole)
    assert len(plan.runs) == (0 if whole else 3)
    pictures = decoded(made, made.samples(scene, plan, 60, 0, constant=False))
    assert [frame for frame, _ in pictures] == list(range(21))
    for frame, picture in pictures:
        error = np.abs(picture.astype(int) - painted(scene, frame))
        assert error.mean() < 1.5
        assert (error.reshape(-1, 16, FRAME.width).mean(axis=(1, 2)) < 6).all()


def test_rows_outside_all_bands_keep_their_bits() -> None:
    made = film()
    scene, plan = scene_of([word(0, 150)])
    (run,) = plan.runs
    (_, first), *others = decoded(made, made.samples(scene, plan, 60, 0, constant=False))
    top, bottom = run.row * MACROBLOCK, (run.row + run.rows) * MACROBLOCK
    for _, picture in others:
        assert (picture[:top] == first[:top]).all()
        assert (picture[bottom:] == first[bottom:]).all()


def test_a_held_picture_is_one_sample_or_by_choice_one_a_frame() -> None:
    made = film()
    scene, plan = scene_of([word(0, 150)])
    held = made.samples(scene, plan, 40, 0, constant=False)
    assert len(held) == 11
    assert held[-1].duration == 30 * TICKS
    constant = made.samples(scene, plan, 40, 0, constant=True)
    assert len(constant) == 40
    assert {sample.duration for sample in constant} == {TICKS}
    assert max(len(sample.data) for sample in constant[11:]) < 20
    (_, last), (_, end) = decoded(made, held)[-1], decoded(made, constant)[-1]
    assert (last == end).all()


def test_scenes_of_one_picture_follow_each_other() -> None:
    made = film()
    scene, plan = scene_of([])
    samples = [one for number in range(4) for one in made.samples(scene, plan, 5, number % 2, constant=False)]
    assert [frame for frame, _ in decoded(made, samples)] == [0, 5, 10, 15]


def test_a_scene_shorter_than_its_entrances_is_cut() -> None:
    made = film()
    scene, plan = scene_of(THREE)
    samples = made.samples(scene, plan, 7, 0, constant=False)
    assert sum(sample.duration for sample in samples) == 7 * TICKS


def test_a_run_encoded_before_gives_the_bytes_of_one_encoded_now(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("segments")
    scene, plan = scene_of(THREE)
    cold = film().samples(scene, plan, 60, 0, constant=False)
    warm = film(Store(folder))
    for seed in (7, 8):  # other scenes first, in an encoder of the same height
        other, its_plan = scene_of([word(0, 60, seed=seed)])
        warm.samples(other, its_plan, 60, 0, constant=False)
    for _ in range(3):
        assert warm.samples(scene, plan, 60, 0, constant=False) == cold
    assert warm.runs.counts.remembered
    again = film(Store(folder))
    assert again.samples(scene, plan, 60, 0, constant=False) == cold
    assert again.runs.counts.encoded == 0
    assert again.runs.counts.loaded == 4


def test_what_is_one_customers_is_written_when_it_is_met_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("segments")
    made = film(Store(folder))
    scene, plan = scene_of([word(0, 60)])
    own = dataclasses.replace(scene, personal=frozenset({0}))
    made.samples(own, plan, 60, 0, constant=False)
    # The opening shows the ground alone: that is everybody's.
    assert len(list(folder.rglob("*.bin"))) == 1
    made.samples(own, plan, 60, 0, constant=False)
    assert len(list(folder.rglob("*.bin"))) == 2


def test_what_is_everybodys_is_written_at_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("segments")
    scene, plan = scene_of(THREE)
    film(Store(folder)).samples(scene, plan, 60, 0, constant=False)
    another = film(Store(folder))
    another.samples(scene, plan, 60, 0, constant=False)
    assert another.runs.counts.encoded == 0


def test_a_run_comes_back_from_its_bytes() -> None:
    made = film()
    scene, plan = scene_of(THREE)
    run = made.run(scene, plan.runs[0])
    assert unpacked(packed([*run, None])) == (*run, None)
    with pytest.raises(ValueError, match="ends"):
        unpacked(packed(run) + b"x")


def test_a_plain_ground_is_proven() -> None:
    assert ground_proof.is_proven(film(), b"teal", ground())


def test_the_proof_sees_pictures_that_are_not_what_the_encoder_saw(monkeypatch: pytest.MonkeyPatch) -> None:
    def smoothed(data: SliceData, first: int, picture: Picture, syntax: Syntax) -> bytes:
        return write_slice(replace(data, unfiltered=False), first, picture, syntax)

    monkeypatch.setattr("renderers.video.fast.film.write_slice", smoothed)
    assert not ground_proof.is_proven(film(), b"teal", ground())


@pytest.mark.parametrize("constant", [False, True])
def test_the_slices_of_a_picture_agree_and_pictures_are_counted(constant: bool) -> None:
    """What a lenient decoder forgives: another may take the wrong picture as reference, or two for one."""
    made = film()
    scene, plan = scene_of(THREE)
    samples = made.samples(scene, plan, 60, 1, constant=constant)
    assert len(samples) > 16  # frame numbers have four bits
    for number, sample in enumerate(samples):
        heads = [_head(unit, made.parameters.syntax.frame_number_bits) for unit in _units(sample.data)]
        assert {kind for kind, *_ in heads} == {5 if number == 0 else 1}
        assert {frame_number for *_, frame_number in heads} == {number % 16}
        places = [first for _, first, _ in heads]
        assert places == sorted(set(places))
        assert places[0] == 0


def _units(data: bytes) -> list[bytes]:
    units = []
    while data:
        length = int.from_bytes(data[:4])
        units.append(data[4 : 4 + length])
        data = data[4 + length :]
    return units


def _head(unit: bytes, frame_number_bits: int) -> tuple[int, int, int]:
    """Return NAL unit type, first macroblock and frame number of a slice."""
    reader = BitReader(unescaped(unit)[1:])
    first, _slice_type, _set = reader.ue(), reader.ue(), reader.ue()
    return unit[0] & 31, first, reader.u(frame_number_bits)

"""The proof of a scene sees each way in which spliced pictures can be wrong, and is paid for once a machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from renderers.video.fast import film as film_module
from renderers.video.fast.film import Film
from renderers.video.fast.mp4 import Sample
from renderers.video.fast.plan import plan_scene, track_of
from renderers.video.fast.proofs import Proofs, ground_key, scene_key
from renderers.video.fast.scene_proof import MOVED, OTHER, UNLIKE, UNREADABLE, fault_of
from renderers.video.fast.slices import Picture, SliceData, skip_slice, write_slice
from renderers.video.store import Store
from tests.renderers.video.fast.test_film import FRAME, THREE, film, scene_of, word


def fault(made: Film, change: Callable[[list[Sample]], list[Sample]] = lambda samples: samples) -> str:
    """Return what the proof says of three words, of which the last two move at a time."""
    scene, plan = scene_of(THREE)
    tracks = [track_of(index, one.entrance, 25) for index, one in enumerate(THREE)]
    return fault_of(made, scene, plan, tracks, change(made.samples(scene, plan, 60, 0, constant=False)))


def broken(monkeypatch: pytest.MonkeyPatch, write: Callable[[SliceData, int, Picture], tuple[SliceData, int]]) -> None:
    """Have predicted slices written otherwise."""

    def written(data, first, picture, syntax):
        return write_slice(*((data, first) if data.is_intra else write(data, first, picture)), picture, syntax)

    monkeypatch.setattr(film_module, "write_slice", written)


def test_a_scene_that_is_what_was_painted_is_proven() -> None:
    assert fault(film()) == ""


@pytest.mark.parametrize("constant", [False, True])
def test_so_is_one_with_a_picture_for_each_frame_or_cut_before_its_end(constant: bool) -> None:
    made = film()
    scene, plan = scene_of(THREE)
    tracks = [track_of(index, one.entrance, 25) for index, one in enumerate(THREE)]
    for count in (60, 7):
        assert fault_of(made, scene, plan, tracks, made.samples(scene, plan, count, 0, constant=constant)) == ""


def test_pictures_that_are_quantised_otherwise_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch, lambda data, first, _: (replace(data, qp_delta=data.qp_delta + 6), first))
    assert fault(film()) == OTHER


def test_a_band_of_another_scene_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    made = film()
    scene, plan = scene_of(THREE)
    other, _ = scene_of([THREE[0], word(0.4, 160, seed=9), THREE[2]])
    tracks = [track_of(index, one.entrance, 25) for index, one in enumerate(THREE)]
    samples = made.samples(other, plan, 60, 0, constant=False)
    assert fault_of(made, scene, plan, tracks, samples) == OTHER
    monkeypatch.setattr(made, "seen", lambda _, run: Film.seen(made, other, run))  # had it been encoded so
    assert fault_of(made, scene, plan, tracks, samples) == UNLIKE
    assert fault_of(made, scene, plan, tracks, samples, None) == ""


def test_rows_beside_a_band_that_change_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    made = film()
    scene, plan = scene_of(THREE)
    tracks = [track_of(index, one.entrance, 25) for index, one in enumerate(THREE)]
    samples = made.samples(scene, plan, 60, 0, constant=False)
    without = replace(plan, runs=plan.runs[:2])
    assert fault_of(made, scene, without, tracks, samples) == MOVED


def test_pictures_that_stop_or_are_too_few_are_refused() -> None:
    assert fault(film(), lambda samples: [samples[0], replace(samples[1], data=samples[1].data[:40]), *samples[2:]])
    assert fault(film(), lambda samples: [replace(one, data=one.data[:9]) for one in samples]) == UNREADABLE


def test_a_slice_that_skips_too_few_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def short(first, count, number, syntax):
        return skip_slice(first, count - 40, number, syntax)

    monkeypatch.setattr(film_module, "skip_slice", short)
    assert fault(film())


def test_a_proof_is_paid_for_once_a_machine(tmp_path: Path) -> None:
    asked: list[str] = []

    def proven() -> str:
        asked.append("")
        return ""

    one, other = Proofs(tmp_path), Proofs(tmp_path)
    assert [one.of("ab12", proven), one.of("ab12", proven), other.of("ab12", proven)] == ["", "", ""]
    assert len(asked) == 1
    assert (one.counts.made, one.counts.failed, other.counts.made) == (1, 0, 0)


def test_a_refusal_stays_whoever_proves_it_meanwhile(tmp_path: Path) -> None:
    one, other = Proofs(tmp_path), Proofs(tmp_path)

    def slow() -> str:
        other.refuse("ab12", "it is wrong")
        return ""

    assert one.of("ab12", slow) == "it is wrong"
    assert Proofs(tmp_path).of("ab12", lambda: "") == "it is wrong"
    assert one.of("cd34", lambda: "why") == other.of("cd34", lambda: "") == "why"
    assert one.counts.failed == 1


def test_a_proof_that_was_damaged_on_disk_is_made_again(tmp_path: Path) -> None:
    Proofs(tmp_path).of("ab12", lambda: "")
    (file,) = (path for path in tmp_path.rglob("*.bin"))
    file.write_bytes(b"+")
    assert Proofs(tmp_path).reason("ab12") is None


def test_the_key_is_that_of_scenes_cut_into_the_same_bands() -> None:
    scene, plan = scene_of(THREE)
    alike, same = scene_of([word(0, 60, seed=8), *THREE[1:]])
    moved, other = scene_of([word(0, 76, seed=1), *THREE[1:]])
    keys = [
        scene_key("look", "amount", FRAME, scene, plan, 60),
        scene_key("look", "amount", FRAME, moved, other, 60),
        scene_key("look", "pay", FRAME, scene, plan, 60),
        scene_key("another", "amount", FRAME, scene, plan, 60),
        scene_key("look", "amount", replace(FRAME, has_captions=True), scene, plan, 60),
        scene_key("look", "amount", FRAME, replace(scene, ground_key=b"other"), plan, 60),
        scene_key("look", "amount", FRAME, scene, plan, 15),
        ground_key(FRAME, scene.ground_key),
    ]
    assert len(set(keys)) == len(keys)
    assert scene_key("look", "amount", FRAME, alike, same, 70) == keys[0]


def test_scenes_of_other_times_are_other_scenes() -> None:
    scene, plan = scene_of(THREE)
    later = [word(0.2, 60, seed=1), *THREE[1:]]
    shifted = plan_scene(later, [track_of(index, one.entrance, 25) for index, one in enumerate(later)], FRAME)
    assert scene_key("", "a", FRAME, scene, plan, 60) != scene_key("", "a", FRAME, scene, shifted, 60)


def test_to_prove_a_scene_is_not_to_meet_its_runs_again(tmp_path: Path) -> None:
    made = film(Store(tmp_path))
    scene, plan = scene_of(THREE)
    own = replace(scene, personal=frozenset({0, 1, 2}))
    tracks = [track_of(index, one.entrance, 25) for index, one in enumerate(THREE)]
    samples = made.samples(own, plan, 60, 0, constant=False)
    written = sorted(tmp_path.rglob("*.bin"))
    assert fault_of(made, own, plan, tracks, samples) == ""
    assert sorted(tmp_path.rglob("*.bin")) == written
    assert fault_of(film(), own, plan, tracks, samples) == ""  # in another process, where nothing is in memory

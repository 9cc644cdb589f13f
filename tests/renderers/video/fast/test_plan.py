"""Planning: bands with quiet borders, apart where they can be, together where they must."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from renderers.video.fast.plan import MACROBLOCK, QUIET_PX, Run, ScenePlan, Track, key_of, plan_scene, track_of
from renderers.video.frame import Frame, Rect
from renderers.video.storyboard import Entrance, EntranceKind

FRAME = Frame(1280, 720)
NONE = Entrance(EntranceKind.NONE, 0.0, 0.0)


@dataclass(frozen=True)
class Thing:
    """A piece as planning sees it."""

    entrance: Entrance
    rect: Rect
    key: bytes = b"k"

    @property
    def reach(self) -> Rect:
        return self.rect

    @property
    def rest(self) -> Rect:
        return self.rect


def grow(start_s: float, top: int, height: int, seconds: float = 0.4) -> Thing:
    return Thing(Entrance(EntranceKind.GROW, start_s, seconds), Rect(100, top, 300, height))


def planned(things: Sequence[Thing], *, whole: bool = False) -> ScenePlan:
    tracks = [track_of(index, thing.entrance, 25) for index, thing in enumerate(things)]
    return plan_scene(things, tracks, FRAME, whole=whole)


def test_a_track_changes_from_the_first_frame_in_sight_to_the_one_that_stands_still() -> None:
    track = track_of(0, Entrance(EntranceKind.GROW, 0.2, 0.4), 25)
    assert track.frames[0] == 6  # at frame 5 its time begins, and nothing is seen
    assert track.progress[-1] == 1
    assert track.frames[-1] == 15
    assert track.at(5) == 0
    assert track.at(1000) == 1


def test_a_fade_that_skips_frames_is_one_stretch() -> None:
    track = track_of(0, Entrance(EntranceKind.FADE, 0.0, 0.4), 25)
    assert list(track.stretches()) == [(track.frames[0], track.frames[-1])]
    assert len(track.frames) < 6
    assert track.frames[-1] <= 10
    (run,) = planned([Thing(Entrance(EntranceKind.FADE, 0.0, 0.4), Rect(0, 100, 90, 40))]).runs
    assert any(before == after for before, after in pairwise(run.states))


def test_what_stands_still_is_in_the_opening_alone() -> None:
    plan = planned([Thing(NONE, Rect(0, 0, 50, 50))])
    assert plan.runs == ()
    assert plan.opening == Run(0, 45, 0, (0,), ((1.0,),))


def test_a_run_covers_what_moves_in_whole_rows() -> None:
    (run,) = planned([grow(0, 100, 40)]).runs
    assert run.row * MACROBLOCK <= 92
    assert (run.row + run.rows) * MACROBLOCK >= 148
    assert run.rows == 6
    assert run.first == 1
    assert len(run.states) == 10


def test_things_that_move_one_after_another_are_runs_of_their_own() -> None:
    runs = planned([grow(0, 100, 40), grow(0.4, 400, 40)]).runs
    assert [run.members for run in runs] == [(0,), (1,)]
    assert runs[0].end <= runs[1].first


def test_things_that_move_at_once_far_apart_are_runs_of_their_own() -> None:
    runs = planned([grow(0, 100, 40), grow(0, 500, 40)]).runs
    assert sorted(run.members for run in runs) == [(0,), (1,)]


def test_things_that_move_at_once_near_each_other_are_one_run() -> None:
    (run,) = planned([grow(0, 100, 40), grow(0.1, 160, 40)]).runs
    assert run.members == (0, 1)


def test_what_stands_near_a_band_is_drawn_in_it_whole() -> None:
    runs = planned([grow(0, 100, 60), grow(0.4, 170, 40)]).runs
    assert runs[1].members == (0, 1)
    assert runs[1].row * MACROBLOCK <= 92


def test_what_comes_in_later_does_not_make_a_band_larger() -> None:
    runs = planned([grow(0, 100, 60), grow(0.4, 170, 40)]).runs
    assert runs[0].members == (0,)


def test_bands_as_large_as_the_picture_become_one_segment() -> None:
    plan = planned([grow(0, 10, 690), grow(0, 20, 600)])
    assert plan.runs == ()
    assert plan.reason
    assert len(plan.opening.states) == 11


def test_a_whole_scene_is_one_run_from_its_first_frame() -> None:
    plan = planned([grow(0, 100, 40), grow(1, 400, 40)], whole=True)
    assert plan.runs == ()
    assert plan.opening.rows == 45
    assert plan.opening.end == 36


def test_the_key_follows_what_is_drawn_and_nothing_else() -> None:
    things = [grow(0, 100, 40), grow(0.4, 500, 40)]
    run = planned(things).runs[0]
    other = [things[0], grow(0.4, 460, 70)]
    assert key_of(run, things, b"g", FRAME, "s") == key_of(planned(other).runs[0], other, b"g", FRAME, "s")
    moved = [grow(0, 101, 40), things[1]]
    changed = [Thing(things[0].entrance, things[0].rect, b"other"), things[1]]
    keys = {key_of(run, things, b"g", FRAME, "s"), key_of(run, things, b"h", FRAME, "s"),
            key_of(run, things, b"g", FRAME, "t"), key_of(run, changed, b"g", FRAME, "s"),
            key_of(planned(moved).runs[0], moved, b"g", FRAME, "s")}  # fmt: skip
    assert len(keys) == 5


_things = st.lists(
    st.builds(
        grow, st.sampled_from([0.0, 0.2, 0.4, 1.0]), st.integers(0, 700), st.integers(1, 200), st.just(0.4)
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(deadline=None)
@given(_things)
def test_every_change_lies_in_a_run_and_every_border_is_quiet(things: list[Thing]) -> None:
    plan = planned(things)
    if plan.reason:
        return
    tracks = {i: track_of(i, thing.entrance, 25) for i, thing in enumerate(things)}
    for i, track in tracks.items():
        for frame in track.frames:
            covering = [run for run in plan.runs if run.first <= frame < run.end and i in run.members]
            assert len(covering) == 1
            assert _inside(things[i], covering[0])
    for run in plan.runs:
        for i, track in tracks.items():
            if _is_seen(track, run) and not _inside(things[i], run):
                assert _distance(things[i], run) >= QUIET_PX


@settings(deadline=None)
@given(_things)
def test_no_two_runs_write_the_same_rows_at_once(things: list[Thing]) -> None:
    runs = planned(things).runs
    for index, one in enumerate(runs):
        for other in runs[index + 1 :]:
            at_once = one.first < other.end and other.first < one.end
            assert not (at_once and one.row < other.row + other.rows and other.row < one.row + one.rows)


def _is_seen(track: Track, run: Run) -> bool:
    return any(track.at(frame) > 0 for frame in range(run.first, run.end))


def _inside(thing: Thing, run: Run) -> bool:
    top = max(0, thing.rect.top)
    bottom = min(720, thing.rect.bottom)
    return run.row * MACROBLOCK <= top and bottom <= (run.row + run.rows) * MACROBLOCK


def _distance(thing: Thing, run: Run) -> int:
    top, bottom = run.row * MACROBLOCK, (run.row + run.rows) * MACROBLOCK
    return max(top - thing.rect.bottom, thing.rect.top - bottom)

"""When each scene and each spoken phrase begins: a scene lasts as long as what is said over it.

Phrases start on the grid of sound frames (21 ms), counted from the start of the video, so that their packets
can be put there as they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.contracts import Speech
from engine.model.communication import Phrase
from renderers.video.sound.clock import frame_from, start_of
from renderers.video.sound.phrase import PhraseSound
from renderers.video.storyboard import Scene, Storyboard

LEAD_S = 0.25  # silence before the first phrase of a scene
PAUSE_S = 0.25  # between two phrases
TAIL_S = 0.4  # after the last phrase
HOLD_S = 1.2  # the finished picture stands still at least this long
SHORTEST_S, LONGEST_S = 20, 40  # the length that a campaign aims at


@dataclass(frozen=True, slots=True)
class SpokenPhrase:
    """A phrase with its speech, from `start_s` of the video."""

    phrase: Phrase
    start_s: float
    speech: Speech | PhraseSound

    @property
    def end_s(self) -> float:
        """When it has been said."""
        return self.start_s + self.speech.seconds


@dataclass(frozen=True, slots=True)
class Span:
    """The frames of one scene: from `first`, `count` of them."""

    scene: Scene
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """All scenes and phrases of one video at a fixed rate of frames."""

    frames_per_second: int
    spans: tuple[Span, ...]
    spoken: tuple[SpokenPhrase, ...]

    @property
    def frames(self) -> int:
        """Number of frames of the video."""
        return self.spans[-1].first + self.spans[-1].count

    @property
    def seconds(self) -> float:
        """Length of the video."""
        return self.frames / self.frames_per_second

    def at(self, frame: int) -> tuple[Scene, float]:
        """Return the scene of a frame and the time within it."""
        for span in reversed(self.spans):
            if frame >= span.first:
                return span.scene, (frame - span.first) / self.frames_per_second
        raise IndexError(frame)

    def start_s(self, span: Span) -> float:
        """Return when a scene begins."""
        return span.first / self.frames_per_second


def lay_timeline(
    storyboard: Storyboard,
    phrases: Sequence[Phrase],
    speeches: Sequence[Speech | PhraseSound],
    frames_per_second: int,
) -> Timeline:
    """Return the timeline of `storyboard` with its phrases spoken; a phrase without scene is left out."""
    spans, spoken, first = [], [], 0
    for scene in storyboard.scenes:
        start = first / frames_per_second
        said = _say(scene, phrases, speeches, start)
        end = max((one.end_s + TAIL_S - start for one in said), default=0.0)
        seconds = length_s(scene, end)
        count = math.ceil(round(seconds * frames_per_second, 6))
        spans.append(Span(scene, first, count))
        spoken += said
        first += count
    return Timeline(frames_per_second, tuple(spans), tuple(spoken))


def length_s(scene: Scene, said_s: float) -> float:
    """Return how long a scene lasts over which is spoken for `said_s` seconds, its silences included.

    A fixed length is kept unless the voice needs longer, or the picture does to come in.
    """
    if scene.fixed_s:
        return max(scene.fixed_s, said_s, scene.moving_s)
    return max(scene.min_s, said_s, scene.entered_s + HOLD_S, scene.moving_s)


def overlong(timeline: Timeline) -> tuple[str, ...]:
    """Return the names of scenes that last longer than the length fixed for them."""
    rate = timeline.frames_per_second
    return tuple(
        span.scene.id for span in timeline.spans if span.scene.fixed_s and span.count >= span.scene.fixed_s * rate + 1
    )


def unsaid(storyboard: Storyboard, phrases: Sequence[Phrase]) -> tuple[str, ...]:
    """Return the names of scenes that the script speaks of and the storyboard does not show."""
    shown = {name for scene in storyboard.scenes for name in scene.narration.split()}
    return tuple(dict.fromkeys(phrase.scene for phrase in phrases if phrase.scene not in shown))


def _say(
    scene: Scene, phrases: Sequence[Phrase], speeches: Sequence[Speech | PhraseSound], start_s: float
) -> list[SpokenPhrase]:
    said: list[SpokenPhrase] = []
    names = scene.narration.split()
    for phrase, speech in zip(phrases, speeches, strict=True):
        if phrase.scene in names:
            begin = said[-1].end_s + PAUSE_S if said else start_s + LEAD_S
            said.append(SpokenPhrase(phrase, start_of(frame_from(begin)), speech))
    return said

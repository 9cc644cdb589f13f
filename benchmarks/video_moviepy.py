"""The benchmark's design in MoviePy's own clips.

A scene is a `CompositeVideoClip` of an `ImageClip` for the ground and of `TextClip`, `ImageClip` and
`ColorClip` with their starts, positions and effects; scenes are joined by `concatenate_videoclips` and
written with libx264 at ultrafast. Two users write it:

idiomatic  as the library's guide does: a list of clips, the ground the first of them, all built per video
tuned      with all that the library offers to be quick: the ground is the opaque background of the composite
           (`use_bgclip`), and the shared scenes' clips are built once for all customers

For both, ground and masthead are one picture made once, and the voice is an array in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from moviepy import (
    AudioArrayClip,
    ColorClip,
    CompositeVideoClip,
    ImageClip,
    TextClip,
    concatenate_videoclips,
    vfx,
)
from PIL import Image
from video_documents import LENGTH_S

from engine.model.communication import Communication
from renderers.video.chart_reading import axis_labels, centres, extent, group_at, whole_marks, words
from renderers.video.frame import Rect
from renderers.video.motion import counting, ease_out

FONTS = Path("/usr/share/fonts/opentype/inter")  # Debian's fonts-inter
RATE = 25
SIZE = (1280, 720)
SOUND_HZ = 48_000
IN_S = 0.4
COUNT_S = 1.0
GROW_S = 2.28
WHITE, SOFT_LIGHT, INK, SOFT = "#FFFFFF", "#DDEAEB", "#12222B", "#505B62"
TEAL, WASH, ACCENT, RISE, FALL = (11, 94, 102), (226, 233, 231), (209, 65, 30), (181, 81, 11), (46, 125, 79)
SECONDS = {"welcome": 4, "hello": 2, "amount": 3.72, "how": 5, "why": 3.88, "tip": 5, "pay": 2.4, "close": 4}
_SLIDE_PX = 26


class MoviePyFilm:
    """Makes the benchmark's videos with MoviePy. `grounds`: dark and light, with their mastheads, RGB."""

    def __init__(self, grounds: tuple[Image.Image, Image.Image], icons: dict[str, Image.Image], is_tuned: bool) -> None:
        self._dark, self._light = (np.asarray(ground) for ground in grounds)
        self._icons, self._is_tuned = icons, is_tuned
        self._kept = self._shared() if is_tuned else {}

    def _shared(self) -> dict[str, Any]:
        icons = self._icons
        return {
            "welcome": self._words("welcome", "Your bill",
                                   "What it is made of, why it changed,\nand how to pay it, in half a minute."),
            "close": self._words("close", "Thank you", "We are here to help: 800 000 111"),
            "how": self._advice("how", icons["person"], "How to read it",
                                "Each step shows what made your bill\nrise or fall since the month before."),
            "tip": self._advice("tip", icons["leaf"], "A cooler wash",
                                "Wash at 30 degrees, and\nleave no device on standby."),
        }  # fmt: skip

    def make(self, said: Communication, voice: Any, target: Path) -> None:
        """Write the video of one customer. `voice`: (n,) float32 at 48 kHz."""
        scenes = {
            **(self._kept or self._shared()),
            "hello": self._words("hello", said.greeting.text, f"Your {said.bill.month.text} bill is ready."),
            "amount": self._amount(said),
            "why": self._why(said),
            "pay": self._pay(said),
        }
        film = concatenate_videoclips([scenes[name] for name in SECONDS])
        sound = AudioArrayClip(np.stack([voice, voice], axis=1), fps=SOUND_HZ)
        film.with_duration(LENGTH_S + 0.5 / RATE).with_audio(sound).write_videofile(
            str(target), fps=RATE, codec="libx264", preset="ultrafast", audio_codec="aac", logger=None,
            temp_audiofile=str(target.with_suffix(".m4a")),
        )  # fmt: skip

    def _scene(self, name: str, ground: Any, clips: Sequence[Any]) -> Any:
        seconds = SECONDS[name]
        lasting = [clip if clip.duration else clip.with_duration(seconds - clip.start) for clip in clips]
        moving = [clip.with_effects([vfx.CrossFadeIn(IN_S)]) if getattr(clip, "fades", False) else clip
                  for clip in lasting]  # fmt: skip
        clips = [ImageClip(ground).with_duration(seconds), *moving]
        return CompositeVideoClip(clips, size=SIZE, use_bgclip=self._is_tuned)

    def _words(self, name: str, headline: str, lead: str) -> Any:
        clips = [
            _slides(_text(headline, 96, "InterDisplay-Bold", WHITE), 70, 197, 0),
            _slides(_text(lead, 40, "Inter-Regular", SOFT_LIGHT), 70, 358, IN_S),
        ]
        return self._scene(name, self._dark, clips)

    def _advice(self, name: str, icon: Image.Image, headline: str, body: str) -> Any:
        panel = ColorClip((295, 314), color=WASH)
        clips = [
            _fades(panel, 896, 210, 0),
            _fades(ImageClip(np.asarray(icon)), 896 + (295 - icon.width) // 2, 210 + (314 - icon.height) // 2, 0),
            _slides(_text(headline, 64, "InterDisplay-Bold", INK), 70, 210, IN_S),
            _slides(_text(body, 36, "Inter-Regular", SOFT), 70, 360, 2 * IN_S),
        ]
        return self._scene(name, self._light, clips)

    def _amount(self, said: Communication) -> Any:
        assert said.bill.due_line
        amount = said.bill.amount_due.text
        steps = round(COUNT_S * RATE)
        counted = [
            _text(counting(amount, ease_out(step / steps)), 176, "Inter-ExtraBold", WHITE)
            .with_position((70, 250))
            .with_start(IN_S + step / RATE)
            .with_duration(1 / RATE)
            for step in range(steps)
        ]
        end = IN_S + COUNT_S
        chip = _text(said.bill.due_line.text, 38, "Inter-SemiBold", "#0B5E66", bg_color=WHITE, margin=(16, 6, 16, 20))
        clips = [
            _slides(_text(said.bill.amount_label, 38, "Inter-Regular", SOFT_LIGHT), 70, 200, 0),
            *counted,
            _text(amount, 176, "Inter-ExtraBold", WHITE).with_position((70, 250)).with_start(end),
            _slides(chip, 70, 470, end),
        ]
        return self._scene("amount", self._dark, clips)

    def _why(self, said: Communication) -> Any:
        assert said.change
        title = _text(said.change.short.text, 52, "InterDisplay-Bold", INK)
        return self._scene("why", self._light, [_slides(title, 70, 136, 0), *_chart(said)])

    def _pay(self, said: Communication) -> Any:
        assert said.payment
        assert said.payment.qr
        button = _text(said.payment.button, 52, "InterDisplay-Bold", WHITE, bg_color="#D1411E", margin=(57, 22, 57, 38))
        clips = [
            _slides(_text(said.payment.amount.text, 76, "Inter-Bold", WHITE), 70, 180, 0),
            _slides(button, 70, 310, IN_S),
            _slides(_text(said.payment.host.text, 30, "Inter-Regular", SOFT_LIGHT), 70, 466, 2 * IN_S),
            _fades(ImageClip(_symbol(said.payment.qr.rows)), 794, 190, 2 * IN_S),
        ]
        return self._scene("pay", self._dark, clips)


def _text(words: str, size: int, font: str, colour: str, **options: Any) -> Any:
    """Return words as a clip; MoviePy cuts off descenders unless there is a margin."""
    options.setdefault("margin", (0, 0, 0, size // 2))
    return TextClip(
        text=str(words), font=str(FONTS / f"{font}.otf"), font_size=size, color=colour, text_align="left",
        interline=size // 3, **options,
    )  # fmt: skip


def _fades(clip: Any, left: int, top: int, start_s: float) -> Any:
    placed = clip.with_start(start_s).with_position((left, top))
    placed.fades = True  # the effect needs the duration, which the scene gives
    return placed


def _slides(clip: Any, left: int, top: int, start_s: float) -> Any:
    def place(t: float) -> tuple[int, int]:
        return left, top + round(_SLIDE_PX * (1 - ease_out(t / IN_S)))

    placed = _fades(clip, left, top, start_s)
    return placed.with_position(place)


def _chart(said: Communication) -> list[Any]:
    """Return the clips of the waterfall: a bar grows in its turn, then its figure comes in."""
    assert said.change
    chart, area = said.change.chart, Rect(70, 300, 1140, 320)
    low, high = extent(chart)
    across, down = area.width / chart.width, area.height / (high - low)
    places = centres(chart)
    each = GROW_S / len(places)
    clips: list[Any] = []
    for mark, _ in whole_marks(chart):
        start = IN_S + each * group_at(chart, mark.x + mark.width / 2)
        colour = {"caution": RISE, "positive": FALL}.get(mark.role.value, TEAL)
        box = Rect(area.left + round(mark.x * across), area.top + round((mark.y - low) * down),
                   round(mark.width * across), max(3, round(mark.height * down)))  # fmt: skip
        bar = ColorClip((box.width, box.height), color=colour)
        grows = bar.with_effects([vfx.Resize(_growing(box, each))]).with_position(_rising(box, each))
        clips += [
            grows.with_start(start).with_duration(each),
            bar.with_position((box.left, box.top)).with_start(start + each),
        ]
    for label in chart.labels:
        if label.is_axis:
            continue
        column = group_at(chart, label.x)
        top = min(mark.y for mark, _ in whole_marks(chart) if group_at(chart, mark.x + mark.width / 2) == column)
        clip = _text(words(label), 32, "Inter-SemiBold", INK)
        place = (round(area.left + places[column] * across - clip.w / 2), round(area.top + (top - low) * down - 56))
        clips.append(clip.with_position(place).with_start(IN_S + each * (column + 1)))
    for label in axis_labels(chart):
        clip = _text(words(label), 24, "Inter-Regular", SOFT)
        clips.append(_fades(clip, round(area.left + label.x * across - clip.w / 2), area.bottom + 8, IN_S))
    return clips


def _growing(box: Rect, seconds: float) -> Callable[[float], tuple[int, int]]:
    return lambda t: (box.width, max(1, round(box.height * ease_out(t / seconds))))


def _rising(box: Rect, seconds: float) -> Callable[[float], tuple[int, int]]:
    return lambda t: (box.left, box.bottom - max(1, round(box.height * ease_out(t / seconds))))


def _symbol(modules: Sequence[Sequence[bool]]) -> Any:
    """Return a QR symbol on its white card, (n, n, 3) uint8."""
    dark = np.pad(np.asarray(modules, dtype=bool), 4)
    pixel = 404 // len(dark)
    picture = np.where(dark[..., None], np.uint8(20), np.uint8(255))
    return np.repeat(np.repeat(picture, pixel, axis=0), pixel, axis=1).repeat(3, axis=2)

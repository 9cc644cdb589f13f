"""The proof of a video: the finished file is decoded and held against what it should show, say and last.

1. The file starts fast, and two programs decode all of it without a fault.
2. Its pictures begin on whole frames of the timeline, one with each scene, and end with the timeline.
3. Two pictures of each scene, one amid its entrances and the last one, are like the reference's at the same
   frame: SSIM of 0.98 at least over the picture and `WORST_TILE` over each 64x64 pixels, the brightness of
   each 4x4 within `CELL` steps, the colour of each 16x16 within `COLOUR`. What misses that is held against
   the reference's picture within a pixel, since text may lie so much beside its place.
4. The same pictures are like what the fast path painted before it was encoded, 0.997 at least; 0.98 where
   footage plays, whose grain no encoder keeps at that size.
5. The last picture of a scene with a QR symbol is scanned: it carries the payment.
6. Amounts are read where OCR is installed; of a chart the first and the last, each at its place. A figure
   that is misread in the reference's picture as well is counted as not read; one that is right there and wrong in
   the video is a difference.
7. The sound lasts as long as the picture, each phrase is heard at its time, the whole is as loud as it should
   be and clips nowhere.

What is told of a difference names scene and element, never a customer's value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from renderers.video.chart_piece import ChartPiece
from renderers.video.chart_reading import words
from renderers.video.frame import Rect
from renderers.video.likeness import (
    CELL,
    COLOUR,
    LIKE_PAINTED,
    LIKE_REFERENCE,
    WORST_TILE,
    Likeness,
    Planes,
    likeness,
    planes_of,
)
from renderers.video.painter import Painter
from renderers.video.personal import has_clip
from renderers.video.proof_figures import figures, has_reader, scanned, shows
from renderers.video.proof_film import Film, hear, layout_faults, read_film
from renderers.video.proof_sound import length_faults, loudness_faults, speech_faults
from renderers.video.reference import Job
from renderers.video.reference_process import FrameTrack
from renderers.video.soundtrack import samples_of
from renderers.video.storyboard import (
    ChartElement,
    CounterElement,
    Element,
    ListElement,
    QrElement,
    TextElement,
    TextStyle,
)
from renderers.video.timeline import Span, Timeline

SHIFT_PX = 1


@dataclass(frozen=True, slots=True)
class Subject:
    """What a video should be. `qr` is the payment's payload; `painted` gives the fast path's picture of a frame."""

    job: Job
    qr: bytes | None = None
    painted: Callable[[int], Planes] | None = None

    @property
    def has_sound(self) -> bool:
        """Whether anything is to be heard."""
        return bool(self.job.voice.any())

    @property
    def has_speech(self) -> bool:
        """Whether anything is said: music alone has no loudness to keep."""
        return any(samples_of(one.speech).any() for one in self.job.timeline.spoken)


@dataclass(slots=True)
class Proof:
    """What was found. `lowest` is the least SSIM against the reference, `lowest_painted` against what was painted.

    `unlike` are the scenes whose pictures are not what was painted before it was encoded.
    """

    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unlike: set[str] = field(default_factory=set)
    film: Film | None = field(default=None, repr=False)  # what was read, None where that was not all
    lowest: float = 1.0
    lowest_painted: float = 1.0
    figures_read: int = 0
    loudness: float | None = None


def prove(data: bytes, subject: Subject) -> Proof:
    """Return what of a finished video differs from what it should be. Raises `RenderError` where that can't be painted.

    It takes about four seconds of a core for half a minute at 720p.
    """
    timeline, proof = subject.job.timeline, Proof()
    spots = dict(_moments(timeline))
    film = read_film(data, timeline.frames_per_second, list(spots))
    heard = hear(data)
    proof.differences += [*layout_faults(data), *film.faults, *heard.faults]
    if proof.differences:  # what can't be read whole is not looked at
        proof.unlike |= {span.scene.id for span in timeline.spans}
        return proof
    proof.film = film
    proof.differences += _time_faults(film, timeline)
    proof.differences += length_faults(film, timeline, is_wanted=subject.has_sound)
    if subject.has_speech:
        proof.loudness = heard.loudness
        proof.differences += loudness_faults(heard)
        proof.differences += speech_faults(film, timeline)
    _look(film, subject, spots, proof)
    return proof


def _moments(timeline: Timeline) -> Iterator[tuple[int, Span]]:
    """Yield the frames that are looked at: the middle one of those in which something moves, and the last one."""
    for span in timeline.spans:
        rate = timeline.frames_per_second
        moving = [
            frame
            for frame in range(span.count - 1)
            if any(0 < element.entrance.progress(frame / rate) < 1 for element in span.scene.elements)
        ]
        if moving:
            yield span.first + moving[len(moving) // 2], span
        yield span.first + span.count - 1, span


def _time_faults(film: Film, timeline: Timeline) -> Iterator[str]:
    if not film.starts or film.starts[0] != 0:
        yield "time: the first picture is not at the start"
    if any(start.denominator != 1 for start in film.starts):
        yield "time: a picture begins between two frames"
    if any(later <= earlier for earlier, later in zip(film.starts, film.starts[1:], strict=False)):
        yield "time: a picture does not follow the one before it"
    if film.end != timeline.frames:
        yield f"time: the pictures end at frame {float(film.end):.2f} of {timeline.frames}"
    known = set(film.starts)
    for span in timeline.spans:
        if span.first not in known:
            yield f"scene `{span.scene.id}`: no picture begins with it"


def _look(film: Film, subject: Subject, spots: dict[int, Span], proof: Proof) -> None:
    track = FrameTrack(subject.job)
    if film.size != (track.painter.frame.width, track.painter.frame.height):
        proof.differences.append(f"picture: it is {film.size[0]}x{film.size[1]}, not {subject.job.rendition}")
        return
    for frame, span in spots.items():
        shown = film.pictures.get(frame)
        if shown is None:
            proof.differences.append(f"scene `{span.scene.id}`: nothing is shown at frame {frame}")
            proof.unlike.add(span.scene.id)
            continue
        place = f"scene `{span.scene.id}` frame {frame}"
        wanted = planes_of(track.at(frame))
        found = compared(shown, wanted)
        proof.lowest = min(proof.lowest, found.mean)
        proof.differences += [f"{place}: {what}" for what in unlike(found)]
        if subject.painted is not None:
            painted = likeness(shown, subject.painted(frame))
            proof.lowest_painted = min(proof.lowest_painted, painted.mean)
            least = LIKE_REFERENCE if has_clip(span.scene) else LIKE_PAINTED
            if painted.mean < least or not painted.is_near:
                proof.unlike.add(span.scene.id)
            if painted.mean < least:
                proof.differences.append(f"{place}: SSIM {painted.mean:.4f} to what was painted, not {least}")
            elif not painted.is_near:
                proof.differences.append(f"{place}: some of it is not what was painted")
        if frame == span.first + span.count - 1:
            _read(shown, wanted, span, subject, track, proof)


def compared(shown: Planes, wanted: Planes) -> Likeness:
    """Return how alike two pictures are; only where they are not, a pixel's shift is tried, which takes longer."""
    found = likeness(shown, wanted)
    return found if not any(unlike(found)) else likeness(shown, wanted, SHIFT_PX)


def unlike(found: Likeness) -> Iterator[str]:
    """Yield in what two pictures are too far apart."""
    if found.mean < LIKE_REFERENCE:
        yield f"SSIM {found.mean:.4f} to the reference's picture, not {LIKE_REFERENCE}"
    if found.worst < WORST_TILE:
        yield f"SSIM {found.worst:.3f} in one of its tiles, not {WORST_TILE}"
    if found.cell > CELL:
        yield f"at {found.place[0]},{found.place[1]} it is {found.cell:.0f} steps lighter or darker"
    if found.colour > COLOUR:
        yield f"the colour of a block is {found.colour:.1f} steps beside the reference's"


def _read(shown: Planes, wanted: Planes, span: Span, subject: Subject, track: FrameTrack, proof: Proof) -> None:
    """Read what stands on the held picture of a scene: symbols, then amounts."""
    elements = span.scene.elements
    if any(isinstance(element, QrElement) for element in elements) and scanned(shown[0]) != (subject.qr,):
        proof.differences.append(f"scene `{span.scene.id}`: the QR symbol can't be scanned, or carries something else")
    for element, where, size, expected in _printed(span, track.painter):
        if not has_reader():
            proof.notes.append("video: amounts are not read: tesseract is not installed")
            return
        size_px = track.painter.frame.px(size)
        if shows(shown[0], where, size_px, expected):
            proof.figures_read += len(expected)
        elif shows(wanted[0], where, size_px, expected):
            proof.differences.append(f"scene `{span.scene.id}`: the figures of `{element.id}` read otherwise")
        else:
            proof.notes.append(f"video: the figures of `{element.id}` can't be read, nor can the reference's")


def _printed(span: Span, painter: Painter) -> Iterator[tuple[Element, Rect, float, set[str]]]:
    """Yield elements with a place where amounts stand, the size of their type at 720p, and their figures."""
    is_tall = painter.frame.is_tall
    for element, piece in zip(span.scene.elements, painter.pieces(span.scene.id), strict=True):
        if isinstance(element, ChartElement) and isinstance(piece, ChartPiece):
            size = _size_of(element.label, is_tall=is_tall)
            values = [words(label) for label in element.chart.labels if not label.is_axis]
            places = list(zip(values, piece.value_rects, strict=True))
            found = [(where, set(figures(text))) for text, where in {*places[:1], *places[-1:]}]
        else:
            size, texts = amounts_of(element, is_tall=is_tall)
            found = [(piece.rect, {number for text in texts for number in figures(text)})]
        yield from ((element, where, size, expected) for where, expected in found if expected)


def amounts_of(element: Element, *, is_tall: bool = False) -> tuple[float, tuple[str, ...]]:
    """Return the texts of an element that hold amounts, with the size of their type in pixels at 720p."""
    texts: tuple[str, ...]
    if isinstance(element, CounterElement) or (isinstance(element, TextElement) and element.style.figures):
        style, texts = element.style, (element.text,)
    elif isinstance(element, ListElement):
        style, texts = element.amount, tuple(row.amount for row in element.rows)
    else:
        return 0.0, ()
    return _size_of(style, is_tall=is_tall), texts


def _size_of(style: TextStyle, *, is_tall: bool) -> float:
    return style.tall_size if is_tall and style.tall_size else style.size

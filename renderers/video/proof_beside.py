"""What lies beside a film, read back: stream, poster, moving picture for the e-mail; texts by `proof_texts`.

1. The stream: its playlist names all of its file in order, for as long as the film; the fragments decode to the same
   pictures at the same times and the same sound as the film, bit by bit.
2. The poster decodes, has the film's size and is the picture of its moment as far as JPEG leaves it.
3. The e-mail's picture decodes, plays once for five seconds at most and weighs less than 600 kB.

What is told names files and scenes, never a customer's value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Final, TypeAlias

import numpy as np
from PIL import Image, UnidentifiedImageError

from engine.model.artifact import EMAIL_PREVIEW, Artifact
from engine.model.campaign import VideoOptions
from renderers.video.likeness import LIKE_REFERENCE, likeness, planes_of
from renderers.video.proof_film import Film, read_film
from renderers.video.proof_texts import (
    caption_faults,
    chapter_faults,
    description_faults,
    scenes_faults,
    transcript_faults,
)
from renderers.video.reference import Job
from renderers.video.reference_process import FrameTrack
from renderers.video.timeline import Timeline, length_s

Judge: TypeAlias = Callable[[bytes], Iterator[str]]

MAIL_BYTES: Final = 600_000
MAIL_MS: Final = 5_000
_GIF_ENDS: Final = b";"  # GIF89a, section 27: the trailer
_MAP = re.compile(r'#EXT-X-MAP:URI="([^"]+)",BYTERANGE="(\d+)@(\d+)"')
_PART = re.compile(r"#EXTINF:(\d+\.\d+),\n#EXT-X-BYTERANGE:(\d+)@(\d+)\n([^#\n]+)\n")
_TARGET = re.compile(r"#EXT-X-TARGETDURATION:(\d+)\n")


def beside_faults(
    film: Film, job: Job, options: VideoOptions, locale: str, stored: Mapping[str, Artifact]
) -> Iterator[str]:
    """Yield what is wrong with what was stored beside a film. Raises what painting the poster raises."""
    rendition, line = job.rendition, job.timeline
    is_first = rendition == options.renditions[0]
    if options.hls:
        name = f"stream-{rendition}"
        yield from _each(stored, f"{name}.m3u8", lambda data: playlist_faults(data, f"{name}.mp4", stored, line))
        yield from _each(stored, f"{name}.mp4", lambda data: stream_faults(data, film, line))
    poster = "poster.jpg" if is_first else f"poster-{rendition}.jpg"
    yield from _each(stored, poster, lambda data: poster_faults(data, job))
    if options.email_preview and job.storyboard.mail:
        yield from _each(stored, EMAIL_PREVIEW, mail_faults)
    yield from _each(stored, f"captions.{locale}.vtt", lambda data: caption_faults(data, line))
    yield from _each(stored, f"chapters.{locale}.vtt", lambda data: chapter_faults(data, line))
    yield from _each(stored, f"description.{locale}.vtt", lambda data: description_faults(data, line))
    yield from _each(stored, "transcript.txt", lambda data: transcript_faults(data, line))
    yield from _each(stored, f"scenes-{rendition}.json", lambda data: scenes_faults(data, line, rendition))


def _each(stored: Mapping[str, Artifact], name: str, judge: Judge) -> Iterator[str]:
    artifact = stored.get(name)
    if artifact is None:
        yield f"{name}: there is none"
    else:
        yield from judge(artifact.data)


def playlist_faults(data: bytes, name: str, stored: Mapping[str, Artifact], timeline: Timeline) -> Iterator[str]:
    """Yield what is wrong with a playlist: RFC 8216, one file in byte ranges that follow one another to its end."""
    text = data.decode("utf-8", "replace")
    head, target, parts = _MAP.search(text), _TARGET.search(text), _PART.findall(text)
    if not text.startswith("#EXTM3U\n") or not text.endswith("#EXT-X-ENDLIST\n") or not (head and target and parts):
        yield "playlist: it is none of a whole film"
        return
    if {head[1], *(part[3] for part in parts)} != {name}:
        yield "playlist: it names another file than the stream's"
    place = 0
    for size, at in [(head[2], head[3]), *((part[1], part[2]) for part in parts)]:
        if int(at) != place:
            yield "playlist: a part does not begin where the one before ends"
            return
        place += int(size)
    if name in stored and place != len(stored[name].data):
        yield "playlist: its parts are not the whole stream"
    seconds = [float(part[0]) for part in parts]
    if abs(sum(seconds) - timeline.seconds) > 1 / timeline.frames_per_second:
        yield f"playlist: it lasts {sum(seconds):.2f} s, the film {timeline.seconds:.2f} s"
    if round(max(seconds)) > int(target[1]):
        yield "playlist: a part lasts longer than it says that any does"


def stream_faults(data: bytes, film: Film, timeline: Timeline) -> Iterator[str]:
    """Yield in what a stream differs from the film: fragments decode to the same pictures and sound."""
    stream = read_film(data, timeline.frames_per_second, list(film.pictures))
    if stream.faults:
        yield from (f"stream: {fault}" for fault in stream.faults)
        return
    if stream.starts != film.starts or stream.size != film.size:
        yield "stream: its pictures come at other times than the film's, or have another size"
    for frame, planes in film.pictures.items():
        shown = stream.pictures.get(frame)
        if shown is None or not all(map(np.array_equal, planes, shown)):
            yield f"stream: the picture at frame {frame} is not the film's"
    if (stream.sound is None) != (film.sound is None):
        yield "stream: it has no sound, or the film has none"
    elif stream.sound is not None and film.sound is not None:
        count = min(len(stream.sound), len(film.sound))
        if not np.array_equal(stream.sound[:count], film.sound[:count]):
            yield "stream: its sound is not the film's"
        if abs(len(stream.sound) - len(film.sound)) > stream.sound_hz // timeline.frames_per_second:
            yield "stream: its sound lasts longer or shorter than the film's"


def poster_faults(data: bytes, job: Job) -> Iterator[str]:
    """Yield what is wrong with a poster: the held picture of its scene, without caption."""
    picture = _opened(data, "JPEG")
    if picture is None:
        yield "poster: it can't be decoded as JPEG"
        return
    painter = FrameTrack(job).painter
    scene = job.storyboard.scene(job.storyboard.poster)
    wanted = painter.picture(scene.id, length_s(scene, 0))
    if picture.size != wanted.size:
        yield "poster: it has another size than the film"
        return
    found = likeness(planes_of(np.asarray(picture.convert("RGB"))), planes_of(np.asarray(wanted)))
    if found.mean < LIKE_REFERENCE or not found.is_near:
        yield f"poster: it is not the held picture of scene `{scene.id}`"


def mail_faults(data: bytes) -> Iterator[str]:
    """Yield what is wrong with the moving picture for the e-mail."""
    if len(data) >= MAIL_BYTES:
        yield f"e-mail: its picture has {len(data)} bytes, not less than {MAIL_BYTES}"
    picture = _opened(data, "GIF")
    if picture is None:
        yield "e-mail: its picture can't be decoded as GIF"
        return
    lasts = 0
    try:
        for frame in range(getattr(picture, "n_frames", 1)):
            picture.seek(frame)
            picture.load()
            lasts += int(picture.info.get("duration", 0))
    except (OSError, EOFError, ValueError):
        yield "e-mail: its picture stops at a fault"
        return
    if not data.endswith(_GIF_ENDS):  # decoders take what is cut between two pictures for all there is
        yield "e-mail: its picture is cut off"
    if lasts > MAIL_MS or "loop" in picture.info:
        yield "e-mail: its picture moves for longer than five seconds"


def _opened(data: bytes, kind: str) -> Image.Image | None:
    try:
        picture = Image.open(BytesIO(data), formats=[kind])
        picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return None
    return picture

"""The audit of a finished video: proven against what the reference paints and says, from the same communication.

The reference films it only where something differs, so that both files can be kept: that takes as long as
two audits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable

from engine.contracts import Judgement
from renderers.video.captions import cues
from renderers.video.fast.film import PaintedScene
from renderers.video.frame import Frame
from renderers.video.likeness import Planes
from renderers.video.painter import Painter
from renderers.video.proof import Proof, Subject, prove
from renderers.video.proof_film import Film
from renderers.video.proof_player import check_browser, playing_faults
from renderers.video.reference import Job, shared_process
from renderers.video.shapes import Palette, ground_canvas
from renderers.video.timeline import Timeline

UNPLAYED = "video: not played: no browser asked for (BILLCAST_AUDIT_BROWSER)"


def audit_video(
    stored: bytes, job: Job, qr: bytes | None,
    beside: Callable[[Film], Iterable[str]], withdraw: Callable[[Collection[str]], None],
    *, plays: bool = False,
) -> Judgement:  # fmt: skip
    """Return how a stored video compares with what it should be. Raises `RenderError` where that can't be made.

    `beside` yields what is wrong with what lies beside the film. `withdraw` is told the scenes that are not what
    was painted: they were spliced wrongly, whatever was proven. `plays` has a browser play the film; raises
    `MissingPartError` (X101) where there is none.
    """
    proof = prove(stored, Subject(job, qr, painted_by(job)))
    if proof.unlike:
        withdraw(proof.unlike)
    reference = shared_process().make(job).video if proof.differences else b""
    played_s = None
    if proof.film is not None:
        proof.differences += beside(proof.film)
        played_s = _play(stored, proof.film, job.timeline, proof) if plays else None
    if not plays:
        proof.notes.append(UNPLAYED)
    return Judgement(tuple(proof.differences), reference, tuple(dict.fromkeys(proof.notes)), played_s)


def _play(stored: bytes, film: Film, timeline: Timeline, proof: Proof) -> float:
    """Play a film to its end, seek to three of the pictures that were read, and return the seconds that it took."""
    began = time.perf_counter()
    check_browser()
    frames = sorted(film.pictures)
    rate = timeline.frames_per_second
    sought = (frames[len(frames) // 2], frames[0], frames[-1])  # back and forth
    pictures = [((frame + 0.5) / rate, film.pictures[frame]) for frame in sought]
    proof.differences += playing_faults(stored, pictures, timeline.seconds)
    return time.perf_counter() - began


def painted_by(job: Job) -> Callable[[int], Planes]:
    """Return what gives the picture of a frame as the fast path paints it: in YUV, before it is encoded."""
    painter = Painter(job.storyboard, Frame.named(job.rendition, job.burn_captions), job.theme)
    burnt = cues(job.timeline.spoken) if job.burn_captions else ()
    rate = job.timeline.frames_per_second

    def painted(frame: int) -> Planes:
        scene, t_s = job.timeline.at(frame)
        palette = Palette(job.theme.brand, scene.ground)
        canvas = ground_canvas(palette, painter.frame.width, painter.frame.height)
        captions = [painter.caption_piece(cue.text) for cue in burnt if cue.start_s <= frame / rate < cue.end_s]
        pieces = (*painter.pieces(scene.id), *captions)
        return PaintedScene(pieces, b"", canvas).picture([piece.entrance.progress(t_s) for piece in pieces])

    return painted

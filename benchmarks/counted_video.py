"""The video channel as it is, with a note of where its time goes and of what its caches had; for the batch benchmark.

It stands in for `video` by an entry point. Each worker writes its figures beside the run's state after each fill.
"""

from __future__ import annotations

import functools
import json
import os
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from engine.contracts import Compiled, FillContext, Filled
from engine.model.communication import Communication
from renderers.video import channel, filming
from renderers.video.channel import VideoChannel
from renderers.video.fast import film as fast_film
from renderers.video.fast import maker
from renderers.video.fast.encoder import BandEncoder

SECONDS: defaultdict[str, float] = defaultdict(float)  # processor seconds of this worker, by step


def timed(step: str, work: Callable[..., Any]) -> Callable[..., Any]:
    """Return `work` with its processor time added to a step."""

    @functools.wraps(work)
    def measured(*given: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return work(*given, **named)
        finally:
            SECONDS[step] += time.process_time() - began

    return measured


class CountedVideo(VideoChannel):
    """`video`, counted."""

    _is_watched: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        if not CountedVideo._is_watched:  # once a process: what is wrapped twice would be counted twice
            CountedVideo._is_watched = True
            for holder, name, step in (
                (channel, "storyboard_of", "storyboard"),
                (channel, "speak_all", "narrate"),
                (filming.Studio, "film", "film"),
                (maker.Splicer, "planned", "lay out, plan"),
                (maker, "write_mp4", "write MP4"),
                (maker, "poster_of", "poster"),
                (fast_film.Film, "samples", "samples"),
                (BandEncoder, "encode", "x264"),
            ):
                setattr(holder, name, timed(step, getattr(holder, name)))

    def fill(self, compiled: Compiled, communication: Communication, context: FillContext) -> Filled:
        """Return what the channel makes, and note what it took."""
        filled: Filled = timed("all", super().fill)(compiled, communication, context)
        runs = compiled.payload.studio.splicer.runs.counts
        told = {
            "seconds": dict(SECONDS),
            "runs": {"remembered": runs.remembered, "loaded": runs.loaded, "encoded": runs.encoded},
        }
        path = Path(os.environ["COUNTED_VIDEO"]) / f"{os.getpid()}.json"
        path.write_text(json.dumps(told), encoding="utf-8")
        return filled

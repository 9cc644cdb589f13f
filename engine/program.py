"""The console script `billcast`: the fork server is set going before the command line itself is loaded.

The server loads for a second, and the command line takes a quarter of one to be there: a run's workers are ready so
much sooner. Only a command that asks for the server anyway starts it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from engine.batch.server import start_server

_SERVED: Final = frozenset(("render", "resume", "audit"))
_CHANNELS: Final = "--channels"


def main() -> None:
    """Run the command line."""
    start_early(sys.argv[1:])
    from engine.commands import main as run

    run()


def start_early(words: Sequence[str]) -> None:
    """Start the fork server where these words are a command that will want it, with the channels that they name."""
    if words and words[0] in _SERVED and "--help" not in words:
        start_server(channels_of(words))


def channels_of(words: Sequence[str]) -> str | None:
    """Return the channels that a command names, as it has them; None where it names none."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == _CHANNELS:
            return following
        if word.startswith(f"{_CHANNELS}="):
            return word.partition("=")[2]
    return None

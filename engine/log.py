"""One log of a run: lines of time, level, step and fields. Customers appear by their key only.

The steps of a run bear the same names here, in docs/architecture.md and in the progress display:
ingest, compose, fill, put.
"""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from typing import Literal

Step = Literal["ingest", "compose", "fill", "put"]
STEPS: tuple[Step, ...] = ("ingest", "compose", "fill", "put")
_LOGGER = logging.getLogger("billcast")
_LOGGER.addHandler(logging.NullHandler())  # without a run log, and unless a caller listens, nothing is printed


def event(step: Step | Literal["run"], what: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Write one line: `step what name=value …`. Give record keys, codes and counts, nothing personal."""
    if _LOGGER.isEnabledFor(level):
        _LOGGER.log(level, "%s", " ".join([step, what, *(f"{name}={_plain(value)}" for name, value in fields.items())]))


def open_run_log(path: Path, level: str) -> logging.Handler:
    """Append events to `path` (mode 0600) from now on; returns the handler for `close_run_log`."""
    os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
    handler = logging.FileHandler(path, encoding="utf-8")
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    _LOGGER.setLevel(level.upper())
    _LOGGER.propagate = False
    _LOGGER.addHandler(handler)
    return handler


def close_run_log(handler: logging.Handler) -> None:
    """Write no further events through `handler`."""
    _LOGGER.removeHandler(handler)
    handler.close()


def _plain(value: object) -> str:
    text = str(value)
    return text if text and not any(sign.isspace() or sign in '"=' for sign in text) else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + text.encode("unicode_escape").decode("ascii").replace('"', "'") + '"'

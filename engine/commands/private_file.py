"""Files that commands write about customers: they appear when they are whole, for their owner alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from engine.errors import InsightError


@contextmanager
def private_file(path: Path, code: str) -> Iterator[IO[str]]:
    """Open a file to write, mode 0600; its folder is made. Raises `InsightError` with `code` where that can't be."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        draft.replace(path)
    except OSError as error:
        raise InsightError(code, f"can't be written: {error.strerror}", place=str(path),
                           hint="may you write into its folder?") from error  # fmt: skip
    finally:
        if draft.parent.is_dir():
            draft.unlink(missing_ok=True)

"""The one rule for object paths: relative, plain characters, no way out of the sink."""

from __future__ import annotations

import re

from engine.errors import StorageError

_PART = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._=@+-]{0,199}$")


def checked_path(path: str) -> str:
    """Return `path` if every part is a plain name. Raises `StorageError` (S102).

    Parts start with a letter or digit, so `..`, hidden files and absolute paths can't pass.
    The path itself is not repeated in the error: it may come from a template.
    """
    if len(path) > 900 or not path.isascii() or not all(_PART.match(part) for part in path.split("/")):
        raise StorageError(
            "S102",
            "a path is relative and made of letters, digits and ._=@+- only",
            hint="see the object names in docs/operations.md",
        )
    return path

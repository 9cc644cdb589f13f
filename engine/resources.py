"""Where the template sets and assets lie: in an installed wheel, or beside the checkout."""

from __future__ import annotations

from pathlib import Path

from engine.errors import MissingPartError

_HERE = Path(__file__).resolve().parent


def resource_dir(kind: str) -> Path:
    """Return the folder of `kind` (templates or assets). Raises `MissingPartError` (X102)."""
    for candidate in (_HERE / "_data" / kind, _HERE.parent / kind):
        if candidate.is_dir():
            return candidate
    raise MissingPartError("X102", f"the folder `{kind}` is missing", hint="install billcast anew")

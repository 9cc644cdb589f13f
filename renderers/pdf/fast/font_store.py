"""What was read of fonts, kept for other processes and later runs: in a folder of the cache, as parts are."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

import fontTools

from renderers.pdf.fast.glyphs import glyph_texts
from renderers.pdf.fast.part_store import PartStore, digest_of

_FOLDER = "alphabets"  # inside of the cache's


@cache
def font_store(cache: Path) -> PartStore:
    """Return the store that belongs to a cache."""
    return PartStore(cache / _FOLDER)


@cache
def code_of(*names: str) -> str:
    """Return a digest of modules beside this one: what is stored follows from the code that makes it."""
    folder = Path(__file__).parent
    return sha256(b"\0".join([(folder / f"{name}.py").read_bytes() for name in names])).hexdigest()


def stored_texts(data: bytes, index: int, digest: str, cache: Path | None) -> dict[int, str]:
    """Return what `glyph_texts` does, from the cache when it has been read before. `digest` is the file's."""
    if cache is None:
        return glyph_texts(data, index)
    store = font_store(cache)
    key = digest_of("texts", digest, str(index), fontTools.version, code_of("glyphs", "font_store"))
    found = _unpacked(store.get(key))
    if found is None:
        found = glyph_texts(data, index)
        store.put(key, json.dumps(list(found.items())).encode())
    return found


def _unpacked(data: bytes | None) -> dict[int, str] | None:
    try:
        found = dict(json.loads(data)) if data is not None else None
    except (ValueError, TypeError):
        return None
    return found

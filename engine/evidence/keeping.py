"""What the state folder keeps as evidence, in `evidence/`, named by the root of the hash tree:

tree.json        root and size of the tree that manifest.jsonl has the paths of
<root>.tst       the time stamp of a root: the authority's token, DER
<root>.jsonl     an earlier manifest that was stamped, kept when a later run writes its own
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import EvidenceError, StorageError

if TYPE_CHECKING:
    from cryptography import x509

    from engine.evidence.stamp import Stamp

FOLDER, TREE = "evidence", "tree.json"
_NAME_DIGITS = 32  # of the root's 64: enough to tell batches apart


def stamp_name(root: bytes) -> str:
    """Return the name of the file that holds the stamp of a root."""
    return f"{root.hex()[:_NAME_DIGITS]}.tst"


def noted_root(state_dir: Path) -> bytes | None:
    """Return the root that the manifest of a state folder leads to; None where it has no paths."""
    try:
        noted = json.loads((state_dir / FOLDER / TREE).read_text(encoding="utf-8"))
        return bytes.fromhex(noted["root"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note_root(state_dir: Path, root: bytes, customers: int) -> None:
    """Note which tree the manifest of the folder belongs to. Raises `OSError`."""
    text = json.dumps({"algorithm": "sha256", "root": root.hex(), "customers": customers}, indent=2)
    _write(_folder(state_dir) / TREE, text.encode() + b"\n")


def keep_stamped(state_dir: Path, manifest: Path, root: bytes | None) -> None:
    """Keep the manifest of a stamped tree before one with another `root` takes its name. Raises `OSError`."""
    old = noted_root(state_dir)
    if old is None or old == root:
        return
    folder = state_dir / FOLDER
    if (folder / stamp_name(old)).is_file():
        kept = folder / f"{old.hex()[:_NAME_DIGITS]}.jsonl"
        with contextlib.suppress(FileExistsError, FileNotFoundError):
            os.link(manifest, kept)
    (folder / TREE).unlink(missing_ok=True)


def stamp_root(
    state_dir: Path, root: bytes, url: str, *, time_out_s: float, anchors: Sequence[x509.Certificate] = ()
) -> Stamp:
    """Return the stamp of a root, kept in the state folder: the one that is there, else a new one.

    Raises `EvidenceError` (E110 to E112, E123 to E126), `StorageError` (S104).
    """
    from engine.evidence.authority import ask
    from engine.evidence.stamp import must_stamp, read_stamp

    path = state_dir / FOLDER / stamp_name(root)
    if path.is_file():
        with contextlib.suppress(EvidenceError):  # a damaged stamp is asked for anew
            stamp = read_stamp(path.read_bytes(), anchors)
            must_stamp(stamp, root)
            return stamp
    token, stamp = ask(url, root, time_out_s=time_out_s, anchors=anchors)
    try:
        _write(_folder(state_dir) / path.name, token)
    except OSError as error:
        raise StorageError("S104", f"the time stamp can't be kept: {error.strerror}", place=str(path)) from error
    return stamp


def find_stamp(manifest: Path, root: bytes) -> Path | None:
    """Return the file with the stamp of a root, as it lies near a manifest; None where there is none."""
    name = stamp_name(root)
    for folder in (manifest.parent / FOLDER, manifest.parent):
        if (folder / name).is_file():
            return folder / name
    return None


def _folder(state_dir: Path) -> Path:
    folder = state_dir / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _write(path: Path, data: bytes) -> None:
    """Write a file that gets its name only when it is whole, mode 0600."""
    draft = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)

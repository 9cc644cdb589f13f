"""Where the secret key comes from: BILLCAST_KEY, or for a local folder a file made once."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from engine.errors import KeyringError
from engine.payment.keyring import SECRET_BYTES, Keyring

VARIABLE = "BILLCAST_KEY"
FILE_NAME = "key"


def new_key() -> str:
    """Return a new random secret: 32 bytes in base64."""
    return base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def load_keys(state_dir: Path | None, *, is_remote: bool, environ: Mapping[str, str]) -> tuple[Keyring, str]:
    """Return the keys of a run, and a sentence on where they come from (never the key itself).

    BILLCAST_KEY wins. Without it a run into a folder takes the file `key` beside the run's state folder
    (OUT/.billcast/key for OUT/.billcast/<run>), made once, readable by its owner alone; a run into object
    storage is refused, since the key would be lost with the machine and the pages with it. Raises
    `KeyringError` (K101, K102, K103, K104, K105).
    """
    given = environ.get(VARIABLE, "")
    if given.strip():
        return Keyring.from_base64(given), f"key from {VARIABLE}"
    if is_remote or state_dir is None:
        raise no_key()
    path = state_dir.parent / FILE_NAME
    was_made = _make(path)
    note = f"new key made in {path}: keep it, the links of this output depend on it" if was_made else f"key from {path}"
    return read_key_file(path), note


def read_key_file(path: Path) -> Keyring:
    """Return the keys of the secret in `path`. Raises `KeyringError` (K101, K102, K104, K105)."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyringError("K104", "the key file can't be read", place=str(path),
                           hint=f"set {VARIABLE}, or name a file made by billcast") from error  # fmt: skip
    if stat.S_IMODE(mode) & 0o077:
        raise KeyringError("K105", "others than its owner may use the key file", place=str(path),
                           hint=f"chmod 600 {path}")  # fmt: skip
    return Keyring.from_base64(text)


def no_key() -> KeyringError:
    """Return the error for a run that has no key and may not make one."""
    return KeyringError("K103", f"{VARIABLE} is not set",
                        hint=f"export {VARIABLE}=$(billcast key new), and keep it as the secret it is")  # fmt: skip


def _make(path: Path) -> bool:
    """Make the key file unless it is there; True if this call made it. Two runs at once agree on one key."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        if path.exists():
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(new_key() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails if another run was first, and never shows a half-written key
        except FileExistsError:
            return False
    except OSError as error:
        raise KeyringError("K104", f"the key file can't be written: {error.strerror}", place=str(path),
                           hint=f"set {VARIABLE}") from error  # fmt: skip
    finally:
        with contextlib.suppress(OSError):  # never made, or the folder is no folder
            draft.unlink()
    return True

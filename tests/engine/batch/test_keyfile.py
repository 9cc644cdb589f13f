from __future__ import annotations

import base64
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.batch.keyfile import load_keys, new_key, read_key_file
from engine.errors import KeyringError
from engine.payment.keyring import Keyring


def refusal(path: Path | None, *, is_remote: bool = False, environ: dict[str, str] | None = None) -> KeyringError:
    with pytest.raises(KeyringError) as caught:
        load_keys(path, is_remote=is_remote, environ=environ or {})
    return caught.value


def test_a_new_key_is_thirty_two_bytes_and_never_the_same() -> None:
    keys = {new_key() for _ in range(50)}
    assert len(keys) == 50
    assert all(len(base64.b64decode(key, validate=True)) == 32 for key in keys)


def test_the_variable_wins_and_no_file_is_made(tmp_path: Path) -> None:
    secret = new_key()
    keys, note = load_keys(tmp_path / ".billcast" / "run", is_remote=False, environ={"BILLCAST_KEY": secret})
    assert keys == Keyring.from_base64(secret)
    assert secret not in note
    assert not list(tmp_path.iterdir())


def test_a_local_run_makes_its_key_once_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / ".billcast" / "key"
    first, note = load_keys(tmp_path / ".billcast" / "run-1", is_remote=False, environ={})
    assert "new key made" in note
    assert str(path) in note
    assert path.read_text().strip() not in note
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again, later_note = load_keys(tmp_path / ".billcast" / "run-2", is_remote=False, environ={"BILLCAST_KEY": " "})
    assert again == first == read_key_file(path)
    assert "new" not in later_note
    assert [entry.name for entry in path.parent.iterdir()] == ["key"]


def test_the_key_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        load_keys(tmp_path / "run", is_remote=False, environ={})
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_runs_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: load_keys(tmp_path / f"run-{n}", is_remote=False, environ={}), range(32)))
    assert len({keys.token_key for keys, _ in found}) == 1
    assert sum("new key made" in note for _, note in found) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["key"]


def test_object_storage_without_a_key_is_refused_with_the_way_out(tmp_path: Path) -> None:
    error = refusal(tmp_path / "run", is_remote=True)
    assert error.problem.code == "K103"
    assert "billcast key new" in error.problem.hint
    assert not list(tmp_path.iterdir())
    assert refusal(None).problem.code == "K103"


def test_a_key_that_others_may_read_is_refused_with_its_mend(tmp_path: Path) -> None:
    load_keys(tmp_path / "run", is_remote=False, environ={})
    (tmp_path / "key").chmod(0o640)
    error = refusal(tmp_path / "run")
    assert error.problem.code == "K105"
    assert error.problem.hint == f"chmod 600 {tmp_path / 'key'}"


@pytest.mark.parametrize(("data", "code"), [(b"", "K101"), (b"AAAA", "K101"), (b"no key!", "K102"), (b"\xff", "K104")])
def test_a_broken_key_file_is_refused_and_kept(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "key"
    path.write_bytes(data)
    path.chmod(0o600)
    assert refusal(tmp_path / "run").problem.code == code
    assert path.read_bytes() == data


def test_a_folder_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    error = refusal(tmp_path / "file" / "run" / "state")
    assert error.problem.code == "K104"
    assert str(tmp_path) in error.problem.place

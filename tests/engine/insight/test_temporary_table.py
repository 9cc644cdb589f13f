"""A temporary table is asked by key, and its file goes: after use, and where filling it fails."""

import tempfile
from collections.abc import Iterator

import pytest

from engine.insight.temporary_table import TemporaryTable

INSERT = "INSERT INTO things VALUES (?, ?)"


class Things(TemporaryTable):
    def __init__(self, rows) -> None:
        super().__init__("things", "key TEXT PRIMARY KEY, size INTEGER", INSERT, rows)

    def size_of(self, key: str) -> int:
        return int(self._base.execute("SELECT size FROM things WHERE key = ?", (key,)).fetchone()[0])


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_what_was_put_in_is_found_and_the_file_goes_with_the_context(tmp_path):
    with Things([("a", 1), ("b", 2)]) as things:
        assert (things.size_of("a"), things.size_of("b")) == (1, 2)
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())


def test_rows_that_fail_leave_no_file(tmp_path):
    def rows() -> Iterator[tuple[str, int]]:
        yield "a", 1
        raise LookupError("line 2")

    with pytest.raises(LookupError, match="line 2"):
        Things(rows())
    assert not list(tmp_path.iterdir())

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine import natives

SOURCE = "def twice(int number):\n    return 2 * number\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "engine" / "some_kernel.pyx"
    path.parent.mkdir()
    path.write_text(SOURCE)
    return path


def built(source: Path) -> Path:
    program = natives.compiler()
    if not program or not natives.has_headers():
        pytest.skip("no C compiler, or no headers of Python")
    (made,) = natives.build(program, [source])
    return made


def loaded(source: Path, monkeypatch: pytest.MonkeyPatch):
    module = type(sys)("some")
    module.__file__ = str(source.with_name("some.py"))
    monkeypatch.setitem(sys.modules, "some", module)
    return natives.native("some", "some_kernel")


def test_a_kernel_is_used_when_it_is_built(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(natives.SETTING, raising=False)
    assert loaded(source, monkeypatch) is None
    assert natives.missing(source.parents[1]) == ["some_kernel"]
    built(source)
    assert natives.missing(source.parents[1]) == []
    kernel = loaded(source, monkeypatch)
    assert kernel is not None
    assert kernel.twice(21) == 42


def test_a_kernel_of_another_text_is_neither_used_nor_kept(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(natives.SETTING, raising=False)
    first = built(source)
    source.write_text(SOURCE.replace("2", "3"))
    assert loaded(source, monkeypatch) is None
    second = built(source)
    assert first != second
    assert not first.exists()
    kernel = loaded(source, monkeypatch)
    assert kernel is not None
    assert kernel.twice(21) == 63


def test_the_setting_leaves_all_to_python(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built(source)
    for no in ("0", "false", "No "):
        monkeypatch.setenv(natives.SETTING, no)
        assert loaded(source, monkeypatch) is None
    monkeypatch.setenv(natives.SETTING, "true")
    assert loaded(source, monkeypatch) is not None


def test_what_the_compiler_says_is_told(source: Path) -> None:
    source.write_text("def twice(:\n")
    with pytest.raises(subprocess.CalledProcessError) as caught:
        natives.build("false", [source])
    assert "some_kernel.pyx" in caught.value.stderr


def test_a_machine_that_can_has_all_kernels() -> None:
    """`make setup` builds them: no test must pass by Python alone where the kernels were meant."""
    if not natives.are_wanted() or not natives.compiler() or not natives.has_headers():
        pytest.skip("no C compiler, or no headers of Python")
    assert natives.missing() == []

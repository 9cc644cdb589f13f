"""The doctor names what is wrong with a machine, and the mend."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.commands import app, checkup
from engine.payment.keyring import SECRET_BYTES
from engine.templating.campaign_file import load_campaign
from tests import pki
from tests.e2e.reading import CAMPAIGN


def run(*arguments: str, **environment: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["doctor", *arguments], env={"BILLCAST_KEY": "", **environment})
    return done.exit_code, done.output


def test_a_whole_machine_has_no_fault(tmp_path: Path) -> None:
    code, said = run("--out", str(tmp_path / "out"))
    assert code == 0, said
    assert "0 faults" in said
    assert "package renderers     ours" in said


@pytest.mark.parametrize(
    ("prefix", "options", "state"),
    [
        ("/usr", "'--enable-shared'", "ok"),
        ("/usr/local", "'--enable-optimizations' '--with-lto'", "ok"),
        ("/opt/pyenv/versions/3.12.1", "'--enable-shared'", "note"),
        ("/opt/python", None, "note"),
    ],
)
def test_a_python_built_without_a_profile_is_a_note(
    monkeypatch: pytest.MonkeyPatch, prefix: str, options: str | None, state: str
) -> None:
    monkeypatch.setattr(checkup.sys, "base_prefix", prefix)
    monkeypatch.setattr(checkup.sysconfig, "get_config_var", lambda _name: options)
    found = next(checkup._python())
    assert found.state == state
    assert bool(found.mend) == (found.state == "note")


def test_a_key_that_is_no_key_is_a_fault_and_is_not_printed() -> None:
    code, said = run(BILLCAST_KEY="c2hvcnQ=")
    assert code == 1
    assert "K101" in said
    assert "c2hvcnQ=" not in said
    assert str(SECRET_BYTES) in said


def test_a_missing_extra_gives_its_install_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "EXTRAS", {"video": ("no-such-distribution",)})
    code, said = run()
    assert code == 0
    assert "pip install 'billcast[video]'" in said


def test_another_package_named_renderers_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Spec:
        origin = str(tmp_path / "renderers" / "__init__.py")

    monkeypatch.setattr(checkup.importlib.util, "find_spec", lambda _name: Spec())
    code, said = run()
    assert code == 1
    assert "uninstall the other distribution" in said


def test_a_missing_font_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "find_font", lambda _family: None)
    code, said = run()
    assert code == 1
    assert "apt-get install fonts-inter" in said


def test_kernels_that_are_missing_or_set_aside_are_a_note_with_its_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = run(BILLCAST_NATIVE="0")
    assert code == 0
    assert "not used: BILLCAST_NATIVE" in said
    monkeypatch.setattr(checkup.natives, "missing", lambda: ["some_kernel"])
    code, said = run()
    assert code == 0
    assert "not built: some_kernel" in said
    assert "apt-get install gcc libc6-dev python3-dev" in " ".join(said.split())


def test_storage_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    code, said = run("--out", str(tmp_path / "file" / "out"))
    assert code == 1
    assert "S1" in said


def test_a_campaign_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    code, said = run("--campaign", str(tmp_path))
    assert code == 1
    assert "FAULT campaign" in said


def test_a_sealing_key_is_shown_by_its_name_and_end_and_a_wrong_one_is_a_fault(tmp_path: Path) -> None:
    environment = pki.sealer().p12_environment(tmp_path / "seal.p12")
    _, said = run(**environment)
    assert "Northlight Energy seal, holds until 2040-01-01" in said
    code, said = run(**environment | {"BILLCAST_SEAL_PASSWORD": "wrong secret"})
    assert code == 1
    assert "E103" in said
    assert "wrong secret" not in said
    code, said = run(**pki.issue("Old", last=pki.FROM.replace(year=2021)).pem_environment())
    assert (code, "E105" in said) == (1, True)


@pytest.mark.parametrize(("path", "state"), [("/usr/bin/tesseract", "ok"), (None, "note")])
def test_what_reads_amounts_of_videos_is_told_where_videos_are_made(
    monkeypatch: pytest.MonkeyPatch, path: str | None, state: str
) -> None:
    monkeypatch.setattr(checkup.shutil, "which", lambda _name: path)
    campaign = load_campaign(CAMPAIGN)
    (found,) = checkup._reader(campaign)
    assert (found.what, found.state) == ("tesseract", state)
    assert list(checkup._reader(campaign.model_copy(update={"channels": ("pdf",)}))) == []
    assert list(checkup._reader(None)) == []

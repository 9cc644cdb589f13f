"""The samples as a printing house gets them: every page of every print file beside its letter's."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from typer.testing import CliRunner

from engine.commands import app
from tests.e2e.reading import CAMPAIGN, KEY, NOW_TEXT, SAMPLES

MOST_PAGES = 25


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("printed") / "out"
    campaign = out.with_name("set")
    shutil.copytree(CAMPAIGN, campaign)
    (campaign / "policy.toml").unlink()  # everybody gets a letter
    command = ["render", str(SAMPLES), "--campaign", str(campaign), "--out", str(out), "--channels", "pdf",
               "--now", NOW_TEXT, "--workers", "1", "--audit", "0", "--bundle", str(MOST_PAGES)]  # fmt: skip
    ended = CliRunner().invoke(app, command, env={"BILLCAST_KEY": KEY, "BILLCAST_SYNC": "false"})
    assert ended.exit_code == 0, ended.output
    assert "31 letters" in ended.output
    (found,) = (out / ".billcast").glob("2026-10-*")
    return found


def texts(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    found = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return found


def index_of(state: Path) -> list[dict[str, str]]:
    with (state / "print" / "index.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def letters_of(state: Path) -> dict[str, Path]:
    lines = [json.loads(line) for line in (state / "manifest.jsonl").read_text().splitlines()]
    paths = {line["key"]: artifact["path"] for line in lines for artifact in line["artifacts"]}
    return {key: state.parents[1] / path for key, path in paths.items()}


@pytest.mark.slow
@pytest.mark.xdist_group("print-files")
class TestPrintFiles:
    def test_each_page_is_that_of_its_letter(self, state: Path) -> None:
        letters, files = letters_of(state), {path.name: texts(path) for path in (state / "print").glob("*.pdf")}
        rows = index_of(state)
        assert len(rows) == len(letters) == 31
        for row in rows:
            pages = files[row["print_file"]][int(row["first_page"]) - 1 : int(row["last_page"])]
            assert pages == texts(letters[row["key"]]), row["key"]
        assert sum(map(len, files.values())) == sum(int(row["sheets"]) for row in rows)
        assert all(len(pages) <= MOST_PAGES for pages in files.values())

    def test_print_files_are_much_smaller_than_their_letters(self, state: Path) -> None:
        alone = sum(path.stat().st_size for path in letters_of(state).values())
        assert sum(path.stat().st_size for path in (state / "print").glob("*.pdf")) < alone * 0.6

    def test_the_order_is_that_of_the_post(self, state: Path) -> None:
        places = [(row["country"], row["postal_code"], row["key"]) for row in index_of(state)]
        assert places == sorted(places)
        assert {place[0] for place in places} >= {"FR", "IE", "IT", "LT", "RO"}

    def test_each_print_file_is_sound_and_keeps_one_colour_profile(self, state: Path) -> None:
        for path in (state / "print").glob("*.pdf"):
            with pikepdf.open(path) as pdf:
                assert pdf.check_pdf_syntax() == []
                (intent,) = pdf.Root.OutputIntents
                assert intent.DestOutputProfile.N == 3

    def test_postal_codes_stay_in_the_state_folder(self, state: Path) -> None:
        codes = [row["postal_code"].encode() for row in index_of(state) if len(row["postal_code"]) > 4]
        for name in ("manifest.jsonl", "links.csv", "run.log", "report.json"):
            held = (state / name).read_bytes()
            assert not [code for code in codes if b" " + code in held or b'"' + code in held], name

    def test_bundle_joins_anew_with_other_numbers(self, state: Path) -> None:
        before = [row["key"] for row in index_of(state)]
        ended = CliRunner().invoke(app, ["bundle", str(state.parents[1]), "--pages", "1000", "--duplex"])
        assert ended.exit_code == 0, ended.output
        assert "in 1 print file:" in ended.output
        rows = index_of(state)
        assert [row["key"] for row in rows] == before
        assert all(int(row["first_page"]) % 2 for row in rows)

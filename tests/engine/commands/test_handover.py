"""`billcast handover`: a private file of cases by the schema of the docs, and everybody asked for accounted for."""

import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from engine.commands import app
from engine.errors import BillcastError
from engine.model.handover import HandoverCase, handover_schema

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "samples" / "customers.jsonl"


def handover(out: Path, *words: object, source: Path = SAMPLES) -> Result:
    command = ["handover", source, "--campaign", ROOT / "templates" / "bill-explainer", "--out", out,
               "--now", "2026-11-06T08:00:00Z", *words]  # fmt: skip
    ended = CliRunner().invoke(app, [str(word) for word in command])
    if ended.exception and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return ended


def test_one_customer_becomes_one_private_line_that_the_schema_takes(tmp_path: Path) -> None:
    out = tmp_path / "cases.jsonl"
    ended = handover(out, "--customer", "NL-0020")
    (line,) = out.read_text(encoding="utf-8").splitlines()
    case = HandoverCase.model_validate_json(line)

    assert ended.exit_code == 0
    assert (case.reference, case.claims[0].bills[0].number) == ("NL-0020", "2026-06-004730")
    assert str(case.claims[0].open) == "221.38"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "221.38" not in ended.output
    assert "Соколов" not in ended.output
    assert set(json.loads(line)) <= set(handover_schema()["properties"])


def test_everybody_asked_for_is_handed_over_or_listed_with_the_reason(tmp_path: Path) -> None:
    keys = [f"NL-{number:04d}" for number in range(1, 33)] + ["NL-9999"]
    (tmp_path / "keys.txt").write_text("\n".join([*keys, "", keys[0]]))
    ended = handover(tmp_path / "out", "--keys", tmp_path / "keys.txt", "--refused", tmp_path / "refused")
    told = {json.loads(line)["reference"] for line in (tmp_path / "out").read_text("utf-8").splitlines()}
    refused = {row["key"]: row["reasons"] for row in map(json.loads, (tmp_path / "refused").read_text().splitlines())}

    assert ended.exit_code == 3
    assert not told & set(refused)
    assert told | set(refused) == set(keys)
    assert told == {"NL-0007", "NL-0015", "NL-0020", "NL-0024", "NL-0026"}
    assert "a payment plan is kept" in refused["NL-0014"]
    assert "a dispute is open" in refused["NL-0025"]
    assert "the customer has died" in refused["NL-0027"]
    assert refused["NL-9999"] == ["no record of the input bears the key"]


def test_a_record_that_is_not_sound_is_listed_without_a_value(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"key": "C-1", "name": {"family": "Rossi"}, "locale": "Italian of Modena"}\n')
    handover(tmp_path / "out", "--customer", "C-1", "--refused", tmp_path / "refused", source=source)
    assert "I104" in (tmp_path / "refused").read_text()
    assert "Modena" not in (tmp_path / "refused").read_text()


@pytest.mark.parametrize(("words", "code"), [((), "I130"), (("--keys", "nowhere"), "I101")])
def test_somebody_must_be_named(tmp_path: Path, words: tuple[str, ...], code: str) -> None:
    with pytest.raises(BillcastError, match=code):
        handover(tmp_path / "out", *words)

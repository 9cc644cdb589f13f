"""A merge from files: flat rows by their declaration, faults with file and line, nobody lost, little memory."""

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.errors import IngestError
from engine.ingest import IngestOptions
from engine.ingest.merge import Merged, Merging, Rejected, Source, Tally, load_merging, merge

MAPPING = """
[[source]]
name = "billing"

[[source]]
name = "crm"
rows = "customers"
key = "No"
changed_at = "Changed"
date_format = "%d/%m/%Y"
columns = { Mail = "email", Care = "flags.vulnerable", Since = "opened_on", Area = "attributes.area" }
[source.words]
"flags.vulnerable" = { Y = "true", N = "false" }

[[source]]
name = "mailing"
rows = "interactions"
columns = { when = "at" }
fixed = { kind = "sent", channel = "email" }

[wins]
email = ["crm"]
"""
CRM = "No;Mail;Care;Since;Changed;Area;Other\nA;new@x;Y;02/05/2018;05/11/2026;7;z\n"
Run = Callable[..., tuple[list[Merged], list[Rejected], Tally]]


def record(key: str, **more: Any) -> dict[str, Any]:
    line = {"category": "energy", "label": "Energy", "amount": "10.00"}
    bill = {"number": "B-1", "issued_on": "2026-10-03", "lines": [line], "total": "10.00", "amount_payable": "10.00"}
    return {"key": key, "name": {"family": "Rossi"}, "email": "old@x", "bills": [bill], **more}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def merged(mapping: str = MAPPING, **files: str | list[dict[str, Any]]) -> Any:
        sources: dict[str, list[Path]] = {}
        for name, text in files.items():
            is_rows = isinstance(text, list)
            path = tmp_path / f"{name}{'.jsonl' if is_rows else '.csv'}"
            path.write_text("".join(json.dumps(row) + "\n" for row in text) if is_rows else text, encoding="utf-8")
            sources[name] = [path]
        (tmp_path / "merge.toml").write_text(mapping, encoding="utf-8")
        tally = Tally()
        items = list(merge(sources, load_merging(tmp_path / "merge.toml"), tally, IngestOptions(scratch_dir=tmp_path)))
        return ([item for item in items if isinstance(item, Merged)],
                [item for item in items if isinstance(item, Rejected)], tally)  # fmt: skip

    return merged


def test_flat_rows_become_fields_by_their_declaration(run: Run) -> None:
    (one,), rejected, tally = run(billing=[record("A")], crm=CRM)
    customer = one.read.customer

    assert rejected == []
    assert (customer.email, customer.flags.vulnerable, str(customer.opened_on)) == ("new@x", True, "2018-05-02")
    assert customer.attributes == {"area": "7"}
    assert tally.conflicts == {"email": 1}
    (email,) = (taken for taken in one.joined.taken if taken.field == "email")
    assert (email.claim.at, email.others[0].value) == ("2026-11-05T00:00:00+00:00", "old@x")


def test_rows_of_a_list_take_what_is_fixed(run: Run) -> None:
    rows = [{"key": "A", "when": "2026-10-05T08:00:00Z"}, {"key": "A", "when": "2026-10-06T08:00:00Z"}]
    (one,), _, _ = run(billing=[record("A")], mailing=rows)

    assert [contact.kind for contact in one.read.customer.interactions] == ["sent", "sent"]
    assert one.read.customer.interactions[0].channel == "email"


def test_a_faulty_row_holds_its_customer_back_and_names_file_and_line(run: Run) -> None:
    made, rejected, tally = run(billing=[record("A"), record("B")], crm=CRM.replace(";Y;", ";?;"))

    assert [one.read.customer.key for one in made] == ["B"]
    assert [(one.source, one.holds_back, one.item.problem.code) for one in rejected] == [("crm", True, "I104")]
    assert rejected[0].item.problem.place.endswith("crm.csv:2 field `Care`")
    assert tally.held_back == 1


def test_a_value_that_the_data_model_refuses_names_its_own_file_and_field(run: Run) -> None:
    made, rejected, _ = run(billing=[record("A")], crm=CRM.replace("02/05/2018", "31/02/2018"))

    assert made == []
    assert rejected[0].source == "crm"
    assert "crm.csv:2" in rejected[0].item.problem.place
    assert "opened_on" in rejected[0].item.problem.place


def test_a_key_that_no_source_of_customers_has_is_listed(run: Run) -> None:
    made, rejected, tally = run(billing=[record("B")], crm=CRM)

    assert [one.read.customer.key for one in made] == ["B"]
    assert [(one.item.key, one.item.problem.code, one.holds_back) for one in rejected] == [("A", "I122", False)]
    assert tally.unmatched == {"crm": 1}


def test_a_row_without_key_and_a_line_that_is_no_json_are_listed(run: Run) -> None:
    _, rejected, _ = run(billing=[record("A")], crm=CRM + ";x@x;N;;;;\n", mailing=[{"key": "A"}, {"when": {}}])
    assert {one.item.problem.code for one in rejected} == {"I106", "I104"}


def test_a_second_record_of_a_key_is_set_aside_alone(run: Run) -> None:
    made, rejected, tally = run(billing=[record("A"), record("A", email="second@x")])

    assert [one.read.customer.email for one in made] == ["old@x"]
    assert [(one.item.problem.code, one.holds_back) for one in rejected] == [("I113", False)]
    assert tally.held_back == 0


@pytest.mark.parametrize(
    ("was", "now", "fact"),
    [
        ('email"', 'emial"', "did you mean `email`"),
        ("[wins]", "[wins]\nfoo = [\"crm\"]", "no field `foo`"),
        ('email = ["crm"]', 'email = ["crmm"]', "no source `crmm`"),
        ('name = "crm"', 'name = "billing"', "two sources"),
        ("rows = \"customers\"", 'rows = "customer"', "customers"),
        ('key = "No"', 'key = "No"\ncolour = "red"', "colour"),
    ],
)  # fmt: skip
def test_a_declaration_that_is_wrong_is_refused(run: Run, was: str, now: str, fact: str) -> None:
    with pytest.raises(IngestError, match="I121") as caught:
        run(MAPPING.replace(was, now), billing=[record("A")])
    assert fact in str(caught.value)


def test_a_column_that_is_declared_must_be_there_and_a_source_declared(run: Run) -> None:
    with pytest.raises(IngestError, match="I106"):
        run(billing=[record("A")], crm=CRM.replace("Mail", "Post"))
    with pytest.raises(IngestError, match="did you mean `billing`"):
        run(bills=[record("A")])
    with pytest.raises(IngestError, match="no source is given that names the customers"):
        run(crm=CRM)


def test_every_customer_and_every_row_is_either_joined_or_listed(run: Run) -> None:
    keys = [f"C-{number}" for number in range(40)]
    crm = "No;Mail;Care;Since;Changed;Area\n" + "".join(
        f"{key};m{at}@x;{'YN?'[at % 3]};;;\n" for at, key in enumerate([*keys, "Z-1", "Z-2"])
    )
    made, rejected, tally = run(billing=[record(key) for key in keys], crm=crm)
    held = {one.item.key for one in rejected if one.holds_back}

    assert {one.read.customer.key for one in made} | held == set(keys)
    assert not {one.read.customer.key for one in made} & held
    assert tally.customers + tally.held_back == 40
    assert sum(tally.unmatched.values()) == len([key for key in ("Z-1", "Z-2") if key not in held])


def test_memory_stays_constant(tmp_path: Path) -> None:
    rules = Merging(source=(Source(name="a"), Source(name="b")))
    peaks = []
    for count in (200, 1600):
        paths = {name: [tmp_path / f"{name}.jsonl"] for name in "ab"}
        for (path,) in paths.values():
            path.write_text("".join(json.dumps(record(f"C-{n}")) + "\n" for n in range(count)), encoding="utf-8")
        tracemalloc.start()
        assert sum(isinstance(item, Merged) for item in merge(paths, rules, Tally())) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 400_000


def test_a_control_character_is_shown_as_a_sign_or_refused_as_everywhere(run: Run) -> None:
    (one,), _, _ = run(billing=[record("A")], crm=CRM.replace(";7;", ";7\x01;"))
    assert one.read.customer.attributes == {"area": "7␁"}
    assert [warning.code for warning in one.read.warnings] == ["I114"]
    made, rejected, _ = run(billing=[record("A")], crm=CRM.replace("new@x", "new\x01@x"))
    assert (made, rejected[0].item.problem.code) == ([], "I114")

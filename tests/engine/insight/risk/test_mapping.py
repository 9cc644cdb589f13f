"""Tables are read as their mapping declares, and protected columns are never features."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from engine.errors import InsightError
from engine.insight.risk.delimited import table_rows
from engine.insight.risk.mapping import read_mapping

ROOT = Path(__file__).parents[4]
FIXTURES = Path(os.environ.get("BILLCAST_FIXTURES", ROOT.parent / "shared" / "fixtures"))
SOUTH_GERMAN = FIXTURES / "late_payment" / "SouthGermanCredit.asc"
MAPPING = ROOT / "samples" / "risk" / "south_german_credit.toml"

PLAIN = """
meaning = "paid late"
protected = ["group_b"]
bands = { group_b = [30, 50] }
unit = "customer"
name = "bill"
time = "issued"
past_share = "share"

[file]
separator = "semicolon"
decimal = ","
date_format = "%d.%m.%Y"

[label]
column = "late"
bad = ["yes"]
good = ["no"]
known_on = "known"

[columns.share]
[columns.level]
kind = "ordered"
order = ["low", "high"]
[columns.tariff]
kind = "category"
"""
TABLE = """customer;bill;issued;late;known;share;level;tariff;group_b
k1;b1;01.02.2026;yes;20.02.2026;0,5;low;T1;29
k1;b2;01.03.2026;no;15.03.2026;1.234,5;;T2;30
k2;b3;01.03.2026;open;;NA;high;T1;70
"""


@pytest.fixture
def write(tmp_path):
    def _write(mapping=PLAIN, table=TABLE):
        (tmp_path / "map.toml").write_text(mapping, "utf-8")
        (tmp_path / "table.csv").write_text(table, "utf-8")
        return tmp_path / "table.csv", tmp_path / "map.toml"

    return _write


def _rows(paths, **options):
    table, mapping = paths
    return list(table_rows(table, read_mapping(mapping), **options))


def test_a_table_is_read_as_its_mapping_says(write):
    first, second, third = _rows(write())
    assert first.unit == "k1"
    assert first.name == "b1"
    assert first.at == date(2026, 2, 1)
    assert first.known_on == date(2026, 2, 20)
    assert first.features == {"share": 0.5, "level": "low", "tariff": "T1"}
    assert first.past_share == 0.5
    assert first.label is True
    assert second.label is False
    assert second.features == {"share": 1234.5, "level": None, "tariff": "T2"}
    assert third.label is None
    assert third.left_out == "an outcome that is neither bad nor good"
    assert [row.groups for row in (first, second, third)] == [
        (("group_b", "under 30"),), (("group_b", "30 to under 50"),), (("group_b", "50 or more"),)
    ]  # fmt: skip


def test_a_table_to_be_scored_needs_no_outcome_and_no_protected_column(write):
    lines = [line.split(";") for line in TABLE.splitlines()]
    table = "\n".join(";".join((*cells[:3], *cells[5:8])) for cells in lines)
    rows = _rows(write(table=table), needs_label=False)
    assert [row.label for row in rows] == [None, None, None]
    with pytest.raises(InsightError, match="D114"):
        _rows(write(table=table))


@pytest.mark.parametrize(
    ("column", "code"), [("alter", "D130"), ("customerAge", "D130"), ("Geschlecht", "D130"), ("nationalité", "D130"),
                         ("gastarb", "D130"), ("health_state", "D130"), ("famges", "D130")],
)  # fmt: skip
def test_a_protected_column_is_refused_as_a_feature_by_its_name(write, column, code):
    with pytest.raises(InsightError, match=rf"{code} .*map\.toml.*`{column}`"):
        read_mapping(write(mapping=f'{PLAIN}\n[columns."{column}"]\n')[1])


def test_a_protected_column_is_refused_as_a_feature_by_declaration(write):
    with pytest.raises(InsightError, match=r"D131 .*`group_b`"):
        read_mapping(write(mapping=f"{PLAIN}\n[columns.group_b]\n")[1])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("[file]", "[fil]"), "D113 .*`fil`.*is not known"),
        (('"semicolon"', '"dots"'), "D113 .*separator"),
        (('column = "late"', 'colum = "late"'), "D113 .*`label.col"),
        (('order = ["low", "high"]', ""), "D113 .*ordered column"),
        (('past_share = "share"', 'past_share = "shares"'), "D113 .*names no feature"),
        (('name = "bill"', 'name = "customer"'), "D113 .*named twice: customer"),
        (("[30, 50]", "[50, 30]"), "D113 .*rising"),
        (("[label]", "[label"), "D113 .*TOML"),
    ],
)
def test_a_mapping_that_can_t_be_used_is_refused_with_its_place(write, wrong, said):
    with pytest.raises(InsightError, match=said):
        read_mapping(write(mapping=PLAIN.replace(*wrong))[1])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ((";share;", ";shares;"), r"D114 .*csv:1.*no column `share`.*\n?.*`shares`"),
        ((";group_b", ";group_b;more"), "D114 .*`more` that the mapping does not declare"),
        (("0,5", "half"), r"D115 .*csv:2 column `share`.*not a number"),
        ((";low;", ";middle;"), "D115 .*csv:2 column `level`.*`order`"),
        (("01.03.2026;no", "2026-03-01;no"), "D115 .*csv:3 column `issued`"),
        (("k2;b3", "k2;b3;"), "D115 .*csv:4.*10 columns"),
    ],
)
def test_a_table_that_differs_from_its_mapping_is_refused_with_its_line(write, wrong, said):
    with pytest.raises(InsightError, match=said) as raised:
        _rows(write(table=TABLE.replace(*wrong, 1)))
    assert "half" not in str(raised.value)


def test_a_table_that_is_not_there_is_refused(write, tmp_path):
    with pytest.raises(InsightError, match="D115"):
        _rows((tmp_path / "none.csv", write()[1]))


def test_south_german_credit_is_read_whole():
    if not SOUTH_GERMAN.exists():
        pytest.skip(f"the fixtures are not at {FIXTURES} (set BILLCAST_FIXTURES)")
    mapping = read_mapping(MAPPING)
    rows = list(table_rows(SOUTH_GERMAN, mapping))
    assert (len(rows), sum(row.label for row in rows)) == (1000, 300)
    assert not {"alter", "famges", "gastarb", "pers"} & rows[0].features.keys()
    assert {name for name, _ in rows[0].groups} == {"alter", "famges", "gastarb", "pers"}
    assert all(row.features["verw"] in mapping.columns["verw"].labels for row in rows)

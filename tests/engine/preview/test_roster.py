"""The list is short however long the input is; any customer can be found."""

from __future__ import annotations

import json

import pytest

from engine.errors import BatchError, BillcastError
from engine.preview import roster as module
from engine.preview.roster import Roster
from tests.engine.preview.conftest import customer_line


def test_the_list_ends_at_its_limit_and_says_that_there_is_more(source, monkeypatch):
    monkeypatch.setattr(module, "LISTED", 3)
    listing = Roster([source]).listing()
    assert [entry.key for entry in listing.entries] == ["C-1", "C-2", "C-3"]
    assert listing.has_more


def test_a_customer_beyond_the_list_is_found(source, monkeypatch):
    monkeypatch.setattr(module, "LISTED", 3)
    assert Roster([source]).find("C-8").key == "C-8"


def test_a_record_that_is_set_aside_is_listed_with_its_code(source):
    listing = Roster([source]).listing()
    assert not listing.has_more
    assert listing.entries[-1].code == "I110"


def test_a_key_that_nobody_bears_is_an_error(source):
    with pytest.raises(BatchError, match="B102"):
        Roster([source]).find("C-99")


def test_a_record_that_is_set_aside_says_why_when_asked_for(tmp_path):
    path = tmp_path / "customers.jsonl"
    record = json.loads(customer_line("C-1"))
    record["colour"] = "red"
    path.write_text(json.dumps(record) + "\n")
    with pytest.raises(BillcastError, match="I105"):
        Roster([path]).find("C-1")


def test_an_input_that_changed_is_read_anew_once_forgotten(source):
    roster = Roster([source])
    roster.listing()
    source.write_text(customer_line("D-1") + "\n")
    assert roster.listing().entries[0].key == "C-1"
    roster.forget()
    assert [entry.key for entry in roster.listing().entries] == ["D-1"]


def test_customers_in_memory_are_few(source, monkeypatch):
    monkeypatch.setattr(module, "_KEPT", 3)
    roster = Roster([source])
    for number in range(1, 9):
        roster.find(f"C-{number}")
    assert list(roster._found) == ["C-6", "C-7", "C-8"]

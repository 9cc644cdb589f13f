"""One customer found by key: the sound record, or why there is none."""

import json

import pytest

from engine.errors import IngestError
from engine.ingest import customer_of


@pytest.fixture
def write(tmp_path):
    def run(*records):
        path = tmp_path / "in.jsonl"
        path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in records))
        return path

    return run


def test_the_record_with_the_key_is_found_and_others_are_not_looked_into(write, make_customer):
    path = write(make_customer("A", bills=[{"broken": 1}]), make_customer("B"))
    found = customer_of([path], "B")
    assert (found.customer.key, found.source) == ("B", f"{path}:2")


def test_a_record_that_is_not_sound_says_why(write, make_customer):
    path = write(make_customer("A", locale="Italian"))
    with pytest.raises(IngestError, match="I104") as caught:
        customer_of([path], "A")
    assert caught.value.problem.place == f"{path}:1 field `locale`"


def test_a_second_record_that_is_sound_is_taken(write, make_customer):
    path = write(make_customer("A", locale="Italian"), make_customer("A"))
    assert customer_of([path], "A").source == f"{path}:2"


def test_a_key_that_nobody_bears_is_refused(write, make_customer):
    with pytest.raises(IngestError, match="I120"):
        customer_of([write(make_customer("A"))], "Z")

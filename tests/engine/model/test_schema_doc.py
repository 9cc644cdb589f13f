import json
from pathlib import Path

import pytest

from engine.model.customer import Customer
from engine.model.schema_doc import customer_schema, data_model_markdown

PAGE = Path(__file__).parents[3] / "docs" / "data-model.md"
SCHEMA = customer_schema()
RECORDS = {"Customer": SCHEMA, **{name: node for name, node in SCHEMA["$defs"].items() if "properties" in node}}
FIELDS = [(name, field) for name, node in RECORDS.items() for field in node["properties"]]


def test_the_page_on_the_data_model_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == data_model_markdown(), (
        "run: billcast schema --markdown --out " + PAGE.name
    )


@pytest.mark.parametrize(("record", "field"), FIELDS)
def test_every_field_says_what_it_means(record: str, field: str) -> None:
    assert RECORDS[record]["properties"][field].get("description"), f"{record}.{field} has no description"


def test_every_record_and_enumeration_has_its_place_on_the_page() -> None:
    page = data_model_markdown()

    for name, node in {"Customer": SCHEMA, **SCHEMA["$defs"]}.items():
        assert f"\n## {name}\n" in page
        for word in node.get("enum", ()):
            assert f"`{word}`" in page
    for _, field in FIELDS:
        assert f"| `{field}` |" in page


def test_every_amount_names_its_unit() -> None:
    bill = RECORDS["Bill"]["properties"]

    for field in ("total", "prepaid", "balance_forward", "amount_payable", "rounding"):
        assert bill[field]["unit"] == "currency of the bill"


def test_the_schema_says_what_the_model_demands() -> None:
    assert set(SCHEMA["required"]) == {"key", "name"}
    assert SCHEMA["additionalProperties"] is False
    assert set(SCHEMA["properties"]) == set(Customer.model_fields)
    json.dumps(SCHEMA)

import json
from pathlib import Path

from typer.testing import CliRunner

from engine.commands import app
from engine.model.schema_doc import customer_schema, data_model_markdown


def test_schema_prints_the_json_schema_of_a_customer() -> None:
    result = CliRunner().invoke(app, ["schema"])

    assert result.exit_code == 0
    assert json.loads(result.stdout) == customer_schema()


def test_schema_writes_a_file_and_prints_nothing(tmp_path: Path) -> None:
    out = tmp_path / "schema.json"
    result = CliRunner().invoke(app, ["schema", "--out", str(out)])

    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(out.read_text(encoding="utf-8"))["title"] == "Customer"


def test_schema_as_markdown_is_the_page_of_the_docs() -> None:
    result = CliRunner().invoke(app, ["schema", "--markdown"])

    assert result.stdout == data_model_markdown()

"""`billcast schema`: the data model, for those who write records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("schema")(schema)


def schema(
    out: Annotated[Path | None, typer.Option(help="File to write; default: standard output.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Readable tables in place of JSON Schema.")] = False,
) -> None:
    """Print the JSON Schema of a customer record, or its description in Markdown."""
    from engine.model.schema_doc import customer_schema, data_model_markdown  # the whole model

    text = data_model_markdown() if markdown else json.dumps(customer_schema(), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8", newline="\n")

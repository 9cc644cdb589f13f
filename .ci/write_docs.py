"""Write the reference pages that are made from the code: errors, commands, data model, campaign, policy.

`--check` writes nothing and fails where a page differs, naming it.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import typer

from engine.commands import app
from engine.errors import CODES
from engine.model.handover import handover_schema
from engine.model.schema_doc import data_model_markdown
from engine.templating.campaign_doc import campaign_reference
from engine.templating.policy_doc import policy_reference

DOCS = Path(__file__).resolve().parent.parent / "docs"
MENDS = Path(__file__).with_name("mends.toml")
AREAS = {
    "B": "Batch: runs, resume",
    "C": "Campaign",
    "D": "Decisions: debt, risk, policy, effect",
    "E": "Evidence: seals and time stamps",
    "I": "Ingest: reading records",
    "K": "Keys",
    "M": "Data model",
    "P": "Payment: links and bank codes",
    "R": "Renderers: PDF, microsite, message, video",
    "S": "Storage",
    "T": "Templates and check",
    "V": "Voices",
    "W": "Preview",
    "X": "Machine: missing parts",
}


def errors_page() -> str:
    """Return docs/errors.md: every code with its usual mend, by area."""
    mends: dict[str, str] = tomllib.loads(MENDS.read_text(encoding="utf-8"))
    if mends.keys() != CODES.keys():
        sys.exit(f"{MENDS.name} and engine.errors.CODES differ: {sorted(mends.keys() ^ CODES.keys())}")
    lines = [
        "# Errors",
        "What a user can meet has a code, a place, a fact and a hint:",
        "```",
        "I104 customers.csv:41 field `due_on`: `31/02/2026` is not a calendar date",
        "hint: write dates as YYYY-MM-DD, or set `date_format`",
        "```",
        (
            "No message carries a customer's name, address, account or amount: the record's key, or file and line, "
            "says who it is about. One customer's bad data becomes an outcome; only a broken run stops. The hint of "
            "an error is nearer to the case than the usual mend below."
        ),
    ]
    for letter, area in AREAS.items():
        rows = [(code, fact) for code, fact in sorted(CODES.items()) if code.startswith(letter)]
        if rows:
            lines += ["", f"## {area}", "| code | what is wrong | the usual mend |", "|---|---|---|"]
            lines += [f"| `{code}` | {fact} | {mends[code].replace('|', chr(92) + '|')} |" for code, fact in rows]
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Return docs/commands.md: every command with its options."""
    root = typer.main.get_command(app)
    context = typer.Context(root, info_name="billcast")
    lines = ["# Commands", "Made from the code; `billcast COMMAND --help` says the same."]
    lines += _command_lines(root, context, "billcast")
    return "\n".join(lines) + "\n"


def _command_lines(command: object, context: object, path: str) -> list[str]:
    lines: list[str] = []
    children = getattr(command, "commands", {})
    for name in sorted(children):
        child = children[name]
        if getattr(child, "commands", None):
            lines += _command_lines(child, context, f"{path} {name}")
            continue
        lines += ["", f"## {path} {name}", (child.help or "").strip(), ""]
        for parameter in child.params:
            help_text = getattr(parameter, "help", "") or ""
            names = ", ".join(f"`{opt}`" for opt in [*parameter.opts, *parameter.secondary_opts])
            is_argument = parameter.param_type_name == "argument"
            label = f"`{parameter.name.upper()}`" if is_argument else names
            lines.append(f"- {label}: {help_text}".rstrip(": "))
    return lines


def handover_page() -> str:
    """Return docs/handover.schema.json: a line of the hand-over file as JSON Schema."""
    return json.dumps(handover_schema(), indent=1, ensure_ascii=False) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "errors.md": errors_page,
    "commands.md": commands_page,
    "data-model.md": data_model_markdown,
    "campaign.md": campaign_reference,
    "policy.md": policy_reference,
    "handover.schema.json": handover_page,
}


def main() -> int:
    """Write or check all pages; return the exit code."""
    stale = [name for name, make in PAGES.items() if _differs(DOCS / name, make())]
    if "--check" in sys.argv:
        for name in stale:
            print(f"docs/{name} differs from the code: make docs")
        return 1 if stale else 0
    for name in stale:
        (DOCS / name).write_text(PAGES[name](), encoding="utf-8")
        print(f"wrote docs/{name}")
    return 0


def _differs(path: Path, text: str) -> bool:
    return not path.is_file() or path.read_text(encoding="utf-8") != text


if __name__ == "__main__":
    sys.exit(main())

"""README and docs say what the code does: codes, commands, options, links, steps, examples."""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from engine.commands import app
from engine.errors import CODES
from engine.log import STEPS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
GROUP = typer.main.get_command(app)


def _script(name: str):
    spec = importlib.util.spec_from_file_location(f"ci_{name}", ROOT / ".ci" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _ids(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


# ------------------------------------------------------------------ made from the code


@pytest.mark.parametrize("name", ["errors.md", "commands.md", "data-model.md", "campaign.md"])
def test_a_page_made_from_the_code_equals_its_generator(name):
    assert (DOCS / name).read_text("utf-8") == _script("write_docs").PAGES[name](), "make docs"


def test_every_error_code_is_documented_and_no_other():
    rows = re.findall(r"^\| `([A-Z]\d{3})` \| (.+?) \| (.+) \|$", (DOCS / "errors.md").read_text("utf-8"), re.MULTILINE)
    assert {code: fact for code, fact, _ in rows} == CODES
    assert all(mend.endswith((".", "?")) for _, _, mend in rows)


def _codes_in_the_code() -> set[str]:
    """Return the strings in the source that are a code and nothing else, or that begin one of a template set."""
    found: set[str] = set()
    for path in [*(ROOT / "engine").rglob("*.py"), *(ROOT / "renderers").rglob("*.py")]:
        if path == ROOT / "engine" / "errors.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(re.findall(r"^[BCDEIKMPRSTVWX]\d{3}$", node.value))
    return found


def test_every_error_code_is_raised_somewhere_and_no_other():
    assert _codes_in_the_code() == set(CODES)


def _commands(command=GROUP, path=("billcast",)):
    for name, child in getattr(command, "commands", {}).items():
        if getattr(child, "commands", None):
            yield from _commands(child, (*path, name))
        else:
            yield " ".join((*path, name)), child


def test_every_command_and_option_is_documented():
    page = (DOCS / "commands.md").read_text("utf-8")
    for name, command in _commands():
        section = page.split(f"## {name}\n", 1)[1].split("\n## ", 1)[0]
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert all(f"`{option}`" in section for option in parameter.opts), f"{name} {parameter.name}"
            else:
                assert f"`{parameter.name.upper()}`" in section, f"{name} {parameter.name}"


# ------------------------------------------------------------------ written by hand


@pytest.mark.parametrize("page", PAGES, ids=_ids(PAGES))
def test_every_relative_link_and_picture_is_there(page):
    targets = [target for target in LINK.findall(FENCE.sub("", page.read_text("utf-8"))) if "://" not in target]
    missing = [target for target in targets if not (page.parent / target.split("#")[0]).exists()]
    assert missing == []


def _shown_commands(page: Path):
    """Yield the `billcast …` commands of a page's fences, comments and placeholders taken out."""
    for _, body in FENCE.findall(page.read_text("utf-8")):
        for line in body.replace("\\\n", " ").splitlines():
            if line.strip().startswith(("billcast ", "$ billcast ")):
                words = shlex.split(re.sub(r"<[^>]*>", "VALUE", line.strip().removeprefix("$ ")), comments=True)
                yield words[1:]


def _fault(words: list[str]) -> str:
    """Return what is wrong with a shown command: an unknown command, an unknown option, a missing value."""
    command, rest = GROUP, list(words)
    while getattr(command, "commands", None) and rest:
        name = rest.pop(0)
        if name not in command.commands:
            return f"no command {name}"
        command = command.commands[name]
    options = {option: parameter for parameter in command.params for option in parameter.opts if option[:1] == "-"}
    given = [word.split("=")[0] for word in rest if word.startswith("--")]
    unknown = [word for word in given if word not in options and word != "--help"]
    missing = [
        parameter.name
        for parameter in command.params
        if parameter.required and parameter.param_type_name == "option" and not set(parameter.opts) & set(given)
    ]
    arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    values = sum(not options[word].is_flag for word in given if word in options and "=" not in word)
    free = len(rest) - len(given) - values
    if any(parameter.required for parameter in arguments) and free < 1:
        missing.append("an argument")
    if free and not arguments:
        unknown.append("an argument")
    return "; ".join(filter(None, [f"unknown: {unknown}" if unknown else "", f"missing: {missing}" if missing else ""]))


@pytest.mark.parametrize("page", PAGES, ids=_ids(PAGES))
def test_every_shown_command_parses(page):
    faults = {" ".join(words): fault for words in _shown_commands(page) if (fault := _fault(words))}
    assert faults == {}


def test_the_check_of_shown_commands_finds_what_is_wrong():
    assert _fault(["rendr"]) == "no command rendr"
    assert "--campain" in _fault(["render", "a.jsonl", "--campain", "set", "--out", "out"])
    assert "campaign" in _fault(["render", "a.jsonl", "--out", "out"])
    assert "argument" in _fault(["check"])
    assert _fault(["render", "a.jsonl", "--campaign", "set", "--out", "out", "--dry-run"]) == ""


def test_the_readme_shows_commands_at_all():
    assert {words[0] for words in _shown_commands(ROOT / "README.md")} >= {
        "init", "check", "preview", "render", "resume", "link", "doctor",
    }  # fmt: skip


def test_every_make_target_that_is_shown_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE))
    assert {"demo", "test"} <= named
    assert {name for name in named if not name.startswith("bench-")} <= targets


@pytest.mark.parametrize("step", STEPS)
def test_a_step_has_one_name_in_docs_and_code(step):
    assert f"\n| {step} |" in (DOCS / "architecture.md").read_text("utf-8")
    assert f"**{step}**" in (DOCS / "operations.md").read_text("utf-8")
    source = (ROOT / "engine" / "batch" / "record_path.py").read_text("utf-8")
    worker = (ROOT / "engine" / "batch" / "runner.py").read_text("utf-8")
    assert re.search(rf"\b{step}\b", source + worker)


def test_every_decision_stands_in_the_index():
    index = (DOCS / "decisions" / "README.md").read_text("utf-8")
    assert all(path.name in index for path in (DOCS / "decisions").glob("0*.md"))


def test_every_picture_is_shown_and_small():
    page = (DOCS / "images" / "README.md").read_text("utf-8")
    pictures = list((DOCS / "images").glob("*.png"))
    assert [path.name for path in pictures if path.name not in page] == []
    assert max(path.stat().st_size for path in pictures) <= 300_000
    assert sum(path.stat().st_size for path in pictures) <= 4_000_000


# ------------------------------------------------------------------ examples


def test_the_billing_job_runs(tmp_path):
    records = tmp_path / "customers.jsonl"
    lines = (ROOT / "samples" / "customers.jsonl").read_text("utf-8").splitlines(keepends=True)
    records.write_text("".join(lines[:3]), encoding="utf-8")
    job = subprocess.run(
        [sys.executable, DOCS / "examples" / "billing_job.py", records, tmp_path / "out"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert job.returncode == 0, job.stderr
    assert "the trial made email.html, email.txt, push.txt, sms.txt" in job.stdout
    assert "3 done" in job.stdout
    assert len(list((tmp_path / "out").glob("2026-10/*/sms.txt"))) == 3


@pytest.mark.parametrize("page", PAGES, ids=_ids(PAGES))
def test_every_python_example_compiles_and_imports_what_is_there(page):
    for language, body in FENCE.findall(page.read_text("utf-8")):
        if language != "python":
            continue
        for node in ast.walk(ast.parse(body)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("engine", "renderers"):
                module = importlib.import_module(node.module)
                assert all(hasattr(module, alias.name) for alias in node.names), ast.unparse(node)

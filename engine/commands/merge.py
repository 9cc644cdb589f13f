"""`billcast merge`: one record a customer from billing, CRM, marketing and collection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from engine.errors import IngestError

if TYPE_CHECKING:
    from engine.ingest.merge import Claim, Merged, Merging, Rejected, Taken, Tally

_SHOWN = 10  # fields with conflicts that are named in the summary


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("merge")(merge_sources)


def merge_sources(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCES...", help="Files or folders, each as NAME=PATH, or as PATH alone.")
    ],
    out: Annotated[Path, typer.Option(help="File of customers to write: JSON Lines.")],
    mapping: Annotated[
        Path | None, typer.Option(help="TOML file: columns of flat sources, and which source wins for which field.")
    ] = None,
    provenance: Annotated[
        Path | None, typer.Option(help="File to write: from which source each field came, a line a customer.")
    ] = None,
    conflicts: Annotated[
        Path | None, typer.Option(help="Private file to write: where sources differ, with all values.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="File of rows that could not be used; by default OUT.rejects.jsonl.")
    ] = None,
) -> None:
    """Join sources by key into one record a customer. Exit codes: 0 all joined, 3 some rows could not be used."""
    from engine.ingest.merge import Merged, Tally, load_merging, merge, merging_of

    named = dict[str, list[Path]]()
    for word in sources:
        name, path = _named(word, is_declared=mapping is not None)
        named.setdefault(name, []).append(path)
    rules = load_merging(mapping) if mapping else merging_of(list(named))
    refused = rejects or out.with_name(f"{out.name}.rejects.jsonl")
    tally = Tally()
    with _Files(out, provenance, conflicts, refused) as files:
        for item in merge(named, rules, tally):
            if isinstance(item, Merged):
                files.take(item, rules)
            else:
                files.refuse(item)
    console = Console(stderr=True)
    for line in lines_of(tally, rules, refused):
        console.print(escape(line), highlight=False, soft_wrap=True)
    raise typer.Exit(3 if tally.rejected or tally.unmatched else 0)


def _named(word: str, *, is_declared: bool) -> tuple[str, Path]:
    name, mark, path = word.partition("=")
    if mark and name and path:
        return name, Path(path)
    if is_declared:
        raise IngestError("I121", "a source has no name", place=word[:60], hint="write it as NAME=PATH")
    return Path(word).stem, Path(word)


class _Files:
    """The files of a merge; each gets its name only when it is whole."""

    def __init__(self, out: Path, provenance: Path | None, conflicts: Path | None, rejects: Path) -> None:
        self._paths = {"out": out, "provenance": provenance, "conflicts": conflicts, "rejects": rejects}
        self._stack = ExitStack()
        self._files: dict[str, IO[str]] = {}

    def __enter__(self) -> _Files:
        from engine.batch.report import whole_file

        for name, path in self._paths.items():
            if path is not None:
                self._files[name] = self._stack.enter_context(whole_file(path))
        return self

    def __exit__(self, *raised: Any) -> None:
        self._stack.__exit__(*raised)

    def take(self, item: Merged, rules: Merging) -> None:
        """Write a customer, where its fields came from, and where sources differ."""
        customer = item.read.customer
        self._files["out"].write(customer.model_dump_json(exclude_defaults=True) + "\n")
        if "provenance" in self._files:
            fields = {one.field: _source_of(one, rules) for one in item.joined.taken}
            self._line("provenance", {"key": customer.key, "fields": fields})
        if "conflicts" in self._files:
            for one in item.joined.taken:
                if one.others:
                    self._line("conflicts", _conflict(customer.key, one, rules))

    def refuse(self, item: Rejected) -> None:
        """Write a row that could not be used: where it stands and why, no values."""
        problem = item.item.problem
        row = {"key": item.item.key or "", "source": item.source, "place": problem.place, "code": problem.code,
               "fact": problem.fact, "hint": problem.hint, "customer_held_back": item.holds_back}  # fmt: skip
        self._line("rejects", row)

    def _line(self, name: str, row: dict[str, Any]) -> None:
        text = json.dumps(row, ensure_ascii=False, default=str)
        self._files[name].write(text.encode("utf-8", "replace").decode() + "\n")  # half a surrogate pair is no UTF-8


def _source_of(one: Taken, rules: Merging) -> dict[str, Any]:
    found: dict[str, Any] = _claim(one.claim, rules)
    also = {rules.source[claim.source].name for claim in one.also} - {found["source"]}
    return found | ({"also": sorted(also)} if also else {})


def _claim(claim: Claim, rules: Merging) -> dict[str, Any]:
    found = {"source": rules.source[claim.source].name, "place": claim.place}
    return found | ({"at": claim.at} if claim.at else {})


def _conflict(key: str, one: Taken, rules: Merging) -> dict[str, Any]:
    taken, *others = ({**_claim(claim, rules), "value": claim.value} for claim in (one.claim, *one.others))
    return {"key": key, "field": one.field, "taken": taken, "others": others}


def lines_of(tally: Tally, rules: Merging, rejects: Path) -> Iterator[str]:
    """Yield what was joined: counts and names of fields, no values."""
    shares = ", ".join(f"{source.name} {tally.of_source[source.name]:,}" for source in rules.source)
    yield f"{_count(tally.customers, 'customer')} joined (said something of: {shares})"
    if tally.conflicts:
        most = tally.conflicts.most_common()
        named = ", ".join(
            f"{name} {count:,}" for name, count in sorted(most[:_SHOWN], key=lambda one: (-one[1], one[0]))
        )
        yield f"sources differ in {_count(sum(tally.conflicts.values()), 'field')}: {named}"
    for name, count in sorted(tally.unmatched.items()):
        yield f"{name}: {_count(count, 'row')} with a key that no source of customers has"
    if tally.held_back:
        yield f"{_count(tally.held_back, 'customer')} held back for a faulty row"
    if tally.rejected or tally.unmatched:
        yield f"rows that could not be used: {rejects}"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"

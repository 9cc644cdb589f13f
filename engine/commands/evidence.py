"""`billcast verify` and `billcast stamp`: prove one document, and stamp a run that has no time stamp yet.

Exit codes of verify: 0 proven; 3 disproved: the document, the manifest, the path, the stamp or the seal
was changed; 4 all is well, but the run has no time stamp yet; 1 something needed can't be read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.errors import EvidenceError

if TYPE_CHECKING:
    from cryptography import x509

    from engine.evidence.proof import Proof

_ENDINGS = {
    "PROVEN": "proven",
    "UNJUDGED": "not proven: something needed can't be read",
    "DISPROVED": "DISPROVED: do not rely on this document",
    "UNSTAMPED": "not proven yet: the run has no time stamp",
}

_UNTRUSTED = ", if the certificates that were not checked are whose they say"


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("verify")(verify)
    app.command("stamp")(stamp)


def verify(
    document: Annotated[Path, typer.Argument(metavar="FILE", help="The document, as it was stored.")],
    manifest: Annotated[
        Path | None, typer.Option(help="manifest.jsonl of its run; the stamp is looked for beside it.")
    ] = None,
    record: Annotated[
        Path | None, typer.Option(help="Its evidence record (RFC 4998), in place of the manifest.")
    ] = None,
    stamp: Annotated[Path | None, typer.Option(help="The time stamp, if not beside the manifest.")] = None,
    trust: Annotated[
        list[Path] | None, typer.Option(help="PEM file: roots that a time-stamp authority must lead to. Repeatable.")
    ] = None,
    seal_trust: Annotated[
        list[Path] | None, typer.Option(help="PEM file: roots that the PDF's seal must lead to. Repeatable.")
    ] = None,
    write_record: Annotated[
        Path | None, typer.Option(help="Write the document's evidence record to this file, once it is proven.")
    ] = None,
) -> None:
    """Prove one document by its manifest and time stamp, or by its evidence record; look at its seal too.

    Needs no other document, no key and no network. Exit codes: 0 proven, 3 disproved, 4 not stamped yet,
    1 can't be judged.
    """
    from engine.evidence import proof
    from engine.evidence.pdf_seal import has_seal

    data = _read(document)
    believed = proof.Trust(_anchors(trust), _anchors(seal_trust))
    if manifest is not None:
        found = proof.prove_listed(data, manifest, stamp, believed)
    elif record is not None:
        found = proof.prove_recorded(data, _read(record), believed)
    elif has_seal(data):
        found = proof.prove_sealed(data, believed)
    else:
        raise EvidenceError("E121", "there is nothing to prove it by: no seal, and no manifest was given",
                            place=str(document), hint="give --manifest or --record")  # fmt: skip
    _show(found)
    if write_record is not None and manifest is not None and found.verdict is proof.Verdict.PROVEN:
        _write(write_record, proof.record_for(data, manifest, stamp))
        typer.echo(f"record     {write_record}")
    raise typer.Exit(found.verdict.value)


def stamp(
    state: Annotated[Path, typer.Argument(help="State folder of the run, by default OUT/.billcast/<run>.")],
    tsa_url: Annotated[str, typer.Option(help="Time-stamp authority; by default the campaign's.")] = "",
) -> None:
    """Have the documents of a finished run time-stamped, if they are not yet; the same command asks again."""
    from engine.api import stamp_cycle

    typer.echo(stamp_cycle(state, tsa_url))


def _show(found: Proof) -> None:
    for finding in found.findings:
        if finding.problem is None:
            typer.echo(f"{finding.what:<10} {finding.words}")
        else:
            typer.echo(f"{finding.what:<10} {finding.problem}")
    ending = _ENDINGS[found.verdict.name]
    typer.echo(ending if found.is_trusted or found.verdict.value else f"{ending}{_UNTRUSTED}")


def _anchors(paths: list[Path] | None) -> tuple[x509.Certificate, ...]:
    from engine.signing.trust import read_anchors

    return tuple(anchor for path in paths or () for anchor in read_anchors(path))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvidenceError("E121", f"can't be read: {error.strerror}", place=str(path)) from error


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise EvidenceError("E121", f"can't be written: {error.strerror}", place=str(path)) from error

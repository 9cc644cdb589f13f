"""Stamping a run after it has ended: the manifest is written anew with its hash paths, then its root is stamped."""

from __future__ import annotations

from pathlib import Path

from engine.batch.ledger import FILE_NAME, Ledger, Run, RunState
from engine.batch.outcome_json import manifest_line
from engine.batch.proofs import paths_of, stamp_run
from engine.batch.report import MANIFEST, whole_file
from engine.errors import BatchError, EvidenceError, StorageError
from engine.evidence.keeping import noted_root


def stamp_state(state_dir: Path, url: str = "") -> str:
    """Return a sentence on the time stamp of the newest run of a state folder: kept already, or asked for now.

    `url` is another authority than the campaign's. Raises `BatchError` (B103, B104), `StorageError`,
    `EvidenceError`: E113 nothing to stamp, E110 to E112 no stamp to be had, E123 to E126 a wrong one.
    """
    if not (state_dir / FILE_NAME).is_file():
        raise BatchError("B104", "there is no run in this state folder", place=str(state_dir),
                         hint="a run names it when it ends; by default OUT/.billcast/<run>")  # fmt: skip
    with Ledger.open(state_dir) as ledger:
        run = ledger.last_run()
        if run is None or run.state is not RunState.FINISHED:
            raise EvidenceError("E113", "the run is not finished", place=str(state_dir),
                                hint="`billcast resume` finishes it, and stamps it too")  # fmt: skip
        if not (url or run.spec.evidence.tsa_url):
            raise EvidenceError("E113", "no time-stamp authority is named",
                                hint="set `tsa_url` in [evidence] of campaign.toml, or give --tsa-url")  # fmt: skip
        _write_paths(ledger, run, state_dir)
        root = noted_root(state_dir)
        if root is None:
            raise EvidenceError("E113", "the run stored no document", place=str(state_dir))
        return stamp_run(state_dir, run, root, url=url)


def _write_paths(ledger: Ledger, run: Run, state_dir: Path) -> None:
    """Write the manifest as the ledger knows it, with a path for each customer's documents."""
    path = state_dir / MANIFEST
    try:
        with paths_of(ledger, run, path, is_wanted=True) as path_of, whole_file(path) as manifest:
            for _, known in ledger.written(run):
                manifest.write(manifest_line(known, path_of(known)) + "\n")
    except OSError as error:
        raise StorageError("S103", f"the manifest can't be written: {error.strerror}", place=str(path),
                           hint="free or add space, then `billcast stamp`") from error  # fmt: skip

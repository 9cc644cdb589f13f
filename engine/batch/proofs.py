"""Evidence of a run: its hash tree while the manifest is written, and one time stamp when it has ended."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from engine.batch.ledger import Ledger, Run
from engine.batch.outcome_json import Known
from engine.errors import EvidenceError
from engine.evidence.keeping import keep_stamped, note_root, noted_root, stamp_root
from engine.evidence.tree import HashPath, HashTree
from engine.log import event
from engine.model.artifact import Outcome

PathOf = Callable[[Known], HashPath | None]


def documents(outcome: Outcome) -> tuple[bytes, ...]:
    """Return the digests of what was stored for a customer."""
    return tuple(bytes.fromhex(stored.sha256) for stored in outcome.objects)


@contextmanager
def paths_of(ledger: Ledger, run: Run, manifest: Path, *, is_wanted: bool) -> Iterator[PathOf]:
    """Give the hash path of each outcome, asked for once and in the order of the ledger; None: it has none.

    A manifest that was stamped is kept before another takes its name. Raises `OSError`.
    """
    state_dir = manifest.parent
    try:
        groups = (group for outcome in ledger.outcomes(run) if (group := documents(outcome)))
        tree = HashTree.of(groups) if is_wanted else None
    except EvidenceError:  # E113: nothing was stored
        tree = None
    if tree is None:
        keep_stamped(state_dir, manifest, None)
        yield lambda _: None
        return
    with tree:
        keep_stamped(state_dir, manifest, tree.root)
        numbers = count()
        yield lambda known: tree.path(next(numbers)) if "objects" in known else None
        note_root(state_dir, tree.root, len(tree))


def stamped(state_dir: Path, run: Run) -> str:
    """Return a sentence on the run's time stamp; one that can't be had now is a warning, and asked for again later."""
    root = noted_root(state_dir)
    if root is None:
        return "nothing was stored, so nothing is stamped"
    try:
        return stamp_run(state_dir, run, root)
    except EvidenceError as error:
        problem = error.problem
        event("run", "no time stamp", level=logging.WARNING, code=problem.code)
        return f"warning: no time stamp yet ({problem.code} {problem.fact}); `billcast stamp {state_dir}` asks again"


def stamp_run(state_dir: Path, run: Run, root: bytes, *, url: str = "") -> str:
    """Return a sentence on the time stamp of a run's root, asked for unless it is kept already.

    Raises `EvidenceError` (E110 to E112, E114, E123 to E126), `StorageError` (S104).
    """
    from engine.signing.trust import read_anchors

    options = run.spec.evidence
    anchors = read_anchors(Path(run.spec.campaign_dir) / options.trust) if options.trust else ()
    stamp = stamp_root(state_dir, root, url or options.tsa_url or "", time_out_s=options.time_out_s, anchors=anchors)
    return f"stamped {stamp.at:%Y-%m-%d %H:%M:%S} UTC by {stamp.authority}"

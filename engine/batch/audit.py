"""The audit of a run: a sample of what was filled fast, held against the reference before the run counts as finished.

    STATE/audit/verdict.json                              what the newest audit found
    STATE/audit/<hash of the key>/{filled,reference}.pdf  both files of a customer where they differ (or .mp4)
    STATE/audit/<hash of the key>/differences.txt         what differs, in words

A run whose audit fails is not finished: `resume` audits it again, and it is not stamped, bundled nor
published as good. Contents that differed are remembered, and looked at again whatever the sample;
contents that were equal aren't rendered again by a later run that takes them over.

Memory: the sample (see `engine.batch.audit_sample`), and one document in each worker. It takes half a
second to a second of a core for each PDF, some four for each video.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from engine.batch.audit_sample import Chosen, Sample, choose, tasks_of
from engine.batch.entry import audit_work
from engine.batch.ledger import Ledger, Run
from engine.batch.outcome_json import decode
from engine.batch.pool import Death, Pool
from engine.batch.report import whole_file
from engine.batch.runner import WAIT_S, rebuilt
from engine.batch.shard import Broken, Kit, Shard, Task
from engine.batch.verdict import PLAYED, Part, Verdict
from engine.errors import BatchError, StorageError
from engine.log import event
from engine.model.artifact import Outcome, OutcomeStatus

FOLDER, VERDICT = "audit", "verdict.json"

OnJudged = Callable[[int, int], None]  # is told how many records are judged, and of how many


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is known of earlier audits of a state folder: what was equal by `Chosen.identity`, what not by content."""

    run: int = 0
    verdict: Verdict = Verdict()
    equal: frozenset[str] = frozenset()
    unequal: frozenset[str] = frozenset()


def audit(
    ledger: Ledger, run: Run, kit: Kit, state_dir: Path, documents: int | None, workers: int, *, time_limit_s: float,
    is_fresh: bool = False, on_judged: OnJudged | None = None,
) -> Verdict:  # fmt: skip
    """Return what the audit of a run found, and keep it. `is_fresh`: what was equal before is compared again.

    Raises `BatchError` (B105 when the input changed, R111 when a document could not be judged), `StorageError`.
    """
    started = time.monotonic()
    folder = state_dir / FOLDER
    kept = _read(folder)
    sample = choose(ledger, run, documents, kit.keys, {bytes.fromhex(digits) for digits in kept.unequal})
    known = [one for one in sample.chosen if one.identity in kept.equal and not is_fresh]
    left = [one for one in sample.chosen if one not in known]
    outcomes = _judged(tasks_of(run, left), left, kit, folder, workers, time_limit_s, on_judged)
    unequal = {key for key, outcome in outcomes.items() if outcome.status is not OutcomeStatus.DONE}
    verdict = Verdict(
        documents=len(sample.chosen),
        known=len(known),
        fast=sum(sample.fast.values()),
        classes=sample.classes,
        classes_met=sample.classes_met,
        differing=tuple(sorted(unequal)),
        seconds=round(time.monotonic() - started, 3),
        worker_seconds=round(sum(outcome.seconds for outcome in outcomes.values()), 3),
        channels=_parts(sample, left, outcomes),
        notes=dict(Counter(note for outcome in outcomes.values() for note in outcome.reasons)),
    )
    now_equal = frozenset(one.identity for one in sample.chosen if one.key not in unequal)
    now_unequal = frozenset(one.content.hex() for one in left if one.key in unequal)
    if sample.chosen or kept.run:
        _write(folder, _Kept(run.id, verdict, now_equal, (kept.unequal - now_equal) | now_unequal))
    event("run", "audited", level=logging.ERROR if unequal else logging.INFO, documents=verdict.documents,
          classes=verdict.classes, differing=len(unequal), seconds=verdict.seconds)  # fmt: skip
    return verdict


def _parts(sample: Sample, judged: Sequence[Chosen], outcomes: Mapping[str, Outcome]) -> dict[str, Part]:
    """Return what each channel had of an audit."""
    parts = {name: Part(fast=count) for name, count in sample.fast.items()}
    for one in sample.chosen:
        part = parts[one.channel]
        parts[one.channel] = replace(part, documents=part.documents + 1)
    for one in judged:
        outcome, part = outcomes[one.key], parts[one.channel]
        took = dict(outcome.step_seconds)
        played = f"{one.label}{PLAYED}"
        parts[one.channel] = replace(
            part,
            played=part.played + (played in took),
            played_seconds=round(part.played_seconds + took.get(played, 0.0), 3),
            differing=part.differing + (one.label in dict(outcome.paths)),
            worker_seconds=round(part.worker_seconds + took.get(one.label, 0.0), 3),
        )
    return parts


def kept_verdict(state_dir: Path, run: Run) -> Verdict | None:
    """Return what the newest audit of a finished run found, None where it had none."""
    kept = _read(state_dir / FOLDER)
    return kept.verdict if kept.run == run.id else None


def _judged(
    tasks: Sequence[Task], chosen: Sequence[Chosen], kit: Kit, folder: Path, workers: int, limit_s: float,
    on_judged: OnJudged | None,
) -> dict[str, Outcome]:  # fmt: skip
    """Have workers judge the records; returns their outcomes by key. Whatever ends it, the workers are ended."""
    wanted: dict[str, list[Chosen]] = {}
    for one in chosen:
        wanted.setdefault(one.source, []).append(one)
    waiting, outcomes = deque(tasks), dict[str, Outcome]()
    target = partial(audit_work, wanted=wanted, folder=folder)
    pool = Pool(kit, max(1, min(workers, len(tasks))), target, time_limit_s=limit_s)
    try:
        while waiting or pool.is_busy:
            while waiting and pool.has_room():
                pool.give(Shard((waiting.popleft(),)))
            for told in pool.events(WAIT_S):
                if isinstance(told, Broken):
                    raise rebuilt(told)
                if isinstance(told, Death):
                    raise _unable(told.shard.tasks[0].key, f"its worker ended ({told.cause})")
                for _, written in told.outcomes:
                    outcome = decode(written.body)
                    if outcome.status is OutcomeStatus.FAILED:
                        raise _unable(outcome.key, outcome.problem.fact if outcome.problem else "it failed")
                    outcomes[outcome.key] = outcome
            if on_judged:
                on_judged(len(outcomes), len(tasks))
    finally:
        pool.close()
    return outcomes


def _unable(key: str, why: str) -> BatchError:
    return BatchError("R111", f"a document can't be audited: {why}", place=key,
                      hint="`billcast resume` tries again; please report it if it stays so")  # fmt: skip


def _read(folder: Path) -> _Kept:
    try:
        known = json.loads((folder / VERDICT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return _Kept()
    except (OSError, ValueError) as error:
        raise _unreadable(folder) from error
    try:
        return _Kept(
            known["run"], Verdict.from_json(known["verdict"]), frozenset(known["equal"]), frozenset(known["unequal"])
        )
    except (KeyError, TypeError) as error:
        raise _unreadable(folder) from error


def _unreadable(folder: Path) -> BatchError:
    return BatchError("R111", "what an earlier audit found can't be read", place=str(folder / VERDICT),
                      hint="render into a new state folder")  # fmt: skip


def _write(folder: Path, kept: _Kept) -> None:
    known = {
        "run": kept.run,
        "verdict": kept.verdict.as_json(),
        "equal": sorted(kept.equal),
        "unequal": sorted(kept.unequal),
    }
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with whole_file(folder / VERDICT) as file:
            file.write(json.dumps(known, indent=1) + "\n")
    except OSError as error:
        raise StorageError("S103", f"the audit's verdict can't be written: {error.strerror}", place=str(folder),
                           hint="free or add space, then `billcast resume`") from error  # fmt: skip

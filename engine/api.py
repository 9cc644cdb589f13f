"""The library: one customer, or a whole cycle. The only place that wires the steps."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.batch import bundle, cycle
from engine.batch.bundle import Bundle, Paper
from engine.batch.progress import OnProgress, Progress
from engine.batch.report import RunReport
from engine.batch.stamping import stamp_state
from engine.batch.verdict import Verdict
from engine.contracts import Sink, Templates
from engine.model.artifact import Artifact, Outcome
from engine.model.communication import Communication
from engine.model.customer import Customer
from engine.payment.keyring import Keyring
from engine.settings import load_settings
from engine.templating import load_campaign

__all__ = [
    "Bundle",
    "Progress",
    "RenderResult",
    "RunReport",
    "Verdict",
    "audit_cycle",
    "bundle_letters",
    "load_campaign",
    "render_one",
    "resume_cycle",
    "run_cycle",
    "stamp_cycle",
]


@dataclass(frozen=True, slots=True)
class RenderResult:
    """What became of one customer, what was made and what it says. Nothing was made unless it is done."""

    outcome: Outcome
    artifacts: tuple[Artifact, ...]
    communication: Communication | None


def render_one(
    customer: Customer,
    campaign: Path | str | Templates,
    *,
    keys: Keyring,
    now: datetime,
    channels: Sequence[str] | None = None,
    sink: Sink | None = None,
    cache_dir: Path | None = None,
) -> RenderResult:
    """Return the artifacts of one customer, made in this process.

    `campaign` is a template set's folder, or a set that is open already (faster for the next
    customer). `now` is aware. `channels` are the campaign's unless given. With a `sink` the objects
    are put too. A customer who is suppressed or fails is an outcome. Raises `BillcastError` where
    the campaign, the machine or the sink is at fault.
    """
    from engine.batch.record_path import RecordPath  # a cycle's parent composes nothing, and starts sooner so
    from engine.templating import TemplateSet

    templates: Templates = TemplateSet(Path(campaign)) if isinstance(campaign, (str, Path)) else campaign
    names = templates.campaign.channels if channels is None else channels
    path = RecordPath.open(templates, names, keys, now, sink=sink, cache_dir=cache_dir)
    walked = path.walk(customer)
    return RenderResult(walked.outcome, walked.artifacts, walked.communication)


def run_cycle(
    inputs: Sequence[Path | str],
    campaign: Path | str,
    out: Path | str,
    *,
    channels: Sequence[str] | None = None,
    workers: int | None = None,
    now: datetime | None = None,
    state: Path | str | None = None,
    limit: int | None = None,
    customer: str | None = None,
    dry_run: bool = False,
    input_format: str = "auto",
    endpoint: str | None = None,
    on_progress: OnProgress | None = None,
    audit: int | None = None,
) -> RunReport:
    """Render a billing cycle with worker processes, and return how it ended.

    `out` is a folder or s3://bucket/prefix. `now` is aware; by default the time of the call. The
    same call again goes on with an unfinished run, or takes over what did not change. `audit` documents
    of each channel are held against the reference (0: none; by default 59 PDFs and 20 videos), where one
    differs the exit code is 4. Raises
    `BillcastError` when the run is broken; what was recorded by then is not made again.
    """
    order = cycle.Order(
        inputs=tuple(str(item) for item in inputs),
        campaign_dir=Path(campaign),
        out=str(out),
        channels=tuple(channels) if channels is not None else None,
        now=now,
        state=Path(state) if state is not None else None,
        limit=limit,
        customer=customer,
        is_dry=dry_run,
        input_format=input_format,
        endpoint=endpoint,
    )
    return cycle.run(order, load_settings(), os.environ, workers=workers, on_progress=on_progress, audited=audit)


def resume_cycle(
    state: Path | str, *, workers: int | None = None, on_progress: OnProgress | None = None, audit: int | None = None
) -> RunReport:
    """Finish the newest run of a state folder: nobody lost, nothing that was recorded made again.

    Raises `BatchError` (B104 to B107) where there is none, or its input, campaign or key changed.
    """
    return cycle.resume(
        Path(state), load_settings(), os.environ, workers=workers, on_progress=on_progress, audited=audit
    )


def audit_cycle(
    state: Path | str,
    documents: int | None = None,
    *,
    workers: int | None = None,
    on_progress: OnProgress | None = None,
) -> Verdict:
    """Hold `documents` of each channel of the newest run against the reference, and one of each layout class of PDFs.

    A run that fails isn't finished any more: it is neither bundled nor stamped. Raises `BatchError`, `StorageError`.
    """
    return cycle.audit_again(
        Path(state), load_settings(), os.environ, workers=workers, on_progress=on_progress, audited=documents
    )


def bundle_letters(place: Path | str, pages: int, *, duplex: bool = False) -> Bundle:
    """Join the bills of the newest run into print files of at most `pages` pages, with an index.

    `place` is a state folder, or an output folder that one run went into. The files lie in the state
    folder, in `print/`. With `duplex` each letter begins on a new sheet. Raises `BillcastError`.
    """
    return bundle.bundle(bundle.state_of(Path(place)), Paper(pages, duplex), sync=load_settings().sync)


def stamp_cycle(state: Path | str, tsa_url: str = "") -> str:
    """Return a sentence on the time stamp of a state folder's newest run, asked for if it has none.

    `tsa_url` is another authority than the campaign's. Raises `BatchError`, `EvidenceError`.
    """
    return stamp_state(Path(state), tsa_url)

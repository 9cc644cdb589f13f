"""A cycle from order to report: spec, keys, sink and ledger are opened, the runner works, files are left."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.batch.advice import has_policy
from engine.batch.audit import audit, kept_verdict
from engine.batch.entry import work
from engine.batch.fingerprint import InputFingerprint, folder_digest, input_fingerprint, program_digest
from engine.batch.keyfile import load_keys
from engine.batch.ledger import Ledger, Run, RunState
from engine.batch.plan import numbered_items, plan
from engine.batch.pool import Pool
from engine.batch.progress import OnProgress, Progress, audit_teller
from engine.batch.proofs import stamped
from engine.batch.report import RunReport, Summary, note_verdict, write_report
from engine.batch.run_spec import RunSpec, default_home, run_name
from engine.batch.runner import Runner
from engine.batch.sealing import must_seal_alike, seal_id
from engine.batch.shard import Kit
from engine.batch.verdict import Verdict
from engine.contracts import Sink
from engine.errors import BatchError, BillcastError, StorageError
from engine.log import close_run_log, event, open_run_log
from engine.model.artifact import StoredObject
from engine.model.campaign import Campaign
from engine.payment.keyring import Keyring
from engine.registry import check_channel
from engine.settings import Settings
from engine.storage import SinkAddress
from engine.templating import load_campaign


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a run. None: the campaign's, the clock's or the default."""

    inputs: tuple[str, ...]
    campaign_dir: Path
    out: str
    channels: tuple[str, ...] | None = None
    now: datetime | None = None
    state: Path | None = None
    limit: int | None = None
    customer: str | None = None
    is_dry: bool = False
    input_format: str = "auto"
    endpoint: str | None = None


@dataclass(frozen=True, slots=True)
class _Opened:
    """All that a run needs besides its ledger."""

    keys: Keyring
    key_note: str
    fingerprint: InputFingerprint
    settings: Settings
    environment: Mapping[str, str]
    workers: int
    on_progress: OnProgress | None
    audited: int | None  # documents of each channel; None: its own number, 0: none


def run(
    order: Order,
    settings: Settings,
    environment: Mapping[str, str],
    *,
    workers: int | None = None,
    on_progress: OnProgress | None = None,
    audited: int | None = None,
) -> RunReport:
    """Return the report of a run, new or gone on with. Raises `BillcastError` when it is broken."""
    campaign = load_campaign(order.campaign_dir)
    address = _address(order, campaign, settings)
    home = default_home(address)
    fingerprint = input_fingerprint([Path(item) for item in order.inputs])
    keys, key_note = _keys(home, address, environment, is_dry=order.is_dry)
    spec = _spec(order, campaign, address, home, fingerprint, keys, environment)
    count = workers or settings.worker_count
    opened = _Opened(keys, key_note, fingerprint, settings, environment, count, on_progress, audited)
    if order.is_dry:
        with Ledger.in_memory() as ledger:
            return _work(ledger, ledger.begin(spec), opened, None)
    state_dir = order.state or home / run_name(campaign.cycle, spec.inputs, spec.campaign_dir, spec.out)
    _make_private(home if address.folder else state_dir.parent)
    with Ledger.open(state_dir) as ledger:
        return _work(ledger, ledger.begin(spec, keeps_time=order.now is None), opened, state_dir)


def resume(
    state_dir: Path,
    settings: Settings,
    environment: Mapping[str, str],
    *,
    workers: int | None = None,
    on_progress: OnProgress | None = None,
    audited: int | None = None,
) -> RunReport:
    """Return the report of a run that was stopped or killed, finished now. Raises `BatchError` (B104 to B107)."""
    with _newest(state_dir) as (ledger, last):
        opened = _opened_again(last, settings, environment, workers, on_progress, audited)
        if last.state is not RunState.FINISHED:
            _must_be_unchanged(last.spec, opened.fingerprint, opened.keys)
            must_seal_alike(last.spec, environment)
        return _work(ledger, ledger.resume(last), opened, state_dir)


def audit_again(
    state_dir: Path,
    settings: Settings,
    environment: Mapping[str, str],
    *,
    workers: int | None = None,
    on_progress: OnProgress | None = None,
    audited: int | None = None,
) -> Verdict:
    """Return what an audit of the newest run finds now; a run that fails it counts as unfinished, in its report too.

    What was equal before is compared again. Raises `BatchError` (B104 to B107, R111), `StorageError`.
    """
    with _newest(state_dir) as (ledger, last):
        opened = _opened_again(last, settings, environment, workers, on_progress, audited)
        _must_be_unchanged(last.spec, opened.fingerprint, opened.keys)
        must_seal_alike(last.spec, environment)
        limit_s = settings.time_limit_s
        verdict = audit(
            ledger, last, _kit(last.spec, opened), state_dir, audited, opened.workers, time_limit_s=limit_s,
            is_fresh=True, on_judged=audit_teller(Progress(), on_progress),
        )  # fmt: skip
        if verdict.differing:
            ledger.stop(last)
        note_verdict(state_dir, verdict)
        return verdict


@contextlib.contextmanager
def _newest(state_dir: Path) -> Iterator[tuple[Ledger, Run]]:
    """Open the ledger of a state folder with its newest run. Raises `BatchError` (B103, B104)."""
    if not (state_dir / "ledger.sqlite").is_file():
        raise BatchError("B104", "there is no run in this state folder", place=str(state_dir),
                         hint="a run names it when it starts; by default OUT/.billcast/<run>")  # fmt: skip
    with Ledger.open(state_dir) as ledger:
        last = ledger.last_run()
        if last is None:
            raise BatchError(
                "B104", "the ledger holds no run", place=str(state_dir), hint="`billcast render` begins one"
            )
        yield ledger, last


def _opened_again(
    last: Run,
    settings: Settings,
    environment: Mapping[str, str],
    workers: int | None,
    on_progress: OnProgress | None,
    audited: int | None,
) -> _Opened:
    fingerprint = input_fingerprint([Path(item) for item in last.spec.inputs])
    keys, key_note = _keys(Path(last.spec.home), last.spec.address(sync=True), environment, is_dry=False)
    count = workers or settings.worker_count
    return _Opened(keys, key_note, fingerprint, settings, environment, count, on_progress, audited)


def key_id(keys: Keyring) -> str:
    """Return a name for a key that tells nothing of it."""
    return keys.sign(b"billcast/key-id").hex()[:16]


def _work(ledger: Ledger, begun: Run, opened: _Opened, state_dir: Path | None) -> RunReport:
    """Run what is left, then summarise. A run that breaks is noted as stopped, its report says so."""
    log = open_run_log(state_dir / "run.log", opened.settings.log_level) if state_dir else None
    progress = Progress(_total(begun.spec, opened.fingerprint), notes=tuple(filter(None, [opened.key_note])))
    if opened.on_progress:
        opened.on_progress(progress)
    summary = Summary(ledger, begun, state_dir)
    try:
        event("run", "begins", run=begun.id, cycle=begun.spec.cycle, channels=",".join(begun.spec.channels))
        if begun.state is not RunState.FINISHED:
            try:
                _make_all(ledger, begun, opened, progress, summary, is_dry=state_dir is None)
                verdict = _audited(ledger, begun, opened, progress, state_dir) if state_dir else None
            except BaseException:
                with contextlib.suppress(BillcastError, sqlite3.Error):  # the first error is the one to tell
                    ledger.stop(begun)
                    _report(summary, begun, progress, is_whole=False)
                raise
            if verdict and verdict.differing:
                ledger.stop(begun)
            else:
                ledger.finish(begun)
        else:
            verdict = kept_verdict(state_dir, begun) if state_dir else None
        report = _report(summary, begun, progress, verdict, is_whole=not (verdict and verdict.differing))
        event("run", "ends", exit_code=report.exit_code, total=report.total, reused=report.reused)
        return report
    finally:
        summary.close()
        if log:
            close_run_log(log)


def _make_all(
    ledger: Ledger, begun: Run, opened: _Opened, progress: Progress, summary: Summary, *, is_dry: bool
) -> None:
    spec, settings = begun.spec, opened.settings
    kit = _kit(spec, opened, is_dry=is_dry)
    sink = kit.address.open() if kit.address else None
    if sink:
        sink.check()
    pool = Pool(kit, opened.workers, work, time_limit_s=settings.time_limit_s)
    runner = Runner(begun, ledger, pool, settings.shard_size, progress, opened.on_progress, summary.go_on)
    runner.work(plan(numbered_items(spec), begun, ledger, _holds(sink), settings.shard_size))
    sweep = getattr(sink, "sweep", None)
    if sweep:
        sweep()  # what workers that died in this run had not settled


def _kit(spec: RunSpec, opened: _Opened, *, is_dry: bool = False) -> Kit:
    return Kit(
        campaign_dir=Path(spec.campaign_dir),
        channels=() if is_dry else spec.channels,
        keys=opened.keys,
        now=spec.now,
        address=None if is_dry else spec.address(sync=opened.settings.sync),
        cache_dir=None if is_dry else _made(Path(spec.home) / "cache"),
        report_every_s=opened.settings.report_every_s,
        environment=dict(opened.environment),
        plays=opened.settings.audit_browser,
    )


def _audited(ledger: Ledger, begun: Run, opened: _Opened, progress: Progress, state_dir: Path) -> Verdict:
    """Hold a sample against the reference; the seconds of it don't count into the run's own."""
    kit, limit_s = _kit(begun.spec, opened), opened.settings.time_limit_s
    tell = audit_teller(progress, opened.on_progress)
    verdict = audit(ledger, begun, kit, state_dir, opened.audited, opened.workers, time_limit_s=limit_s, on_judged=tell)
    progress.audit_s = verdict.seconds
    return verdict


def _report(
    summary: Summary, begun: Run, progress: Progress, verdict: Verdict | None = None, *, is_whole: bool
) -> RunReport:
    report = summary.end(is_whole=is_whole)
    report.audit = verdict
    report.seconds = progress.seconds
    report.step_seconds = dict(progress.step_seconds)
    report.notes = progress.notes
    write_report(report)
    if is_whole and report.state_dir and begun.spec.evidence.tsa_url:
        report.stamp = stamped(report.state_dir, begun)
    return report


def _address(order: Order, campaign: Campaign, settings: Settings) -> SinkAddress:
    endpoint = order.endpoint or settings.s3_endpoint or campaign.storage.endpoint
    address = SinkAddress(order.out, endpoint, campaign.storage.cache_control, settings.sync).absolute()
    if address.scheme == "memory":
        raise StorageError("S101", "memory:// lives in one process, and a run has several",
                           hint="give a folder; `render_one` takes a MemorySink")  # fmt: skip
    if not address.rest:
        raise StorageError("S101", "the output address is empty", hint="give a folder or s3://bucket/prefix")
    return address


def _spec(
    order: Order,
    campaign: Campaign,
    address: SinkAddress,
    home: Path,
    fingerprint: InputFingerprint,
    keys: Keyring,
    environment: Mapping[str, str],
) -> RunSpec:
    if not order.inputs:
        raise BatchError("B102", "no input is given", hint="name a file or a folder of records")
    channels = order.channels if order.channels is not None else campaign.channels
    for name in channels:
        check_channel(name)
    now = order.now or datetime.now(UTC).replace(microsecond=0)
    if now.tzinfo is None:
        raise BatchError("B101", "`now` needs its offset from UTC", hint="as in 2026-11-06T08:00:00Z")
    must_seal = campaign.pdf.seal and not order.is_dry and "pdf" in channels
    return RunSpec(
        inputs=tuple(str(Path(item).absolute()) for item in order.inputs),
        named=order.inputs,
        input_format=order.input_format,
        campaign_dir=str(order.campaign_dir.absolute()),
        cycle=campaign.cycle,
        time_zone=campaign.time_zone,
        out=address.out,
        endpoint=address.endpoint,
        cache_control=address.cache_control,
        channels=tuple(dict.fromkeys(channels)),
        customer=order.customer,
        limit=order.limit,
        now=now.astimezone(UTC),
        home=str(home),
        input_digest=fingerprint.digest,
        campaign_digest=folder_digest(order.campaign_dir),
        program_digest=program_digest(),
        key_id=key_id(keys),
        seal_id=seal_id(environment, now) if must_seal else "",
        evidence=campaign.evidence,
        has_policy=has_policy(order.campaign_dir),
    )


def _keys(home: Path, address: SinkAddress, environment: Mapping[str, str], *, is_dry: bool) -> tuple[Keyring, str]:
    """Return the run's keys. A dry run into a folder makes none: nothing of it is published."""
    is_remote = address.folder is None
    if is_dry and not is_remote and not environment.get("BILLCAST_KEY") and not (home / "key").is_file():
        return Keyring.from_secret(bytes(32)), ""
    if not is_remote and not is_dry:
        _make_private(home)
    return load_keys(home / "run", is_remote=is_remote, environ=environment)


def _must_be_unchanged(spec: RunSpec, fingerprint: InputFingerprint, keys: Keyring) -> None:
    anew = "`billcast render` begins a new run, and takes over what did not change"
    if fingerprint.digest != spec.input_digest:
        raise BatchError("B105", "the input changed since the run began", hint=anew)
    if folder_digest(Path(spec.campaign_dir)) != spec.campaign_digest:
        raise BatchError("B106", "the campaign's files changed since the run began", hint=anew)
    if program_digest() != spec.program_digest:
        raise BatchError("B106", "the program changed since the run began", hint=anew)
    if key_id(keys) != spec.key_id:
        raise BatchError(
            "B107", "the secret key is another than when the run began", hint="set the BILLCAST_KEY of then"
        )


def _holds(sink: Sink | None) -> Callable[[Sequence[StoredObject]], bool]:
    """Return how to tell whether recorded objects are still there.

    A folder and memory are asked; object storage is not (a round trip an object): the ledger is trusted.
    """
    holds = getattr(sink, "holds", None)
    if holds is None:
        return lambda _: True
    return lambda objects: all(holds(stored) for stored in objects)


def _total(spec: RunSpec, fingerprint: InputFingerprint) -> int | None:
    if spec.customer is not None:
        return 1
    known = [count for count in (fingerprint.records, spec.limit) if count is not None]
    return min(known, default=None)


def _make_private(folder: Path) -> None:
    """Make the folder of state, readable by its owner alone. Raises `StorageError` (S104)."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError("S104", f"the state folder can't be made: {error.strerror}", place=str(folder),
                           hint="check the folder above it, its owner and mode") from error  # fmt: skip


def _made(folder: Path) -> Path:
    _make_private(folder)
    return folder

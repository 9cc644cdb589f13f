"""The auditing worker: composes a customer again, has the reference render it, compares what was stored."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from engine.batch.advice import advised, advisor_of
from engine.batch.audit_sample import Chosen
from engine.batch.record_path import Walked, is_of_one_customer, locale_of
from engine.batch.shard import Kit
from engine.batch.verdict import PLAYED
from engine.batch.worker import serve
from engine.compose import Suppressed, compose
from engine.contracts import RENDITION, Audited, Channel, FillContext, Judgement, Scope, Sink, Templates
from engine.errors import BatchError, BillcastError, Problem, StorageError
from engine.model.artifact import Artifact, Outcome, OutcomeStatus, StoredObject
from engine.model.customer import Customer
from engine.registry import load_channel
from engine.templating import TemplateSet

DIFFERENCES = "differences.txt"

Wanted = Mapping[str, Sequence[Chosen]]  # source of a record -> what of it is audited


class Beside(Mapping[str, Artifact]):
    """What was stored for a customer, by its name in the customer's folder; read when it is asked for.

    `damaged` are the names of what was read and is not what the run recorded.
    """

    def __init__(self, sink: Sink, objects: Sequence[StoredObject]) -> None:
        self.damaged: list[str] = []
        self._sink = sink
        self._objects = {one.path.rpartition("/")[2]: one for one in objects}

    def __getitem__(self, name: str) -> Artifact:
        """Return what is stored. Raises `KeyError`, `StorageError`."""
        one = self._objects[name]
        made = Artifact(one.channel, name, one.media_type, self._sink.get(one.path))
        if made.sha256 != one.sha256 and name not in self.damaged:
            self.damaged.append(name)
        return made

    def __contains__(self, name: object) -> bool:
        """Return whether something has this name, without reading it."""
        return name in self._objects

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._objects)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._objects)


@dataclass(slots=True)
class Auditor:
    """Judges what was stored for a customer. What differs is kept below `folder`, both files and the words."""

    kit: Kit
    templates: Templates
    sink: Sink
    wanted: Wanted
    folder: Path
    _channels: dict[str, Channel] = field(default_factory=dict)

    def begin(self, customer: Customer, source: str = "") -> Callable[[], Walked]:
        """Return what judges: there is nothing to do before."""
        return partial(self.walk, customer, source)

    def walk(self, customer: Customer, source: str = "") -> Walked:
        """Return an outcome: done where all is equal, quarantined (R110) where something differs.

        `paths` has the labels that differ, `reasons` the notes, `step_seconds` what each label took, playing apart.
        """
        started = time.perf_counter()
        place = self.folder / kept_name(customer.key)
        shutil.rmtree(place, ignore_errors=True)
        found: list[str] = []
        unequal: list[tuple[str, str]] = []
        notes: list[str] = []
        took: list[tuple[str, float]] = []
        for one in self.wanted[source]:
            began = time.perf_counter()
            judged = self._judge(one, customer, place)
            played_s = judged.played_s or 0.0
            took.append((one.label, round(time.perf_counter() - began - played_s, 6)))
            if judged.played_s is not None:
                took.append((f"{one.label}{PLAYED}", round(played_s, 6)))
            notes += judged.notes
            if judged.differences:
                unequal.append((one.label, "differs"))
                found += [f"{one.label}: {what}" for what in judged.differences]
        problem = None
        if found:
            _write(place / DIFFERENCES, "".join(f"{line}\n" for line in found).encode())
            problem = Problem("R110", f"{len(found)} differences to the reference", str(place))
        status = OutcomeStatus.QUARANTINED if found else OutcomeStatus.DONE
        seconds = round(time.perf_counter() - started, 6)
        return Walked(
            Outcome(customer.key, status, source, reasons=tuple(notes), problem=problem, paths=tuple(unequal),
                    seconds=seconds, step_seconds=tuple(took))
        )  # fmt: skip

    def advance(self) -> bool:
        """Nothing was put: there is nothing to wait for in the meantime."""
        return False

    def settle(self) -> None:
        """Nothing was put."""

    def _judge(self, one: Chosen, customer: Customer, place: Path) -> Judgement:
        """Return what differs of one artifact."""
        name, _, rendition = one.label.partition(" ")
        channel = self._channel(name)
        if not isinstance(channel, Audited):  # it was when the run began: the program is the same
            return Judgement(("the channel can't be audited any more",), b"")
        file = channel.audited.replace(RENDITION, rendition)
        stored, data = next(item for item in one.objects if item.path.endswith(f"/{file}")), b""
        try:
            data = self.sink.get(stored.path)
            if hashlib.sha256(data).hexdigest() != stored.sha256:
                found = Judgement(("the stored bytes are not those that the run recorded",), b"")
            else:
                beside = Beside(self.sink, one.objects)
                found = self._compare(channel, customer, rendition, data, beside)
                if beside.damaged:
                    changed = [
                        f"{name}: the stored bytes are not those that the run recorded" for name in beside.damaged
                    ]
                    found = replace(found, differences=(*found.differences, *changed))
        except BillcastError as error:
            if not is_of_one_customer(error):
                raise
            found = Judgement((f"the reference can't render it: {error.problem.code} {error.problem.fact}",), b"")
        if found.differences:
            _, dot, ending = file.rpartition(".")
            label = "" if not rendition else f"-{rendition}"
            _write(place / f"filled{label}{dot}{ending}", data)
            _write(place / f"reference{label}{dot}{ending}", found.reference)
        return found

    def _compare(self, channel: Channel, customer: Customer, rendition: str, data: bytes, beside: Beside) -> Judgement:
        texts = self.templates.texts(locale_of(customer, self.templates.campaign))
        outreach = advised(advisor_of(self.templates), customer, self.kit.now)
        said = compose(customer, self.templates.campaign, texts, self.kit.now, self.kit.keys, outreach=outreach)
        if isinstance(said, Suppressed):
            return Judgement(("nothing would be said to this customer",), b"")
        scope = Scope(rendition=rendition, cache_dir=self.kit.cache_dir)
        compiled = channel.compile(self.templates, said.locale, channel.classify(said), scope)
        context = FillContext(siblings=beside, now_iso=self.kit.now.isoformat(), plays=self.kit.plays)
        assert isinstance(channel, Audited)
        return channel.audit(compiled, said, context, data)

    def _channel(self, name: str) -> Channel:
        if name not in self._channels:
            self._channels[name] = load_channel(name)
        return self._channels[name]


def audit_work(connection: Connection, kit: Kit, wanted: Wanted, folder: Path) -> None:
    """Judge records until the parent closes the connection."""
    serve(connection, kit, partial(_open, wanted=wanted, folder=folder))


def kept_name(key: str) -> str:
    """Return the name of the folder of what differs of a customer: it doesn't tell the key."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _open(kit: Kit, wanted: Wanted, folder: Path) -> Auditor:
    if kit.address is None:
        raise BatchError("R111", "nothing was stored that could be audited")
    return Auditor(kit, TemplateSet(kit.campaign_dir), kit.address.open(), wanted, folder)


def _write(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read. Raises `StorageError` (S103)."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            file.write(data)
    except OSError as error:
        raise StorageError("S103", f"what the audit found can't be written: {error.strerror}", place=str(path),
                           hint="free or add space, then `billcast resume`") from error  # fmt: skip

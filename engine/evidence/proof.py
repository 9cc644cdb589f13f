"""Proof of one document: from its manifest line or evidence record, the stamp, and its own seal.

Nothing else is needed: not the other documents, the ledger, the campaign or a key. The manifest is not
trusted; what it says of a document leads to the stamped root, or it doesn't.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from cryptography import x509

from engine.errors import EvidenceError, Problem
from engine.evidence.keeping import find_stamp, noted_root
from engine.evidence.pdf_seal import SealFound, check_seal, has_seal
from engine.evidence.record import make_record, read_record
from engine.evidence.stamp import Stamp, must_stamp, read_stamp
from engine.evidence.tree import SIZE, HashPath, climb, joined
from engine.signing.trust import must_lead_to


class Verdict(Enum):
    """How a proof ended, with its exit code."""

    PROVEN = 0
    UNJUDGED = 1  # something needed can't be read
    DISPROVED = 3
    UNSTAMPED = 4  # all is well but that the batch has no time stamp yet


# Codes that say that something can't be read, not that it is wrong.
_UNREADABLE = frozenset({"E114", "E121", "E123"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: which, what was found in plain words, and what is wrong with it.

    `is_trusted` is False where a signature holds, but it was not asked whose the certificate is.
    """

    what: str
    words: str
    problem: Problem | None = None
    is_trusted: bool = True


@dataclass(frozen=True, slots=True)
class Listed:
    """What a manifest says of a document: whose it is, the digests of all that the customer got, the path up."""

    key: str
    path: str
    group: tuple[bytes, ...]
    hash_path: HashPath


@dataclass(frozen=True, slots=True)
class Trust:
    """Certificates that are believed: authorities' and sealers'. Empty: named, not checked."""

    stamps: tuple[x509.Certificate, ...] = ()
    seals: tuple[x509.Certificate, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """All that was found of one document."""

    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """What the findings come to: the worst of them."""
        codes = [finding.problem.code for finding in self.findings if finding.problem]
        if any(code not in _UNREADABLE and code != "E127" for code in codes):
            return Verdict.DISPROVED
        if any(code in _UNREADABLE for code in codes):
            return Verdict.UNJUDGED
        return Verdict.UNSTAMPED if codes else Verdict.PROVEN

    @property
    def is_trusted(self) -> bool:
        """True where every signature leads to a certificate that is believed; anybody can sign by a name."""
        return all(finding.is_trusted for finding in self.findings)


def prove_listed(data: bytes, manifest: Path, stamp_file: Path | None, trust: Trust) -> Proof:
    """Return the proof of a document from its manifest. `stamp_file`: None looks beside the manifest."""
    return Proof(tuple(_with_seal(data, _listed_findings(data, manifest, stamp_file, trust), trust)))


def prove_recorded(data: bytes, record: bytes, trust: Trust) -> Proof:
    """Return the proof of a document from its evidence record alone."""
    return Proof(tuple(_with_seal(data, _record_findings(data, record, trust), trust)))


def prove_sealed(data: bytes, trust: Trust) -> Proof:
    """Return what the document's own seal proves."""
    return Proof(tuple(_with_seal(data, iter(()), trust)))


def find_listed(manifest: Path, digest: bytes) -> Listed:
    """Return what a manifest says of the document with this SHA-256. Raises `EvidenceError` (E120, E121)."""
    wanted, is_without = digest.hex(), False
    try:
        with manifest.open(encoding="utf-8") as lines:
            for line in lines:
                if wanted not in line:
                    continue
                listed = _listed(json.loads(line), wanted)
                if listed is not None:
                    return listed
                is_without = True
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "a line is damaged"
        raise EvidenceError("E121", f"the manifest can't be read: {reason}", place=str(manifest)) from error
    if is_without:
        raise EvidenceError("E121", "the manifest lists it, and has no path to a time stamp", place=str(manifest),
                            hint="`billcast stamp STATE --tsa-url URL` adds the paths, and asks")  # fmt: skip
    raise EvidenceError("E120", "the manifest lists no document with this content", place=str(manifest),
                        hint="the file was changed, or belongs to another run")  # fmt: skip


def record_for(data: bytes, manifest: Path, stamp_file: Path | None) -> bytes:
    """Return the evidence record of one document. Raises `EvidenceError` (E120, E121, E127)."""
    listed = find_listed(manifest, hashlib.sha256(data).digest())
    return make_record(listed.group, listed.hash_path, _token(listed, manifest, stamp_file))


def _listed(line: Any, wanted: str) -> Listed | None:
    artifact = next((item for item in line["artifacts"] if item["sha256"] == wanted), None)
    if artifact is None or "evidence" not in line:
        return None
    group = tuple(bytes.fromhex(item["sha256"]) for item in line["artifacts"])
    try:
        path = tuple(_digests(base64.b64decode(level, validate=True)) for level in line["evidence"]["path"])
    except binascii.Error as error:
        raise ValueError("a path is not base64") from error
    return Listed(str(line["key"]), str(artifact["path"]), group, path)


def _digests(data: bytes) -> tuple[bytes, ...]:
    if not data or len(data) % SIZE:
        raise ValueError("a level of a path holds no whole digests")
    return tuple(data[at : at + SIZE] for at in range(0, len(data), SIZE))


def _listed_findings(data: bytes, manifest: Path, stamp_file: Path | None, trust: Trust) -> Iterator[Finding]:
    digest = hashlib.sha256(data).digest()
    yield Finding("document", f"sha256 {digest.hex()}")
    try:
        listed = find_listed(manifest, digest)
        yield Finding("manifest", f"lists it for the record {listed.key}, stored as {listed.path}")
        root = climb(joined(listed.group), listed.hash_path)
        yield Finding("path", f"{len(listed.hash_path)} levels up to the root {root.hex()}")
        yield from _stamp_findings(_token(listed, manifest, stamp_file), root, trust)
    except EvidenceError as error:
        yield _fault("manifest" if error.problem.code in ("E120", "E121") else "stamp", error)


def _record_findings(data: bytes, record: bytes, trust: Trust) -> Iterator[Finding]:
    digest = hashlib.sha256(data).digest()
    yield Finding("document", f"sha256 {digest.hex()}")
    try:
        read = read_record(record)
        root = read.root_over(digest)
        yield Finding("record", f"is of this document, and leads to the root {root.hex()}")
        yield from _stamp_findings(read.token, root, trust)
    except EvidenceError as error:
        yield _fault("record", error)


def _token(listed: Listed, manifest: Path, stamp_file: Path | None) -> bytes:
    root = climb(joined(listed.group), listed.hash_path)
    path = stamp_file or find_stamp(manifest, root)
    if path is None and noted_root(manifest.parent) not in (None, root):
        raise EvidenceError("E122", "the path does not lead to the root of the run's tree",
                            hint="the manifest or its path was changed; take it from the backup")  # fmt: skip
    if path is None:
        raise EvidenceError(
            "E127", "there is no time stamp of this batch yet", hint="`billcast stamp STATE` asks for it"
        )
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvidenceError("E123", f"the time stamp can't be read: {error.strerror}", place=str(path)) from error


def _stamp_findings(token: bytes, root: bytes, trust: Trust) -> Iterator[Finding]:
    try:
        stamp = read_stamp(token, trust.stamps)
        must_stamp(stamp, root)
    except EvidenceError as error:
        yield _fault("stamp", error)
        return
    words = f"{_when(stamp)} by {stamp.authority}, {_trusted(trust.stamps, '--trust')}"
    yield Finding("stamp", words, is_trusted=stamp.is_trusted)


def _with_seal(data: bytes, findings: Iterator[Finding], trust: Trust) -> Iterator[Finding]:
    yield from findings
    if not data.startswith(b"%PDF-") or not has_seal(data):
        return
    try:
        seal = check_seal(data)
        if trust.seals:
            must_lead_to(trust.seals, seal.certificate, seal.others, _moment(seal))
    except EvidenceError as error:
        yield _fault("seal", error)
        return
    claimed = f", says {seal.claimed_at:%Y-%m-%d %H:%M:%S} UTC" if seal.claimed_at else ""
    words = f"intact, over the whole file, by {seal.signer}{claimed}, {_trusted(trust.seals, '--seal-trust')}"
    yield Finding("seal", words, is_trusted=bool(trust.seals))


def _moment(seal: SealFound) -> Any:
    return seal.claimed_at or seal.certificate.not_valid_before_utc


def _when(stamp: Stamp) -> str:
    return f"{stamp.at:%Y-%m-%d %H:%M:%S} UTC"


def _trusted(anchors: Sequence[x509.Certificate], option: str) -> str:
    return (
        "whose certificate leads to a trusted one" if anchors else f"whose certificate was not checked: give {option}"
    )


def _fault(what: str, error: EvidenceError) -> Finding:
    return Finding(what, error.problem.fact, error.problem)

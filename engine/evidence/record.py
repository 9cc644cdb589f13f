"""Evidence records (RFC 4998): one document's hash path and the stamp of its batch, in one file of their own.

A record proves that its document existed when the batch was stamped, without the manifest and without
the other documents. It holds digests and the authority's token, nothing of a customer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asn1crypto import algos, cms, core, tsp

from engine.errors import EvidenceError
from engine.evidence.tree import HashPath

MEDIA_TYPE = "application/evidence-record"  # hypothetical in RFC 4998; files end in .ers


class _HashList(core.SequenceOf):  # type: ignore[misc]  # asn1crypto ships no types
    _child_spec = core.OctetString


class _ReducedTree(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _HashList


class _TimeStamp(core.Sequence):  # type: ignore[misc]
    """ArchiveTimeStamp."""

    _fields = [  # noqa: RUF012 - asn1crypto's way
        ("digest_algorithm", algos.DigestAlgorithm, {"implicit": 0, "optional": True}),
        ("attributes", cms.CMSAttributes, {"implicit": 1, "optional": True}),
        ("reduced_hashtree", _ReducedTree, {"implicit": 2, "optional": True}),
        ("time_stamp", cms.ContentInfo),
    ]


class _Chain(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _TimeStamp


class _Chains(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _Chain


class _DigestAlgorithms(core.SequenceOf):  # type: ignore[misc]
    _child_spec = algos.DigestAlgorithm


class _EvidenceRecord(core.Sequence):  # type: ignore[misc]
    """EvidenceRecord; the parts for encrypted documents are read over."""

    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("digest_algorithms", _DigestAlgorithms),
        ("crypto_infos", cms.CMSAttributes, {"implicit": 0, "optional": True}),
        ("encryption_info", tsp.EncryptionInfo, {"implicit": 1, "optional": True}),
        ("sequence", _Chains),
    ]


@dataclass(frozen=True, slots=True)
class Record:
    """What an evidence record of one time stamp says: the lists of its reduced hash tree, and the token."""

    lists: tuple[tuple[bytes, ...], ...]
    token: bytes

    def root_over(self, digest: bytes) -> bytes:
        """Return what the stamp must be of, if the record is this document's (RFC 4998, 4.3).

        Raises `EvidenceError` (E120) where the first list does not hold the document's digest.
        """
        if not self.lists:
            return digest
        if digest not in self.lists[0]:
            raise EvidenceError("E120", "the record is of another document, or the document was changed")
        node = digest
        for place, digests in enumerate(self.lists):
            node = hashlib.sha256(b"".join(sorted(digests if place == 0 else (node, *digests)))).digest()
        return node


def make_record(group: Sequence[bytes], path: HashPath, token: bytes) -> bytes:
    """Return the DER of the evidence record of each document of `group` (their SHA-256 digests).

    RFC 4998 hashes every list of the reduced tree. A document alone in its group has none of its own:
    its digest then stands among its brothers in the first list.
    """
    lists = [tuple(sorted(group)), *path] if len(group) > 1 else [(*group, *path[0]), *path[1:]] if path else []
    stamped: dict[str, Any] = {"time_stamp": cms.ContentInfo.load(token)}
    if lists:
        stamped["reduced_hashtree"] = [sorted(digests) for digests in lists]
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    record = _EvidenceRecord({"version": 1, "digest_algorithms": [sha256], "sequence": [[stamped]]})
    return bytes(record.dump())


def read_record(der: bytes) -> Record:
    """Return what an evidence record with one time stamp over SHA-256 says. Raises `EvidenceError` (E123)."""
    try:
        record = _EvidenceRecord.load(der, strict=True)
        names = [algorithm["algorithm"].native for algorithm in record["digest_algorithms"]]
        stamps = [stamp for chain in record["sequence"] for stamp in chain]
        if record["version"].native != 1 or names != ["sha256"] or len(stamps) != 1:
            raise EvidenceError("E123", "the record is not of one time stamp over SHA-256")
        tree = stamps[0]["reduced_hashtree"].native or []
        lists = tuple(tuple(bytes(digest) for digest in digests) for digests in tree)
        return Record(lists, bytes(stamps[0]["time_stamp"].dump()))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise EvidenceError("E123", "it is no evidence record") from error

from __future__ import annotations

import hashlib

import pytest
from asn1crypto import parser, tsp

from engine.errors import EvidenceError
from engine.evidence.record import make_record, read_record
from engine.evidence.stamp import must_stamp, read_stamp
from engine.evidence.tree import HashTree
from tests import pki
from tests.time_authority import AT, make_token


def digest(number: int) -> bytes:
    return hashlib.sha256(b"%d" % number).digest()


def token_over(root: bytes) -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": root}
    info = {"version": 1, "policy": "1.2.3", "message_imprint": imprint, "serial_number": 1, "gen_time": AT}
    return make_token(tsp.TSTInfo(info), pki.stamper())


@pytest.mark.parametrize("size", [1, 2, 3, 9])
@pytest.mark.parametrize("documents", [1, 3])
def test_each_document_has_a_record_that_leads_to_the_stamp(size: int, documents: int) -> None:
    groups = [[digest(10 * number + part) for part in range(documents)] for number in range(size)]
    with HashTree.of(groups) as tree:
        token = token_over(tree.root)
        for number, group in enumerate(groups):
            record = read_record(make_record(group, tree.path(number), token))
            for document in group:
                must_stamp(read_stamp(record.token), record.root_over(document))


def test_another_document_is_not_of_the_record() -> None:
    with HashTree.of([[digest(1)], [digest(2)]]) as tree:
        record = read_record(make_record([digest(1)], tree.path(0), token_over(tree.root)))
    with pytest.raises(EvidenceError, match="E120"):
        record.root_over(digest(3))


def test_a_document_alone_without_a_tree_is_proven_by_the_stamp() -> None:
    record = read_record(make_record([digest(1)], (), token_over(digest(1))))
    must_stamp(read_stamp(record.token), record.root_over(digest(1)))
    with pytest.raises(EvidenceError, match="E122"):
        must_stamp(read_stamp(record.token), record.root_over(digest(2)))


def test_the_bytes_are_laid_out_as_rfc_4998_says() -> None:
    with HashTree.of([[digest(1)], [digest(2)]]) as tree:
        der = make_record([digest(1)], tree.path(0), token_over(tree.root))

    def children(content: bytes) -> list[tuple[int, int, int, bytes]]:
        found = []
        while content:
            cls, method, tag, head, inner, tail = parser.parse(content, strict=False)
            found.append((cls, method, tag, inner))
            content = content[len(head) + len(inner) + len(tail) :]
        return found

    ((_, _, tag, whole),) = children(der)
    assert tag == 16
    version, algorithms, sequence = children(whole)
    assert (version[2], version[3]) == (2, b"\x01")
    assert algorithms[2] == 16  # a SEQUENCE, not a SET
    ((_, _, chain_tag, chain),) = children(sequence[3])
    ((_, _, stamp_tag, stamp),) = children(chain)
    assert (chain_tag, stamp_tag) == (16, 16)
    reduced, token = children(stamp)
    assert (reduced[0], reduced[2]) == (2, 2)  # [2] reducedHashtree
    ((_, _, list_tag, hashes),) = children(reduced[3])
    assert list_tag == 16
    assert [inner for *_, inner in children(hashes)] == sorted([digest(1), digest(2)])
    assert token[2] == 16


@pytest.mark.parametrize("der", [b"", b"text", b"\x30\x03\x02\x01\x01"])
def test_what_is_no_record_is_refused(der: bytes) -> None:
    with pytest.raises(EvidenceError, match="E123"):
        read_record(der)

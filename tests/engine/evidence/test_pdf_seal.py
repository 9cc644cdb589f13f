"""A seal read back from a file that is made by hand, and the ways to cheat with it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.errors import EvidenceError
from engine.evidence.pdf_seal import check_seal, has_seal
from renderers.pdf.seal import Seal, Sealer
from tests import pki

NOW = "2026-11-06T08:00:00Z"


@pytest.fixture(scope="module")
def seal() -> Seal:
    return Sealer.from_environment(pki.sealer().pem_environment()).at(NOW, "en")


@pytest.fixture(scope="module")
def data(seal: Seal) -> bytes:
    return seal.finish(b"%PDF-1.7\n1 0 obj\n" + seal.dictionary + b"\nendobj\n%%EOF\n")


def refusal(data: bytes) -> str:
    with pytest.raises(EvidenceError, match="E128") as caught:
        check_seal(data)
    return caught.value.problem.fact


def test_an_intact_seal_says_by_whom_and_when(data: bytes) -> None:
    assert has_seal(data)
    found = check_seal(data)
    assert (found.signer, found.claimed_at) == ("Northlight Energy seal", datetime(2026, 11, 6, 8, tzinfo=UTC))


def test_what_is_added_behind_is_seen(data: bytes) -> None:
    assert "whole file" in refusal(data + b"2 0 obj\n(more)\nendobj\n")


def test_what_is_put_into_the_hole_is_seen(data: bytes) -> None:
    end = data.index(b">/M")
    assert "whole file" in refusal(data[: end - 6] + b">(new)" + data[end:])
    padded = data[: end - 2] + b"ff" + data[end:]
    assert refusal(padded)


def test_a_second_range_is_seen(data: bytes) -> None:
    assert "exactly one" in refusal(data + b"/ByteRange [0 1 2 3]")


def test_a_range_that_leaves_more_out_is_seen(data: bytes) -> None:
    start = data.index(b"/ByteRange[0 ") + len(b"/ByteRange[0 ")
    first, second, length = data[start : data.index(b"]", start)].split()
    moved = b"%d %d %d" % (int(first) - 9, int(second), int(length))
    old = b" ".join((first, second, length))
    assert "whole file" in refusal(data.replace(old, moved.ljust(len(old)), 1))


def test_the_seal_of_another_file_is_seen(seal: Seal, data: bytes) -> None:
    other = seal.finish(b"%PDF-1.7\n1 0 obj\n" + seal.dictionary + b"\nendobj\n%%eof\n")
    room = slice(data.index(b"/Contents<"), data.index(b">/M"))
    assert "not what was signed" in refusal(data[: room.start] + other[room] + data[room.stop :])


@pytest.mark.parametrize("text", [b"", b"00", b"3003020101", b"zz"])
def test_a_hole_without_a_signature_is_seen(text: bytes) -> None:
    head = b"%PDF-1.7\n/ByteRange[0 "
    hole = b"<" + text + b">"
    numbers = b"%06d %06d %06d]/Contents"
    first = len(head) + len(numbers % (0, 0, 0))
    assert refusal(head + numbers % (first, first + len(hole), 6) + hole + b"%%EOF\n")

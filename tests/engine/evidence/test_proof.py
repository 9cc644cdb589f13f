"""One document proven without the others, and every way in which something may have been changed."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import tsp

from engine.errors import EvidenceError
from engine.evidence.keeping import FOLDER, note_root, stamp_name
from engine.evidence.proof import Trust, Verdict, find_listed, prove_listed, prove_recorded, prove_sealed, record_for
from engine.evidence.tree import HashTree
from tests import pki
from tests.time_authority import AT, make_token

TRUST = Trust(stamps=(pki.authority()[0].certificate,))
CUSTOMERS = 7


def document(number: int, name: str) -> bytes:
    return f"document {name} of {number}".encode()


def token_over(root: bytes, signer: pki.Made | None = None) -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": root}
    info = {"version": 1, "policy": "1.2.3", "message_imprint": imprint, "serial_number": 1, "gen_time": AT}
    return make_token(tsp.TSTInfo(info), signer or pki.stamper())


@dataclass
class State:
    """A state folder with a manifest of seven customers, two documents each, stamped."""

    folder: Path
    root: bytes

    @property
    def manifest(self) -> Path:
        return self.folder / "manifest.jsonl"

    @property
    def stamp(self) -> Path:
        return self.folder / FOLDER / stamp_name(self.root)

    def change(self, number: int, change: Callable[[dict[str, Any]], object]) -> None:
        lines = [json.loads(line) for line in self.manifest.read_text().splitlines()]
        change(lines[number])
        self.manifest.write_text("".join(json.dumps(line) + "\n" for line in lines))


@pytest.fixture
def state(tmp_path: Path) -> State:
    names = ("bill.pdf", "sms.txt")
    groups = [[hashlib.sha256(document(n, name)).digest() for name in names] for n in range(CUSTOMERS)]
    with HashTree.of(groups) as tree, (tmp_path / "manifest.jsonl").open("w") as manifest:
        for number, group in enumerate(groups):
            path = [base64.b64encode(b"".join(level)).decode() for level in tree.path(number)]
            artifacts = [
                {"path": f"2026-10/t{number}/{name}", "sha256": digest.hex()}
                for name, digest in zip(names, group, strict=True)
            ]
            line = {"key": f"C-{number}", "artifacts": artifacts, "evidence": {"path": path}}
            manifest.write(json.dumps(line) + "\n")
        note_root(tmp_path, tree.root, len(tree))
        made = State(tmp_path, tree.root)
    made.stamp.write_bytes(token_over(made.root))
    return made


def codes(proof: Any) -> list[str]:
    return [finding.problem.code for finding in proof.findings if finding.problem]


@pytest.mark.parametrize("number", range(CUSTOMERS))
@pytest.mark.parametrize("name", ["bill.pdf", "sms.txt"])
def test_every_document_is_proven_by_its_line_and_the_stamp(state: State, number: int, name: str) -> None:
    line = state.manifest.read_text().splitlines()[number]
    state.manifest.write_text(line + "\n")  # the others are not needed
    proof = prove_listed(document(number, name), state.manifest, None, TRUST)
    assert proof.verdict is Verdict.PROVEN
    words = " ".join(finding.words for finding in proof.findings)
    assert f"C-{number}" in words
    assert "2026-11-06 09:00:05 UTC by Test Time" in words
    assert "leads to a trusted one" in words


def test_without_trust_the_authority_is_named_and_said_to_be_unchecked(state: State) -> None:
    proof = prove_listed(document(0, "bill.pdf"), state.manifest, None, Trust())
    assert proof.verdict is Verdict.PROVEN
    assert "not checked: give --trust" in proof.findings[-1].words


def test_a_changed_document_is_disproved(state: State) -> None:
    proof = prove_listed(document(0, "bill.pdf") + b" ", state.manifest, None, TRUST)
    assert (proof.verdict, codes(proof)) == (Verdict.DISPROVED, ["E120"])


def test_a_forged_document_written_into_the_manifest_is_disproved(state: State) -> None:
    forged = b"a forged bill"
    digest = hashlib.sha256(forged).hexdigest()
    state.change(2, lambda line: line["artifacts"][0].update(sha256=digest))
    proof = prove_listed(forged, state.manifest, None, TRUST)
    assert (proof.verdict, codes(proof)) == (Verdict.DISPROVED, ["E122"])
    given = prove_listed(forged, state.manifest, state.stamp, TRUST)
    assert (given.verdict, codes(given)) == (Verdict.DISPROVED, ["E122"])


def test_a_changed_sibling_is_disproved(state: State) -> None:
    state.change(2, lambda line: line["artifacts"][1].update(sha256="00" * 32))
    assert codes(prove_listed(document(2, "bill.pdf"), state.manifest, None, TRUST)) == ["E122"]


@pytest.mark.parametrize("level", [0, 1])
def test_a_changed_path_is_disproved(state: State, level: int) -> None:
    def change(line: dict[str, Any]) -> None:
        raw = bytearray(base64.b64decode(line["evidence"]["path"][level]))
        raw[5] ^= 1
        line["evidence"]["path"][level] = base64.b64encode(raw).decode()

    state.change(3, change)
    assert codes(prove_listed(document(3, "sms.txt"), state.manifest, None, TRUST)) == ["E122"]
    assert codes(prove_listed(document(3, "sms.txt"), state.manifest, state.stamp, TRUST)) == ["E122"]
    assert prove_listed(document(4, "sms.txt"), state.manifest, None, TRUST).verdict is Verdict.PROVEN


def test_a_shortened_path_is_disproved(state: State) -> None:
    state.change(3, lambda line: line["evidence"]["path"].pop())
    assert codes(prove_listed(document(3, "sms.txt"), state.manifest, state.stamp, TRUST)) == ["E122"]


def test_a_path_that_is_damaged_cannot_be_judged(state: State) -> None:
    for damaged in (["***"], ["AAAA"], "no list of levels", 7):
        state.change(3, lambda line, damaged=damaged: line["evidence"].update(path=damaged))
        proof = prove_listed(document(3, "sms.txt"), state.manifest, None, TRUST)
        assert (proof.verdict, codes(proof)) == (Verdict.UNJUDGED, ["E121"])


def test_a_stamp_of_another_root_is_disproved(state: State) -> None:
    state.stamp.write_bytes(token_over(hashlib.sha256(b"another").digest()))
    assert codes(prove_listed(document(0, "bill.pdf"), state.manifest, None, TRUST)) == ["E122"]


def test_a_changed_stamp_is_disproved(state: State) -> None:
    token = state.stamp.read_bytes()
    when = AT.strftime("%Y%m%d%H%M%SZ").encode()
    state.stamp.write_bytes(token.replace(when, b"20200101000000Z"))
    proof = prove_listed(document(0, "bill.pdf"), state.manifest, None, TRUST)
    assert (proof.verdict, codes(proof)) == (Verdict.DISPROVED, ["E124"])


def test_a_stamp_of_an_authority_of_ones_own_is_disproved_where_trust_is_given(state: State) -> None:
    from cryptography.x509.oid import ExtendedKeyUsageOID

    own = pki.issue("My own time", by=pki.issue("Me", is_ca=True), purpose=ExtendedKeyUsageOID.TIME_STAMPING)
    state.stamp.write_bytes(token_over(state.root, own))
    assert codes(prove_listed(document(0, "bill.pdf"), state.manifest, None, TRUST)) == ["E125"]


def test_a_damaged_stamp_cannot_be_judged(state: State) -> None:
    state.stamp.write_bytes(b"\x30\x00")
    assert prove_listed(document(0, "bill.pdf"), state.manifest, None, TRUST).verdict is Verdict.UNJUDGED


def test_without_a_stamp_it_is_said_and_is_no_proof(state: State) -> None:
    state.stamp.unlink()
    proof = prove_listed(document(0, "bill.pdf"), state.manifest, None, TRUST)
    assert (proof.verdict, codes(proof)) == (Verdict.UNSTAMPED, ["E127"])


def test_a_manifest_without_paths_or_that_is_damaged_cannot_be_judged(state: State) -> None:
    state.change(0, lambda line: line.pop("evidence"))
    with pytest.raises(EvidenceError, match="E121"):
        find_listed(state.manifest, hashlib.sha256(document(0, "bill.pdf")).digest())
    state.manifest.write_text('{"broken ' + hashlib.sha256(document(1, "bill.pdf")).hexdigest())
    assert codes(prove_listed(document(1, "bill.pdf"), state.manifest, None, TRUST)) == ["E121"]
    assert codes(prove_listed(b"", state.folder / "absent.jsonl", None, TRUST)) == ["E121"]


def test_a_record_proves_its_document_alone(state: State) -> None:
    data = document(6, "bill.pdf")
    record = record_for(data, state.manifest, None)
    state.manifest.unlink()
    state.stamp.unlink()
    assert prove_recorded(data, record, TRUST).verdict is Verdict.PROVEN
    assert codes(prove_recorded(data + b"!", record, TRUST)) == ["E120"]
    assert codes(prove_recorded(data, b"no record", TRUST)) == ["E123"]


def test_no_byte_of_a_record_can_be_changed_unseen(state: State) -> None:
    data = document(6, "bill.pdf")
    record = record_for(data, state.manifest, None)
    head = record.index(b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")  # where the token begins
    for place in range(head):
        changed = bytearray(record)
        changed[place] ^= 0x01
        proof = prove_recorded(data, bytes(changed), TRUST)
        assert proof.verdict is not Verdict.PROVEN or b"\x05\x00" in record[place - 1 : place + 2], place


def test_the_seal_is_looked_at_too_and_a_broken_one_disproves(state: State) -> None:
    fake = b"%PDF-1.7\n<</ByteRange[0 10 20 30]/Contents<00>>>"
    assert codes(prove_sealed(fake, TRUST)) == ["E128"]
    assert prove_sealed(fake, TRUST).verdict is Verdict.DISPROVED

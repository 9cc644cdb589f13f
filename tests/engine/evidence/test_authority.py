"""Asking an authority: what is sent, and every way in which an answer may be wrong."""

from __future__ import annotations

import hashlib
import shutil
import socket
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from engine.errors import EvidenceError
from engine.evidence.authority import MOST_ANSWER_BYTES, ask, must_be_safe
from engine.evidence.stamp import must_stamp, read_stamp
from tests import pki
from tests.time_authority import AT, Authority

DIGEST = hashlib.sha256(b"root").digest()
ROOT = (pki.authority()[0].certificate,)


def asked(authority: Authority, digest: bytes = DIGEST, time_out_s: float = 5.0) -> bytes:
    return ask(authority.url, digest, time_out_s=time_out_s, anchors=ROOT)[0]


def refusal(authority: Authority, **changes: float) -> str:
    with pytest.raises(EvidenceError) as caught:
        asked(authority, **changes)
    return caught.value.problem.code


@pytest.mark.parametrize("kind", ["p256", "rsa2048", "p384"])
def test_a_stamp_says_when_and_by_whom(authority: Authority, kind: str) -> None:
    authority.signer = pki.stamper(kind)
    stamp = read_stamp(asked(authority), ROOT)
    assert (stamp.at, stamp.authority, stamp.is_trusted, stamp.digest) == (AT, "Test Time", True, DIGEST)
    must_stamp(stamp, DIGEST)


def test_the_request_holds_the_digest_and_a_new_nonce_and_nothing_else(authority: Authority) -> None:
    asked(authority)
    asked(authority)
    first, second = (tsp.TimeStampReq.load(body).native for body in authority.requests)
    assert first["message_imprint"]["hashed_message"] == DIGEST
    assert first["cert_req"] is True
    assert first["nonce"] != second["nonce"]
    assert first["extensions"] is None


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_accepts_the_stamp(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(asked(authority))
    (tmp_path / "root").write_text(pki.authority()[1].chain_pem)
    subprocess.run(
        ["openssl", "ts", "-verify", "-digest", DIGEST.hex(), "-token_in", "-in", tmp_path / "token",
         "-CAfile", tmp_path / "root"],
        check=True, capture_output=True,
    )  # fmt: skip


def test_a_stamp_of_another_digest_is_refused(authority: Authority) -> None:
    other = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(b"other").digest()}
    authority.change_info = lambda info: info.update(message_imprint=other)
    assert refusal(authority) == "E112"


@pytest.mark.parametrize("nonce", [None, 1])
def test_a_stamp_with_another_nonce_or_none_is_refused(authority: Authority, nonce: int | None) -> None:
    def change(info: dict[str, object]) -> None:
        info["nonce"] = nonce
        if nonce is None:
            del info["nonce"]

    authority.change_info = change
    assert refusal(authority) == "E112"


def test_a_stamp_over_a_weaker_digest_is_refused(authority: Authority) -> None:
    other = {"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": bytes(20)}
    authority.change_info = lambda info: info.update(message_imprint=other)
    assert refusal(authority) == "E123"


def test_a_changed_token_is_refused(authority: Authority) -> None:
    when = AT.strftime("%Y%m%d%H%M%SZ").encode()
    authority.change_token = lambda token: token.replace(when, b"20200101000000Z")
    assert refusal(authority) == "E124"


def test_a_certificate_that_is_not_for_stamps_is_refused(authority: Authority) -> None:
    authority.signer = pki.sealer()
    assert refusal(authority) == "E126"
    authority.signer = pki.issue("Web", by=pki.authority()[1], purpose=ExtendedKeyUsageOID.SERVER_AUTH)
    assert refusal(authority) == "E126"


def test_an_authority_that_is_not_trusted_is_refused_where_anchors_are_given(authority: Authority) -> None:
    stranger = pki.issue("Stranger", is_ca=True)
    authority.signer = pki.issue("Time", by=stranger, purpose=ExtendedKeyUsageOID.TIME_STAMPING)
    assert refusal(authority) == "E125"
    assert not ask(authority.url, DIGEST, time_out_s=5)[1].is_trusted


def test_a_stamp_made_after_the_certificate_ended_is_refused(authority: Authority) -> None:
    authority.at = pki.TO + timedelta(days=1)
    assert refusal(authority) == "E125"


def test_a_refusal_is_told_with_the_authoritys_words(authority: Authority) -> None:
    authority.status = 2
    with pytest.raises(EvidenceError, match=r"E111.*no stamps today"):
        asked(authority)


@pytest.mark.parametrize("body", [b"", b"<html>busy</html>", b"\x30\x03\x02\x01\x00"])
def test_an_answer_that_is_no_response_is_refused(authority: Authority, body: bytes) -> None:
    authority.body = body
    assert refusal(authority) == "E112"


def test_an_endless_answer_is_cut_off(authority: Authority) -> None:
    authority.body = b"x" * (MOST_ANSWER_BYTES + 1)
    assert refusal(authority) == "E110"


def test_an_error_of_the_server_is_told(authority: Authority) -> None:
    authority.http_status = 503
    with pytest.raises(EvidenceError, match=r"E110.*503"):
        asked(authority)


def test_a_silent_authority_is_given_up(authority: Authority) -> None:
    authority.waits_s = 1.0
    assert refusal(authority, time_out_s=0.2) == "E110"


def test_nobody_there_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(EvidenceError, match="E110"):
            ask(f"http://127.0.0.1:{taken.getsockname()[1]}", DIGEST, time_out_s=2)


@pytest.mark.parametrize(
    "url", ["http://tsa.example", "ftp://tsa.example", "https://", "tsa.example", "http://10.0.0.1"]
)
def test_an_address_that_is_not_https_is_refused(url: str) -> None:
    with pytest.raises(EvidenceError, match="E110"):
        must_be_safe(url)


@pytest.mark.parametrize("url", ["https://tsa.example/x", "http://127.0.0.1:1/", "http://[::1]/", "http://localhost/"])
def test_https_and_this_machine_are_taken(url: str) -> None:
    must_be_safe(url)


def test_a_redirection_to_plain_http_is_not_followed(authority: Authority) -> None:
    authority.http_status, authority.location = 302, "http://tsa.example/"
    with pytest.raises(EvidenceError, match=r"E110.*https"):
        asked(authority)

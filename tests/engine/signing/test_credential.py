"""Sealing keys from PKCS#12 and PEM, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.errors import SealError
from engine.signing.credential import Credential, open_credential
from tests import pki

NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)


def refusal(environment: dict[str, str]) -> SealError:
    with pytest.raises(SealError) as caught:
        open_credential(environment)
    return caught.value


@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
def test_a_pkcs12_file_and_pem_text_give_the_same_key(kind: str, tmp_path: Path) -> None:
    by_file = open_credential(pki.sealer(kind).p12_environment(tmp_path / "seal.p12"))
    by_text = open_credential(pki.sealer(kind).pem_environment())
    assert by_file.id == by_text.id
    assert [c.subject.rfc4514_string() for c in by_file.chain] == ["CN=Test Authority", "CN=Test Root"]
    assert by_file.sign(b"bill") == by_text.sign(b"bill")


@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
def test_a_message_has_one_signature(kind: str) -> None:
    credential = open_credential(pki.sealer(kind).pem_environment())
    assert len({credential.sign(b"bill") for _ in range(5)}) == 1


def test_the_chain_is_put_in_order_whatever_the_order_it_comes_in() -> None:
    made = pki.sealer()
    shuffled = pki.Made(made.key, made.certificate, made.chain[::-1])
    assert open_credential(shuffled.pem_environment()).chain == made.chain


def test_no_key_is_said_with_the_names_of_the_variables() -> None:
    error = refusal({})
    assert error.problem.code == "E101"
    assert "BILLCAST_SEAL_P12" in error.problem.hint


def test_two_keys_are_refused_with_the_names_of_both(tmp_path: Path) -> None:
    made = pki.sealer()
    error = refusal(made.p12_environment(tmp_path / "seal.p12") | made.pem_environment())
    assert error.problem.code == "E100"
    assert "BILLCAST_SEAL_P12 and BILLCAST_SEAL_KEY" in error.problem.fact
    assert pki.PASSWORD not in str(error)
    assert made.key_pem not in str(error)


def test_a_file_beside_a_blank_text_is_one_key(tmp_path: Path) -> None:
    environment = pki.sealer().p12_environment(tmp_path / "seal.p12") | {"BILLCAST_SEAL_KEY": " \n"}
    assert open_credential(environment).id == open_credential(pki.sealer().pem_environment()).id


def test_a_wrong_password_is_said(tmp_path: Path) -> None:
    environment = pki.sealer().p12_environment(tmp_path / "seal.p12") | {"BILLCAST_SEAL_PASSWORD": "wrong secret"}
    error = refusal(environment)
    assert error.problem.code == "E103"
    assert "wrong secret" not in str(error)
    assert pki.PASSWORD not in str(error)


def test_a_password_left_out_is_said(tmp_path: Path) -> None:
    assert refusal({"BILLCAST_SEAL_P12": str(pki.sealer().p12(tmp_path / "seal.p12"))}).problem.code == "E103"


@pytest.mark.parametrize("content", [None, b"-----BEGIN CERTIFICATE-----"])
def test_a_file_that_is_absent_or_no_pkcs12_is_said(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "seal.p12"
    if content is not None:
        path.write_bytes(content)
    assert refusal({"BILLCAST_SEAL_P12": str(path)}).problem.code == "E102"


def test_a_missing_chain_is_said(tmp_path: Path) -> None:
    path = pki.sealer().p12(tmp_path / "seal.p12", with_chain=False)
    error = refusal({"BILLCAST_SEAL_P12": str(path), "BILLCAST_SEAL_PASSWORD": pki.PASSWORD})
    assert error.problem.code == "E106"


def test_a_self_signed_certificate_needs_no_chain() -> None:
    assert open_credential(pki.issue("Alone").pem_environment()).chain == ()


def test_a_root_left_out_is_no_fault() -> None:
    made = pki.sealer()
    assert len(open_credential(pki.Made(made.key, made.certificate, made.chain[:1]).pem_environment()).chain) == 1


def test_an_expired_certificate_is_said() -> None:
    made = pki.issue("Old", by=pki.authority()[1], last=NOW - timedelta(days=1))
    with pytest.raises(SealError, match="E105"):
        open_credential(made.pem_environment()).must_hold_at(NOW)
    open_credential(made.pem_environment()).must_hold_at(NOW - timedelta(days=2))


def test_a_certificate_that_holds_only_later_is_said() -> None:
    made = pki.issue("Young", by=pki.authority()[1], first=NOW + timedelta(days=1))
    with pytest.raises(SealError, match="E105"):
        open_credential(made.pem_environment()).must_hold_at(NOW)


@pytest.mark.parametrize("kind", ["p384", "rsa1024"])
def test_a_key_of_another_kind_is_refused(kind: str) -> None:
    assert refusal(pki.issue("Odd", kind).pem_environment()).problem.code == "E104"


def test_the_certificate_of_another_key_is_refused() -> None:
    mixed = pki.Made(pki.issue("Other").key, pki.sealer().certificate, pki.sealer().chain)
    assert refusal(mixed.pem_environment()).problem.code == "E107"


def test_a_certificate_for_encryption_only_is_refused() -> None:
    assert refusal(pki.issue("Cipher", by=pki.authority()[1], signs=False).pem_environment()).problem.code == "E108"


def test_text_that_is_no_pem_is_refused() -> None:
    good = pki.sealer().pem_environment()
    assert refusal(good | {"BILLCAST_SEAL_KEY": "secret-key-text"}).problem.code == "E102"
    assert "secret-key-text" not in str(refusal(good | {"BILLCAST_SEAL_KEY": "secret-key-text"}))
    assert refusal(good | {"BILLCAST_SEAL_CERTIFICATES": ""}).problem.code == "E102"


def test_the_key_is_not_in_its_repr() -> None:
    credential: Credential = open_credential(pki.sealer().pem_environment())
    assert "Key" not in repr(credential).replace("KeyUsage", "")

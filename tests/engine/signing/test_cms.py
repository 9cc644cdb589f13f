"""The prepared CMS: openssl and this project's own reader agree that it signs; a change is seen."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from engine.errors import EvidenceError
from engine.signing.cms import SignedDataMaker
from engine.signing.credential import open_credential
from engine.signing.signed_data import read_signed_data
from engine.signing.trust import must_lead_to, read_anchors
from tests import pki

CONTENT = b"what the bill says"
DIGEST = hashlib.sha256(CONTENT).digest()
THEN = datetime(2026, 11, 6, 8, tzinfo=UTC)


@pytest.fixture(params=["p256", "rsa2048"])
def maker(request: pytest.FixtureRequest) -> SignedDataMaker:
    return SignedDataMaker(open_credential(pki.sealer(request.param).pem_environment()))


def test_openssl_accepts_it(maker: SignedDataMaker, tmp_path: Path) -> None:
    (tmp_path / "cms").write_bytes(maker.make(DIGEST))
    (tmp_path / "content").write_bytes(CONTENT)
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any"]
    (tmp_path / "root").write_text(pki.authority()[1].chain_pem)
    ran = subprocess.run(
        [*command, "-in", tmp_path / "cms", "-content", tmp_path / "content", "-CAfile", tmp_path / "root"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr


def test_the_same_digest_gives_the_same_bytes_within_the_room(maker: SignedDataMaker) -> None:
    for number in range(50):
        digest = hashlib.sha256(bytes([number])).digest()
        made = maker.make(digest)
        assert made == maker.make(digest)
        assert maker.most_bytes - 4 <= len(made) <= maker.most_bytes
        read_signed_data(made).must_sign(digest)


def test_it_has_the_attributes_of_pades_and_no_signing_time(maker: SignedDataMaker) -> None:
    from asn1crypto import cms

    signer = cms.ContentInfo.load(maker.make(DIGEST))["content"]["signer_infos"][0]
    names = [attribute["type"].native for attribute in signer["signed_attrs"]]
    assert sorted(names) == ["content_type", "message_digest", "signing_certificate_v2"]
    assert signer["unsigned_attrs"].native is None


def test_another_content_is_refused(maker: SignedDataMaker) -> None:
    with pytest.raises(EvidenceError, match="E124"):
        read_signed_data(maker.make(DIGEST)).must_sign(hashlib.sha256(b"another").digest())


def test_no_byte_can_be_changed_unseen(maker: SignedDataMaker) -> None:
    whole = maker.make(DIGEST)
    anchors = [pki.authority()[0].certificate]
    signer = len(whole) - 500  # the signer info is looked at byte by byte, the certificates in steps
    for place in (*range(0, signer, 11), *range(signer, len(whole))):
        changed = bytearray(whole)
        changed[place] ^= 0x01
        try:
            read = read_signed_data(bytes(changed))
            read.must_sign(DIGEST)
            must_lead_to(anchors, read.certificate, read.others, THEN)
        except EvidenceError:
            continue
        # What is left: the other certificates and lengths or identifiers that mean the same. The signer holds.
        assert read.certificate == read_signed_data(whole).certificate, place


def test_a_chain_to_an_unknown_root_is_refused() -> None:
    read = read_signed_data(SignedDataMaker(open_credential(pki.sealer().pem_environment())).make(DIGEST))
    with pytest.raises(EvidenceError, match="E125"):
        must_lead_to([pki.issue("Other Root", is_ca=True).certificate], read.certificate, read.others, THEN)


def test_a_chain_that_does_not_hold_at_the_time_is_refused() -> None:
    read = read_signed_data(SignedDataMaker(open_credential(pki.sealer().pem_environment())).make(DIGEST))
    root = pki.authority()[0].certificate
    must_lead_to([root], read.certificate, read.others, THEN)
    with pytest.raises(EvidenceError, match="E125"):
        must_lead_to([root], read.certificate, read.others, datetime(2050, 1, 1, tzinfo=UTC))
    with pytest.raises(EvidenceError, match="E125"):
        must_lead_to([read.certificate], read.certificate, read.others, datetime(2050, 1, 1, tzinfo=UTC))


def test_a_certificate_of_an_end_can_issue_nothing() -> None:
    end = pki.sealer()
    forged = pki.issue("Forged", by=end)
    with pytest.raises(EvidenceError, match="E125"):
        must_lead_to([pki.authority()[0].certificate], forged.certificate, forged.chain, THEN)


def test_an_authority_for_time_stamps_alone_may_issue_them() -> None:
    above = pki.issue("Root", is_ca=True)
    purpose = ExtendedKeyUsageOID.TIME_STAMPING
    stamping = pki.issue("Stamping CA", by=above, is_ca=True, purpose=purpose)
    stamper = pki.issue("Stamper", by=stamping, purpose=purpose)
    must_lead_to([above.certificate], stamper.certificate, stamper.chain, THEN)


def test_an_authority_that_may_have_none_below_it_can_have_none() -> None:
    above = pki.issue("Root", is_ca=True, below=0)
    direct = pki.issue("Direct", by=above)
    must_lead_to([above.certificate], direct.certificate, [], THEN)
    indirect = pki.issue("Indirect", by=pki.issue("Between", by=above, is_ca=True))
    with pytest.raises(EvidenceError, match="E125"):
        must_lead_to([above.certificate], indirect.certificate, indirect.chain, THEN)


@pytest.mark.parametrize("data", [b"", b"no DER", b"\x30\x03\x02\x01\x01"])
def test_what_is_no_cms_is_refused(data: bytes) -> None:
    with pytest.raises(EvidenceError, match="E123"):
        read_signed_data(data)


def test_anchors_that_are_absent_or_no_pem_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="E114"):
        read_anchors(tmp_path / "absent.pem")
    (tmp_path / "root.pem").write_text("no certificate")
    with pytest.raises(EvidenceError, match="E114"):
        read_anchors(tmp_path / "root.pem")
    (tmp_path / "root.pem").write_text(pki.authority()[1].chain_pem)
    assert len(read_anchors(tmp_path / "root.pem")) == 2

"""A time-stamp authority on loopback, made for a test: it answers by RFC 3161, or wrongly where told to."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from engine.signing.cms import signing_certificate
from tests import pki

AT = datetime(2026, 11, 6, 9, 0, 5, tzinfo=UTC)


@dataclass
class Authority:
    """What the authority knows and does. Each `change` turns an honest answer into another."""

    signer: pki.Made = field(default_factory=pki.stamper)
    at: datetime = AT
    requests: list[bytes] = field(default_factory=list)
    url: str = ""
    change_info: Callable[[dict[str, Any]], None] = lambda info: None
    change_token: Callable[[bytes], bytes] = lambda token: token
    status: int = 0
    http_status: int = 200
    location: str = ""
    body: bytes | None = None
    waits_s: float = 0.0

    def answer(self, body: bytes) -> bytes:
        request = tsp.TimeStampReq.load(body, strict=True)
        if self.status:
            status = tsp.PKIStatusInfo({"status": self.status, "status_string": ["no stamps today"]}).dump()
            return b"\x30" + bytes([len(status)]) + status  # a refusal has no token
        info: dict[str, Any] = {
            "version": 1,
            "policy": "1.3.6.1.4.1.99999.1",
            "message_imprint": request["message_imprint"],
            "serial_number": len(self.requests),
            "gen_time": self.at,
            "nonce": request["nonce"].native,
        }
        self.change_info(info)
        token = self.change_token(make_token(tsp.TSTInfo(info), self.signer))
        return tsp.TimeStampResp({"status": {"status": 0}, "time_stamp_token": cms.ContentInfo.load(token)}).dump()


def make_token(info: tsp.TSTInfo, signer: pki.Made) -> bytes:
    """Return the token over `info`, signed."""
    certificates = [x509.Certificate.load(c.public_bytes(Encoding.DER)) for c in (signer.certificate, *signer.chain)]
    own, content = certificates[0], info.dump()
    attributes = cms.CMSAttributes([
        cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
        cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(content).digest()]}),
        signing_certificate(own),
    ])  # fmt: skip
    is_rsa = isinstance(signer.key, rsa.RSAPrivateKey)
    scheme: tuple[Any, ...] = (padding.PKCS1v15(), SHA256()) if is_rsa else (ec.ECDSA(SHA256()),)
    signer_info = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number", {"issuer": own.issuer, "serial_number": own.serial_number}
        ),
        "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "sha256_rsa" if is_rsa else "sha256_ecdsa"},
        "signature": signer.key.sign(attributes.dump(), *scheme),
    }
    data = {
        "version": "v3",
        "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
        "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(content)},
        "certificates": certificates,
        "signer_infos": [signer_info],
    }
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)}).dump())


@contextmanager
def running(authority: Authority) -> Iterator[Authority]:
    """Serve on loopback; `authority.url` says where."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            authority.requests.append(body)
            if authority.waits_s:
                time.sleep(authority.waits_s)
            answer = authority.answer(body) if authority.body is None else authority.body
            self.send_response(authority.http_status)
            if authority.location:
                self.send_header("Location", authority.location)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            try:
                self.wfile.write(answer)
            except OSError:
                return  # the client gave up

        def log_message(self, *args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    authority.url = f"http://127.0.0.1:{server.server_port}/tsa"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield authority
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""Asking a time-stamp authority (RFC 3161, 2.4 and 3.4): one request, one answer, checked before it is kept.

What leaves this machine is one SHA-256 and a random number: nothing of a customer.
"""

from __future__ import annotations

import ipaddress
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from http.client import HTTPException
from typing import IO, Any
from urllib.parse import urlsplit

from asn1crypto import algos, cms, core, tsp
from cryptography import x509

from engine.errors import EvidenceError
from engine.evidence.stamp import Stamp, read_stamp

MOST_ANSWER_BYTES = 1024 * 1024
_NONCE_BITS = 64
_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"
_GRANTED = ("granted", "granted_with_mods")


class _Response(core.Sequence):  # type: ignore[misc]  # asn1crypto ships no types
    """TimeStampResp. A refusal has no token, which asn1crypto's own class does not take."""

    _fields = [("status", tsp.PKIStatusInfo), ("token", cms.ContentInfo, {"optional": True})]  # noqa: RUF012


def ask(
    url: str,
    digest: bytes,
    *,
    time_out_s: float,
    anchors: Sequence[x509.Certificate] = (),
    nonce: Callable[[], int] = lambda: secrets.randbits(_NONCE_BITS) | 1,
) -> tuple[bytes, Stamp]:
    """Return the token over a SHA-256 digest, in DER, and what it says; its signature holds.

    Raises `EvidenceError`: E110 the authority can't be reached, E111 it refused, E112 its answer is of
    another digest or request, E123 to E126 the token itself is wrong.
    """
    number = nonce()
    answer = _post(url, _request(digest, number), time_out_s)
    token = _token(answer)
    stamp = read_stamp(token, anchors)
    if stamp.digest != digest:
        raise EvidenceError("E112", "the authority stamped another digest than it was sent")
    if stamp.nonce != number:
        raise EvidenceError("E112", "the answer is to another request: its nonce differs")
    return token, stamp


def must_be_safe(url: str) -> None:
    """Return if the address is https, or http on this very machine. Raises `EvidenceError` (E110)."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme != "http" or not _is_loopback(parts.hostname or ""):
        raise EvidenceError("E110", "the address of the time-stamp authority is not https",
                            hint="write https://; http is taken on this machine only")  # fmt: skip


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _request(digest: bytes, nonce: int) -> bytes:
    imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest}
    request = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    return bytes(request.dump())


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows an answer elsewhere only to where a request may go."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        must_be_safe(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _post(url: str, body: bytes, time_out_s: float) -> bytes:
    must_be_safe(url)
    headers = {"Content-Type": _QUERY, "Accept": _REPLY, "User-Agent": "billcast"}
    request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 - `must_be_safe`
    opener = urllib.request.build_opener(_SafeRedirects)
    try:
        with opener.open(request, timeout=time_out_s) as answer:
            data: bytes = answer.read(MOST_ANSWER_BYTES + 1)
    except urllib.error.HTTPError as error:
        with error:
            raise _unreachable(f"it answers {error.code}") from error
    except (urllib.error.URLError, HTTPException, OSError) as error:
        reason = getattr(error, "reason", None) or error
        raise _unreachable(getattr(reason, "strerror", None) or type(reason).__name__) from error
    if len(data) > MOST_ANSWER_BYTES:
        raise _unreachable("its answer is too long")
    return data


def _token(answer: bytes) -> bytes:
    try:
        response = _Response.load(answer, strict=True)
        status = response["status"]
        verdict, words = status["status"].native, status["status_string"].native or []
        failure = status["fail_info"].native or ()
        token = response["token"]
    except (ValueError, TypeError, KeyError) as error:
        raise EvidenceError("E112", "the answer is no time-stamp response") from error
    if verdict not in _GRANTED:
        said = ", ".join([str(verdict), *sorted(failure), *words])
        raise EvidenceError("E111", f"the authority says: {said[:200]}")
    if token.native is None:
        raise EvidenceError("E112", "the answer holds no time stamp")
    return bytes(token.dump())


def _unreachable(fact: str) -> EvidenceError:
    return EvidenceError("E110", f"the time-stamp authority can't be asked: {fact}",
                         hint="`billcast stamp STATE` asks again; nothing is lost")  # fmt: skip

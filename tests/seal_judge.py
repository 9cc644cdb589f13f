"""What pyHanko says of a PDF's seal: another program's judgement."""

from __future__ import annotations

import io
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests import pki


def judged(data: bytes) -> Any:
    """Return pyHanko's status of the one signature, with the test's root as the only trusted one."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    root = x509.Certificate.load(pki.authority()[0].certificate.public_bytes(Encoding.DER))
    (signature,) = PdfFileReader(io.BytesIO(data)).embedded_signatures
    return validate_pdf_signature(signature, ValidationContext(trust_roots=[root], allow_fetching=False))

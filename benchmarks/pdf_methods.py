"""The four ways to make the PDF of one document, each from its JSON text, QR symbol included.

weasyprint  Jinja and WeasyPrint with the project's own HTML and CSS, as its reference renderer does;
            the QR symbol by segno
typst       Typst in process with warm fonts, the equivalent document of typst/bill.typ; segno
fill        the channel `pdf`, as a worker calls it: classify, compile (kept by class), fill
sealed      the same in a campaign that asks for seals, with a key on P-256
"""

from __future__ import annotations

import io
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import communication_json
import orjson
import segno
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pdf_documents import CAMPAIGN, NOW, ROOT

from engine.contracts import Compiled, FillContext, Scope
from engine.model.communication import QrCode
from engine.payment.qr import qr_code
from engine.registry import load_channel
from engine.templating import TemplateSet

NOW_ISO = NOW.isoformat()
INTER = Path("/usr/share/fonts/opentype/inter")  # Debian's fonts-inter
Method = Callable[[str], bytes]


def weasyprint_method() -> Method:
    """Return the plain way."""
    from renderers.pdf.reference import Reference

    reference, read = Reference(TemplateSet(CAMPAIGN)), communication_json.reader(_segno_code)
    return lambda text: reference.render(read(text), NOW_ISO).data


def typst_method() -> Method:
    """Return the way of Typst, to the same standards: PDF/A-3a and PDF/UA-1."""
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(INTER)])
    compiler = typst.Compiler(str(ROOT / "benchmarks/typst/bill.typ"), root=str(ROOT), font_paths=fonts)
    fields = json.dumps(communication_json.field_places())
    payment = communication_json.field_places()["Communication"]["payment"]
    code = communication_json.field_places()["PaymentView"]["qr"]

    def make(text: str) -> bytes:
        svg = io.BytesIO()
        _segno(orjson.loads(text)[payment][code][0].encode()).save(svg, kind="svg", xmldecl=False, border=0)
        inputs = {"doc": text, "fields": fields, "qr": svg.getvalue().decode()}
        made = compiler.compile(sys_inputs=inputs, pdf_standards=["a-3a", "ua-1"])
        if not isinstance(made, bytes):
            raise SystemExit("Typst made no PDF")
        return made

    return make


class OurMethod:
    """The channel as a worker uses it. `paths` counts which way each document was made, with the reason."""

    def __init__(self, campaign: Path = CAMPAIGN) -> None:
        self._templates, self._channel = TemplateSet(campaign), load_channel("pdf")
        self._read = communication_json.reader(qr_code)  # type: ignore[arg-type]  # the kinds are literals
        self._compiled: dict[str, Compiled] = {}
        self._context = FillContext(now_iso=NOW_ISO)
        self.paths: Counter[str] = Counter()

    def __call__(self, text: str) -> bytes:
        """Return the PDF of a document."""
        said = self._read(text)
        layout = self._channel.classify(said)
        compiled = self._compiled.get(layout.name)
        if compiled is None:
            compiled = self._compiled[layout.name] = self._channel.compile(
                self._templates, said.locale, layout, Scope()
            )
        filled = self._channel.fill(compiled, said, self._context)
        self.paths[f"{filled.path}: {filled.reason}" if filled.reason else filled.path] += 1
        return filled.artifacts[0].data


def sealed_campaign(folder: Path) -> Path:
    """Return a copy of the starter set that asks for seals; the environment gets a new key on P-256."""
    copy = folder / "sealed"
    shutil.copytree(CAMPAIGN, copy)
    options = copy / "campaign.toml"
    text = options.read_text(encoding="utf-8")
    table = "[pdf]\nseal = true\n"
    options.write_text(text.replace("[pdf]\n", table) if "[pdf]\n" in text else f"{text}\n{table}", encoding="utf-8")
    key, certificates = _credential()
    os.environ["BILLCAST_SEAL_KEY"], os.environ["BILLCAST_SEAL_CERTIFICATES"] = key, certificates
    return copy


def _credential() -> tuple[str, str]:
    """Return a key and its chain as PEM text: an issuer made for the occasion, valid for a month around now."""
    authority, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer, subject = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("Root", "Seal"))
    first = datetime(2026, 10, 1, tzinfo=UTC)
    chain = []
    for name, public, is_authority in ((subject, key, False), (issuer, authority, True)):
        builder = (
            x509.CertificateBuilder(issuer, name, public.public_key(), x509.random_serial_number())
            .not_valid_before(first)
            .not_valid_after(first + timedelta(days=90))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(_usage(is_authority=is_authority), critical=True)
        )
        chain.append(builder.sign(authority, SHA256()).public_bytes(Encoding.PEM).decode())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(), "".join(chain)


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority, content_commitment=not is_authority, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=is_authority, crl_sign=is_authority,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _segno(payload: bytes) -> segno.QRCode:
    return segno.make(payload, mode="byte", micro=False, error="m", boost_error=False)


def _segno_code(payload: bytes, kind: str) -> QrCode:
    return QrCode(payload, tuple(tuple(bool(module) for module in row) for row in _segno(payload).matrix), kind)

"""The reference renderer: WeasyPrint lays out the HTML of one customer. It defines what is right.

Styles are rendered and parsed once a locale, fonts are found once; all else is done for each
customer. What it may read is the campaign folder and `data:` URIs, nothing else.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from functools import lru_cache, partial
from importlib.resources import files
from io import BytesIO
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

import weasyprint
from markupsafe import Markup
from weasyprint.css import ColorProfile
from weasyprint.pdf.metadata import DocumentMetadata
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from engine.contracts import Templates
from engine.errors import RenderError
from engine.model.attached import AttachedFile
from engine.model.communication import Communication
from renderers.pdf.attachment import moment_of
from renderers.pdf.fonts import font_faces
from renderers.pdf.layout import Layout
from renderers.pdf.metadata import with_pdfua
from renderers.pdf.seal import Seal, Sealer
from renderers.pdf.seal_reference import add_seal
from renderers.pdf.tag_tree import mend_tags
from renderers.pdf.workshop import Sheets, Workshop

if TYPE_CHECKING:
    from renderers.pdf.fast.specimen import Specimens

HTML_TEMPLATE = "pdf/bill.html.j2"
CSS_TEMPLATE = "pdf/bill.css.j2"
PDF_VARIANT = "pdf/a-3a"
LEFT_LYING = 32  # documents; each leaves 1.3 MB for the collector: its parsed HTML and SVG, and its PDF objects
# A made-up origin: names inside the campaign folder become addresses that can't leave it.
ORIGIN = "https://campaign.invalid/"
QR_CLASS = "qr"
SRGB = "sRGB2014.icc"
INTENT = "billcast-srgb"  # WeasyPrint's own `srgb` opens the profile anew each time and leaves it open
_PT_PER_PX = 0.75


@dataclass(frozen=True, slots=True)
class QrPlace:
    """Where a QR symbol was laid out: page number from 0, distances from the page's left and top edge in pt."""

    page: int
    x_pt: float
    y_pt: float
    size_pt: float


@dataclass(frozen=True, slots=True)
class MadePdf:
    """A finished PDF, the ids of the facts that its template printed, and where its QR symbols are."""

    data: bytes
    shown: tuple[str, ...]
    qr_places: tuple[QrPlace, ...]
    warnings: tuple[str, ...]


class CampaignFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
    """Gives files of the campaign folder and `data:` URIs; refuses every other address."""

    def __init__(self, root: Path) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
        self._root = root.resolve()

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return what lies under `url`. Raises `PermissionError` for what lies elsewhere."""
        if not url.startswith(ORIGIN):
            return super().fetch(url, headers)
        path = (self._root / unquote(urlsplit(url).path).lstrip("/")).resolve()
        if not path.is_relative_to(self._root):
            raise PermissionError("outside of the campaign folder")
        kind = EmailMessage()
        kind["Content-Type"] = guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), kind)


class _Metadata(DocumentMetadata):  # type: ignore[misc]
    """Document metadata that also claims PDF/UA-1, and names the invoice among the attached files."""

    files: tuple[AttachedFile, ...] = ()

    def generate_rdf_metadata(self, *args: Any) -> bytes:
        return with_pdfua(super().generate_rdf_metadata(*args), self.files)


class _Messages(logging.Handler):
    """Keeps what WeasyPrint says about templates, so that it reaches the outcome and not the log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def _listening() -> Iterator[_Messages]:
    """Collect WeasyPrint's messages. They may quote a customer's text: none is passed on but those of the CSS."""
    logger, messages = logging.getLogger("weasyprint"), _Messages()
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(messages)
    try:
        yield messages
    finally:
        logger.removeHandler(messages)
        logger.propagate = propagated


class Reference:
    """Lays out bills of one template set and locale. Fonts and styles are kept from the first bill on."""

    def __init__(self, templates: Templates, sealer: Sealer | None = None, workshop: Workshop | None = None) -> None:
        """`workshop` is shared by the references of a template set, if there are several."""
        self.templates = templates
        self._sealer = sealer
        self._fetcher = CampaignFetcher(templates.root)
        self._workshop = workshop or Workshop(templates.root)
        self._read: Sheets | None = None
        self.logo = Markup("{}").format(quote(templates.campaign.brand.logo))
        self.lay_out = SpecimenLayout(self)
        self.css = ""  # the template's styles, once `begin` has read them

    @property
    def warnings(self) -> tuple[str, ...]:
        """What WeasyPrint says about the styles, once they were read."""
        return self._read.warnings if self._read else ()

    @property
    def workshop(self) -> Workshop:
        """What is shared with the references of other locales."""
        return self._workshop

    def render(self, communication: Communication, now_iso: str) -> MadePdf:
        """Return the PDF of one communication, the same bytes for the same input.

        `now_iso` is the time that the file says it was made, UTC. Raises `RenderError` (R101 when it
        can't be laid out, R102 when a template asks for what isn't in the campaign folder), `SealError`.
        """
        self._tidy()
        seal = self.seal(communication, now_iso)
        finish = partial(_finish, seal=seal)
        page = self.templates.render(HTML_TEMPLATE, communication, logo=self.logo)
        try:
            with _listening() as messages:
                styles = self._stylesheets(communication)
                source = weasyprint.HTML(string=page.text, base_url=ORIGIN, url_fetcher=self._fetcher)
                document = Layout.of(
                    source, styles.fonts, {INTENT: _srgb()}, stylesheets=styles.sheets, output_intent=INTENT
                )
                document.metadata.__class__ = _Metadata
                document.metadata.files = communication.attachments
                document.metadata.attachments += _attachments(communication.attachments, now_iso)
                if now_iso:
                    document.metadata.created = document.metadata.modified = now_iso
                data = document.write_pdf(finisher=finish, pdf_variant=PDF_VARIANT, output_intent=INTENT)
        except FatalURLFetchingError as error:
            raise _no_such_file() from error
        places = tuple(_qr_places(document))
        document.end()
        if any(record.levelno >= logging.ERROR for record in messages.records):
            raise RenderError("R101", "an image or a link of the template is broken", place=HTML_TEMPLATE,
                              hint="look at the template in the preview")  # fmt: skip
        data = seal.finish(data) if seal else data
        return MadePdf(data, page.shown, places, self.warnings)

    def _tidy(self) -> None:
        """Every so many documents of a process, before the next one is begun, have what they left set free.

        A worker's collector looks after a million new objects: that would be 400 MB in.
        """
        self._workshop.documents += 1
        if not self._workshop.documents % LEFT_LYING:
            gc.collect()

    def sheets(self) -> Sheets:
        """Return the styles. `begin` comes first."""
        if self._read is None:
            raise RuntimeError("`begin` comes first")
        return self._read

    def laid_out(self, html: str, css: str) -> tuple[Layout, Any]:
        """Return HTML laid out with the template's styles and more, and the element tree.

        `begin` comes first. Raises `RenderError` (R102).
        """
        styles = self.sheets()
        with _listening():
            source = weasyprint.HTML(string=html, base_url=ORIGIN, url_fetcher=self._fetcher)
            more = weasyprint.CSS(string=css, base_url=ORIGIN, url_fetcher=self._fetcher, font_config=styles.fonts)
            try:
                document = Layout.of(source, styles.fonts, stylesheets=[*styles.sheets, more])
            except FatalURLFetchingError as error:
                raise _no_such_file() from error
        return document, source.etree_element

    def begin(self, communication: Communication) -> None:
        """Read the styles, if they haven't been. `communication` is any of the locale."""
        self._stylesheets(communication)

    def seal(self, communication: Communication, now_iso: str) -> Seal | None:
        """Return what seals a file of this run, None where the campaign asks for no seal."""
        return self._sealer.at(now_iso, communication.language) if self._sealer else None

    def _stylesheets(self, communication: Communication) -> Sheets:
        if self._read is not None:
            return self._read
        rendered = self.templates.render(CSS_TEMPLATE, communication)
        if rendered.shown:
            raise RenderError("R101", "a style sheet prints a value of a customer", place=CSS_TEMPLATE,
                              hint="style sheets are kept for all customers: print brand tokens only")  # fmt: skip
        faces = font_faces(self.templates.root, self.templates.campaign.brand.fonts.files, ORIGIN)
        texts = (faces, rendered.text)
        found = self._workshop.sheets("\n".join(texts))
        if found is None:
            fonts = FontConfiguration()
            with _listening() as messages:
                sheets = [
                    weasyprint.CSS(string=text, base_url=ORIGIN, url_fetcher=self._fetcher, font_config=fonts)
                    for text in texts
                ]
            warnings = tuple(f"{CSS_TEMPLATE}: {record.getMessage()}" for record in messages.records)
            found = self._workshop.keep("\n".join(texts), fonts, sheets, warnings)
        self._read, self.css = found, rendered.text
        return found


class SpecimenLayout:
    """Lays out specimens by a reference's styles; says what their layout follows from, and where it is kept."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self.parts = reference.workshop.parts

    @property
    def identity(self) -> str:
        """A digest of styles, fonts, files and programs."""
        return self._reference.sheets().identity

    @property
    def font_config(self) -> Any:
        """WeasyPrint's fonts."""
        return self._reference.sheets().fonts

    def first(self, own: Specimens, language: str) -> tuple[Specimens, str]:
        """Return the specimens that asked first of all with the same styles and fonts, and their language."""
        sheets = self._reference.sheets()
        if sheets.first is None:
            sheets.first = own, language
        return sheets.first

    def __call__(self, html: str, css: str) -> tuple[Layout, Any]:
        """Return the laid-out document and its element tree. Raises `RenderError` (R102)."""
        return self._reference.laid_out(html, css)


def _no_such_file() -> RenderError:
    return RenderError("R102", "a template asks for a file that is not in the campaign folder", place=HTML_TEMPLATE,
                       hint="use names relative to the campaign folder, and data: URIs")  # fmt: skip


@lru_cache(maxsize=1)
def _srgb_bytes() -> bytes:
    return (files("weasyprint.pdf") / SRGB).read_bytes()


def _srgb() -> Any:
    """Return the sRGB profile that WeasyPrint ships: a new one, since writing one changes its next bytes."""
    return ColorProfile(BytesIO(_srgb_bytes()), SRGB, "relative-colorimetric", (["r"], ["g"], ["b"]))


def _attachments(attached: tuple[AttachedFile, ...], now_iso: str) -> list[weasyprint.Attachment]:
    """Return the files of a communication as WeasyPrint takes them, dated by the run."""
    moment = moment_of(now_iso)
    return [
        weasyprint.Attachment(file_obj=BytesIO(file.data), name=file.name, description=file.description,
                              relationship=file.relationship, created=moment, modified=moment)
        for file in attached
    ]  # fmt: skip


def _finish(document: Any, pdf: Any, seal: Seal | None) -> None:
    """Mend the tags, add the seal; have viewers show the title in place of the file name (ISO 14289-1, 7.1)."""
    mend_tags(document, pdf)
    if seal:
        add_seal(pdf, seal)
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])  # WeasyPrint 70 names each file twice
    pdf.catalog["ViewerPreferences"] = "<</DisplayDocTitle true>>"


def _qr_places(document: Any) -> Iterator[QrPlace]:
    """Yield the content boxes of the images of class `qr`, page by page."""
    for number, page in enumerate(document.pages):
        # The laid-out boxes have no public accessor; the pin of WeasyPrint holds this name still.
        for box in page._page_box.descendants(placeholders=True):  # noqa: SLF001
            element = getattr(box, "element", None)
            if box.element_tag != "img" or element is None or QR_CLASS not in element.get("class", "").split():
                continue
            if hasattr(box, "replacement"):
                yield QrPlace(
                    number, box.content_box_x() * _PT_PER_PX, box.content_box_y() * _PT_PER_PX, box.width * _PT_PER_PX
                )

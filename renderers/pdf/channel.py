"""The channel `pdf`: layout classes, one reference renderer a template set and locale, the guard."""

from __future__ import annotations

from engine.contracts import Compiled, FillContext, Filled, LayoutClass, Scope, Templates
from engine.model.artifact import Artifact
from engine.model.communication import Communication
from renderers.pdf.guard import check_pdf
from renderers.pdf.reference import Reference
from renderers.pdf.seal import Sealer

ARTIFACT_NAME = "bill.pdf"
MEDIA_TYPE = "application/pdf"


class PdfChannel:
    """Makes bill.pdf: A4, tagged PDF/A-3a and PDF/UA-1, with a pay-now link annotation."""

    name = "pdf"

    def __init__(self) -> None:
        self._references: dict[tuple[str, str], Reference] = {}
        self._sealer: Sealer | None = None

    def classify(self, communication: Communication) -> LayoutClass:
        """Return the class by what stands on the page and how many rows it has, not by any value."""
        bill, payment, aid = communication.bill, communication.payment, communication.help
        parts = (
            f"r{len(bill.rows)}",
            f"t{len(bill.totals)}",
            f"b{len(payment.bills) if payment else 0}",
            "m" + ".".join(str(len(point.readings)) for point in bill.supply_points),
            f"u{len(communication.usage)}",
            f"c{len(communication.change.sentences) if communication.change else 0}",
            f"n{len(communication.notices)}",
            f"i{len(communication.tips)}",
            f"h{(2 if aid.comes_first else 1) if aid else 0}",
            f"p{(2 if payment.slip.bic else 1) if payment else 0}",
            f"a{len(communication.customer.address)}",
            communication.tone.value,
            *(f"f.{file.name}" for file in communication.attachments),
        )
        return LayoutClass(self.name, "-".join(parts))

    def compile(self, templates: Templates, locale: str, layout_class: LayoutClass, scope: Scope) -> Compiled:
        """Return the reference renderer of the set and locale; classes share it. `scope` isn't needed by it."""
        del scope
        key = (str(templates.root), locale)
        reference = self._references.get(key)
        if reference is None or reference.templates is not templates:
            reference = self._references[key] = Reference(templates, self._sealer_of(templates))
        return Compiled(layout_class, locale, reference)

    def _sealer_of(self, templates: Templates) -> Sealer | None:
        """Return the process's sealer where the campaign asks for seals. Raises `SealError`."""
        if templates.campaign.pdf.seal and self._sealer is None:
            self._sealer = Sealer.from_environment()
        return self._sealer if templates.campaign.pdf.seal else None

    def fill(self, compiled: Compiled, communication: Communication, context: FillContext) -> Filled:
        """Return bill.pdf, read back by the guard. Raises `RenderError` (R101 to R106) or `TemplateError`."""
        reference: Reference = compiled.payload
        made = reference.render(communication, context.now_iso)
        check_pdf(made.data, communication, made.shown, made.qr_places)
        artifact = Artifact(self.name, ARTIFACT_NAME, MEDIA_TYPE, made.data, made.shown)
        return Filled((artifact,), path="reference", warnings=made.warnings)

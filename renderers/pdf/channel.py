"""The channel `pdf`: filled from plans where that is proven, laid out by the reference where not."""

from __future__ import annotations

from dataclasses import dataclass

from engine.contracts import Compiled, FillContext, Filled, Judgement, LayoutClass, Scope, Templates
from engine.errors import ProofError
from engine.model.artifact import Artifact
from engine.model.communication import Communication
from engine.templating.template_set import TemplateSet
from renderers.pdf.fast.fill import Filler, new_plans
from renderers.pdf.fast.model import Unfillable
from renderers.pdf.fast.template_reads import reads_of
from renderers.pdf.reference import CSS_TEMPLATE, HTML_TEMPLATE, Reference
from renderers.pdf.seal import Sealer
from renderers.pdf.workshop import Workshop

ARTIFACT_NAME = "bill.pdf"
MEDIA_TYPE = "application/pdf"
TEMPLATES = (HTML_TEMPLATE, CSS_TEMPLATE)


@dataclass(slots=True)
class _Renderers:
    """What makes the bills of one template set and locale."""

    reference: Reference
    filler: Filler | None = None
    reason: str = ""  # why there is no filler


class PdfChannel:
    """Makes bill.pdf: A4, tagged PDF/A-3a and PDF/UA-1, with a pay-now link annotation."""

    name = "pdf"
    audited = ARTIFACT_NAME

    def __init__(self) -> None:
        self._renderers: dict[tuple[str, str], _Renderers] = {}
        self._workshops: dict[str, tuple[Templates, Workshop]] = {}
        self._plans = new_plans()
        self._sealer: Sealer | None = None

    def classify(self, communication: Communication) -> LayoutClass:
        """Return the class by what stands on the page and how many rows it has, not by any value."""
        bill, payment, aid, change = communication.bill, communication.payment, communication.help, communication.change
        readings = ".".join([str(len(point.readings)) for point in bill.supply_points])
        name = (
            f"r{len(bill.rows)}-t{len(bill.totals)}-b{len(payment.bills) if payment else 0}-m{readings}"
            f"-u{len(communication.usage)}-c{len(change.sentences) if change else 0}"
            f"-n{len(communication.notices)}-i{len(communication.tips)}-h{(2 if aid.comes_first else 1) if aid else 0}"
            f"-p{(2 if payment.slip.bic else 1) if payment else 0}-a{len(communication.customer.address)}"
            f"-{communication.tone}"
        )
        others = [*_collection_parts(communication), *[f"f.{file.name}" for file in communication.attachments]]
        return LayoutClass(self.name, "-".join([name, *others]) if others else name)

    def reads(self, templates: Templates, view: str, field: str) -> bool:
        """Say whether the page or its styles may read a field of this class of views; of others' templates: yes."""
        if not isinstance(templates, TemplateSet):
            return True
        try:
            return any((view, field) in reads_of(templates.environment, name).fields for name in TEMPLATES)
        except Unfillable:
            return True

    def compile(self, templates: Templates, locale: str, layout_class: LayoutClass, scope: Scope) -> Compiled:
        """Return what renders the set and locale; classes share it, and it learns their parts as they come."""
        key = (str(templates.root), locale)
        found = self._renderers.get(key)
        if found is None or found.reference.templates is not templates:
            reference = Reference(templates, self._sealer_of(templates), self._workshop_of(templates, scope))
            found = self._renderers[key] = _Renderers(reference)
            if isinstance(templates, TemplateSet):
                try:
                    found.filler = Filler(templates, locale, reference, cache=scope.cache_dir, plans=self._plans)
                except Unfillable as unfillable:
                    found.reason = str(unfillable)
            else:
                found.reason = "the templates are not a template set"
        return Compiled(layout_class, locale, found)

    def _workshop_of(self, templates: Templates, scope: Scope) -> Workshop:
        """Return what the locales of a template set share."""
        found = self._workshops.get(str(templates.root))
        if found is None or found[0] is not templates:
            found = self._workshops[str(templates.root)] = templates, Workshop(templates.root, scope.cache_dir)
        return found[1]

    def _sealer_of(self, templates: Templates) -> Sealer | None:
        """Return the process's sealer where the campaign asks for seals. Raises `SealError`."""
        if templates.campaign.pdf.seal and self._sealer is None:
            self._sealer = Sealer.from_environment()
        return self._sealer if templates.campaign.pdf.seal else None

    def fill(self, compiled: Compiled, communication: Communication, context: FillContext) -> Filled:
        """Return bill.pdf. Raises `RenderError` (R101 to R106), `ProofError` or `TemplateError`."""
        renderers: _Renderers = compiled.payload
        reference, reason = renderers.reference, renderers.reason
        if renderers.filler is not None:
            seal = reference.seal(communication, context.now_iso)
            try:
                made = renderers.filler.fill(communication, context.now_iso, seal)
            except Unfillable as unfillable:
                reason = str(unfillable)
            else:
                artifact = Artifact(self.name, ARTIFACT_NAME, MEDIA_TYPE, made.data, made.shown, made.sha256)
                return Filled((artifact,), path="fast", warnings=reference.warnings)
        from renderers.pdf.guard import check_pdf  # loads PDFium: for what is laid out

        laid_out = reference.render(communication, context.now_iso)
        check_pdf(laid_out.data, communication, laid_out.shown, laid_out.qr_places)
        artifact = Artifact(self.name, ARTIFACT_NAME, MEDIA_TYPE, laid_out.data, laid_out.shown)
        return Filled((artifact,), path="reference", reason=reason, warnings=laid_out.warnings)

    def audit(self, compiled: Compiled, communication: Communication, context: FillContext, stored: bytes) -> Judgement:
        """Return how a stored bill.pdf compares with the reference's. Raises `RenderError`, `TemplateError`.

        The guard judges it too: the comparison leaves out the modules of QR symbols, the guard reads each.
        """
        from renderers.pdf.compare import differences
        from renderers.pdf.guard import check_pdf

        renderers: _Renderers = compiled.payload
        made = renderers.reference.render(communication, context.now_iso)
        found = differences(stored, made.data, made.qr_places)
        try:
            check_pdf(stored, communication, made.shown, made.qr_places)
        except ProofError as error:
            found += (f"{error.problem.code} {error.problem.fact}: {error.problem.place}",)
        return Judgement(found, made.data)


def _collection_parts(communication: Communication) -> tuple[str, ...]:
    """Return what credit management adds to the class; nothing without it."""
    statement, offers = communication.statement, communication.offers
    found = []
    if statement is not None:
        extras = 2 * statement.has_interest + statement.has_fee
        ageing = len(statement.ageing.marks) if statement.ageing else 0
        found.append(f"s{len(statement.rows)}.{extras}.{len(statement.aside)}.{bool(statement.credit):d}.{ageing}")
    if offers:
        found.append("o" + ".".join(f"{offer.kind}{len(offer.rows) or ''}" for offer in offers))
    return tuple(found)

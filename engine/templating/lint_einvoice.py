"""Whether a campaign that asks for e-invoices gives what each of them needs of the seller."""

from __future__ import annotations

from decimal import Decimal

from engine.einvoice.figures import VatGroup
from engine.einvoice.parties import check_seller, supplier_of
from engine.einvoice.refusal import RefusedError
from engine.errors import Problem
from engine.model.bill import TaxCategory
from engine.model.campaign import Campaign


def check_einvoice(campaign: Campaign) -> list[Problem]:
    """Return what the campaign's supplier lacks for a bill with VAT; bills may still name a seller of their own."""
    if campaign.pdf.einvoice is None:
        return []
    try:
        check_seller(supplier_of(campaign), [VatGroup(TaxCategory.STANDARD, Decimal(20))])
    except RefusedError as refused:
        problem = refused.problem
        place = "campaign.toml [supplier.seat]" if "country" in problem.place or "seat" in problem.place else (
            "campaign.toml [supplier]"
        )  # fmt: skip
        return [Problem(problem.code, problem.fact, place, problem.hint)]
    return []

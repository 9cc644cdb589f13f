"""The e-invoice as the file that a PDF carries, by the names that Factur-X gives it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from engine.einvoice.cii import invoice_xml
from engine.einvoice.parties import seller_of
from engine.model.attached import AttachedFile
from engine.model.bill import Bill, BillKind
from engine.model.campaign import Campaign
from engine.model.customer import Customer

FILE_NAME = "factur-x.xml"
MEDIA_TYPE = "text/xml"
PROFILE = "EN 16931"
DESCRIPTION = "Factur-X/ZUGFeRD invoice, EN 16931"


def invoice_file(bill: Bill, customer: Customer, campaign: Campaign, notes: Sequence[str] = ()) -> AttachedFile:
    """Return the e-invoice of a bill as the file to attach. Raises `RefusedError` as `invoice_xml` does."""
    data = invoice_of(bill, customer, campaign, notes)
    return AttachedFile(FILE_NAME, MEDIA_TYPE, DESCRIPTION, data, conformance=PROFILE)


def invoice_of(bill: Bill, customer: Customer, campaign: Campaign, notes: Sequence[str] = ()) -> bytes:
    """Return the e-invoice of a bill; what it does not say of seller and payee comes from the campaign.

    A credit note that names no date is due when the campaign promises to pay credits out.
    """
    due_on = bill.due_on
    if due_on is None and bill.kind is BillKind.CREDIT_NOTE:
        due_on = bill.issued_on + timedelta(days=campaign.deadlines.credit_paid_within_days)
    return invoice_xml(bill, customer, seller_of(bill, campaign), campaign.payee_of(bill), due_on, notes)

"""Who is speaking: the same for everyone of a locale."""

from __future__ import annotations

from urllib.parse import urlsplit

from engine.compose.kept import kept
from engine.contracts import Texts
from engine.model.campaign import Campaign
from engine.model.communication import SupplierView, Text


@kept
def supplier_view(campaign: Campaign, texts: Texts) -> SupplierView:
    """Return the supplier of the campaign."""
    supplier = campaign.supplier
    return SupplierView(
        name=Text(campaign.brand.name),
        legal_name=Text(supplier.legal_name),
        address=Text(supplier.address),
        phone=Text(supplier.phone),
        phone_hours=texts.get(supplier.phone_hours) if supplier.phone_hours else Text(""),
        email=Text(supplier.email),
        website=Text(urlsplit(supplier.website).netloc),
        help_url=supplier.help_url,
        website_url=supplier.website,
    )

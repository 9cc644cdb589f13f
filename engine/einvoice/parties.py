"""Seller, buyer and place of delivery of an e-invoice, and what the standard asks of them."""

from __future__ import annotations

from functools import lru_cache

from engine.einvoice.codes import COUNTRIES, VAT_PREFIXES
from engine.einvoice.figures import VatGroup
from engine.einvoice.refusal import RefusedError
from engine.einvoice.xml_text import day, element, needed, one_line
from engine.model.bill import Bill, TaxCategory
from engine.model.campaign import Campaign, Supplier
from engine.model.customer import Customer
from engine.model.party import PostalAddress, Seller

_MOST_LINES = 3  # BT-50, BT-51, BT-163
_BUYER_NEEDS_VAT = frozenset({TaxCategory.REVERSE_CHARGE, TaxCategory.INTRA_COMMUNITY})
_SELLER_NEEDS_VAT = frozenset({TaxCategory.INTRA_COMMUNITY, TaxCategory.EXPORT})


def seller_of(bill: Bill, campaign: Campaign) -> Seller | None:
    """Return who issued the bill: as it says itself, else the campaign's supplier, if its seat is known."""
    return bill.seller or supplier_of(campaign)


def supplier_of(campaign: Campaign) -> Seller | None:
    """Return the campaign's supplier as a seller, None where its seat is not known."""
    return _supplier(campaign.supplier, campaign.brand.name)


@lru_cache(maxsize=8)
def _supplier(supplier: Supplier, brand: str) -> Seller | None:
    seat = supplier.seat
    if seat is None:
        return None
    return Seller(
        name=supplier.legal_name,
        trading_name=brand if brand != supplier.legal_name else None,
        address=PostalAddress(lines=(seat.street,) if seat.street else (), postal_code=seat.postal_code,
                              city=seat.city, region=seat.region, country=seat.country),
        vat_id=supplier.vat_id,
        tax_id=supplier.tax_id,
        register_id=supplier.register_id,
        phone=supplier.phone,
        email=supplier.email,
    )  # fmt: skip


def check_seller(seller: Seller | None, groups: list[VatGroup]) -> Seller:
    """Return the seller if it has what is asked for. Raises `RefusedError` (R131)."""
    if seller is None:
        raise RefusedError("R131", "the seller's seat is not known", "supplier.seat",
                           "give `[supplier.seat]` in campaign.toml, or the bill's `seller`")  # fmt: skip
    if seller.address.country not in COUNTRIES:
        raise RefusedError("R131", "the seller's country is not a code of ISO 3166-1", "seller.address.country",
                           "write two letters, as in IT (BR-09)")  # fmt: skip
    if seller.vat_id and seller.vat_id[:2].upper() not in VAT_PREFIXES:
        raise RefusedError("R131", "the seller's VAT number has no country before it", "seller.vat_id",
                           "write it as in IT01234567897 (BR-CO-09)")  # fmt: skip
    categories = {group.category for group in groups}
    is_outside = TaxCategory.OUTSIDE in categories
    if not (seller.register_id or (seller.vat_id and not is_outside)):
        raise RefusedError("R131", "the seller has neither VAT number nor register number", "seller",
                           "give `vat_id`, or `register_id` where VAT does not apply (BR-CO-26)")  # fmt: skip
    if not is_outside and not (seller.vat_id or seller.tax_id):
        raise RefusedError("R131", "the seller has neither VAT number nor tax number", "seller",
                           "give `vat_id` or `tax_id` (BR-S-02)")  # fmt: skip
    if categories & _SELLER_NEEDS_VAT and not seller.vat_id:
        raise RefusedError("R131", "goods that leave the country need the seller's VAT number", "seller.vat_id",
                           "give `vat_id` (BR-IC-02, BR-G-02)")  # fmt: skip
    return seller


def check_buyer(customer: Customer, bill: Bill, groups: list[VatGroup]) -> PostalAddress:
    """Return the buyer's address if the buyer has what is asked for. Raises `RefusedError` (R132)."""
    address = customer.address
    if address is None:
        raise RefusedError("R132", "the customer has no postal address", "address", "give `address` (BR-10)")
    if address.country not in COUNTRIES:
        raise RefusedError("R132", "the customer's country is not a code of ISO 3166-1", "address.country",
                           "write two letters, as in IT (BR-11)")  # fmt: skip
    if customer.vat_id and customer.vat_id[:2].upper() not in VAT_PREFIXES:
        raise RefusedError("R132", "the customer's VAT number has no country before it", "vat_id",
                           "write it as in IT01234567897 (BR-CO-09)")  # fmt: skip
    categories = {group.category for group in groups}
    if categories & _BUYER_NEEDS_VAT and not customer.vat_id:
        raise RefusedError("R132", "the tax is the customer's to pay, and there is no VAT number", "vat_id",
                           "give the customer's `vat_id` (BR-AE-02, BR-IC-02)")  # fmt: skip
    if TaxCategory.INTRA_COMMUNITY in categories and bill.period is None:
        raise RefusedError("R133", "a supply to another member state needs its period", "period",
                           "give the bill's `period` (BR-IC-11)")  # fmt: skip
    return address


@lru_cache(maxsize=64)  # sellers are few
def seller_xml(seller: Seller, *, has_vat: bool) -> str:
    """Return the element of the seller (BG-4 to BG-6). `has_vat` false: VAT numbers must not be there (BR-O-02)."""
    legal = element("ID", seller.register_id) + element("TradingBusinessName", seller.trading_name)
    return (
        "<ram:SellerTradeParty>"
        + needed("Name", seller.name)
        + (f"<ram:SpecifiedLegalOrganization>{legal}</ram:SpecifiedLegalOrganization>" if legal else "")
        + _contact(seller.contact, seller.phone, seller.email)
        + _address(seller.address)
        + _mailbox(seller.email)
        + (_registration(seller.vat_id, "VA") if has_vat else "")
        + _registration(seller.tax_id, "FC")
        + "</ram:SellerTradeParty>"
    )


def buyer_xml(customer: Customer, address: PostalAddress, *, has_vat: bool) -> str:
    """Return the element of the buyer (BG-7 to BG-9)."""
    return (
        "<ram:BuyerTradeParty>"
        + element("ID", _number(customer))
        + needed("Name", customer.name.full)
        + _address(address)
        + _mailbox(customer.email)
        + (_registration(customer.vat_id, "VA") if has_vat else "")
        + "</ram:BuyerTradeParty>"
    )


def _number(customer: Customer) -> str:
    """Return the customer's number; a record that is keyed by its only bill has none but what that bill names."""
    keyed_by_bill = any(customer.key == bill.number for bill in customer.bills)
    return customer.attributes.get("account", "") if keyed_by_bill else customer.key


def delivery_xml(bill: Bill, customer: Customer) -> str:
    """Return where it was delivered (BG-13), or by when where that is at several places (BT-72)."""
    codes = frozenset(bill.supply_points)
    known = [point.address or customer.address for point in customer.supply_points if point.code in codes]
    places = dict.fromkeys(place for place in known or [customer.address] if place)
    if len(places) > 1:
        if bill.period is None:
            return ""
        date = f"<ram:OccurrenceDateTime>{day(bill.period.end)}</ram:OccurrenceDateTime>"
        return f"<ram:ActualDeliverySupplyChainEvent>{date}</ram:ActualDeliverySupplyChainEvent>"
    code = element("ID", bill.supply_points[0]) if len(codes) == 1 else ""
    where = "".join(_address(place) for place in places if place.country in COUNTRIES)
    return f"<ram:ShipToTradeParty>{code}{where}</ram:ShipToTradeParty>" if code or where else ""


def _address(address: PostalAddress) -> str:
    lines = [line for line in address.lines if line]
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], ", ".join(lines[_MOST_LINES - 1 :])]
    named = zip(("LineOne", "LineTwo", "LineThree"), lines, strict=False)
    return (
        "<ram:PostalTradeAddress>"
        + element("PostcodeCode", address.postal_code)
        + "".join(element(name, line) for name, line in named)
        + element("CityName", address.city)
        + f"<ram:CountryID>{address.country}</ram:CountryID>"
        + element("CountrySubDivisionName", address.region)
        + "</ram:PostalTradeAddress>"
    )


def _contact(name: str | None, phone: str | None, email: str | None) -> str:
    inner = element("PersonName", name)
    if phone:
        number = element("CompleteNumber", phone)
        inner += f"<ram:TelephoneUniversalCommunication>{number}</ram:TelephoneUniversalCommunication>"
    if email:
        inner += f"<ram:EmailURIUniversalCommunication>{element('URIID', email)}</ram:EmailURIUniversalCommunication>"
    return f"<ram:DefinedTradeContact>{inner}</ram:DefinedTradeContact>" if inner else ""


def _mailbox(email: str | None) -> str:
    """Return the electronic address (BT-34, BT-49): e-mail, `EM` in the list of address schemes."""
    if not email:
        return ""
    return (
        f'<ram:URIUniversalCommunication><ram:URIID schemeID="EM">{one_line(email)}</ram:URIID>'
        "</ram:URIUniversalCommunication>"
    )


def _registration(number: str | None, scheme: str) -> str:
    if not number:
        return ""
    plain = one_line("".join(number.split()) if scheme == "VA" else number)
    return f'<ram:SpecifiedTaxRegistration><ram:ID schemeID="{scheme}">{plain}</ram:ID></ram:SpecifiedTaxRegistration>'

"""Supply points of the bill with their meter readings."""

from __future__ import annotations

from functools import lru_cache

from engine.compose.case import Case
from engine.compose.facts import FactBook
from engine.compose.points import points_of
from engine.contracts import Texts
from engine.model.communication import Fact, ReadingRow, SupplyPointView, Text, TextBlock
from engine.model.consumption import Commodity, MeterReading, ReadingMethod
from engine.model.customer import SupplyPoint


def supply_point_views(case: Case) -> tuple[SupplyPointView, ...]:
    """Return the supply points that the bill names, or all of the customer's where it names none."""
    billed = points_of(case.bill)
    found = [point for point in case.customer.supply_points if not billed or point.code in billed]
    return tuple([_view(case, place, point) for place, point in enumerate(found)])


def _view(case: Case, place: int, point: SupplyPoint) -> SupplyPointView:
    book, key = case.book, f"bill.supply_points.{place}"
    readings = [r for c in case.customer.consumption if c.supply_point == point.code for r in c.readings]
    meter = point.meter or next((reading.meter for reading in readings if reading.meter), None)
    return SupplyPointView(
        code=book.word(f"{key}.code", point.code),
        commodity=commodity_name(book.texts, point.commodity),
        tariff=book.word(f"{key}.tariff", point.tariff) if point.tariff else None,
        contract_end=book.day(f"{key}.contract_end", point.contract_end) if point.contract_end else None,
        meter=book.word(f"{key}.meter", meter) if meter else None,
        readings=tuple([_reading(book, f"{key}.readings.{row}", reading) for row, reading in enumerate(readings)]),
    )


def _reading(book: FactBook, key: str, reading: MeterReading) -> ReadingRow:
    previous, latest, quantity = reading.previous, reading.latest, reading.quantity
    method = _method(book.texts, reading.method)
    label = book.word(f"{key}.label", reading.register_name) if reading.register_name else None
    return ReadingRow(
        label=label,
        previous=None if previous is None else book.number(f"{key}.previous", previous),
        latest=None if latest is None else book.number(f"{key}.latest", latest),
        quantity=None if quantity is None else book.quantity(f"{key}.quantity", quantity, reading.unit),
        method=method,
        is_estimated=reading.method is ReadingMethod.ESTIMATED,
        title=_title(key, label, method),
    )


def _title(key: str, label: Fact | None, method: Text) -> Text | TextBlock:
    """Return what opens the reading's row: the register's name, where it has one, and how it was read."""
    if label is None:
        return Text(method[:1].upper() + method[1:])
    return TextBlock(f"{key}.title", (label, Text(f", {method}")))


@lru_cache(maxsize=512)
def _method(texts: Texts, method: ReadingMethod) -> Text:
    match method:
        case ReadingMethod.ACTUAL:
            return texts.get("actual")
        case ReadingMethod.ESTIMATED:
            return texts.get("estimated")
        case ReadingMethod.CUSTOMER:
            return texts.get("read by you")


@lru_cache(maxsize=512)
def commodity_name(texts: Texts, commodity: Commodity) -> Text:
    """Return what is delivered, as a heading."""
    match commodity:
        case Commodity.ELECTRICITY:
            return texts.get("Electricity")
        case Commodity.GAS:
            return texts.get("Gas")
        case Commodity.WATER:
            return texts.get("Water")
        case Commodity.HEAT:
            return texts.get("Heat")
        case Commodity.TELECOM:
            return texts.get("Telephone and internet")

"""Supply points of the bill with their meter readings."""

from __future__ import annotations

from functools import lru_cache

from engine.compose.case import Case
from engine.compose.facts import FactBook
from engine.compose.points import points_of
from engine.contracts import Texts
from engine.model.communication import ReadingRow, SupplyPointView, Text, TextBlock
from engine.model.consumption import Commodity, MeterReading, ReadingMethod
from engine.model.customer import SupplyPoint

_ESTIMATED = ReadingMethod.ESTIMATED


def supply_point_views(case: Case) -> tuple[SupplyPointView, ...]:
    """Return the supply points that the bill names, or all of the customer's where it names none."""
    billed = points_of(case.bill)
    found = [point for point in case.customer.supply_points if not billed or point.code in billed]
    return tuple([_view(case, place, point) for place, point in enumerate(found)])


def _view(case: Case, place: int, point: SupplyPoint) -> SupplyPointView:
    book, ids = case.book, _ids(place)
    readings = [r for c in case.customer.consumption if c.supply_point == point.code for r in c.readings]
    meter = point.meter or next((reading.meter for reading in readings if reading.meter), None)
    return SupplyPointView(
        code=book.word(ids[0], point.code),
        commodity=commodity_name(book.texts, point.commodity),
        tariff=book.word(ids[1], point.tariff) if point.tariff else None,
        contract_end=book.day(ids[2], point.contract_end) if point.contract_end else None,
        meter=book.word(ids[3], meter) if meter else None,
        readings=tuple([_reading(book, _reading_ids(place, row), reading) for row, reading in enumerate(readings)]),
    )


@lru_cache(maxsize=512)
def _ids(place: int) -> tuple[str, str, str, str]:
    """Return the ids of a point's facts: code, tariff, end of the contract, meter."""
    key = f"bill.supply_points.{place}"
    return f"{key}.code", f"{key}.tariff", f"{key}.contract_end", f"{key}.meter"


@lru_cache(maxsize=2048)
def _reading_ids(place: int, row: int) -> tuple[str, str, str, str, str]:
    """Return the ids of what a reading's row says: label, previous, latest, quantity, title."""
    key = f"bill.supply_points.{place}.readings.{row}"
    return f"{key}.label", f"{key}.previous", f"{key}.latest", f"{key}.quantity", f"{key}.title"


def _reading(book: FactBook, ids: tuple[str, str, str, str, str], reading: MeterReading) -> ReadingRow:
    label_id, previous_id, latest_id, quantity_id, title_id = ids
    previous, latest, quantity = reading.previous, reading.latest, reading.quantity
    method = _method(book.texts, reading.method)
    label = book.word(label_id, reading.register_name) if reading.register_name else None
    return ReadingRow(
        label=label,
        previous=None if previous is None else book.number(previous_id, previous),
        latest=None if latest is None else book.number(latest_id, latest),
        quantity=None if quantity is None else book.quantity(quantity_id, quantity, reading.unit),
        method=method,
        is_estimated=reading.method is _ESTIMATED,
        title=_begun(method) if label is None else TextBlock(title_id, (label, _told_after(method))),
    )


@lru_cache(maxsize=512)
def _begun(method: Text) -> Text:
    """Return how it was read as it opens the reading's row, where the register has no name."""
    return Text(method[:1].upper() + method[1:])


@lru_cache(maxsize=512)
def _told_after(method: Text) -> Text:
    """Return how it was read as it stands after the register's name."""
    return Text(f", {method}")


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

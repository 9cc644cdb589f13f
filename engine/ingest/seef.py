"""Supply points and meter readings of the Dutch SEeF extension (and of UBL's own meter elements).

Source: Standaard Energie eFactuur 2.0, UBLExtension `SEEFExtensionWrapper`. The readings' type code
(LAAG, HOOG, ...) becomes the register's name. MRM001 is a reading taken; a method code that is not
known counts as estimated, with a warning, so that nothing is called measured that may not be.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from engine.errors import Problem
from engine.ingest.charges import commodity_of, unit_word
from engine.ingest.xml import date_at, figure, node_at, nodes, text_at
from engine.model.consumption import ReadingMethod

_TAKEN = frozenset({"MRM001"})
_WORDS = (
    (ReadingMethod.ESTIMATED, re.compile(r"schat|estim|schätz|beräkn|stim", re.IGNORECASE)),
    (ReadingMethod.CUSTOMER, re.compile(r"klant|kund|customer|client|self|autolettura", re.IGNORECASE)),
    (ReadingMethod.ACTUAL, re.compile(r"actual|fysiek|remote|afstand|avläs|abgelesen|effettiv|réel", re.IGNORECASE)),
)


def consumption_points(root: etree._Element, words: str, source: str) -> tuple[list[Any], list[Any], list[Problem]]:
    """Return supply points, consumption and warnings, as records of the model. `words`: of all lines."""
    supply_points: list[Any] = []
    consumption: list[Any] = []
    warnings: list[Problem] = []
    for point in root.iter("{*}UtilityConsumptionPoint", "{*}ConsumptionPoint"):
        code = text_at(point, "ID")
        if code is None:
            continue
        meters = nodes(point, "UtilityMeter") or nodes(point, "Meter")
        readings = [reading for meter in meters for reading in _readings(meter, source, warnings)]
        unit = readings[0]["unit"] if readings else None
        commodity = commodity_of(words, unit)
        place = node_at(point, "Address")
        supply_points.append({
            "code": code, "commodity": commodity,
            "meter": text_at(meters[0], "MeterNumber") if meters else None,
            "address": address_of(place) if place is not None else None,
        })  # fmt: skip
        if readings:
            used = [figure(reading["quantity"]) for reading in readings]
            total = None if None in used else str(sum(number for number in used if number is not None))
            consumption.append({"supply_point": code, "commodity": commodity, "unit": unit,
                                "readings": readings, "quantity": total})  # fmt: skip
    return supply_points, consumption, warnings


def address_of(node: etree._Element) -> dict[str, Any]:
    """Return a postal address: care-of lines, street and number, what is added, other lines."""
    street = " ".join(part for part in (text_at(node, "StreetName"), text_at(node, "BuildingNumber")) if part)
    box = text_at(node, "Postbox")
    added = text_at(node, "AdditionalStreetName")
    others = [line for line in (text_at(line, "Line") for line in nodes(node, "AddressLine")) if line]
    first = [line for line in others if line.lower().startswith(("c/o", "att"))]
    lines = [*first, street, added, *(line for line in others if line not in first), "" if street else box]
    return {
        "lines": [line for line in lines if line],
        "postal_code": text_at(node, "PostalZone"),
        "city": text_at(node, "CityName"),
        "region": text_at(node, "CountrySubentity"),
        "country": text_at(node, "Country/IdentificationCode"),
    }


def _readings(meter: etree._Element, source: str, warnings: list[Problem]) -> list[dict[str, Any]]:
    return [_reading(node, text_at(meter, "MeterNumber"), source, warnings) for node in nodes(meter, "MeterReading")]


def _reading(node: etree._Element, meter: str | None, source: str, warnings: list[Problem]) -> dict[str, Any]:
    start, end = date_at(node, "PreviousMeterReadingDate"), date_at(node, "LatestMeterReadingDate")
    previous, latest = text_at(node, "PreviousMeterQuantity"), text_at(node, "LatestMeterQuantity")
    quantity = node_at(node, "LatestMeterQuantity")
    code = quantity.get("unitCode") if quantity is not None else None
    return {
        "meter": meter,
        "register_name": text_at(node, "MeterReadingTypeCode", "MeterReadingType"),
        "period": {"start": start, "end": end} if start and end else None,
        "previous": previous,
        "latest": latest,
        "quantity": text_at(node, "DeliveredQuantity") or _between(previous, latest),
        "unit": unit_word(code) or "kWh",
        "method": _method(node, "Latest", source, warnings) or ReadingMethod.ACTUAL,
        "previous_method": _method(node, "Previous", source, warnings),
    }


def _between(previous: str | None, latest: str | None) -> str | None:
    """Return what was used; None if a reading lacks, or if the meter turned over or was changed."""
    low, high = figure(previous), figure(latest)
    return str(high - low) if low is not None and high is not None and high >= low else None


def _method(node: etree._Element, which: str, source: str, warnings: list[Problem]) -> ReadingMethod | None:
    code = text_at(node, f"{which}MeterReadingMethodCode")
    words = text_at(node, f"{which}MeterReadingMethod") or ""
    if code is None and not words:
        return None
    if code in _TAKEN:
        return ReadingMethod.ACTUAL
    for method, pattern in _WORDS:
        if pattern.search(f"{code or ''} {words}"):
            return method
    place = f"{source} {which}MeterReadingMethodCode"
    warnings.append(Problem("I104", "the reading method is not known; the reading counts as estimated", place))
    return ReadingMethod.ESTIMATED

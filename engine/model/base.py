"""The frozen base of every record, and the scalar types they share."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from engine.model.quick import look_up_plainly

EARLIEST = date(1990, 1, 1)
LATEST = date(2199, 12, 31)
_ISO_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)
_UTC_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6})?Z", re.ASCII)
_NUMBERS = (int, float, Decimal)
_SMALLEST = -30  # decimal places; a figure like 1E-999999 would print as a megabyte


class Record(BaseModel):
    """Base of all records: frozen, unknown fields refused, strings stripped of outer blanks."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, validate_default=False)

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        without_getattr(cls)


def without_getattr(kind: type[BaseModel]) -> None:
    """Leave out pydantic's `__getattr__`, which finds private and unknown fields, where a model has none of both."""
    if kind.model_config.get("extra") != "allow" and not kind.__private_attributes__:
        look_up_plainly(kind, BaseModel.__dict__["__getattr__"])


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError(
            "a binary floating-point number is not exact: write it as a string, "
            "or parse the JSON with parse_float=Decimal"
        )
    if isinstance(value, bool):
        raise ValueError("true or false is not a number")
    return value


def finite(value: Decimal) -> Decimal:
    """Return the figure if a bill may hold it: 18 digits before the decimal mark, 30 after. Raises `ValueError`."""
    if not value.is_finite():
        raise ValueError("NaN and infinity are not numbers of a bill")
    if value.adjusted() < _SMALLEST:
        raise ValueError("30 decimals are the most a figure may have")
    if abs(value) >= Decimal("1e18"):
        raise ValueError("18 digits before the decimal mark are the most a figure may have")
    return value


def sane(value: date) -> date:
    """Return the day if it is one from 1990 to 2199. Raises `PydanticCustomError`."""
    if not EARLIEST <= value <= LATEST:
        raise PydanticCustomError("absurd_date", "a date from 1990-01-01 to 2199-12-31 is expected")
    return value


def _written(value: Any) -> Any:
    """Refuse what pydantic would take for seconds since 1970: 20261103, or the text of it."""
    is_text = isinstance(value, str)
    if isinstance(value, _NUMBERS) or (is_text and not _ISO_DATE.match(value.strip())):
        raise PydanticCustomError("written_date", "a date is written as YYYY-MM-DD")
    return value


def _written_time(value: Any) -> Any:
    """Read a time in UTC as the standard library does; leave all else to pydantic.

    Pydantic gives each time a zone of its own, and times of one zone object compare fifty times as fast.
    """
    is_text = isinstance(value, str)
    if is_text and _UTC_TIME.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value  # no such day or hour: pydantic says so
    if isinstance(value, _NUMBERS) or (is_text and value.strip().lstrip("+-").replace(".", "").isdigit()):
        raise PydanticCustomError("datetime_parsing", "a time is written as 2026-11-03T09:30:00Z")
    return value


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time needs its offset from UTC, as in 2026-11-03T09:30:00Z")
    sane(value.date())  # a far day has no neighbour in another time zone
    return value


# An exact decimal number: a JSON string, a JSON integer or a Decimal, never a float.
Exact = Annotated[Decimal, BeforeValidator(_exact), AfterValidator(finite)]
Amount = Annotated[Exact, Field(json_schema_extra={"unit": "currency of the bill"})]
Percent = Annotated[Exact, Field(json_schema_extra={"unit": "%"})]
Quantity = Annotated[Exact, Field(json_schema_extra={"unit": "as `unit` says"})]
CalendarDate = Annotated[date, BeforeValidator(_written), AfterValidator(sane)]
Instant = Annotated[datetime, BeforeValidator(_written_time), AfterValidator(_aware)]

Name = Annotated[str, StringConstraints(min_length=1, max_length=400)]
ShortText = Annotated[str, StringConstraints(max_length=400)]
LongText = Annotated[str, StringConstraints(max_length=4000)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=200)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")]
CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), Field(examples=["EUR"])]

"""Consumption: meter readings, a series over time, and what it is compared with."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from engine.model.base import Exact, Key, Record, ShortText
from engine.model.bill import Period


class Commodity(StrEnum):
    """What a supply point delivers."""

    ELECTRICITY = "electricity"
    GAS = "gas"
    WATER = "water"
    HEAT = "heat"
    TELECOM = "telecom"


class ReadingMethod(StrEnum):
    """How a meter reading came about."""

    ACTUAL = "actual"
    ESTIMATED = "estimated"
    CUSTOMER = "customer"


class MeterReading(Record):
    """The previous and the latest reading of one register of a meter, and what was used between."""

    meter: Key | None = None
    register_name: ShortText | None = Field(default=None, description="Tariff register, as in LOW, HIGH, F1, F2.")
    period: Period | None = None
    previous: Exact | None = None
    latest: Exact | None = None
    quantity: Exact | None = Field(default=None, description="Used in the period; factors and conversion included.")
    unit: ShortText = "kWh"
    method: ReadingMethod = ReadingMethod.ACTUAL
    previous_method: ReadingMethod | None = None


class UsagePoint(Record):
    """What was used in one day or month."""

    period: Period
    quantity: Exact
    is_estimated: bool = False


class Consumption(Record):
    """What one supply point used. `series` is ordered by time and doesn't overlap."""

    supply_point: Key
    commodity: Commodity = Commodity.ELECTRICITY
    unit: ShortText = "kWh"
    readings: tuple[MeterReading, ...] = ()
    series: tuple[UsagePoint, ...] = ()
    quantity: Exact | None = Field(default=None, description="Used in the period of the current bill.")
    year_before: Exact | None = Field(default=None, description="Used in the same period a year before.")
    similar_homes: Exact | None = Field(default=None, description="Median of similar homes, same period.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for earlier, later in zip(self.series, self.series[1:], strict=False):
            if later.period.start <= earlier.period.end:
                raise ValueError("the series must be in order of time, without overlap")
        return self

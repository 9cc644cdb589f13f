"""Consumption: meter readings, a series over time, and what it is compared with."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from engine.model.base import Exact, Key, Quantity, Record, ShortText
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

    meter: Key | None = Field(default=None, description="Meter number.")
    register_name: ShortText | None = Field(default=None, description="Tariff register, as in LOW, HIGH, F1, F2.")
    period: Period | None = Field(default=None, description="Days between the two readings.")
    previous: Exact | None = Field(default=None, description="Earlier state of the register.")
    latest: Exact | None = Field(default=None, description="Later state of the register.")
    quantity: Quantity | None = Field(default=None, description="Used in the period; factors and conversion included.")
    unit: ShortText = Field(default="kWh", description="Unit of `quantity`.")
    method: ReadingMethod = Field(default=ReadingMethod.ACTUAL, description="How the latest reading came about.")
    previous_method: ReadingMethod | None = Field(default=None, description="How the previous reading came about.")


class UsagePoint(Record):
    """What was used in one day or month."""

    period: Period = Field(description="The day or month.")
    quantity: Quantity = Field(description="What was used.")
    is_estimated: bool = Field(default=False, description="The quantity is an estimate.")


class Consumption(Record):
    """What one supply point used. `series` is ordered by time and doesn't overlap."""

    supply_point: Key = Field(description="Code of the supply point.")
    commodity: Commodity = Field(default=Commodity.ELECTRICITY, description="What it delivers.")
    unit: ShortText = Field(default="kWh", description="Unit of the series and the comparison.")
    readings: tuple[MeterReading, ...] = Field(default=(), description="One for each register of each meter.")
    series: tuple[UsagePoint, ...] = Field(
        default=(), description="Use by day or month, in order of time, without overlap."
    )
    quantity: Quantity | None = Field(default=None, description="Used in the period of the current bill.")
    year_before: Quantity | None = Field(default=None, description="Used in the same period a year before.")
    similar_homes: Quantity | None = Field(default=None, description="Median of similar homes, same period.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        earlier = None
        for point in self.series:
            period = point.period
            if earlier is not None and period.start <= earlier.end:
                raise ValueError("the series must be in order of time, without overlap")
            earlier = period
        return self

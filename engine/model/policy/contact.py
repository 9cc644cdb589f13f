"""[contact]: which channels, how often, at which hours, on which days."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from engine.model.base import CalendarDate
from engine.model.campaign import Options

HOURS = 24
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Hour = Annotated[int, Field(ge=0, le=23)]


class Answering(Options):
    """Percent of messages that are answered, as expected of a customer who got none yet."""

    email: int = Field(30, ge=0, le=100, description="By e-mail.")
    sms: int = Field(30, ge=0, le=100, description="By SMS.")
    push: int = Field(30, ge=0, le=100, description="In the app.")
    post: int = Field(30, ge=0, le=100, description="By post.")
    phone: int = Field(30, ge=0, le=100, description="By phone.")


class Weights(Options):
    """How much of a week's messages each weekday takes, as proportions; 0: none on this day."""

    monday: int = Field(100, ge=0, le=1000, description="Monday.")
    tuesday: int = Field(100, ge=0, le=1000, description="Tuesday.")
    wednesday: int = Field(100, ge=0, le=1000, description="Wednesday.")
    thursday: int = Field(100, ge=0, le=1000, description="Thursday.")
    friday: int = Field(100, ge=0, le=1000, description="Friday.")
    saturday: int = Field(40, ge=0, le=1000, description="Saturday.")
    sunday: int = Field(0, ge=0, le=1000, description="Sunday.")

    @model_validator(mode="after")
    def _some_day(self) -> Self:
        if not any(self.by_weekday):
            raise ValueError("at least one weekday needs a weight above 0")
        return self

    @cached_property
    def by_weekday(self) -> tuple[int, ...]:
        """The weights from Monday on."""
        return tuple([getattr(self, name) for name in WEEKDAYS])


class DailyCapacity(Options):
    """What can be sent or called on a day at most; `decide` says where a day holds more. 0: no bound."""

    email: int = Field(0, ge=0, description="E-mails.")
    sms: int = Field(0, ge=0, description="SMS.")
    push: int = Field(0, ge=0, description="Notifications in the app.")
    post: int = Field(0, ge=0, description="Letters.")
    phone: int = Field(0, ge=0, description="Calls.")


class ContactTerms(Options):
    """Channel and time of messages."""

    cap_per_week: int = Field(2, ge=0, le=50, description="Messages that a customer gets in seven days at most.")
    paper_fallback: bool = Field(True, description="A letter where no other way is open, and post is agreed to.")
    response_days: int = Field(
        7,
        ge=1,
        le=60,
        description="Days within which an opening, a click, a reply or a payment is a response.",
    )
    prior_strength: int = Field(
        4, ge=1, le=1000, description="Messages of experience that `answering` weighs as much as."
    )
    answering: Answering = Field(Answering(), description="Responses expected before there is experience.")
    explore_percent: int = Field(
        5, ge=0, le=50, description="Percent of customers without a preference who get another open channel, to learn."
    )
    complaint_days: int = Field(
        180, ge=0, le=3650, description="Days for which a channel stays closed after a complaint about it."
    )
    quiet_from: Hour = Field(20, description="First hour of the quiet, in the customer's time zone.")
    quiet_until: Hour = Field(8, description="First hour after the quiet; the same as `quiet_from`: no quiet.")
    hours: tuple[Hour, ...] = Field(
        (9, 10, 11, 17, 18), min_length=1, description="Hours to send at, where the customer's own are not known."
    )
    time_strength: int = Field(
        3, ge=1, le=1000, description="Openings of experience that `hours` and even weekdays weigh as much as."
    )
    urgent_days: int = Field(2, ge=1, le=30, description="Sending days over which urgent messages are spread.")
    spread_days: int = Field(5, ge=1, le=30, description="Sending days over which other messages are spread.")
    weekday_lean: int = Field(
        200, ge=100, le=1000, description="Percent by which a customer's best weekday counts more, at most; 100: not."
    )
    weights: Weights = Field(Weights(), description="How a week's messages are spread.")
    closed_days: tuple[CalendarDate, ...] = Field((), description="Days without messages, besides public holidays.")
    capacity: DailyCapacity = Field(DailyCapacity(), description="What a day can hold.")

    @model_validator(mode="after")
    def _outside_the_quiet(self) -> Self:
        if len(set(self.hours)) < len(self.hours):
            raise ValueError("`hours` names an hour twice")
        quiet = sorted({hour for hour in self.hours if hour not in self.open_hours})
        if quiet:
            raise ValueError(f"`hours` lie in the quiet hours: {quiet}")
        return self

    @cached_property
    def open_hours(self) -> tuple[int, ...]:
        """The hours of a day that are not quiet, in order."""
        first, until = self.quiet_from, self.quiet_until
        if first <= until:
            return tuple([hour for hour in range(HOURS) if not first <= hour < until])
        return tuple([hour for hour in range(HOURS) if until <= hour < first])

    @cached_property
    def closed(self) -> frozenset[CalendarDate]:
        """`closed_days`, to be looked up."""
        return frozenset(self.closed_days)

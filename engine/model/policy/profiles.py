"""[profiles]: by which limits a customer belongs to a group, and what the utility adds as features."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from engine.model.base import ShortText
from engine.model.campaign import Options

ContextName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,60}$")]
ContextValue = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,60}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[int, Field(ge=0, le=3650)]
Count = Annotated[int, Field(ge=0, le=120)]


class ContextTerm(Options):
    """One attribute of customers that the utility supplies as a feature: weather, price change, region."""

    name: ContextName = Field(description="Attribute; `name@2026-07-01` holds what is known since that day.")
    words: ShortText = Field("", description="Plain words for reasons; empty: the name.")
    values: tuple[ContextValue, ...] = Field((), description="Values of a category; empty: a number.")
    constant: bool = Field(False, description="The attribute without a day holds at all times, as a region does.")


class ProfileTerms(Options):
    """Limits of the groups, versioned. docs/profiles.md has the rules that use them."""

    version: ShortText = Field("1", description="Version of these limits; kept with every profile.")
    least_bills: Count = Field(3, description="Past bills that must be known; with fewer a customer is unknown.")
    able_late_share: Share = Field(0.1, description="Willing and able: share of past bills late, at most.")
    able_late_days: Days = Field(14, description="Willing and able: most days that a past bill was late.")
    able_open_days: Days = Field(7, description="Willing and able: days that an open bill may be overdue.")
    able_risk: Share = Field(0.5, description="Willing and able: score of late payment, at most; above, known.")
    known_month_share: Share = Field(0.34, description="Known: share of past bills over a month late, at most.")
    known_open_days: Days = Field(60, description="Known: days that an open bill may be overdue.")
    unable_points: Count = Field(2, description="Unable: points of signs that money is short, at least.")
    unable_parts_share: Share = Field(0.25, description="Sign: share of past bills paid in parts, at least.")
    unable_trend_days: Days = Field(15, description="Sign: the last three bills were that many days later than before.")
    hardship: tuple[ShortText, ...] = Field(
        (), description="Attributes that say `yes` where help was granted, as in social_bonus: signs, and no features."
    )
    unwilling_open_days: Days = Field(60, description="Unwilling: days that the oldest open bill is overdue, at least.")
    unwilling_open_bills: Count = Field(2, description="Unwilling: overdue bills, at least.")
    unwilling_reached: Count = Field(2, description="Unwilling: messages or reminders that arrived, at least.")
    unwilling_silent_days: Days = Field(60, description="Unwilling: days without any payment, at least.")
    context: tuple[ContextTerm, ...] = Field((), description="Attributes that are features.")
    segments: ShortText | None = Field(
        None, description="Segments for marketing, of `billcast insight segments`: a file inside the campaign folder."
    )
    protected: tuple[ShortText, ...] = Field(
        (), description="Attributes that must never be features, besides those whose names say so."
    )

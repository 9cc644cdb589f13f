"""[profiles]: by which limits a customer belongs to a group."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from engine.model.base import ShortText
from engine.model.campaign import Options

ContextName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,60}$")]
ContextValue = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,60}$")]


class ContextTerm(Options):
    """One attribute of customers that the utility supplies as a feature: weather, price change, region."""

    name: ContextName = Field(description="Attribute; `name@2026-07-01` holds what is known since that day.")
    words: ShortText = Field("", description="Plain words for reasons; empty: the name.")
    values: tuple[ContextValue, ...] = Field((), description="Values of a category; empty: a number.")
    constant: bool = Field(False, description="The attribute without a day holds at all times, as a region does.")


class ProfileTerms(Options):
    """Limits of the groups, versioned."""

    version: str = Field("1", description="Version of these rules; kept with every profile.")
    context: tuple[ContextTerm, ...] = Field((), description="Attributes that are features.")
    protected: tuple[ShortText, ...] = Field(
        (), description="Attributes that must never be features, besides those whose names say so."
    )

"""[profiles]: by which limits a customer belongs to a group."""

from __future__ import annotations

from pydantic import Field

from engine.model.campaign import Options


class ProfileTerms(Options):
    """Limits of the groups, versioned."""

    version: str = Field("1", description="Version of these rules; kept with every profile.")

"""[contact]: which channels, how often, at which hours."""

from __future__ import annotations

from pydantic import Field

from engine.model.campaign import Options


class ContactTerms(Options):
    """Channel and time of messages."""

    cap_per_week: int = Field(2, ge=0, le=50, description="Messages that a customer gets in seven days at most.")

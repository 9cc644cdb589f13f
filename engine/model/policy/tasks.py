"""[tasks]: who does what a person must do, and by when."""

from __future__ import annotations

from pydantic import Field

from engine.model.campaign import Options


class TaskTerms(Options):
    """Owners and days of tasks."""

    days: int = Field(3, ge=0, le=120, description="Working days until a task is due.")

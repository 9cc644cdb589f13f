"""[scores]: the models that tell how likely something is. A score orders and words outreach, no more."""

from __future__ import annotations

from pydantic import Field

from engine.model.campaign import Options


class Scores(Options):
    """Model files, as `billcast insight train` writes them."""

    late: str | None = Field(None, description="Risk of late payment: a file inside the campaign folder.")
    churn: str | None = Field(None, description="Risk of switching: a file inside the campaign folder.")

"""[experiment]: a control group and variants, so that the effect can be measured."""

from __future__ import annotations

from pydantic import Field

from engine.model.campaign import Options


class Experiment(Options):
    """A seeded random assignment of customers to arms."""

    name: str = Field("", description="Name; with the seed it makes the assignment. Empty: no experiment.")

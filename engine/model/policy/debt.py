"""[debt]: how payments are allotted, what interest and fees are asked for, when a claim lapses."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from engine.model.base import Exact
from engine.model.campaign import Options


class DebtTerms(Options):
    """How a customer's open bills become one statement."""

    interest_percent: Exact = Field(Decimal(0), description="Interest a year on what is overdue, in percent; 0: none.")

"""Debt as one: the statement of all open bills, reminders of it, payment plans for it."""

from engine.insight.debt.allotment import Allotment, Part
from engine.insight.debt.instalments import instalment_plan
from engine.insight.debt.reminding import may_remind
from engine.insight.debt.statement import allotments_of, statement_of, statements_of

__all__ = [
    "Allotment",
    "Part",
    "allotments_of",
    "instalment_plan",
    "may_remind",
    "statement_of",
    "statements_of",
]

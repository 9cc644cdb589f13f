"""How made-up customers behave: five kinds of payer, each with habits of its own and much chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Behaviour:
    """One kind of payer. `late` is the log-odds of a late bill in an ordinary month; the rest moves it."""

    name: str
    share: float  # of all customers, in percent
    late: float
    spread: float  # from customer to customer, in log-odds
    by_amount: float  # log-odds for each doubling of the bill against the usual one
    hard_times: float  # chance that a month begins a spell of little money
    debit: float  # share that pays by direct debit
    days_late: float  # in the middle, once late and unasked
    reacts: float  # chance that a reminder which was seen brings the money within days
    never: float  # chance that a late bill is not paid at all
    promises: float  # chance that a reminder is answered by a promise
    keeps: float  # chance that a promise is kept
    contests: float  # chance that a reminder is answered by a complaint or a dispute
    opens: float  # chance that a message is seen


BEHAVIOURS = (
    Behaviour("prompt", 44, -2.7, 0.4, 0.3, 0.010, 0.60, 4, 0.85, 0.00, 0.03, 0.95, 0.02, 0.72),
    Behaviour("forgetful", 22, -1.2, 0.5, 0.3, 0.012, 0.15, 9, 0.70, 0.00, 0.06, 0.85, 0.02, 0.55),
    Behaviour("strained", 14, -1.3, 0.5, 1.1, 0.070, 0.25, 24, 0.30, 0.04, 0.30, 0.55, 0.03, 0.60),
    Behaviour("unwilling", 7, 0.2, 0.6, 0.2, 0.012, 0.05, 45, 0.12, 0.12, 0.08, 0.25, 0.12, 0.30),
    Behaviour("new", 13, -1.6, 0.9, 0.5, 0.020, 0.30, 14, 0.45, 0.02, 0.08, 0.70, 0.03, 0.50),
)
SPELL_MONTHS = (2, 7)
_HARD = 1.5  # log-odds more while money is short
_DEBIT = -1.0  # log-odds less where the bill is taken by direct debit
_AGAIN = 0.3  # log-odds more after a late bill
METHODS = ("transfer", "card", "slip", "wallet", "cash", "standing_order")
_METHOD_WEIGHTS = (40, 25, 15, 10, 5, 5)
CHANNELS = ("email", "sms", "push", "post")
_CHANNEL_WEIGHTS = (62, 14, 10, 14)
_TASTE = {"email": 0.0, "sms": 0.08, "push": 0.03, "post": -1.0}  # what is posted is not seen to be read


@dataclass
class Person:
    """One customer's habits, drawn once, and what has happened so far."""

    behaviour: Behaviour
    leaning: float  # own log-odds, beside the behaviour's
    method: str
    channel: str
    hour: int  # of the day, local time, at which messages are mostly seen
    opens: dict[str, float]
    clicks: float
    hard_until: int = -1  # number of the month in which the spell ends
    was_late: bool = False

    def late_chance(self, dice: Random, month: int, against_usual: float) -> float:
        """Return the chance that the bill of a month is paid late. `against_usual`: amount by the usual amount."""
        if month > self.hard_until and dice.random() < self.behaviour.hard_times:
            self.hard_until = month + dice.randint(*SPELL_MONTHS)
        odds = self.behaviour.late + self.leaning + self.behaviour.by_amount * math.log2(max(against_usual, 0.1))
        odds += _HARD * (month <= self.hard_until) + _DEBIT * (self.method == "direct_debit") + _AGAIN * self.was_late
        return 1 / (1 + math.exp(-odds))

    def sees(self, dice: Random, channel: str, hour: int) -> bool:
        """True if a message sent at `hour` is seen."""
        is_handy = abs(hour - self.hour) <= 2
        return dice.random() < self.opens[channel] * (1.2 if is_handy else 0.85)


def person(dice: Random) -> Person:
    """Return somebody, as the dice fall."""
    behaviour = dice.choices(BEHAVIOURS, [kind.share for kind in BEHAVIOURS])[0]
    method = "direct_debit" if dice.random() < behaviour.debit else dice.choices(METHODS, _METHOD_WEIGHTS)[0]
    own = dice.gauss(0, 0.12)
    opens = {name: min(0.95, max(0.0, behaviour.opens + own + _TASTE[name] + dice.gauss(0, 0.1))) for name in CHANNELS}
    return Person(
        behaviour, dice.gauss(0, behaviour.spread), method, dice.choices(CHANNELS, _CHANNEL_WEIGHTS)[0],
        dice.choices((8, 12, 18, 20), (25, 20, 35, 20))[0], opens, dice.uniform(0.2, 0.6),
    )  # fmt: skip

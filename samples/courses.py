"""The course of one bill: what was sent and seen, promised and contested, and how it was paid."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from behaviours import Person
from billing import Row

# stage -> days after the due date at which its message goes out
REMINDERS = (("friendly", 5), ("first", 15), ("second", 30), ("final", 50))
DAY = timedelta(days=1)


def euros(amount: int) -> str:
    """Return an amount of hundredths as text."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


@dataclass
class Course:
    """What came of one bill until the day `as_of`, that day not included. Amounts are hundredths."""

    dice: Random
    who: Person
    zone: ZoneInfo
    as_of: date
    number: str
    amount: int
    due: date
    interactions: list[Row] = field(default_factory=list)
    payments: list[tuple[date, int, str]] = field(default_factory=list)
    promises: list[Row] = field(default_factory=list)
    disputes: list[Row] = field(default_factory=list)
    tasks: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    stage: str = ""
    is_agreed: bool = False  # a promise that will be kept: no more reminders

    def run(self, issued: date, *, is_late: bool, is_shock: bool) -> None:
        """Let it happen."""
        clicked = self._message(issued, "bill", self.who.channel)
        if self.amount <= 0:
            self.payments.append((issued + 12 * DAY, self.amount, "transfer"))  # a credit is paid out
        elif not is_late:
            self._pay_in_time(issued, clicked)
        else:
            self._pay_late()
        if is_shock and self.dice.random() < 0.08:
            self._contest(issued + self.dice.randint(1, 10) * DAY)
        self.payments = [payment for payment in self.payments if payment[0] < self.as_of]

    # ------------------------------------------------------------------ paying

    def _pay_in_time(self, issued: date, clicked: date | None) -> None:
        if self.who.method in ("direct_debit", "standing_order"):
            on = self.due
        elif clicked is not None and self.dice.random() < 0.6:
            on = clicked
        else:
            on = self.due - self.dice.randint(0, 12) * DAY
        self.payments.append((min(max(on, issued), self.due), self.amount, self.who.method))

    def _pay_late(self) -> None:
        kind, dice = self.who.behaviour, self.dice
        if self.who.method == "direct_debit":
            self.payments += [(self.due, self.amount, "direct_debit"), (self.due + 3 * DAY, -self.amount, "returned")]
        days = max(1, min(400, round(dice.lognormvariate(0, 0.6) * kind.days_late)))
        # what was returned is paid after it came back
        days = max(days, 4) if self.who.method == "direct_debit" else days
        on = None if dice.random() < kind.never else self.due + days * DAY
        for stage, offset in REMINDERS:
            at = self.due + offset * DAY
            if at >= self.as_of or self.is_agreed or (on is not None and on <= at):
                break
            self.stage = stage
            on = self._remind(stage, at, on)
        if on is not None and not self.is_agreed:
            self._settle(on)

    def _settle(self, on: date) -> None:
        """Pay what is still open: all of it at once, or in two parts."""
        left = self.amount - sum(amount for _, amount, _ in self.payments)
        method = "transfer" if self.who.method == "direct_debit" else self.who.method
        if left <= 0:
            return
        if self.who.behaviour.name == "strained" and self.dice.random() < 0.3:
            part = left // 2
            self.payments += [(on, part, method), (on + self.dice.randint(7, 25) * DAY, left - part, method)]
        else:
            self.payments.append((on, left, method))

    # ------------------------------------------------------------------ messages and answers

    def _remind(self, stage: str, at: date, on: date | None) -> date | None:
        """Send a reminder; return when the bill will be paid after it."""
        kind, dice = self.who.behaviour, self.dice
        channel = "post" if stage == "final" else self.who.channel
        seen = self._message(at, stage, channel)
        if stage == "final":
            document = {"kind": "formal_notice", "at": self._moment(at, 9), "channel": "post",
                        "bill_number": self.number}  # fmt: skip
            self.documents.append(document)
        throw = dice.random()
        if throw < kind.promises:
            return self._promise(at + dice.randint(0, 3) * DAY, on)
        if throw < kind.promises + kind.contests:
            self._contest(at + dice.randint(0, 4) * DAY)
        elif seen is not None and dice.random() < kind.reacts:
            soon = max(seen, at) + dice.randint(0, 3) * DAY
            return soon if on is None else min(on, soon)
        if stage == "second":
            self._call(at + 3 * DAY)
        return on

    def _message(self, day: date, stage: str, channel: str) -> date | None:
        """Send a message; return the day on which its link was clicked, for a reminder the day it was seen."""
        dice = self.dice
        hour = dice.randint(8, 19)
        reference = f"{self.number}/{stage}"
        note = {} if stage == "bill" else {"stage": stage}
        self._note("sent", day, hour, channel, reference=reference, **note)
        if not self.who.sees(dice, channel, hour):
            return None
        later = min(23 - hour, int(dice.expovariate(0.35)))
        self._note("seen", day, hour + later, channel, reference=reference)
        clicks = dice.random() < self.who.clicks
        if clicks:
            self._note("clicked", day, hour + later, channel, reference=reference)
        return day if clicks or stage != "bill" else None

    def _promise(self, made: date, on: date | None) -> date | None:
        """Promise to pay, all of it by a day or in three instalments; return when the bill is paid otherwise."""
        if made >= self.as_of:
            return on
        dice, keeps = self.dice, self.who.behaviour.keeps
        self._note("promised", made, 11, "phone", amount=euros(self.amount))
        parts = 3 if dice.random() < 0.25 else 1
        share = self.amount // parts
        is_kept = dice.random() < keeps
        for place in range(1, parts + 1):
            due = made + (30 * place if parts > 1 else dice.randint(5, 14)) * DAY
            amount = self.amount - share * (parts - 1) if place == parts else share
            row: Row = {"made_on": made.isoformat(), "due_on": due.isoformat(), "amount": euros(amount),
                        "bill_number": self.number, "channel": "phone"}  # fmt: skip
            if parts > 1:
                row["plan"] = f"P-{self.number}"
            if due < self.as_of:
                row["kept"] = is_kept
            self.promises.append(row)
            if is_kept:
                self.payments.append((due - dice.randint(0, 2) * DAY, amount, "transfer"))
        self.is_agreed = is_kept
        return on

    def _contest(self, day: date) -> None:
        """Complain, and now and then dispute the bill: mostly in vain."""
        if day >= self.as_of:
            return
        self._note("complained", day, 10, "phone")
        if self.disputes or self.dice.random() < 0.5:
            return
        row: Row = {"bill_number": self.number, "opened_on": day.isoformat()}
        closed = day + self.dice.randint(15, 45) * DAY
        if closed < self.as_of:
            row |= {"closed_on": closed.isoformat(), "outcome": "rejected"}
        self.disputes.append(row)

    def _call(self, day: date) -> None:
        if day >= self.as_of:
            return
        self._note("called", day, self.dice.randint(9, 18), "phone")
        self.tasks.append({"kind": "call_back", "owner": "collection", "state": "done", "due_on": day.isoformat(),
                           "done_at": self._moment(day, 18), "bill_number": self.number})  # fmt: skip

    def _note(self, kind: str, day: date, hour: int, channel: str, **more: str) -> None:
        if day < self.as_of:
            at = self._moment(day, hour)
            self.interactions.append({"kind": kind, "at": at, "channel": channel, "bill_number": self.number, **more})

    def _moment(self, day: date, hour: int) -> str:
        """Return a time of the day, at `hour` of the customer's clock, in UTC."""
        local = datetime.combine(day, time(hour, self.dice.randrange(60)), self.zone)
        return f"{local.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

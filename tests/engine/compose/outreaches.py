"""Decisions of credit management as tests write them: a statement of few words, and what is done."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from engine.model.outreach import Action, Contact, Group, Instalment, Offer, OfferKind, Outreach, Profile
from engine.model.statement import AgeBucket, OpenItem, Statement
from engine.model.tone import Tone

TODAY = date(2026, 11, 6)


def bucket_of(days: int) -> AgeBucket:
    limits = ((0, AgeBucket.NOT_DUE), (30, AgeBucket.TO_30), (60, AgeBucket.TO_60), (90, AgeBucket.TO_90))
    return next((bucket for limit, bucket in limits if days <= limit), AgeBucket.TO_180)


def item(number: str, asked: str, due_on: str = "2026-11-24", **parts: str) -> OpenItem:
    """An open bill; `parts` are settled, disputed, held, interest and fee."""
    amounts = {name: Decimal(value) for name, value in parts.items()}
    due = date.fromisoformat(due_on)
    days = max(0, (TODAY - due).days)
    zero = Decimal(0)
    open_ = Decimal(asked) + amounts.get("disputed", zero) + amounts.get("held", zero)
    settled = amounts.pop("settled", zero)
    return OpenItem(number, due, due, open_ + settled, settled, Decimal(asked), days_late=days,
                    bucket=bucket_of(days), **amounts)  # fmt: skip


def statement(*items: OpenItem, credit: str = "0", currency: str = "EUR") -> Statement:
    ageing = tuple((bucket, sum((one.asked for one in items if one.bucket is bucket), Decimal(0)))
                   for bucket in AgeBucket)  # fmt: skip
    return Statement(currency, TODAY, items, Decimal(credit), ageing)


def parts_of(*amounts: str) -> Offer:
    parts = tuple(Instalment(date(2027, place, 1), Decimal(amount)) for place, amount in enumerate(amounts, start=1))
    return Offer(OfferKind.INSTALMENTS, "the group can't pay at once", parts)


def outreach(found: Statement, **changes: Any) -> Outreach:
    """A decision to send, in a stage called reminder."""
    decided: dict[str, Any] = {
        "key": "C1", "action": Action.SEND, "stage": "reminder", "rule": "reminder", "policy": "1", "tone": Tone.EASY,
        "contact": Contact(None, None, ()), "profile": Profile(Group.KNOWN, 0.9, (), "1"), "statement": found,
        "reasons": ("stage reminder: 3 days after the due date",),
    }  # fmt: skip
    return Outreach(**(decided | changes))

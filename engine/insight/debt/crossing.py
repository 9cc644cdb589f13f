"""Payments that crossed a bill: made for an earlier bill before its balance was carried over, booked after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

from engine.insight.debt.claim import Claim
from engine.insight.debt.payments import Received
from engine.model.bill import ZERO


def without_crossings(named: Sequence[Received], by_number: Mapping[str, Claim]) -> list[Received]:
    """Return the payments; those that a balance forward did not know yet name the bill that carries it over.

    What the maker of a bill knew can't be seen, but computed: if the balance forward is exactly what was
    open before the last payments, it did not know these. Where no number of payments explains it, all are
    taken for known: the record may lack older bills.
    """
    rows = list(named)
    for carrier in {id(claim): claim for claim in by_number.values()}.values():
        if carrier.carried and carrier.forward > 0:
            _redirect(rows, carrier, by_number)
    return rows


def _redirect(rows: list[Received], carrier: Claim, by_number: Mapping[str, Claim]) -> None:
    issued = carrier.first.issued_on
    places = []
    for place, row in enumerate(rows):
        claim = by_number.get(row.number or "")
        if claim is not None and row.day < issued and claim.at(row.day) in carrier.carried:
            places.append(place)
    start = sum([one.owed for one in carrier.carried], ZERO)
    balances = list(accumulate([rows[place].amount for place in places], lambda left, paid: left - paid, initial=start))
    forward = carrier.forward
    if balances[-1] == forward or forward not in balances:
        return
    # The latest of the balances that fit: as many payments as can be were known.
    known = len(balances) - 1 - balances[::-1].index(forward)
    for place in places[known:]:
        rows[place] = rows[place]._replace(number=carrier.bill.number)

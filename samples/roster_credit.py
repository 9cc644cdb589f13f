"""Customers for credit management: each meets another stage, brake or limit of the starter policy on 6 November 2026.

They are all households of one place on one tariff, so that nothing differs but what they did. Each has eight months of
bills behind them; the newest is the one that is late, or nearly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts import number, paid, person, supply, usual_bill
from billing import Row, cents, months_until

TODAY = date(2026, 11, 6)
TERM = timedelta(days=21)
STREETS = ("Abbey", "Bridge", "Castle", "Dock", "Elm", "Friary", "Grattan", "Henry", "Island", "John")


@dataclass
class Cast:
    """One customer of the cast: `late` days past the due date of the newest bill, negative before it."""

    serial: int
    given: str
    family: str
    late: int
    past: int = 8  # paid bills before
    open: int = 1  # bills that are not paid, the newest included
    paid_late: tuple[int, ...] = ()  # days late of the paid bills, the newest first
    halves: int = 0  # paid bills that were paid in two parts
    reminded: tuple[int, ...] = ()  # days ago at which reminders went out
    reminded_before: tuple[int, ...] = ()  # the same, about the bill before
    contests: int | None = None  # place of a bill in dispute, the newest is 0
    is_told: bool = True  # the newest bill was sent
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The customer's key."""
        return f"CR-{self.serial:04d}"

    @property
    def newest(self) -> str:
        """The number of the newest bill."""
        return number(self.serial, "2026-10")


def record(cast: Cast) -> Row:
    """Return the customer's record."""
    master = person(
        cast.key, "en", cast.given, cast.family,
        f"{3 + cast.serial} {STREETS[cast.serial % 10]} Street | X91 AB{cast.serial:02d} | Waterford | IE",
        opened_on="2019-04-08" if cast.past > 3 else "2026-08-03", payment_method="transfer",
        phone=f"+353 51 555 {cast.serial:04d}", **cast.more.pop("master", {}),
    )  # fmt: skip
    power = supply("IE.electricity", f"103{cast.serial:08d}", 2400 + 97 * cast.serial, f"IE-9{cast.serial:05d}", "en")
    due = TODAY - timedelta(days=cast.late)
    spans = months_until(due - TERM - timedelta(days=10), cast.past + cast.open)[::-1]
    bills = []
    for back, span in enumerate(spans):
        own = due - timedelta(days=30 * back)
        name = cast.newest if back == 0 else number(cast.serial, f"{span[1]:%Y-%m}-{back}")
        bills.append(usual_bill("IE", name, [power], span, issued=own - TERM, due=own))
    for back, stage in enumerate(cast.more.pop("stages", ())):
        bills[back]["dunning_stage"] = stage
    told = [_sent(bill["issued_on"], bill["number"]) for bill in bills[0 if cast.is_told else 1 :]]
    reminders = [_sent(_ago(days), cast.newest, "reminder") for days in cast.reminded]
    reminders += [_sent(_ago(days), bills[1]["number"], "reminder") for days in cast.reminded_before]
    if cast.contests is not None:
        contested = {"bill_number": bills[cast.contests]["number"], "opened_on": _ago(4), "note": "Was away then."}
        cast.more.setdefault("disputes", [contested])
    interactions = sorted([*told, *reminders, *cast.more.pop("interactions", ())], key=lambda one: str(one["at"]))
    return {
        **master,
        "supply_points": [power.row()],
        "bills": bills,
        "consumption": [power.consumption(cast.key, *spans[0], 13)],
        "payments": [*_payments(cast, bills), *cast.more.pop("payments", ())],
        "interactions": interactions,
        **cast.more,
    }


def _sent(day: str, bill: str, stage: str = "") -> Row:
    row = {"kind": "sent", "at": f"{day}T09:00:00Z", "channel": "email", "bill_number": bill}
    return row | ({"stage": stage} if stage else {})


def _payments(cast: Cast, bills: list[Row]) -> list[Row]:
    rows = []
    for place, bill in enumerate(bills[cast.open :]):
        days_late = cast.paid_late[place] if place < len(cast.paid_late) else -2
        row = paid(bill, days_early=-days_late)
        if place < cast.halves:
            half = cents(Decimal(row["amount"]) / 2)
            rest = {**row, "amount": str(Decimal(row["amount"]) - half)}
            rest["paid_on"] = str(date.fromisoformat(row["paid_on"]) + timedelta(days=12))
            rows += [{**row, "amount": str(half)}, rest]
        else:
            rows.append(row)
    return rows


def _ago(days: int) -> str:
    return str(TODAY - timedelta(days=days))


def _says(kind: str, days_ago: int, cast: int) -> Row:
    bill = number(cast, "2026-10")
    return {"kind": kind, "at": f"{_ago(days_ago)}T18:20:00Z", "channel": "email", "bill_number": bill}


_SLOW = (9, 14, 6, 11, 3, 12)  # late now and then: known, and no more
_SHORT = (31, 26, 24, 5, 2, 1)  # later and later


def _all() -> list[Cast]:
    return [
        Cast(1, "Una", "Ahern", -2, past=1),
        Cast(2, "Brendan", "Burke", 1),
        Cast(3, "Ciara", "Casey", 5),
        Cast(4, "Declan", "Daly", 12, paid_late=_SHORT, halves=4, reminded=(8,), more={
            "interactions": [_says("instalments", 12, 4)]}),
        Cast(5, "Eimear", "Egan", 12, paid_late=_SLOW, reminded=(7,)),
        Cast(6, "Fergal", "Foley", 25, paid_late=_SHORT, halves=4, reminded=(20, 12)),
        Cast(7, "Gráinne", "Gill", 25, reminded=(20, 12), more={"master": {"flags": {
            "vulnerable": True}}}),
        Cast(8, "Hugh", "Healy", 25, paid_late=_SLOW, reminded=(20, 12)),
        Cast(9, "Imelda", "Irwin", 49, paid_late=_SLOW, reminded=(40, 30, 20), more={"master": {"consents": {
            "phone": True}}}),
        Cast(10, "Jarlath", "Joyce", 75, paid_late=_SLOW, reminded=(66, 56, 40), more={"stages": ("final",)}),
        Cast(11, "Kevin", "Keane", 80, open=3, paid_late=(40, 44, 39, 41), reminded=(70, 60, 45, 30), more={
            "master": {"consents": {"phone": True}}, "interactions": [
                {"kind": "seen", "at": f"{_ago(60)}T20:00:00Z", "channel": "email",
                 "bill_number": number(11, "2026-10")},
                {"kind": "seen", "at": f"{_ago(45)}T20:00:00Z", "channel": "email",
                 "bill_number": number(11, "2026-10")},
            ]}),
        Cast(12, "Lorcan", "Lynch", 25, reminded=(20,), more={"master": {"flags": {"legal_hold": True}}}),
        Cast(13, "Maeve", "Moran", 12, more={"interactions": [_says("wrong_person", 30, 13)]}),
        Cast(14, "Nóra", "Nolan", 25, open=2, reminded=(20,), more={
            "master": {"flags": {"payment_plan": "kept"}},
            "promises": [{"made_on": _ago(20), "due_on": str(TODAY + timedelta(days=30 * part - 20)),
                          "amount": "60.00", "plan": "P-14", "channel": "phone"} for part in (1, 2, 3)]}),
        Cast(15, "Oisín", "Oakes", 12, reminded=(7,), more={"promises": [
            {"made_on": _ago(5), "due_on": str(TODAY + timedelta(days=4)), "channel": "phone",
             "bill_number": number(15, "2026-10")}]}),
        Cast(16, "Peig", "Power", 12, reminded=(7,), more={"payments": [
            {"amount": "30.00", "paid_on": _ago(1), "bill_number": number(16, "2026-10"), "method": "card"}]}),
        Cast(17, "Rory", "Quinn", 12, reminded=(7,), more={"interactions": [_says("already_paid", 3, 17)]}),
        Cast(18, "Sorcha", "Regan", 12, reminded=(7,), contests=0),
        Cast(19, "Tadhg", "Shaw", 25, reminded=(20, 12), contests=3),
        Cast(20, "Úna", "Tobin", 12, reminded=(2,)),
        Cast(21, "Vera", "Upton", 12, more={"master": {
            "consents": {"email": False, "post": False}, "preferred_channel": "email"}}),
        Cast(22, "Wes", "Vaughan", -12),
        Cast(23, "Aidan", "Ward", -18, is_told=False),
        Cast(24, "Bríd", "Young", 14, paid_late=(19,), reminded_before=(6, 6)),
    ]  # fmt: skip


CUSTOMERS: tuple[Callable[[], Row], ...] = tuple(lambda cast=cast: record(cast) for cast in _all())

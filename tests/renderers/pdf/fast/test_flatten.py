"""Slots and signatures: what varies in a bill, and what its structure follows from."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from engine.model.communication import ChartGeometry, Communication, MarkRole, QrCode
from renderers.pdf.fast.flatten import Flattener, block_text
from renderers.pdf.fast.model import Unfillable
from renderers.pdf.fast.template_reads import Reads
from tests.renderers.builders import (
    block,
    changed,
    fact,
    make_bill,
    make_communication,
    make_customer,
    make_payment,
    make_rows,
    make_tip,
)
from tests.renderers.pdf.fast.said import samples, starter

FLATTENER = Flattener.of(starter())


def signature(**changes: Any) -> object:
    return FLATTENER.flatten(make_communication(**changes))[0]


def test_every_text_that_the_bill_prints_is_a_slot() -> None:
    said = make_communication()
    slots = FLATTENER.flatten(said)[1]
    wanted = [
        said.bill.amount_due.text,
        said.bill.kind,
        said.bill.title.text,
        *(line.text for line in said.customer.address),
        *(row.amount.text for row in said.bill.rows),
        said.supplier.legal_name,
    ]
    assert set(wanted) <= {slot for slot in slots if isinstance(slot, str)}
    assert sum(isinstance(slot, ChartGeometry) for slot in slots) == len(
        [c for c in (said.bill.stack, said.change, *said.usage) if c]
    )
    assert sum(isinstance(slot, QrCode) for slot in slots) == 1


def test_what_the_bill_does_not_print_is_no_slot_and_changes_nothing() -> None:
    said = make_communication()
    other = dataclasses.replace(said, key="another", token="another", greeting=block("greeting", "Hi"))
    assert FLATTENER.flatten(said) == FLATTENER.flatten(other)


def test_other_texts_leave_the_signature_alone() -> None:
    assert signature() == signature(customer=make_customer(name="Bartolomea-Maximiliana von und zu Hohenlohe"))


@pytest.mark.parametrize(
    "change",
    [
        {"bill": make_bill(is_overdue=True)},
        {"bill": make_bill(due_line=None)},
        {"bill": make_bill(rows=make_rows()[:-1])},
        {"bill": make_bill(rows=(changed(make_rows()[0], role=MarkRole.ONE_OFF), *make_rows()[1:]))},
        {"bill": make_bill(stack=None)},
        {"payment": None},
        {"customer": make_customer(account=fact("customer.account", ""))},
        {"customer": make_customer(address=make_customer().address[:-1])},
        {"language": "it"},
        {"tips": (changed(make_tip(), url="https://northlight.example/save"),)},
    ],
)
def test_what_a_condition_may_ask_is_in_the_signature(change: dict[str, Any]) -> None:
    base = {"tips": (make_tip(),)} if "tips" in change else {}
    assert signature(**base) != signature(**change)


@pytest.mark.parametrize(("length", "other", "same"), [(11, 3, True), (12, 11, False), (15, 12, True), (16, 15, False)])
def test_a_measured_text_is_told_by_its_class_of_length(length: int, other: int, same: bool) -> None:
    one, two = (signature(bill=make_bill(amount_due=fact("bill.amount_due", "9" * size))) for size in (length, other))
    assert (one == two) is same


def test_a_length_used_otherwise_is_in_the_signature_as_it_is() -> None:
    reads = dataclasses.replace(FLATTENER.reads, is_exact=True)
    exact = Flattener(reads, frozenset())
    bills = [make_bill(amount_due=fact("bill.amount_due", "9" * size)) for size in (4, 5)]
    one, two = (exact.flatten(make_communication(bill=bill))[0] for bill in bills)
    assert one != two


def test_the_signature_can_be_a_key_and_the_same_input_gives_the_same() -> None:
    for said in samples():
        assert FLATTENER.flatten(said) == FLATTENER.flatten(said)
        hash(FLATTENER.flatten(said)[0])


def test_a_blocks_text_is_that_of_its_parts() -> None:
    for blocked in (block("a"), block("a", "one"), block("a", fact("f", "1")), block("a", "one ", fact("f", "1"), ".")):
        assert block_text(blocked) == blocked.text


def test_a_view_with_a_field_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Communication.__annotations__, "key", "dict[str, str]")
    with pytest.raises(TypeError, match="key"):
        Flattener(Reads(frozenset((("Communication", "key"),)), frozenset(), (), False), frozenset())


def test_a_template_that_looks_into_a_decision_is_left_to_the_reference() -> None:
    read = frozenset((("Communication", "decision"), ("Decision", "outreach"), ("Outreach", "stage")))
    with pytest.raises(Unfillable, match="no view of the communication"):
        Flattener(Reads(read, frozenset(), (), False), frozenset())


def test_payment_details_are_slots_too() -> None:
    payment = make_payment()
    slots = FLATTENER.flatten(make_communication(payment=payment))[1]
    assert {payment.url, payment.slip.reference.text, payment.qr_note} <= {s for s in slots if isinstance(s, str)}

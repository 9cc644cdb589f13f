"""The kernel takes communications apart as the functions do: the same slots, and signatures equal where theirs are."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Hashable
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.attached import AttachedFile
from engine.model.communication import Communication, Fact, QrCode, Text, TextBlock
from engine.model.qr_rows import QrRows
from renderers.pdf.fast import flatten
from renderers.pdf.fast.flatten import Flattener
from tests.renderers.builders import changed, make_bill, make_communication, make_customer, make_payment, make_tip
from tests.renderers.pdf.fast.said import samples, starter

KERNEL = flatten._kernel  # None where there is none
pytestmark = pytest.mark.skipif(KERNEL is None, reason="the kernels are not built")
FAST = Flattener.of(starter())
READS, HOSTS = FAST.reads, frozenset(("pay.northlight.example", "Northlight.example", "ä.example"))
PAIRS = [
    (Flattener(reads, HOSTS), Flattener(reads, HOSTS, kernel=None))
    for reads in (READS, dataclasses.replace(READS, is_exact=True), dataclasses.replace(READS, bounds=()))
]
TEXTS = st.sampled_from(
    [
        "",
        " ",
        "x",
        "9" * 11,
        "9" * 12,
        "9" * 60,
        "é",
        "\ud800",
        "Ж" * 300,
        "😀",
        "a\0b",
        "https://",
        "https:/",
        "httpsä//a",
    ]
) | st.text(max_size=20)
ADDRESSES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["https://", "http://", "HTTPS://", "https://\u3000"]),
    st.sampled_from(
        ["pay.northlight.example", "PAY.Northlight.Example", "northlight.example", "ä.example", "", "n" * 300]
    ),
    st.sampled_from(
        ["", "/", "?a", "#", "/a b", "/\x7f", "/\x1c", "/<", "`", "\\", "'", '"', "/é", "/\u2003", "/ok?#/"]
    ),
)


def shaken(node: Any, dice: random.Random, text: Callable[[], str]) -> Any:
    """Return a view with some texts, flags, lengths and blocks changed."""
    if isinstance(node, Text):
        return Text(text()) if dice.random() < 0.1 else node
    if isinstance(node, tuple):
        kept = [shaken(item, dice, text) for item in node if dice.random() > 0.1]
        return tuple(kept * dice.choice((1, 1, 1, 2)))
    if isinstance(node, bool):
        return node if dice.random() > 0.1 else not node
    if isinstance(node, Enum):
        return node if dice.random() > 0.1 else dice.choice(list(type(node)))
    if isinstance(node, str):
        return node if dice.random() > 0.1 else text()
    if isinstance(node, QrCode | AttachedFile) or not dataclasses.is_dataclass(node) or isinstance(node, type):
        return node
    values = {field.name: shaken(getattr(node, field.name), dice, text) for field in dataclasses.fields(node)}
    return type(node)(**values)


def held_together(each: list[Communication], *, may_leave: bool = False) -> None:
    for fast, plain in PAIRS:
        seen: dict[Hashable, Hashable] = {}
        back: dict[Hashable, Hashable] = {}
        sections = ((2, 0), (), tuple(range(len(plain.roots))), (5,))
        for said in each:
            signatures, slots = plain.by_root(said)
            own_signatures, own_slots = fast.by_root(said)
            assert own_slots == slots
            assert all(
                one is other or (type(one) is str and type(other) is str)  # joined by each
                for mine, theirs in zip(own_slots, slots, strict=True)
                for one, other in zip(mine, theirs, strict=True)
            )
            if own_signatures == signatures:
                assert may_leave
                continue
            for number, pair in enumerate(zip(signatures, own_signatures, strict=True)):
                assert seen.setdefault((number, pair[0]), pair[1]) == pair[1]
                assert back.setdefault((number, pair[1]), pair[0]) == pair[0]
            assert fast.by_section(said, sections)[1] == plain.by_section(said, sections)[1]


def test_samples_are_taken_apart_as_by_the_functions_and_by_the_kernel_alone() -> None:
    held_together(list(samples()))
    assert all(isinstance(FAST.by_section(said, ())[0], bytes) for said in samples())


@settings(deadline=None, max_examples=40)
@given(st.integers(0, len(samples()) - 1), st.integers(), st.lists(TEXTS | ADDRESSES, min_size=1))
def test_whatever_is_said_is_taken_apart_alike(number: int, seed: int, texts: list[str]) -> None:
    dice = random.Random(seed)
    held_together(
        [samples()[number], *[shaken(samples()[number], dice, lambda: dice.choice(texts)) for _ in range(3)]],
        may_leave=not "".join(texts).isascii(),
    )


@settings(deadline=None, max_examples=40)
@given(ADDRESSES, ADDRESSES)
def test_addresses_are_told_apart_alike(one: str, other: str) -> None:
    held_together(
        [make_communication(tips=(changed(make_tip(), url=url),)) for url in (one, other, "save", "")],
        may_leave=not (one + other).isascii(),
    )


def test_blocks_are_joined_alike() -> None:
    for parts in ((), (Text(""),), (Text("a"), Fact("f", None, "é")), (Fact("f", None, "Ж"), Text("😀"), Text(""))):
        held_together([make_communication(bill=make_bill(title=TextBlock("bill.title", parts)))])


def test_the_rows_of_a_symbol_are_counted_alike() -> None:
    payment = make_payment()
    rows = tuple(map(tuple, payment.qr.rows))
    packed = [QrCode(b"", QrRows.of(rows), "epc"), QrCode(b"", rows, "epc"), QrCode(b"", rows[:-1], "link")]
    held_together([make_communication(payment=changed(payment, qr=code)) for code in packed])


class _Own(str):
    __slots__ = ()


@pytest.mark.parametrize(
    "odd",
    [
        {"language": _Own("en")},
        {"tips": [make_tip()]},
        {"tips": (changed(make_tip(), url="https://ä.example/"),)},
        {"bill": make_bill(is_credit=1 << 80)},
        {"bill": make_bill(is_credit="yes")},
        {"bill": make_bill(title=TextBlock("bill.title", [Text("a")]))},  # type: ignore[arg-type]
    ],
)
def test_what_is_not_of_its_kind_is_left_to_the_functions(odd: dict[str, Any]) -> None:
    said = make_communication(**odd)
    fast, plain = PAIRS[0]
    assert fast.by_root(said) == plain.by_root(said)
    assert not isinstance(fast.by_section(said, ())[0], bytes)


@pytest.mark.parametrize(
    "broken",
    [
        {"customer": None},
        {"bill": make_bill(rows=None)},
        {"bill": make_bill(rows=(None,))},
        {"bill": make_bill(title=TextBlock("bill.title", (None,)))},  # type: ignore[arg-type]
        {"customer": make_customer(account=Text("1"))},
        {"customer": object.__new__(type(make_customer()))},
    ],
)
def test_what_the_functions_refuse_is_refused_alike(broken: dict[str, Any]) -> None:
    said = make_communication(**broken)
    messages = []
    for flattener in PAIRS[0]:
        with pytest.raises((AttributeError, TypeError)) as raised:
            "".join(flattener.flatten(said)[1])  # type: ignore[arg-type]
        messages.append((raised.type, str(raised.value)))
    assert messages[0] == messages[1]


def test_a_section_of_a_root_that_is_not_there_is_an_error() -> None:
    for number in (-1, len(FAST.roots)):
        with pytest.raises(IndexError):
            FAST.by_section(make_communication(), ((number,),))

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from engine.model.communication import Fact, Mark, MarkRole, TextBlock
from engine.model.quick import maker, quick


@quick
@dataclass(frozen=True, slots=True)
class Pair:
    """Two things."""

    one: int
    other: str = "b"


@quick
@dataclass(frozen=True, slots=True)
class Checked:
    one: int

    def __post_init__(self) -> None:
        if self.one < 0:
            raise ValueError("below zero")
        object.__setattr__(self, "one", self.one + 1)


@pytest.mark.parametrize("make", [Pair, maker(Pair)])
def test_what_is_made_quickly_is_the_frozen_class_itself(make: type[Pair]) -> None:
    made = make(1, other="c")
    assert type(made) is Pair
    assert made == Pair(1, "c") != make(1)
    assert make(1).other == "b"
    assert hash(made) == hash(Pair(1, "c"))
    assert repr(made) == "Pair(one=1, other='c')"
    for write in (lambda: setattr(made, "one", 2), lambda: delattr(made, "one")):
        with pytest.raises(FrozenInstanceError):
            write()
    assert made.one == 1


def test_it_is_copied_replaced_and_pickled_as_a_dataclass_is() -> None:
    made = maker(Pair)(1, "c")
    assert replace(made, one=2) == Pair(2, "c")
    assert copy.deepcopy(made) == made
    again = pickle.loads(pickle.dumps(made))
    assert (again, type(again)) == (made, Pair)
    assert [one.name for one in fields(made)] == ["one", "other"]


def test_a_subclass_stays_what_it_is() -> None:
    class Better(Pair):
        __slots__ = ()

    made = Better(1, "c")
    assert type(made) is Better
    with pytest.raises(FrozenInstanceError):
        setattr(made, "one", 2)  # noqa: B010 - the type checker knows that it is frozen


def test_what_follows_the_fields_runs_on_the_frozen_object() -> None:
    assert Checked(1).one == maker(Checked)(1).one == 2
    with pytest.raises(ValueError, match="below zero"):
        Checked(-1)


def test_wrong_arguments_are_refused_as_usual() -> None:
    with pytest.raises(TypeError, match=r"Pair\.__init__\(\) missing 1 required positional argument: 'one'"):
        Pair()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword"):
        Pair(1, third=3)  # type: ignore[call-arg]


def test_classes_that_it_can_not_make_are_refused() -> None:
    @dataclass(frozen=True, slots=True)
    class WithFactory:
        some: list[int] = field(default_factory=list)

    @dataclass(frozen=True)
    class WithoutSlots:
        one: int

    @dataclass(frozen=True, slots=True)
    class Below(Pair):
        third: int = 3

    for kind in (WithFactory, WithoutSlots, Below):
        with pytest.raises(TypeError):
            quick(kind)


def test_the_parts_of_a_communication_are_made_so() -> None:
    fact = maker(Fact)("bill.total", 1, "1")
    assert fact == Fact("bill.total", 1, "1", "")
    assert maker(TextBlock)("a", (fact,)).text == "1"
    assert maker(Mark)(0.0, 0.0, 1.0, 1.0, MarkRole.STRONG) == Mark(0.0, 0.0, 1.0, 1.0, MarkRole.STRONG)

"""The kernel of quick classes makes what their own `__init__` makes, and raises what it raises."""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model import quick as quick_module
from engine.model.quick import maker, quick, sped

kernel = quick_module._kernel
pytestmark = pytest.mark.skipif(kernel is None, reason="the kernel is not built")


@quick
@dataclass(frozen=True, slots=True)
class Quad:
    one: object
    two: object
    three: object = "c"
    four: object = None


@dataclass(frozen=True, slots=True)
class _Usual:
    one: object
    two: object
    three: object = "c"
    four: object = None


_Usual.__qualname__ = "Quad"
_Usual.__init__.__qualname__ = "Quad.__init__"


def came_of(make, given_, named):
    try:
        made = make(*given_, **named)
    except TypeError as error:
        return str(error)
    return [getattr(made, name) for name in ("one", "two", "three", "four")]


@given(
    st.lists(st.integers(), max_size=6),
    st.dictionaries(st.sampled_from(["one", "two", "three", "four", "five", "\ud800"]), st.integers(), max_size=6),
)
def test_any_arguments_come_to_the_same(given_, named):
    assert came_of(Quad, given_, named) == came_of(_Usual, given_, named)
    anew = {"".join(list(name)): value for name, value in named.items()}  # names that aren't interned
    assert came_of(Quad, given_, anew) == came_of(_Usual, given_, anew)


@sped
@dataclass(slots=True)
class OpenQuad:
    one: object
    two: object
    three: list[object] = field(default_factory=list)
    four: object = None


@dataclass(slots=True)
class _UsualOpen:
    one: object
    two: object
    three: list[object] = field(default_factory=list)
    four: object = None


_UsualOpen.__qualname__ = "OpenQuad"
_UsualOpen.__init__.__qualname__ = "OpenQuad.__init__"


@given(
    st.lists(st.integers(), max_size=6),
    st.dictionaries(st.sampled_from(["one", "two", "three", "four", "five"]), st.integers(), max_size=6),
)
def test_open_classes_come_to_the_same_each_with_a_list_of_its_own(given_, named):
    assert came_of(OpenQuad, given_, named) == came_of(_UsualOpen, given_, named)
    first, second = OpenQuad(1, 2), OpenQuad(1, two=2)
    first.three.append(3)
    assert (first.three, second.three) == ([3], [])


def test_a_class_that_only_its_own_init_can_make_is_refused():
    @dataclass(slots=True)
    class Sets:
        one: set[int] = field(default_factory=set)

    @dataclass(slots=True)
    class Lists:
        one: object = list

    @dataclass
    class Loose:
        one: int = 0

    for kind in (Sets, Lists, Loose):
        with pytest.raises(TypeError):
            sped(kind)


def test_the_kernel_is_what_makes_them():
    assert maker(Quad) is Quad
    assert type(Quad(1, 2)) is Quad
    assert kernel.speed(Quad, ("one", "two", "three", "four"), ()) is False  # it is already


def test_nothing_is_held_longer_than_the_object():
    value = object()
    before = sys.getrefcount(value)
    for _ in range(100):
        Quad(value, value, four=value)
        for wrong in ({"one": value}, {"five": value}, {"two": value, "four": value, "three": value}):
            with pytest.raises(TypeError):
                Quad(value, value, **wrong)
        with pytest.raises(TypeError):
            Quad(four=value)
    del wrong
    assert sys.getrefcount(value) == before


def test_the_collector_sees_through_them():
    holder: list[object] = []
    holder.append(Quad(holder, None))
    assert gc.is_tracked(holder[0])
    gc.collect()
    del holder
    assert gc.collect() > 0


def test_what_the_check_raises_goes_on():
    @quick
    @dataclass(frozen=True, slots=True)
    class Checked:
        one: int

        def __post_init__(self) -> None:
            if self.one < 0:
                raise ValueError("below zero")

    assert Checked(one=1).one == 1
    with pytest.raises(ValueError, match="below zero"):
        Checked(-1)


def test_a_subclass_goes_its_own_way():
    class Plain(Quad):
        __slots__ = ()

    class More(Quad):
        __slots__ = ()

        def __init__(self, one: object) -> None:
            super().__init__(one, two=2)

    made, plain = More(1), Plain(1, 2)
    assert (type(made), made.one, made.two) == (More, 1, 2)
    assert (type(plain), plain.one, plain.two) == (Plain, 1, 2)


class _Open:
    __slots__ = ("one",)


class _Apart:
    __slots__ = ()
    one = property(lambda self: 1)


@pytest.mark.parametrize(
    ("kind", "names", "defaults"),
    [
        (int, (), ()),  # not of slots
        (_Apart, ("one",), ()),  # no slot
        (_Open, ("other",), ()),  # not there
        (_Open, ("one", "one"), ()),
        (_Open, ("one",), (1, 2)),  # more defaults than slots
        (type("Sub", (_Open,), {}), ("one",), ()),  # the slot is another class's
    ],
)
def test_what_is_no_class_of_such_slots_is_left_as_it_is(kind, names, defaults):
    assert kernel.speed(kind, names, defaults) is False

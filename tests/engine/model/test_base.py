"""Records whose attributes are looked up without pydantic's `__getattr__` give what they give with it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, PrivateAttr

from engine.model import quick
from engine.model.base import Record
from engine.model.bill import Bill, Period
from engine.model.campaign import Options

kernel = quick._kernel


class _Some(Record):
    one: str = "1"

    @property
    def two(self) -> str:
        return self.one + "2"

    @cached_property
    def three(self) -> str:
        return self.two + "3"

    @property
    def broken(self) -> str:
        return self.missing


class _Below(_Some):
    four: str = "4"


class _Private(Record):
    _one: str = PrivateAttr(default="1")


class _More(Record):
    model_config = ConfigDict(frozen=True, extra="allow")


class _Own(Record):
    def __getattr__(self, name: str) -> str:
        return f"own {name}"


class _Every(Record):
    def __getattribute__(self, name: str) -> Any:
        return "each" if name == "one" else super().__getattribute__(name)


class _Plain(BaseModel):
    one: str = "1"


@pytest.mark.parametrize("kind", [_Some, _Below])
def test_what_is_there_is_found(kind):
    made = kind(one="x")
    assert (made.one, made.two, made.three, made.three) == ("x", "x2", "x23", "x23")
    assert made.model_copy(update={"one": "y"}).one == "y"
    assert not hasattr(made, "other")
    assert getattr(made, "other", None) is None


@pytest.mark.parametrize("name", ["other", "_other", "__other__", "missing"])
def test_what_is_not_there_is_refused_in_the_same_words(name):
    with pytest.raises(AttributeError) as usual:
        getattr(_Plain(), name)
    for kind in (_Some, _Below):
        with pytest.raises(AttributeError) as refused:
            getattr(kind(), name)
        assert str(refused.value) == str(usual.value).replace("_Plain", kind.__name__)


def test_a_property_that_looks_for_what_is_not_there_says_so():
    with pytest.raises(AttributeError, match="'_Some' object has no attribute 'missing'"):
        _ = _Some().broken


def test_a_bare_record_has_no_fields():
    bare = Record.__new__(_Some)
    with pytest.raises(AttributeError):
        _ = bare.one


def test_what_pydantic_finds_in_its_own_way_is_found_still():
    assert _Private()._one == "1"
    assert _More(one="1").one == "1"
    assert _Own().other == "own other"
    assert _Every().one == "each"


def test_a_way_given_later_is_taken():
    class Late(Record):
        one: str = "1"

    Late.__getattr__ = lambda _, name: f"late {name}"
    assert (Late().one, Late().two) == ("1", "late two")
    del Late.__getattr__
    assert not hasattr(Late(), "two")


@pytest.mark.skipif(kernel is None, reason="the kernel is not built")
def test_it_is_done_for_what_has_no_way_of_its_own_alone():
    asked = BaseModel.__dict__["__getattr__"]
    for kind in (_Some, _Below, Bill, Period, Options):
        assert kernel.look_up_plainly(kind, asked) is True
    for kind in (_Own, _Every):
        assert kernel.look_up_plainly(kind, asked) is False
    with pytest.raises(AttributeError):
        kernel.look_up_plainly(object(), asked)
    with pytest.raises(AttributeError):
        kernel.look_up_plainly(int, asked)

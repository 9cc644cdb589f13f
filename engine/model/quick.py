"""Frozen dataclasses made at the cost of open ones.

The `__init__` that `dataclass(frozen=True)` writes sets each field by a call of `object.__setattr__`, since the
class itself refuses to be written to: three times the cost of plain assignments, and a communication is
made of some three hundred such objects. Here the new object belongs for a moment to a twin class of the same
slots that may be written to; when its fields are set it is handed to the class that it is of, frozen as before.
Where its kernel is built, the class is called without any `__init__`: it must not be given another one later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any, ParamSpec, TypeVar

from engine.natives import native

_kernel = native(__name__, "quick_kernel")
_Kind = TypeVar("_Kind", bound=type)
_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")
_TWINS: dict[object, Any] = {}
_SPED: set[object] = set()  # whose calls the kernel takes


def quick(kind: _Kind) -> _Kind:
    """Return the frozen dataclass `kind` with an `__init__` of the same arguments that takes a third of the time.

    Raises `TypeError` for a class that is not of slots alone, or with what only the usual one can do
    (factories of defaults, fields that are no arguments).
    """
    named: Any = kind
    given = fields(named)
    names = tuple(field.name for field in given)
    if named.__dict__.get("__slots__") != names or named.__bases__ != (object,):
        raise TypeError(f"{named.__name__} is not a dataclass of slots alone")
    if any(field.default_factory is not MISSING or not field.init or field.kw_only for field in given):
        raise TypeError(f"{named.__name__} has fields that only the usual __init__ can set")
    twin: Any = type(f"_Open{named.__name__}", (), {"__slots__": names, "__module__": named.__module__})
    _TWINS[kind] = twin
    named.__init__ = _init(named, twin, names, is_open=False)
    if _kernel is not None and _kernel.speed(named, names, named.__init__.__defaults__ or ()):
        _SPED.add(kind)
    return kind


def sped(kind: _Kind) -> _Kind:
    """Return the open dataclass `kind`, of slots alone, made by the kernel where it is built, else as it is.

    Raises `TypeError` for a class that is not of slots alone, or with what only the usual `__init__` can do
    (factories of defaults other than `list`, fields that are no arguments).
    """
    named: Any = kind
    given = fields(named)
    names = tuple(field.name for field in given)
    if named.__dict__.get("__slots__") != names or named.__bases__ != (object,):
        raise TypeError(f"{named.__name__} is not a dataclass of slots alone")
    own = [field.default if field.default_factory is MISSING else field.default_factory for field in given]
    if any(field.default_factory not in (MISSING, list) or not field.init or field.kw_only for field in given):
        raise TypeError(f"{named.__name__} has fields that only the usual __init__ can set")
    if any(field.default is list for field in given):
        raise TypeError(f"{named.__name__} has a default that stands for a new list")
    if _kernel is not None:
        _kernel.speed(named, names, tuple(value for value in own if value is not MISSING), has_lists=True)
    return kind


def maker(kind: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
    """Return what makes objects of a `quick` class by the same arguments, another quarter faster: for what is many."""
    if kind in _SPED:
        return kind
    twin = _TWINS[kind]
    twin.__init__ = _init(kind, twin, twin.__slots__, is_open=True)
    made: Callable[_Given, _Made] = twin
    return made


def look_up_plainly(kind: type, asked: object) -> bool:
    """Have attributes of `kind` looked up without `asked`, its `__getattr__`, which must give none; tell whether it is.

    Only where the kernel is built: a class that has a `__getattr__` looks each attribute up in five times the time.
    """
    return _kernel is not None and bool(_kernel.look_up_plainly(kind, asked))


def _init(kind: Any, twin: type, names: tuple[str, ...], *, is_open: bool) -> Any:
    """Return an `__init__` of the arguments of the one there is; `is_open`: for new objects of the twin."""
    usual = kind.__init__
    # A subclass stays what it is.
    steps = [] if is_open else ["_own = self.__class__", "_become(self, _twin)"]
    steps += [f"self.{name} = {name}" for name in names]
    steps += [
        "self.__class__ = _kind" if is_open else "self.__class__ = _own",
        *(["self.__post_init__()"] if hasattr(kind, "__post_init__") else []),
    ]
    lines = [f"def __init__(self, {', '.join(names)}):", *(f" {step}" for step in steps)]
    space: dict[str, Any] = {"_kind": kind, "_twin": twin, "_become": object.__dict__["__class__"].__set__}
    exec("\n".join(lines), space)  # noqa: S102 - as dataclasses do; of names that are identifiers
    init = space["__init__"]
    init.__defaults__, init.__annotations__ = usual.__defaults__, usual.__annotations__
    init.__qualname__, init.__module__ = usual.__qualname__, usual.__module__
    return init

"""What a template may read of a communication, found in its syntax: fields, and how long texts may be.

Only what is reached counts: macros that nothing calls are left out. Where the syntax doesn't tell whose
field is read, it is taken as read of every class that has one of that name.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from jinja2 import Environment, TemplateError, nodes

from engine.model import communication as views
from engine.model.communication import Communication
from renderers.pdf.fast.model import Unfillable

# They make something else of a text than what a slot holds.
REFUSED_FILTERS = frozenset(("float", "int", "iso", "json", "spoken", "tel"))
_LENGTH = frozenset(("length", "count"))
# They name a field in a string: usage|map(attribute="chart").
_BY_NAME = frozenset(("map", "max", "min", "reject", "rejectattr", "select", "selectattr", "sum"))
# They give some of the things they are given, or all of them.
_KEEPING = frozenset(("first", "last", "list", "reject", "rejectattr", "reverse", "select", "selectattr"))
# A length compared with n by this operator is the same on either side of n - step.
_STEPS = {"gt": (0,), "lteq": (0,), "gteq": (1,), "lt": (1,)}
# Names whose value the syntax doesn't show.
_OPEN = frozenset(("caller", "varargs", "kwargs"))
# Calls whose result is a number or nothing of a customer.
_PLAIN_CALLS = frozenset(("range", "namespace"))


def _classes(hint: object) -> frozenset[str]:
    """Return the names of the dataclasses that a type hint speaks of, inside of tuples and unions too."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return frozenset((hint.__name__,))
    return frozenset().union(*(_classes(part) for part in typing.get_args(hint)))


# class name -> field name -> names of the classes in that field
VIEWS: dict[str, dict[str, frozenset[str]]] = {
    name: {field: _classes(hint) for field, hint in typing.get_type_hints(kind).items()}
    for name, kind in vars(views).items()
    if isinstance(kind, type) and dataclasses.is_dataclass(kind)
}


@dataclass(frozen=True, slots=True)
class Reads:
    """Field names that the template reads, those whose text it measures, and against what."""

    fields: frozenset[tuple[str, str]]  # (class name, field name)
    measured: frozenset[str]
    bounds: tuple[int, ...]  # a text's length class is how many of them it exceeds
    is_exact: bool  # lengths are used otherwise than in comparisons with constants


def reads_of(environment: Environment, template: str) -> Reads:
    """Return what `template` and all that it imports reads. Raises `Unfillable`."""
    environment.extend(billcast_reads={})  # unless it is there: locales share an environment
    known: dict[str, Reads] = vars(environment)["billcast_reads"]
    if template not in known:
        trees = dict(_trees(environment, template))
        known[template] = _reads_of(trees)
        environment.extend(billcast_trees={})
        vars(environment)["billcast_trees"].update(trees)
    return known[template]


def parsed_before(environment: Environment) -> dict[str, nodes.Template]:
    """Return the syntax trees of what was read, by name; they are given away, since who compiles one changes it."""
    environment.extend(billcast_trees={})
    trees: dict[str, nodes.Template] = vars(environment).pop("billcast_trees")
    return trees


def _reads_of(trees: dict[str, nodes.Template]) -> Reads:
    macros = {macro.name: macro for tree in trees.values() for macro in tree.find_all(nodes.Macro)}
    code = list(_reached(trees.values(), macros))
    walk = _Walk(code, macros)
    walk.check()
    return Reads(frozenset(walk.reads()), frozenset(walk.measured()), walk.bounds(), walk.is_exact)


def _trees(environment: Environment, template: str) -> Iterator[tuple[str, nodes.Template]]:
    pending, seen = [template], {template}
    while pending:
        name = pending.pop()
        try:
            source = environment.loader.get_source(environment, name)[0] if environment.loader else ""
            tree = environment.parse(source, name)
        except TemplateError as error:
            raise Unfillable("a template can't be read") from error
        yield name, tree
        for node in tree.find_all((nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends)):
            target = getattr(node, "template", None)
            if not isinstance(target, nodes.Const) or not isinstance(target.value, str):
                raise Unfillable("the template names another one by an expression")
            if target.value not in seen:
                seen.add(target.value)
                pending.append(target.value)


def _reached(trees: Iterable[nodes.Template], macros: dict[str, nodes.Macro]) -> Iterator[nodes.Node]:
    """Yield every node outside of macros, and of the macros that some reached node names."""
    pending: list[nodes.Node] = [node for tree in trees for node in _outside(tree)]
    done: set[str] = set()
    while pending:
        node = pending.pop()
        yield node
        name = node.name if isinstance(node, nodes.Name) else node.attr if isinstance(node, nodes.Getattr) else ""
        if name in macros and name not in done:
            done.add(name)
            pending += _outside(macros[name])


def _outside(parent: nodes.Node) -> list[nodes.Node]:
    found: list[nodes.Node] = []
    _walk(parent, found)
    return found


def _walk(parent: nodes.Node, found: list[nodes.Node]) -> None:
    for child in parent.iter_child_nodes():
        if not isinstance(child, nodes.Macro):
            found.append(child)
            _walk(child, found)


class _Walk:
    """The reached nodes, and what follows from them."""

    def __init__(self, code: list[nodes.Node], macros: dict[str, nodes.Macro]) -> None:
        self._code = code
        self._macros = macros
        self._sources = _bindings(code, macros)
        self._kinds: dict[str, frozenset[str]] = {}
        self._settled_kinds()
        self._compared = {
            id(node.expr): (node.ops[0].op, node.ops[0].expr)
            for node in code
            if isinstance(node, nodes.Compare) and len(node.ops) == 1
        }

    def reads(self) -> Iterator[tuple[str, str]]:
        """Yield (class, field) for all that may be read. What can't be told counts for every class."""
        for node in self._code:
            names: tuple[str, ...] = ()
            base: nodes.Node | None = None
            if isinstance(node, nodes.Name):
                yield Communication.__name__, node.name
            elif isinstance(node, nodes.Getattr):
                names, base = (node.attr,), node.node
            elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
                names, base = (str(node.arg.value),), node.node
            elif isinstance(node, nodes.Getitem) and not isinstance(node.arg, nodes.Slice | nodes.Name):
                raise Unfillable("the template names a field by an expression")
            elif isinstance(node, nodes.Filter) and node.name in _BY_NAME:
                names = tuple(self._named_fields(node))
                base = node.node if node.name in _KEEPING and not _leads_on(node) else None
            owners = VIEWS if base is None else self._owners(base)
            yield from ((owner, name) for name in names for owner in owners if name in VIEWS[owner])

    def _owners(self, node: nodes.Node) -> Collection[str]:
        """Return the names of the classes that `node`, or the things in it, may be of, as far as is known yet."""
        if isinstance(node, nodes.Const):
            return ()
        if isinstance(node, nodes.Getitem):
            return self._owners(node.node) if isinstance(node.arg, nodes.Const) else VIEWS
        if isinstance(node, nodes.Filter) and node.name in _KEEPING and node.node is not None:
            return self._owners(node.node)
        if isinstance(node, nodes.Getattr):
            kinds = (VIEWS[owner][node.attr] for owner in self._owners(node.node) if node.attr in VIEWS[owner])
            return {kind for found in kinds for kind in found}
        if isinstance(node, nodes.Name) and node.name not in _OPEN:
            top = VIEWS["Communication"].get(node.name, frozenset())
            return self._kinds.get(node.name, frozenset()) | top
        return VIEWS

    def _settled_kinds(self) -> None:
        """Find what each bound name may be of: names are bound to one another, so until nothing is added."""
        while True:
            found = {
                name: frozenset(owner for value in values for owner in self._owners(value))
                for name, values in self._sources.items()
            }
            if found == self._kinds:
                return
            self._kinds = found

    def _named_fields(self, node: nodes.Filter) -> Iterator[str]:
        for value in (*node.args, *(pair.value for pair in node.kwargs)):
            if not isinstance(value, nodes.Const):
                raise Unfillable("the template names a field by an expression")
            yield from str(value.value).split(".")

    def check(self) -> None:
        """Raise `Unfillable` where something else than printing is done with a text, or may be."""
        tainted = self._tainted()
        for node in self._code:
            if isinstance(node, nodes.Filter) and node.name in REFUSED_FILTERS:
                raise Unfillable(f"the template prints through |{node.name}")
            operands: tuple[nodes.Node, ...] = ()
            if isinstance(node, nodes.Compare):
                operands = (node.expr, *(op.expr for op in node.ops))
            elif isinstance(node, nodes.Filter) and node.name in _LENGTH and node.node is not None:
                operands = (node.node,)
            elif isinstance(node, nodes.Test):
                operands = (node.node, *node.args)
            if any(_makes_text(operand, tainted) for operand in operands):
                raise Unfillable("the template compares a text that it made")

    def _tainted(self) -> set[str]:
        """Return the names that may hold a text made by the template: joined, translated, a macro's output."""
        tainted = {
            target.name
            for node in self._code
            if isinstance(node, nodes.AssignBlock)
            for target in (node.target, *node.target.find_all(nodes.Name))
            if isinstance(target, nodes.Name)
        } | {"caller"}
        while True:
            more = {
                name
                for name, values in self._sources.items()
                if name not in tainted and any(_makes_text(value, tainted) for value in values)
            }
            if not more:
                return tainted
            tainted |= more

    def _measurings(self) -> Iterator[tuple[nodes.Filter, nodes.Getattr]]:
        for node in self._code:
            of = node.node if isinstance(node, nodes.Filter) and node.name in _LENGTH else None
            if isinstance(node, nodes.Filter) and isinstance(of, nodes.Getattr) and of.attr == "text":
                yield node, of

    def measured(self) -> Iterator[str]:
        """Yield the names of fields whose text is measured; one not found here is found while rendering."""
        for _, text in self._measurings():
            yield from self._fields(text.node, frozenset())

    def _fields(self, node: nodes.Node, seen: frozenset[str]) -> Iterator[str]:
        if isinstance(node, nodes.Getattr):
            yield node.attr
        elif isinstance(node, nodes.Getitem):
            yield from self._fields(node.node, seen)
        elif isinstance(node, nodes.Name) and node.name not in seen:
            yield node.name
            for value in self._sources.get(node.name, ()):
                yield from self._fields(value, seen | {node.name})

    def bounds(self) -> tuple[int, ...]:
        """Return the lengths that texts are compared with, each as the longest that counts as short."""
        found: set[int] = set()
        for node, _ in self._measurings():
            op, other = self._compared.get(id(node), ("", None))
            if isinstance(other, nodes.Const) and isinstance(other.value, int):
                found |= {other.value - step for step in _STEPS.get(op, (0, 1))}
        return tuple(sorted(found))

    @property
    def is_exact(self) -> bool:
        """Say whether a length is used otherwise than in a comparison with a constant."""
        return any(
            not (
                isinstance(other := self._compared.get(id(node), ("", None))[1], nodes.Const)
                and isinstance(other.value, int)
            )
            for node, _ in self._measurings()
        )


def _leads_on(node: nodes.Filter) -> bool:
    """Say whether a filter names a field of a field: chart.summary."""
    given = (*node.args, *(pair.value for pair in node.kwargs))
    return any(isinstance(value, nodes.Const) and "." in str(value.value) for value in given)


def _bindings(code: list[nodes.Node], macros: dict[str, nodes.Macro]) -> dict[str, list[nodes.Node]]:
    """Return, for each name bound in the code, the expressions that it may stand for."""
    found: dict[str, list[nodes.Node]] = {}
    for target, value in (pair for node in code for pair in _bound_by(node, macros)):
        for name in (target, *target.find_all(nodes.Name)):
            if isinstance(name, nodes.Name | nodes.NSRef):
                found.setdefault(name.name, []).append(value)
    return found


def _bound_by(node: nodes.Node, macros: dict[str, nodes.Macro]) -> Iterator[tuple[nodes.Node, nodes.Node]]:
    """Yield pairs of a target and what it is bound to."""
    if isinstance(node, nodes.Assign):
        yield node.target, node.node
    elif isinstance(node, nodes.For):
        yield node.target, node.iter
    elif isinstance(node, nodes.With):
        yield from zip(node.targets, node.values, strict=True)
    elif isinstance(node, nodes.Call):
        called = node.node.attr if isinstance(node.node, nodes.Getattr) else getattr(node.node, "name", "")
        if macro := macros.get(called):
            by_name = {arg.name: arg for arg in macro.args}
            yield from zip(macro.args, node.args, strict=False)
            yield from ((by_name[pair.key], pair.value) for pair in node.kwargs if pair.key in by_name)
            yield from zip(reversed(macro.args), reversed(macro.defaults), strict=False)


def _makes_text(node: nodes.Node, tainted: set[str]) -> bool:
    """Say whether `node` may be a text made by the template out of others."""
    if isinstance(node, nodes.Call):
        called = node.node
        is_plain = isinstance(called, nodes.Name) and called.name in _PLAIN_CALLS
        is_loop = (
            isinstance(called, nodes.Getattr) and isinstance(called.node, nodes.Name) and called.node.name == "loop"
        )
        return not (is_plain or is_loop)
    if isinstance(node, nodes.Concat | nodes.Mod):
        return True
    if isinstance(node, nodes.Name):
        return node.name in tainted
    if isinstance(node, nodes.Filter) and node.name in _LENGTH:
        return False  # its own operand is looked at apart
    if isinstance(node, nodes.Compare | nodes.Test):
        return False
    return any(_makes_text(child, tainted) for child in node.iter_child_nodes())

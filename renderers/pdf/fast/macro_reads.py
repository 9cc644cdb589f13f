"""The fields that a part of a template names, followed into the macros that it hands views to.

`{{ parts.amount(bill) }}` reads of the bill what the macro names of its parameter. Where that can't be told from the
syntax, the view counts as read as a whole; a field that is read all the same is refused by the stand-in (`sentinel`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from jinja2 import nodes
from jinja2.meta import find_undeclared_variables

_MacroKey = tuple[nodes.Macro, str]
_Kind = TypeVar("_Kind", bound=nodes.Node)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What calls in a template may mean: its own macros, and those of other templates by the names given to them."""

    macros: dict[str, nodes.Macro]
    imports: dict[str, str]  # alias -> template
    from_imports: dict[str, tuple[str, str]]  # name -> template, macro


class Names:
    """Finds names in templates. `tree_of` gives the syntax tree of one that is imported."""

    def __init__(self, tree_of: Callable[[str], nodes.Template]) -> None:
        self._tree_of = tree_of
        self._imported: dict[str, tuple[nodes.Template, _Scope]] = {}
        self._of_imported: dict[str, set[str]] = {}
        self._of_macros: dict[_MacroKey, set[str] | None] = {}
        self._below: dict[nodes.Node, list[nodes.Node]] = {}

    def of(self, tree: nodes.Template, undeclared: set[str] | None = None) -> set[str]:
        """Return what a template takes from the communication: `notices`; `bill.rows`, where no more is read.

        `undeclared` are the variables that it looks up, if they are known: it takes some time to find them.
        """
        if undeclared is None:
            undeclared = find_undeclared_variables(tree)
        code = self._all(tree)
        return {name for name in self._reads(code, _scope_of(code), ()) if name.partition(".")[0] in undeclared}

    def of_imported(self, name: str) -> set[str]:
        """Return the same of an imported template, all its macros included."""
        if name not in self._of_imported:
            self._of_imported[name] = self.of(self._known(name)[0])
        return self._of_imported[name]

    def _known(self, name: str) -> tuple[nodes.Template, _Scope]:
        if name not in self._imported:
            tree = self._tree_of(name)
            self._imported[name] = tree, _scope_of(self._all(tree))
        return self._imported[name]

    def _all(self, node: nodes.Node) -> list[nodes.Node]:
        """Return all nodes below one, in document order. Templates share their macros: each is walked once."""
        if isinstance(node, nodes.Template):
            return [found for child in node.body for found in (child, *self._all(child))]
        if node not in self._below:
            self._below[node] = []
            _walk(node, self._below[node])
        return self._below[node]

    def _reads(self, code: Sequence[nodes.Node], scope: _Scope, inside: tuple[_MacroKey, ...]) -> Iterator[str]:
        """Yield `name.field` for each field read of a name, and each name that is used in another way."""
        told: set[int] = set()
        for call in _of_kind(code, nodes.Call):
            for given, fields in self._handed_over(call, scope, inside):
                told.add(id(given))
                yield from (f"{given.name}.{field}" for field in fields)
        for node in _of_kind(code, nodes.Getattr):
            if isinstance(node.node, nodes.Name):
                told.add(id(node.node))
                yield f"{node.node.name}.{node.attr}"
        yield from (node.name for node in _of_kind(code, nodes.Name) if id(node) not in told and node.ctx != "param")

    def _handed_over(
        self, call: nodes.Call, scope: _Scope, inside: tuple[_MacroKey, ...]
    ) -> Iterator[tuple[nodes.Name, set[str]]]:
        """Yield the names that a call hands to a macro, with the fields that it reads of each, where that is all."""
        found = self._called(call.node, scope)
        if found is None or call.dyn_args is not None or call.dyn_kwargs is not None:
            return
        macro, its_scope = found
        pairs = [(parameter.name, value) for parameter, value in zip(macro.args, call.args, strict=False)]
        pairs += [(pair.key, pair.value) for pair in call.kwargs]
        parameters = {parameter.name for parameter in macro.args}
        for parameter, value in pairs:
            if isinstance(value, nodes.Name) and parameter in parameters:
                fields = self._of_parameter(macro, its_scope, parameter, inside)
                if fields is not None:
                    yield value, fields

    def _called(self, node: nodes.Node, scope: _Scope) -> tuple[nodes.Macro, _Scope] | None:
        """Return the macro that an expression stands for, with its template's scope; None where that isn't told."""
        if isinstance(node, nodes.Name):
            if node.name in scope.macros:
                return scope.macros[node.name], scope
            template, name = scope.from_imports.get(node.name, ("", ""))
        elif isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
            template, name = scope.imports.get(node.node.name, ""), node.attr
        else:
            return None
        if not template:
            return None
        _, its_scope = self._known(template)
        macro = its_scope.macros.get(name)
        return None if macro is None else (macro, its_scope)

    def _of_parameter(
        self, macro: nodes.Macro, scope: _Scope, parameter: str, inside: tuple[_MacroKey, ...]
    ) -> set[str] | None:
        """Return the fields that a macro reads of a parameter; None where it does more with it."""
        key = macro, parameter
        if key in inside:  # it calls itself
            return None
        if key not in self._of_macros:
            fields = self._named_of(macro, scope, parameter, (*inside, key))
            if inside:
                return fields  # may be less than it is, inside of one that calls itself
            self._of_macros[key] = fields
        return self._of_macros[key]

    def _named_of(
        self, macro: nodes.Macro, scope: _Scope, parameter: str, inside: tuple[_MacroKey, ...]
    ) -> set[str] | None:
        fields = set()
        for name in self._reads(self._all(macro), scope, inside):
            head, _, field = name.partition(".")
            if head == parameter:
                if not field:
                    return None
                fields.add(field)
        return fields


def _walk(node: nodes.Node, found: list[nodes.Node]) -> None:
    for child in node.iter_child_nodes():
        found.append(child)
        _walk(child, found)


def _of_kind(code: Sequence[nodes.Node], kind: type[_Kind]) -> Iterator[_Kind]:
    return (node for node in code if isinstance(node, kind))


def _scope_of(code: Sequence[nodes.Node]) -> _Scope:
    """Return what names mean in a template of these nodes; those that are given twice are left out."""
    macros = {macro.name: macro for macro in _of_kind(code, nodes.Macro)}
    imports = {
        node.target: str(node.template.value)
        for node in _of_kind(code, nodes.Import)
        if isinstance(node.template, nodes.Const)
    }
    pairs = [
        ((name, name) if isinstance(name, str) else name, str(node.template.value))
        for node in _of_kind(code, nodes.FromImport)
        if isinstance(node.template, nodes.Const)
        for name in node.names
    ]
    given = [macro.name for macro in _of_kind(code, nodes.Macro)]
    given += [node.target for node in _of_kind(code, nodes.Import)]
    given += [
        name if isinstance(name, str) else name[1] for node in _of_kind(code, nodes.FromImport) for name in node.names
    ]
    given += [node.name for node in _of_kind(code, nodes.Name) if node.ctx != "load"]
    given += [node.name for node in _of_kind(code, nodes.NSRef)]
    once = {name for name, count in Counter(given).items() if count == 1}
    return _Scope(
        {name: macro for name, macro in macros.items() if name in once},
        {alias: template for alias, template in imports.items() if alias in once},
        {alias: (template, name) for (name, alias), template in pairs if alias in once},
    )

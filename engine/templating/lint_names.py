"""Walks templates against the typed communication: unknown names, bare values, what is shown.

A macro is walked once for each set of argument types that it is called with, so that what it reads
is known. A value that may be None must be asked for first, in `{% if %}`.
"""

from __future__ import annotations

from typing import Any

from jinja2 import nodes
from markupsafe import Markup

from engine.errors import Problem, nearest
from engine.model.campaign import Campaign
from engine.model.communication import Fact, TextBlock
from engine.templating import types
from engine.templating.brand import BrandTokens
from engine.templating.environment import StrictEnvironment

# What the channels give besides the communication.
EXTRAS = ("csp", "documents", "logo", "page_script", "page_style", "page_url", "player", "preview_url")
_NUMBER_FILTERS = ("abs", "count", "float", "int", "length", "max", "min", "round", "sum")
_SAME_FILTERS = ("list", "reject", "rejectattr", "reverse", "select", "selectattr")


class _Module:
    """An imported template."""

    def __init__(self, template: str) -> None:
        self.template = template


class NameWalk:
    """Problems, and what was printed and read as (class name, field), over all templates walked."""

    def __init__(self, environment: StrictEnvironment, trees: dict[str, nodes.Template]) -> None:
        self.problems: dict[Problem, None] = {}
        self.printed: set[tuple[str, str]] = set()
        self.read: set[tuple[str, str]] = set()
        self._environment = environment
        self._trees = trees
        self._done: set[object] = set()

    def walk(self, template: str) -> None:
        """Walk a template from its top."""
        scope: dict[str, Any] = {
            **types.top_level(),
            "brand": BrandTokens,
            "campaign": Campaign,
            **dict.fromkeys((*EXTRAS, *self._environment.globals), Any),
        }
        _Frame(self, template, scope, frozenset()).body(self._trees[template].body)

    def add(self, code: str, fact: str, template: str, line: int, hint: str) -> None:
        """Note a problem once."""
        self.problems[Problem(code, fact, f"{template}:{line}", hint)] = None

    def call_macro(self, template: str, name: str, call: nodes.Call, frame: _Frame) -> None:
        """Walk the macro that `call` calls, with the types of its arguments."""
        tree = self._trees.get(template)
        macros = {node.name: node for node in tree.find_all(nodes.Macro)} if tree else {}
        macro = macros.get(name)
        if macro is None:
            close = nearest(name, macros)
            self.add(
                "T103",
                f"`{template}` has no macro `{name}`",
                frame.template,
                call.lineno,
                f"did you mean `{close}`?" if close else f"it has: {', '.join(macros)}",
            )
            return
        given = dict(zip((arg.name for arg in macro.args), (frame.kind(arg) for arg in call.args), strict=False))
        given |= {pair.key: frame.kind(pair.value) for pair in call.kwargs}
        offset = len(macro.args) - len(macro.defaults)
        defaults = {macro.args[offset + i].name: frame.kind(value) for i, value in enumerate(macro.defaults)}
        types_in = {arg.name: given.get(arg.name, defaults.get(arg.name, Any)) for arg in macro.args}
        if any(arg.name not in given and arg.name not in defaults for arg in macro.args):
            self.add(
                "T103",
                f"the macro `{name}` gets too few arguments",
                frame.template,
                call.lineno,
                f"it takes: {', '.join(types_in)}",
            )
        # Names of the communication keep what the caller asked for; names that the macro binds don't.
        known = frozenset(path for path in frame.known if path.split(".")[0] in types.top_level())
        known = frozenset(path for path in known if path.split(".")[0] not in types_in)
        key = (template, name, tuple((k, str(v)) for k, v in types_in.items()), known)
        if key in self._done:
            return
        self._done.add(key)
        top = {k: v for k, v in frame.globals.items() if k not in types_in}
        inner = _Frame(self, template, top, known)
        inner.bind_imports(tree.body if tree else [])
        inner.scope |= types_in | {"caller": Any, "varargs": Any, "kwargs": Any}
        inner.body(macro.body)


class _Frame:
    """One scope of one template: names with their types, and the paths known to be present."""

    def __init__(self, walk: NameWalk, template: str, scope: dict[str, Any], known: frozenset[str]) -> None:
        self.walk, self.template, self.known = walk, template, known
        self.globals = scope
        self.scope = dict(scope)

    def inner(self, known: frozenset[str] | None = None, **names: Any) -> _Frame:
        """Return a scope inside this one; names bound anew lose what was known of them."""
        frame = _Frame(self.walk, self.template, self.globals, self.known if known is None else known)
        frame.scope = self.scope | names
        frame.known = frozenset(path for path in frame.known if path.split(".")[0] not in names)
        return frame

    def bind_imports(self, body: list[nodes.Node]) -> None:
        """Bind imported modules and the macros of this template."""
        for node in body:
            if isinstance(node, nodes.Import) and isinstance(node.template, nodes.Const):
                self.scope[node.target] = _Module(node.template.value)
            elif isinstance(node, nodes.Macro):
                self.scope[node.name] = (self.template, node.name)
            elif isinstance(node, nodes.FromImport) and isinstance(node.template, nodes.Const):
                for name in node.names:
                    source, target = name if isinstance(name, tuple) else (name, name)
                    self.scope[target] = (node.template.value, source)

    def body(self, body: list[nodes.Node]) -> None:
        """Walk statements in order."""
        self.bind_imports(body)
        for node in body:
            self.statement(node)

    def statement(self, node: nodes.Node) -> None:  # noqa: C901  (a dispatch over kinds of node)
        """Walk one statement."""
        if isinstance(node, nodes.Output):
            for part in node.nodes:
                if not isinstance(part, nodes.TemplateData):
                    self.output(part)
        elif isinstance(node, nodes.If):
            self.branch(node)
        elif isinstance(node, nodes.For):
            item = types.element(self.kind(node.iter))
            names = (
                {node.target.name: item}
                if isinstance(node.target, nodes.Name)
                else dict.fromkeys((n.name for n in node.target.find_all(nodes.Name)), Any)
            )
            self.inner(None, **names, loop=Any).body(node.body)
            self.inner().body(node.else_)
        elif isinstance(node, nodes.Assign):
            kind = self.kind(node.node)
            if isinstance(node.target, nodes.Name):
                self.scope[node.target.name] = kind
        elif isinstance(node, nodes.AssignBlock):
            self.inner().body(node.body)
            if isinstance(node.target, nodes.Name):
                self.scope[node.target.name] = Markup
        elif isinstance(node, nodes.CallBlock):
            self.kind(node.call)
            self.inner(None, **dict.fromkeys((arg.name for arg in node.args), Any)).body(node.body)
        elif isinstance(node, nodes.With | nodes.Scope | nodes.Block | nodes.FilterBlock):
            self.inner().body(node.body)

    def branch(self, node: nodes.If) -> None:
        """Walk an if with its elifs; each branch knows what its test asked for."""
        self.kind(node.test)
        self.inner(self.known | asked(node.test)).body_shared(node.body, self)
        for other in node.elif_:
            self.kind(other.test)
            self.inner(self.known | asked(other.test)).body_shared(other.body, self)
        self.inner(self.known | refuted(node.test)).body_shared(node.else_, self)

    def body_shared(self, body: list[nodes.Node], outer: _Frame) -> None:
        """Walk the body of an if, whose `set` binds in the scope around it."""
        self.body(body)
        for name, kind in self.scope.items():
            outer.scope.setdefault(name, kind)

    def output(self, node: nodes.Expr) -> None:
        """Walk what is printed; refuse a bare value."""
        kind = self.kind(node)
        self.note_printed(node)
        for part in types.parts(kind):
            if part is Any or isinstance(part, tuple | _Module):
                continue
            if part is types.NOTHING:
                self.walk.add(
                    "T104",
                    f"`{path_of(node) or 'this value'}` may be missing",
                    self.template,
                    node.lineno,
                    "ask first whether it is there, in {% if %}",
                )
            elif not (isinstance(part, type) and issubclass(part, types.PRINTABLE)):
                name = getattr(part, "__name__", str(part))
                self.walk.add(
                    "T104",
                    f"`{path_of(node) or 'this value'}` is a bare {name}",
                    self.template,
                    node.lineno,
                    "print a fact or a text; |coord, |token and |url are for the rest",
                )

    def note_printed(self, node: nodes.Expr) -> None:
        """Note the fields that an output shows, through conditional expressions and filters."""
        if isinstance(node, nodes.CondExpr):
            for part in (node.expr1, node.expr2):
                if part is not None:
                    self.note_printed(part)
        elif isinstance(node, nodes.Or):
            self.note_printed(node.left)
            self.note_printed(node.right)
        elif isinstance(node, nodes.Filter) and node.node is not None:
            self.note_printed(node.node)
        elif isinstance(node, nodes.Call):
            for value in [*node.args, *(pair.value for pair in node.kwargs)]:
                self.note_printed(value)
        elif isinstance(node, nodes.Getattr):
            for part in types.parts(types.present(self.kind(node.node))):
                self.walk.printed.add((getattr(part, "__name__", ""), node.attr))

    # ------------------------------------------------------------------ expressions

    def kind(self, node: nodes.Node | None) -> Any:
        """Return the type of an expression; note what is wrong inside it."""
        if isinstance(node, nodes.Name):
            return self.name(node)
        if isinstance(node, nodes.Getattr):
            return self.attribute(node)
        if isinstance(node, nodes.Getitem):
            self.kind(node.arg) if not isinstance(node.arg, nodes.Slice) else None
            base = self.kind(node.node)
            return base if isinstance(node.arg, nodes.Slice) else types.element(base)
        if isinstance(node, nodes.Const):
            return type(node.value)
        if isinstance(node, nodes.Call):
            return self.call(node)
        if isinstance(node, nodes.Filter):
            return self.filter(node)
        if isinstance(node, nodes.CondExpr):
            self.kind(node.test)
            first = self.inner(self.known | asked(node.test)).kind(node.expr1)
            second = self.inner(self.known | refuted(node.test)).kind(node.expr2) if node.expr2 else types.NOTHING
            return types.union((first, second))
        return self.operator(node)

    def operator(self, node: nodes.Node | None) -> Any:  # noqa: C901  (a dispatch over kinds of node)
        """Return the type of and, or, comparisons, arithmetic and literals."""
        if isinstance(node, nodes.And):
            self.kind(node.left)
            return self.inner(self.known | asked(node.left)).kind(node.right)
        if isinstance(node, nodes.Or):
            left = self.kind(node.left)
            right = self.inner(self.known | refuted(node.left)).kind(node.right)
            return right if left is types.NOTHING else types.union((types.present(left), right))
        if isinstance(node, nodes.Not | nodes.Compare | nodes.Test):
            for child in node.iter_child_nodes():
                self.kind(child.expr if isinstance(child, nodes.Operand) else child)
            return bool
        if isinstance(node, nodes.Concat):
            for child in node.nodes:
                self.kind(child)
            return str
        if isinstance(node, nodes.Tuple | nodes.List):
            return tuple[types.union(self.kind(item) for item in node.items), ...]  # type: ignore[misc]  # at run time
        if isinstance(node, nodes.BinExpr | nodes.UnaryExpr):
            for child in node.iter_child_nodes():
                self.kind(child)
            return float
        for child in node.iter_child_nodes() if node is not None else ():
            self.kind(child)
        return Any

    def name(self, node: nodes.Name) -> Any:
        """Return the type of a name; an unknown one is a problem with the nearest known."""
        if node.name not in self.scope:
            close = nearest(node.name, self.scope)
            self.walk.add(
                "T103",
                f"the name `{node.name}` is not known",
                self.template,
                node.lineno,
                f"did you mean `{close}`?" if close else "docs/templates.md lists what a template sees",
            )
            return Any
        kind = self.scope[node.name]
        return types.present(kind) if node.name in self.known else kind

    def attribute(self, node: nodes.Getattr) -> Any:
        """Return the type of an attribute; an unknown one is a problem with the nearest known."""
        base = self.kind(node.node)
        found, known = [], []
        for part in types.parts(base):
            if part is Any or isinstance(part, _Module | tuple) or part is types.NOTHING:
                if part is types.NOTHING:
                    self.walk.add(
                        "T103",
                        f"`{path_of(node.node)}` may be missing here",
                        self.template,
                        node.lineno,
                        f"ask first: {{% if {path_of(node.node)} %}}",
                    )
                else:
                    found.append(Any)
                continue
            inside = types.members(part)
            known += list(inside)
            hidden = part in (Fact, TextBlock) and node.attr in ("value", "parts")
            if node.attr in inside and not hidden:
                found.append(inside[node.attr])
                self.walk.read.add((part.__name__, node.attr))
            elif not inside and typing_origin_is_dict(part):
                found.append(types.element(part))
        if not found and known:
            close = nearest(node.attr, known)
            self.walk.add(
                "T103",
                f"`{path_of(node.node)}` has no `{node.attr}`",
                self.template,
                node.lineno,
                f"did you mean `{close}`?" if close else f"it has: {', '.join(sorted(set(known)))}",
            )
        kind = types.union(found)
        return types.present(kind) if path_of(node) in self.known else kind

    def call(self, node: nodes.Call) -> Any:
        """Return the type of a call: a macro's markup, or a translated text."""
        target = node.node
        if isinstance(target, nodes.Name) and target.name in ("_", "ngettext", "pgettext"):
            for value in [*node.args, *(pair.value for pair in node.kwargs)]:
                self.kind(value)
            return TextBlock
        for value in [*node.args, *(pair.value for pair in node.kwargs)]:
            self.kind(value)
        if isinstance(target, nodes.Getattr) and isinstance(target.node, nodes.Name):
            module = self.scope.get(target.node.name)
            if isinstance(module, _Module):
                self.walk.call_macro(module.template, target.attr, node, self)
                return Markup
        kind = self.kind(target)
        if isinstance(kind, tuple):
            self.walk.call_macro(kind[0], kind[1], node, self)
            return Markup
        return Any

    def filter(self, node: nodes.Filter) -> Any:
        """Return the type that a filter gives."""
        base = self.kind(node.node)
        for child in [*node.args, *(pair.value for pair in node.kwargs)]:
            self.kind(child)
        if node.name in _NUMBER_FILTERS:
            return float
        if node.name in _SAME_FILTERS:
            return base
        if node.name in ("first", "last"):
            return types.element(base)
        return Any if node.name in ("map", "batch", "slice") else Markup


def typing_origin_is_dict(kind: Any) -> bool:
    """Say whether `kind` is a dict[...] type."""
    return getattr(kind, "__origin__", None) is dict


def path_of(node: nodes.Node | None) -> str:
    """Return a name or attribute chain as written, as in payment.slip.bic; empty for the rest."""
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Getattr) and (base := path_of(node.node)):
        return f"{base}.{node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and (base := path_of(node.node)):
        return f"{base}.{node.arg.value}"
    return ""


def asked(test: nodes.Node) -> frozenset[str]:
    """Return the paths that are there when `test` holds."""
    if isinstance(test, nodes.And):
        return asked(test.left) | asked(test.right)
    if isinstance(test, nodes.Not):
        return refuted(test.node)
    path = path_of(test)
    return frozenset({path}) if path else frozenset()


def refuted(test: nodes.Node) -> frozenset[str]:
    """Return the paths that are there when `test` does not hold."""
    if isinstance(test, nodes.Not):
        return asked(test.node)
    if isinstance(test, nodes.Or):
        return refuted(test.left) | refuted(test.right)
    return frozenset()

"""The sections of a template: what stands directly in <body>, each as a template of its own.

A section depends on the fields of the communication that its part of the template names. So documents that
differ in one section share all others. Where a template can't be divided (its tags aren't nested as its
statements are), it is one section.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame

from renderers.pdf.fast.macro_reads import Names
from renderers.pdf.fast.model import Unfillable
from renderers.pdf.fast.template_reads import parsed_before

_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)|<!--|<!")
_IN_BODY = 2  # <html>, <body>
_OPENING = "<!DOCTYPE html><html><head></head><body>"  # as the parser has it, else nothing nests as written
_CLOSING = "</body></html>"
_PRELUDE = (nodes.Import, nodes.FromImport, nodes.Macro, nodes.Assign)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the template. `roots` are what it reads of the communication, as `Flattener` names it."""

    number: int
    template: Template
    roots: tuple[str, ...]


class _NotNestedError(Exception):
    """Tags and statements cross."""


class _Scanner:
    """Follows the nesting of tags through pieces of text, between which expressions stand."""

    def __init__(self) -> None:
        self.depth = 0
        self._tag = ""  # of the tag it is inside of
        self._quote = ""
        self._is_closing = False

    @property
    def is_between(self) -> bool:
        """True where no tag is open: an expression here is text."""
        return not self._tag

    def feed(self, text: str) -> Iterator[int]:
        """Yield each place of `text` where a tag has ended, with the depth up to date."""
        at = 0
        while at < len(text):
            if self._tag:
                at = self._inside(text, at)
                if not self._tag:
                    yield at
                continue
            found = _TAG.search(text, at)
            if found is None:
                return
            if found[2] is None:
                end = text.find("-->" if found[0] == "<!--" else ">", found.end())
                if end < 0:
                    raise _NotNestedError
                at = end + (3 if found[0] == "<!--" else 1)
                continue
            self._tag, self._is_closing, at = found[2].lower(), bool(found[1]), found.end()

    def _inside(self, text: str, at: int) -> int:
        """Go on inside of a tag; return the place after its end, or of the text's."""
        while at < len(text):
            character = text[at]
            at += 1
            if self._quote:
                if character == self._quote:
                    self._quote = ""
            elif character in "\"'":
                self._quote = character
            elif character == ">":
                if self._tag not in _VOID:
                    self.depth += -1 if self._is_closing else 1
                self._tag = ""
                return at
        return at


_Divided = tuple[Section, list[Section]]


class Divider:
    """Divides one template."""

    def __init__(self, environment: Environment, name: str, fields: Sequence[str]) -> None:
        self._environment = environment
        self._name = name
        self._fields = fields
        self._names = Names(self._parsed)
        self._trees: dict[str, nodes.Template] = {}

    def sections(self) -> _Divided:
        """Return the frame (head, and the attributes of <html> and <body>) and the sections in order.

        Raises `Unfillable` where the template can't be read.
        """
        self._environment.extend(billcast_sections={})  # unless it is there: locales share an environment
        known: dict[tuple[str, tuple[str, ...]], _Divided] = vars(self._environment)["billcast_sections"]
        key = self._name, tuple(self._fields)
        if key not in known:
            self._trees = parsed_before(self._environment)
            known[key] = self._divided()
            self._trees = {}
        return known[key]

    def _divided(self) -> _Divided:
        tree = self._parsed(self._name)
        prelude = [
            node for node in tree.body if isinstance(node, nodes.Import | nodes.FromImport | nodes.Macro | nodes.Assign)
        ]
        try:
            groups = _Groups(node for node in tree.body if node not in prelude).divided()
        except _NotNestedError:
            whole = Section(0, self._environment.get_template(self._name), tuple(self._fields))
            return whole, [whole]
        frame = self._section(0, prelude, groups[0], is_frame=True)
        return frame, [self._section(number, prelude, group) for number, group in enumerate(groups[1:], start=1)]

    def _parsed(self, name: str) -> nodes.Template:
        if name in self._trees:
            return self._trees.pop(name)
        loader = self._environment.loader
        if loader is None:
            raise Unfillable("a template can't be read")
        source, _, _ = loader.get_source(self._environment, name)
        return self._environment.parse(source, name)

    def _section(
        self, number: int, prelude: Sequence[nodes.Node], group: Sequence[nodes.Node], *, is_frame: bool = False
    ) -> Section:
        kept = _needed(prelude, group)
        before = [] if is_frame else [_text(_OPENING)]
        tree = nodes.Template([*kept, *before, *group, _text(_CLOSING)], lineno=1)
        tree.set_environment(self._environment)
        source, undeclared = _generated(tree, self._environment, self._name)
        names = self._names.of(tree, undeclared)
        for node in kept:
            if isinstance(node, nodes.Import | nodes.FromImport) and isinstance(node.template, nodes.Const):
                names |= self._names.of_imported(str(node.template.value))
        code = compile(source, self._name, "exec")
        template = Template.from_code(self._environment, code, self._environment.make_globals(None))
        return Section(number, template, self._roots(names))

    def _roots(self, names: set[str]) -> tuple[str, ...]:
        """Return the fields that these names read. A view that is named as a whole is read as a whole."""
        read = {name if name in self._fields else name.partition(".")[0] for name in names}
        return tuple([field for field in self._fields if field in read or field.partition(".")[0] in read])


class _Generator(CodeGenerator):
    """Makes a template's program, and notes which variables it looks up, as `jinja2.meta` finds them."""

    def __init__(self, environment: Environment, name: str) -> None:
        self.program = StringIO()
        super().__init__(environment, name, name, self.program, optimized=environment.optimized)
        self.undeclared: set[str] = set()

    def enter_frame(self, frame: Frame) -> None:
        super().enter_frame(frame)
        self.undeclared |= {
            param
            for action, param in frame.symbols.loads.values()
            if action == "resolve" and param is not None and param not in self.environment.globals
        }


def _generated(tree: nodes.Template, environment: Environment, name: str) -> tuple[str, set[str]]:
    """Return the program of a template and the variables that it looks up, found in one go."""
    generator = _Generator(environment, name)
    generator.visit(tree)
    return generator.program.getvalue(), generator.undeclared


class _Groups:
    """Collects the nodes of each child of <body>; the first group is what stands before them."""

    def __init__(self, body: Iterable[nodes.Node]) -> None:
        self._body = body
        self._scanner = _Scanner()
        self._groups: list[list[nodes.Node]] = [[]]
        self._has_begun = False  # <body> is open
        self._has_ended = False

    def divided(self) -> list[list[nodes.Node]]:
        """Return the groups. Raises `_NotNestedError`."""
        for node in self._body:
            if isinstance(node, nodes.Output):
                for piece in node.nodes:
                    if isinstance(piece, nodes.TemplateData):
                        self._take_text(piece.data, piece.lineno)
                    else:
                        self._take(nodes.Output([piece], lineno=piece.lineno))
            else:
                self._take_statement(node)
        if not self._has_ended:
            raise _NotNestedError
        return [group for number, group in enumerate(self._groups) if not number or not _is_blank(group)]

    def _take(self, node: nodes.Node) -> None:
        if self._has_begun and self._scanner.depth == _IN_BODY and self._scanner.is_between:
            raise _NotNestedError  # text stands in <body> itself
        self._groups[-1].append(node)

    def _take_statement(self, node: nodes.Node) -> None:
        if not self._scanner.is_between:
            self._groups[-1].append(node)  # chooses attributes of an open tag
            return
        _check_balance(node)
        if self._has_begun and self._scanner.depth == _IN_BODY:
            self._groups += [[node], []]
        else:
            self._groups[-1].append(node)

    def _take_text(self, text: str, line: int) -> None:
        start = 0
        for end in self._scanner.feed(text):
            depth = self._scanner.depth
            if not self._has_begun:
                if depth == _IN_BODY and re.search(r"<body\b", "".join((self._so_far(), text[:end]))):
                    self._groups[-1].append(_text(text[start:end], line))
                    self._groups.append([])
                    self._has_begun, start = True, end
            elif depth == _IN_BODY:
                self._groups[-1].append(_text(text[start:end], line))
                self._groups.append([])
                start = end
            elif depth < _IN_BODY:
                self._has_ended = True
                return
        rest = text[start:]
        if rest and self._has_begun and self._scanner.depth == _IN_BODY and self._scanner.is_between and rest.strip():
            raise _NotNestedError
        if rest:
            self._groups[-1].append(_text(rest, line))

    def _so_far(self) -> str:
        return "".join(
            piece.data
            for node in self._groups[-1]
            if isinstance(node, nodes.Output)
            for piece in node.nodes
            if isinstance(piece, nodes.TemplateData)
        )


def _check_balance(node: nodes.Node) -> None:
    """Raise `_NotNestedError` unless each branch of a statement opens what it closes."""
    bodies = [getattr(node, name) for name in ("body", "else_") if isinstance(getattr(node, name, None), list)]
    if isinstance(node, nodes.If):
        bodies += [branch.body for branch in node.elif_]
    for body in bodies:
        scanner = _Scanner()
        for inner in body:
            if not isinstance(inner, nodes.Output):
                if scanner.is_between:
                    _check_balance(inner)
                continue
            texts = [piece.data for piece in inner.nodes if isinstance(piece, nodes.TemplateData)]
            if any(scanner.depth < 0 for text in texts for _ in scanner.feed(text)):
                raise _NotNestedError
        if scanner.depth or not scanner.is_between:
            raise _NotNestedError


def _needed(prelude: Sequence[nodes.Node], group: Sequence[nodes.Node]) -> list[nodes.Node]:
    """Return the imports, macros and assignments that a group names, and those they name, in order."""
    kept: set[int] = set()
    pending: list[nodes.Node] = list(group)
    while pending:
        names = {found.name for node in pending for found in _names(node)}
        fresh = [node for node in prelude if id(node) not in kept and _targets(node) & names]
        kept |= set(map(id, fresh))
        pending = fresh
    return [node for node in prelude if id(node) in kept]


def _names(node: nodes.Node) -> Iterator[nodes.Name]:
    if isinstance(node, nodes.Name):
        yield node
    yield from node.find_all(nodes.Name)


def _targets(node: nodes.Node) -> set[str]:
    """Return the names that a statement of the prelude gives."""
    if isinstance(node, nodes.Macro):
        return {node.name}
    if isinstance(node, nodes.Import):
        return {node.target}
    if isinstance(node, nodes.FromImport):
        return {name if isinstance(name, str) else name[1] for name in node.names}
    assert isinstance(node, nodes.Assign)
    return {found.name for found in _names(node.target)}


def _text(data: str, line: int = 1) -> nodes.Output:
    return nodes.Output([nodes.TemplateData(data, lineno=line)], lineno=line)


def _is_blank(group: Sequence[nodes.Node]) -> bool:
    return all(
        isinstance(node, nodes.Output)
        and all(isinstance(piece, nodes.TemplateData) and not piece.data.strip() for piece in node.nodes)
        for node in group
    )

"""The one strict Jinja environment of a template set.

A template prints facts, translated text and text blocks, nothing else: `finalize` emits their text,
notes which facts were shown and refuses bare values. Everything is escaped; there is no filter
that switches it off. Templates come from the set's folder only.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from engine.contracts import Texts
from engine.errors import Problem
from engine.model.communication import Fact, Phrase, Text, TextBlock
from engine.templating.filters import KEPT_FILTERS, KEPT_TESTS, filters_of
from engine.templating.refusal import RefusedError
from engine.templating.texts import sentence

SUFFIX = ".j2"
# Values of a fact that are not its text: a template that reads them could show something unproven.
_HIDDEN = {Fact: frozenset({"value"}), TextBlock: frozenset({"parts"})}


class Rendering:
    """What one rendering uses and notes: its texts, the ids of the facts it showed, and its contexts."""

    __slots__ = ("contexts", "shown", "texts")

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.shown: dict[str, None] = {}
        self.contexts: list[Context] = []

    def end(self) -> None:
        """Take apart what the rendering made: a context and its macros hold each other, and all that was shown."""
        for context in self.contexts:
            context.vars.clear()
        self.contexts.clear()

    def note(self, value: Fact | TextBlock) -> None:
        """Note a fact, or the facts of a block, as shown."""
        if isinstance(value, Fact):
            self.shown[value.id] = None
            return
        for part in value.parts:
            if isinstance(part, Fact):
                self.shown[part.id] = None


CURRENT: contextvars.ContextVar[Rendering] = contextvars.ContextVar("rendering")


class _Context(Context):
    """A context that its rendering knows, unless it is of a module that is kept: such a one sees the globals alone."""

    def __init__(
        self,
        environment: jinja2.Environment,
        parent: dict[str, Any],
        name: str | None,
        blocks: dict[str, Callable[[Context], Any]],
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - as Jinja names it
    ) -> None:
        super().__init__(environment, parent, name, blocks, globals)
        rendering = CURRENT.get(None)
        if rendering is not None and not parent.keys() <= self.globals_keys:
            rendering.contexts.append(self)


@jinja2.pass_context
def finalize(_context: object, value: object) -> object:
    """Return what may stand in the output for `value`; refuse the rest (T104).

    It takes the context so that Jinja doesn't call it on constants at compile time, where nothing
    would be noted and no line be known.
    """
    if isinstance(value, Fact | TextBlock):
        CURRENT.get().note(value)
        return value.text
    if isinstance(value, Text | Markup):
        return value
    if isinstance(value, Phrase):
        return value.text
    if isinstance(value, jinja2.Undefined):
        return str(value)  # StrictUndefined raises with the name
    raise RefusedError(Problem("T104", f"a bare {type(value).__name__} can't be shown", "", _bare_hint(value)))


def _bare_hint(value: object) -> str:
    if value is None:
        return "ask first whether it is there: {% if bill.due_on %}"
    if isinstance(value, bool):
        return "true and false are for {% if %}"
    if isinstance(value, int | float):
        return "a figure of the customer must be a fact; a coordinate goes through |coord"
    if isinstance(value, str):
        return 'print a fact, or _("a message"); a link goes through |url, an id through |token'
    return "print one of its facts"


class StrictEnvironment(ImmutableSandboxedEnvironment):
    """Jinja's immutable sandbox, without what could print or reach anything unproven."""

    context_class = _Context

    def __init__(self, root: Path, hosts: frozenset[str]) -> None:
        super().__init__(
            loader=SetLoader(root),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            finalize=finalize,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        self._verdicts: dict[tuple[type, str], bool] = {}
        self.filters = {name: self.filters[name] for name in KEPT_FILTERS} | filters_of(hosts, CURRENT)
        self.tests = {name: self.tests[name] for name in KEPT_TESTS}
        self.globals = {"_": _say, "ngettext": _say_plural, "pgettext": _say_context} | {
            name: self.globals[name] for name in ("range", "namespace")
        }

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Say whether a template may read `attr`: no methods of texts, no raw values of facts.

        The verdict rests on the type and the name alone, so it is kept: a page asks some two thousand times.
        """
        asked = type(obj), attr
        verdict = self._verdicts.get(asked)
        if verdict is None:
            is_hidden = isinstance(obj, str) or attr in _HIDDEN.get(type(obj), ())
            verdict = self._verdicts[asked] = not is_hidden and super().is_safe_attribute(obj, attr, value)
        return verdict

    def is_safe_callable(self, obj: Any) -> bool:
        """Say whether a template may call `obj`: macros and the functions given to it."""
        return isinstance(obj, Macro) or obj in tuple(self.globals.values()) or (
            getattr(obj, "__module__", "") == "jinja2.runtime"
        )  # fmt: skip

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)):
            raise jinja2.TemplateSyntaxError("escaping can't be switched", node.lineno, name, filename)
        return tree


class SetLoader(jinja2.BaseLoader):
    """Loads *.j2 below one folder; a link that leads out of it is not followed."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return source, file name and freshness. Raises `jinja2.TemplateNotFound`."""
        del environment
        path = (self.root / template).resolve()
        if not (template.endswith(SUFFIX) and path.is_relative_to(self.root) and path.is_file()):
            raise jinja2.TemplateNotFound(template)
        changed = path.stat().st_mtime_ns
        return path.read_text("utf-8"), str(path), lambda: path.stat().st_mtime_ns == changed

    def list_templates(self) -> list[str]:
        """Return the names of all templates of the set."""
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob(f"*{SUFFIX}"))


def _say(message: str, **values: object) -> Text | TextBlock:
    return sentence(CURRENT.get().texts.get(message), values)


def _say_plural(singular: str, plural: str, count: int, **values: object) -> Text | TextBlock:
    return sentence(CURRENT.get().texts.get_plural(singular, plural, count), values)


def _say_context(context: str, message: str, **values: object) -> Text | TextBlock:
    return sentence(CURRENT.get().texts.get_context(context, message), values)

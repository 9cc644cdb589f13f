"""A template set: its campaign, its texts and its compiled templates (`engine.contracts.Templates`)."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import jinja2
from jinja2.exceptions import SecurityError

from engine.contracts import Rendered
from engine.errors import CampaignError, TemplateError, nearest
from engine.model.campaign import Campaign, Options
from engine.model.communication import Communication
from engine.templating.brand import BrandTokens, brand_tokens
from engine.templating.campaign_file import load_campaign
from engine.templating.environment import CURRENT, Rendering, StrictEnvironment
from engine.templating.refusal import RefusedError
from engine.templating.texts import SOURCE_LANGUAGE, Catalog, load_catalog

# What can go wrong inside a template besides Jinja's own errors.
_FAILURES = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
_WORDS = re.compile(r"\w+").findall
_FIELDS = tuple(field.name for field in dataclasses.fields(Communication))


class TemplateSet:
    """Templates compiled once a process; sent to another process, it travels as its folder's path."""

    def __init__(self, root: Path | str, campaign: Campaign | None = None) -> None:
        self._root = Path(root).resolve()
        self._campaign = campaign or load_campaign(self._root)
        self._environment = StrictEnvironment(self._root, hosts_of(self._campaign))
        self._brand = brand_tokens(self._campaign.brand)
        self._texts: dict[str, Catalog] = {}

    def __reduce__(self) -> tuple[object, ...]:
        return (TemplateSet, (self._root, self._campaign))

    @property
    def campaign(self) -> Campaign:
        """The campaign of the set."""
        return self._campaign

    @property
    def root(self) -> Path:
        """The folder of the set, where campaign.toml lies."""
        return self._root

    @property
    def brand(self) -> BrandTokens:
        """The brand as templates see it."""
        return self._brand

    @property
    def environment(self) -> StrictEnvironment:
        """The environment, for the linter."""
        return self._environment

    def texts(self, locale: str) -> Catalog:
        """Return the texts of `locale`. Raises `CampaignError` (C106) or `TemplateError` (T110)."""
        if locale in self._texts:
            return self._texts[locale]
        path = self._root / "texts" / f"{locale}.po"
        if locale in self._campaign.locales and path.is_file():
            self._texts[locale] = load_catalog(path, locale)
        elif locale in self._campaign.locales and locale == SOURCE_LANGUAGE:
            self._texts[locale] = Catalog(locale, {}, place=str(path))
        else:
            raise CampaignError("C106", f"there are no texts for the locale `{locale}`", place=str(self._root),
                                hint=f"add texts/{locale}.po and name the locale in campaign.toml")  # fmt: skip
        return self._texts[locale]

    def names(self, *words: str) -> bool:
        """Say whether code of one of the templates holds a word, or may: a template that can't be read might."""
        wanted = frozenset(words)
        try:
            sources = [self._root.joinpath(name).read_text("utf-8") for name in self._environment.list_templates()]
            return any(
                kind not in ("data", "comment") and not wanted.isdisjoint(_WORDS(value))
                for source in sources
                if any(word in source for word in wanted)
                for _, kind, value in self._environment.lex(source)
            )
        except (jinja2.TemplateError, OSError, ValueError):
            return True

    def render(self, name: str | jinja2.Template, communication: Communication, **extra: object) -> Rendered:
        """Return template `name` (or a part of one, compiled) rendered for one communication.

        `extra` are further top-level names; what they print obeys the same rules. Raises
        `TemplateError` (T1xx) with file and line.
        """
        views = {field: getattr(communication, field) for field in _FIELDS}
        rendering = Rendering(self.texts(communication.locale))
        mark = CURRENT.set(rendering)
        try:
            template = self._environment.get_template(name)
            text = template.render(views | {"brand": self._brand, "campaign": self._campaign} | extra)
        except (jinja2.TemplateError, RefusedError, TemplateError, *_FAILURES) as error:
            raise self._at_line(error, name if isinstance(name, str) else name.name or "") from error
        finally:
            CURRENT.reset(mark)
            rendering.end()
        return Rendered(text, tuple(rendering.shown))

    def _at_line(self, error: Exception, name: str) -> TemplateError:
        place = self._line(error.__traceback__) or name
        if isinstance(error, RefusedError | TemplateError):
            problem = error.problem
            place = problem.place if problem.code == "T108" and problem.place.endswith(".po") else place
            return TemplateError(problem.code, problem.fact, place=place, hint=problem.hint)
        return translated(error, place, self._environment)

    def _line(self, trace: TracebackType | None) -> str:
        """Return the innermost place in a template of this set, as pdf/bill.html.j2:12."""
        place = ""
        while trace is not None:
            file = Path(trace.tb_frame.f_code.co_filename)
            if file.suffix == ".j2" and file.is_relative_to(self._root):
                place = f"{file.relative_to(self._root).as_posix()}:{trace.tb_lineno}"
            trace = trace.tb_next
        return place


def translated(error: Exception, place: str, environment: StrictEnvironment) -> TemplateError:
    """Return an error of Jinja or of Python inside a template as one that a designer understands."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        at = f"{error.name}:{error.lineno}" if error.name else place
        fact, hint = (
            error.message or "syntax error",
            "mend that line, or a block begun above it; docs/templates.md shows the syntax",
        )
        if match := re.match(r"No filter named '(\w+)'", fact):
            close = nearest(match[1], environment.filters)
            fact = f"there is no filter `{match[1]}`"
            hint = f"did you mean `{close}`?" if close else f"filters: {', '.join(sorted(environment.filters))}"
        return TemplateError("T102", fact, place=at, hint=hint)
    if isinstance(error, jinja2.TemplateNotFound):
        return TemplateError("T101", f"there is no template `{error.name}` in the set", place=place,
                             hint="templates are named from the set's folder, as in shared/bill.j2")  # fmt: skip
    if isinstance(error, SecurityError):
        hint = "templates read the communication's fields and call macros, nothing else"
        return TemplateError("T105", str(error), place=place, hint=hint)
    if isinstance(error, jinja2.UndefinedError):
        hint = "docs/templates.md lists what a template sees; `billcast check` names the nearest"
        return TemplateError("T103", error.message or "a name is not there", place=place, hint=hint)
    return TemplateError("T111", f"{type(error).__name__} in an expression", place=place,
                         hint="look at the types in docs/templates.md")  # fmt: skip


def hosts_of(campaign: Campaign) -> frozenset[str]:
    """Return the hosts of all addresses in the campaign: where a template's links may lead."""
    hosts = set(campaign.payment.allowed_hosts)
    pending: list[object] = [campaign]
    while pending:
        node = pending.pop()
        if isinstance(node, Options):
            pending += [getattr(node, name) for name in type(node).model_fields]
        elif isinstance(node, tuple):
            pending += node
        elif isinstance(node, str) and node.startswith("https://"):
            hosts.add(urlsplit(node).netloc.lower())
    return frozenset(hosts)

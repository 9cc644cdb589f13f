"""The linter: every fault of a template set at once, as file:line, without rendering a customer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jinja2
from jinja2 import nodes

from engine.errors import BillcastError, Problem
from engine.model.campaign import Campaign
from engine.templating.fonts import brand_files, check_lock, missing_characters
from engine.templating.lint_einvoice import check_einvoice
from engine.templating.lint_look import check_look
from engine.templating.lint_messages import (
    Message,
    check_messages,
    messages_of_campaign,
    messages_of_compose,
    messages_of_template,
)
from engine.templating.lint_names import NameWalk
from engine.templating.template_set import TemplateSet, translated
from engine.templating.texts import read_po_file

SHARED = "shared/"
# Facts that some channel must show: (class, fields of which one is enough), and what it is.
REQUIRED_FACTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("BillView", ("amount_due",), "the amount due"),
    ("BillView", ("due_line", "due_on"), "the due date"),
    ("BillView", ("number",), "the bill's number"),
    ("BillView", ("period",), "the period"),
    ("BillView", ("issued_on",), "the date of issue"),
    ("CustomerView", ("account",), "the customer's number"),
    ("SlipView", ("account",), "the account to pay to"),
    ("SlipView", ("reference",), "the payment reference"),
    ("SlipView", ("payee",), "the payee"),
    ("RequestRow", ("amount",), "each open bill of a payment request"),
    ("HelpView", ("body",), "help for those who can't pay"),
)
# Directive (EU) 2019/944, Annex I: what must have a place in the templates.
REQUIRED_PLACES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("ChargeRow", ("amount",), "the breakdown of the price"),
    ("UsageView", ("chart",), "consumption against the year before, as a chart"),
    ("ReadingRow", ("title", "method"), "whether a reading is actual or estimated"),
    ("SupplierView", ("name", "legal_name"), "the supplier's name"),
    ("SupplierView", ("phone",), "the help line"),
    ("SupplierView", ("email",), "the help e-mail"),
    ("SupplyPointView", ("tariff",), "the tariff's name"),
    ("SupplyPointView", ("contract_end",), "the contract's end"),
    ("SupplyPointView", ("code",), "the supply point's code"),
    ("LegalRow", ("text",), "complaints, disputes, contact point, comparison, switching, energy sources"),
)


def check_set(root: Path) -> list[Problem]:
    """Return every problem of the set in `root`, sorted by place."""
    try:
        templates = TemplateSet(root)
    except BillcastError as error:
        return [error.problem]
    trees, problems = _compile(templates)
    is_whole = not problems  # what a template shows and says that can't be compiled isn't known
    walk = NameWalk(templates.environment, trees)
    for name in trees:
        if not name.startswith(SHARED):
            walk.walk(name)
    problems += walk.problems
    if is_whole:
        problems += _unshown(walk)
    problems += check_look(templates.campaign.brand)
    problems += _empty_legal(templates.campaign)
    problems += check_einvoice(templates.campaign)
    messages = _messages(trees, templates.campaign)
    problems += check_messages(templates.root, templates.campaign.locales, messages, is_whole=is_whole)
    problems += _glyphs(templates, messages)
    problems += check_lock(_families(templates.campaign))
    return sorted(dict.fromkeys(problems), key=_order)


def _order(problem: Problem) -> tuple[str, int, str]:
    file, _, line = problem.place.partition(":")
    return file, int(line) if line.isdigit() else 0, problem.fact


def _compile(templates: TemplateSet) -> tuple[dict[str, nodes.Template], list[Problem]]:
    environment = templates.environment
    trees: dict[str, nodes.Template] = {}
    problems: list[Problem] = []
    for name in environment.list_templates():
        try:
            environment.get_template(name)
            source = (templates.root / name).read_text("utf-8")
            trees[name] = environment._parse(source, name, str(templates.root / name))  # noqa: SLF001  (with our checks)
        except jinja2.TemplateError as error:
            problems.append(translated(error, name, environment).problem)
        except UnicodeDecodeError:
            problems.append(Problem("T102", "the file is not UTF-8", name, "save it as UTF-8"))
    return trees, problems


def _messages(trees: dict[str, nodes.Template], campaign: Campaign) -> list[Message]:
    found = [message for name, tree in trees.items() for message in messages_of_template(tree, name)]
    found += messages_of_compose()
    found += messages_of_campaign(campaign)
    first: dict[tuple[str, str], Message] = {}
    for message in found:
        first.setdefault((message.context, message.text), message)
    return list(first.values())


def _unshown(walk: NameWalk) -> Iterator[Problem]:
    for code, table, seen in (("T114", REQUIRED_FACTS, walk.printed), ("T117", REQUIRED_PLACES, walk.read)):
        for owner, names, what in table:
            if not any((owner, name) in seen for name in names):
                yield Problem(code, f"{what} has no place in any template", "templates",
                              f"print {owner}.{names[0]}; docs/templates.md shows where it is found")  # fmt: skip


def _empty_legal(campaign: Campaign) -> Iterator[Problem]:
    for name in type(campaign.legal).model_fields:
        if getattr(campaign.legal, name) is None:
            yield Problem("T117", f"the legally required item `{name}` is empty", f"campaign.toml [legal.{name}]",
                          "give its text; see Directive (EU) 2019/944, Annex I")  # fmt: skip


def _families(campaign: Campaign) -> tuple[str, ...]:
    fonts = campaign.brand.fonts
    return (fonts.text, fonts.figures, *fonts.fallback)


def _glyphs(templates: TemplateSet, messages: list[Message]) -> Iterator[Problem]:
    files = brand_files(templates.campaign.brand.fonts, templates.root)
    if not files:
        yield Problem("T119", "no font of the brand is installed", "campaign.toml [brand.fonts]",
                      "apt-get install fonts-inter fonts-noto-core, or name font files")  # fmt: skip
        return
    texts = {message.text: message.place for message in messages}
    for locale in templates.campaign.locales:
        path = templates.root / "texts" / f"{locale}.po"
        if not path.is_file():
            continue
        try:
            entries = read_po_file(path, locale)
        except BillcastError:
            continue  # said by check_messages
        for entry in entries:
            forms = entry.string if isinstance(entry.string, tuple | list) else (entry.string,)
            if entry.id:
                texts |= {str(form): f"texts/{locale}.po:{entry.lineno or 0}" for form in forms if form}
    for char, text in missing_characters(texts, files).items():
        yield Problem("T118", f"no font of the brand has U+{ord(char):04X}", texts[text],
                      "add a family to brand.fonts.fallback that has it")  # fmt: skip

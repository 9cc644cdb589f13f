"""Every message that is said must be translated in every locale, with the same placeholders.

Messages stand in templates (`_("...")`), in `engine.compose` (calls on texts, and `N_`), and in the
campaign's rules and legal items.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import nodes

import engine
from engine.errors import Problem, TemplateError
from engine.model.campaign import Campaign, LegalItem
from engine.templating.texts import PLACE, SOURCE_LANGUAGE, read_po_file

# Calls whose literal arguments are messages (a context goes first). `N_` marks one that is said elsewhere.
_CALLS = ("get", "get_plural", "get_context", "N_")
_TEXTS_NAMES = ("texts", "_texts", "words")


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is said somewhere. `plural` is its English plural, if it has one."""

    text: str
    place: str
    plural: str = ""
    context: str = ""


def messages_of_template(tree: nodes.Template, name: str) -> Iterator[Message]:
    """Yield the messages of one template."""
    for call in tree.find_all(nodes.Call):
        if not isinstance(call.node, nodes.Name) or call.node.name not in ("_", "ngettext", "pgettext"):
            continue
        words = [arg.value for arg in call.args if isinstance(arg, nodes.Const) and isinstance(arg.value, str)]
        place = f"{name}:{call.lineno}"
        if call.node.name == "_" and words:
            yield Message(words[0], place)
        elif call.node.name == "ngettext" and len(words) > 1:
            yield Message(words[0], place, plural=words[1])
        elif call.node.name == "pgettext" and len(words) > 1:
            yield Message(words[1], place, context=words[0])


def messages_of_compose() -> Iterator[Message]:
    """Yield the messages that `engine.compose` says, from literal arguments and from `N_("...")`."""
    folder = Path(engine.__file__).parent / "compose"
    for path in sorted(folder.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from _messages_of_call(node, f"engine/compose/{path.name}:{node.lineno}")


def _messages_of_call(node: ast.Call, place: str) -> Iterator[Message]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name not in _CALLS or (name == "get" and not _is_texts(node.func)):
        return
    found = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if name == "get_plural" and len(found) > 1:
        yield Message(found[0], place, plural=found[1])
    elif name == "get_context" and len(found) > 1:
        yield Message(found[1], place, context=found[0])
    elif name in ("get", "N_") and found:
        yield Message(found[0], place)


def _is_texts(function: ast.expr) -> bool:
    owner = function.value if isinstance(function, ast.Attribute) else None
    return getattr(owner, "id", getattr(owner, "attr", "")) in _TEXTS_NAMES


def messages_of_campaign(campaign: Campaign) -> Iterator[Message]:
    """Yield the messages of rules, legal items and hours."""
    for index, rule in enumerate(campaign.rules, start=1):
        if rule.say:
            for text in (rule.say.title, rule.say.body, rule.say.link):
                if text:
                    yield Message(text, f"campaign.toml [rules[{index}].say] {rule.id}")
    for name in type(campaign.legal).model_fields:
        item = getattr(campaign.legal, name)
        if isinstance(item, LegalItem):
            yield Message(item.text, f"campaign.toml [legal.{name}]")
    if campaign.supplier.phone_hours:
        yield Message(campaign.supplier.phone_hours, "campaign.toml [supplier] phone_hours")


def check_messages(
    root: Path, locales: tuple[str, ...], messages: list[Message], *, is_whole: bool
) -> Iterator[Problem]:
    """Yield what is wrong between the messages and the catalogues of `locales`.

    Unless `messages` is whole, nothing is said of translations that no message needs.
    """
    for message in messages:
        if "%" in message.text:
            yield Problem("T112", f"`{message.text}` holds a %", message.place,
                          "write a placeholder as {name}; a percent sign comes with the fact")  # fmt: skip
    for locale in locales:
        path = root / "texts" / f"{locale}.po"
        if path.is_file():
            try:
                yield from _check_catalogue(path, locale, root, messages, is_whole=is_whole)
            except TemplateError as error:
                yield error.problem
        elif locale != SOURCE_LANGUAGE:
            yield Problem("C106", f"there are no texts for `{locale}`", str(path.relative_to(root)),
                          "add the file, or take the locale out of campaign.toml")  # fmt: skip


def _check_catalogue(
    path: Path, locale: str, root: Path, messages: list[Message], *, is_whole: bool
) -> Iterator[Problem]:
    name = path.relative_to(root).as_posix()
    catalog = read_po_file(path, locale)
    used = {(message.context, message.text) for message in messages}
    known: set[tuple[str, str]] = set()
    for entry in catalog:
        if not entry.id:
            continue
        ids = tuple(entry.id) if isinstance(entry.id, tuple | list) else (entry.id,)
        strings = entry.string if isinstance(entry.string, tuple | list) else (entry.string,)
        forms = tuple(str(form or "") for form in strings)
        key = (entry.context or "", str(ids[0]))
        place = f"{name}:{entry.lineno or 0}"
        if all(forms) and not entry.fuzzy:
            known.add(key)
        if is_whole and key not in used:
            yield Problem("T113", f"`{ids[0]}` is used nowhere", place, "remove it, or mend the message it was for")
        yield from _check_forms(ids, forms, place)
    if locale == SOURCE_LANGUAGE:
        return
    for message in messages:
        if (message.context, message.text) not in known:
            yield Problem("T108", f"`{message.text}` has no translation in `{locale}`", message.place,
                          f"add it to {name}")  # fmt: skip


def _check_forms(ids: tuple[str, ...], forms: tuple[str, ...], place: str) -> Iterator[Problem]:
    wanted = set(PLACE.findall(ids[-1]))
    for form in forms:
        if "%" in form:
            yield Problem("T112", f"the translation of `{ids[0]}` holds a %", place, "write placeholders as {name}")
        places = set(PLACE.findall(form))
        # A singular may leave out the number that its plural names.
        if form and (places - wanted or (len(forms) == 1 and wanted - places)):
            wrong = ", ".join(sorted(f"{{{word}}}" for word in places ^ wanted))
            yield Problem("T109", f"`{ids[0]}` and its translation differ in {wrong}", place,
                          "use the placeholders of the message, no others")  # fmt: skip

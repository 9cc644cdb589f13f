"""The translated messages of a set: gettext catalogues, read once and kept in memory.

Message ids are the English sentences; placeholders are written {like_this}, never %. A message
without a translation is an error that names it, never the English words in silence.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable
from pathlib import Path

from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog as PoCatalog
from babel.messages.pofile import PoFileError, read_po

from engine.errors import TemplateError
from engine.model.communication import Fact, Text, TextBlock

# The language of the message ids: a message that its catalogue lacks is said as written.
SOURCE_LANGUAGE = "en"
PLACE = re.compile(r"\{([a-z_][a-z0-9_]*)\}")


class Catalog:
    """The texts of one locale (implements `engine.contracts.Texts`)."""

    def __init__(
        self, locale: str, messages: dict[tuple[str, str], tuple[str, ...]], plural: str = "(n != 1)", place: str = ""
    ) -> None:
        self._locale = locale
        self._messages = {key: tuple(map(Text, forms)) for key, forms in messages.items()}
        plain = {message: forms[0] for (context, message), forms in self._messages.items() if not context}
        self.__dict__["get"] = _Plain(self, plain).__getitem__  # in place of the method: eighty times a customer
        self._place = place
        self._form: Callable[[int], int] = gettext.c2py(plural)
        self._is_source = locale.replace("-", "_").split("_")[0] == SOURCE_LANGUAGE

    @property
    def locale(self) -> str:
        """The locale, as in the catalogue's file name."""
        return self._locale

    def has(self, message: str, context: str = "") -> bool:
        """Say whether `message` can be said in this locale."""
        return self._is_source or (context, message) in self._messages

    def get(self, message: str) -> Text:
        """Return the translation of `message`. Raises `TemplateError` (T108)."""
        return self.get_context("", message)

    def get_context(self, context: str, message: str) -> Text:
        """Return the translation of `message` in `context`. Raises `TemplateError` (T108)."""
        found = self._messages.get((context, message))
        if found is not None:
            return found[0]
        if self._is_source:
            return Text(message)
        raise self._missing(message)

    def get_plural(self, singular: str, plural: str, count: int) -> Text:
        """Return the translated form that fits `count`. Raises `TemplateError` (T108)."""
        found = self._messages.get(("", singular))
        if found is not None and len(found) > 1:
            return found[min(self._form(abs(count)), len(found) - 1)]
        if self._is_source:
            return Text(singular if count == 1 else plural)
        raise self._missing(singular)

    def _missing(self, message: str) -> TemplateError:
        return TemplateError(
            "T108",
            f"`{message}` has no translation in `{self._locale}`",
            place=self._place,
            hint="add the message to the catalogue; `billcast check` lists all that are missing",
        )


class _Plain(dict[str, Text]):
    """Translations of messages without a context; what is not among them is looked up as `get_context` does."""

    def __init__(self, catalog: Catalog, known: dict[str, Text]) -> None:
        super().__init__(known)
        self._catalog = catalog

    def __missing__(self, message: str) -> Text:
        return self._catalog.get_context("", message)


def read_po_file(path: Path, locale: str) -> PoCatalog:
    """Return a .po file as Babel reads it, with line numbers. Raises `TemplateError` (T110)."""
    try:
        with path.open("rb") as file:
            return read_po(file, locale=locale.replace("-", "_"), abort_invalid=True)
    except (OSError, UnicodeDecodeError, ValueError, PoFileError, UnknownLocaleError) as error:
        raise TemplateError("T110", f"{error}", place=str(path), hint="write it as a UTF-8 gettext .po file") from error


def load_catalog(path: Path, locale: str) -> Catalog:
    """Return the texts of a .po file; fuzzy, obsolete and empty translations don't count."""
    source = read_po_file(path, locale)
    messages: dict[tuple[str, str], tuple[str, ...]] = {}
    for message in source:
        if not message.id or message.fuzzy:
            continue
        key = message.id[0] if isinstance(message.id, tuple | list) else message.id
        forms = tuple(message.string) if isinstance(message.string, tuple | list) else (message.string,)
        if all(forms):
            messages[(message.context or "", key)] = tuple(str(form) for form in forms)
    return Catalog(locale, messages, source.plural_expr, str(path))


def sentence(text: Text, values: dict[str, object]) -> Text | TextBlock:
    """Return `text` with facts, texts or blocks in its {places}; raises `TemplateError` (T109, T104)."""
    if not values:
        return text
    parts: list[Text | Fact] = []
    used: set[str] = set()
    for index, piece in enumerate(PLACE.split(text)):
        if index % 2 == 0:
            if piece:
                parts.append(Text(piece))
            continue
        used.add(piece)
        parts.extend(_parts_of(values, piece, text))
    if unused := set(values) - used:
        raise TemplateError("T109", f"`{text}` has no place for {{{min(unused)}}}",
                            hint="use every placeholder of the message in its translation")  # fmt: skip
    return TextBlock("said", tuple(parts))


def _parts_of(values: dict[str, object], name: str, text: str) -> tuple[Text | Fact, ...]:
    if name not in values:
        raise TemplateError("T109", f"`{text}` has a place {{{name}}} that gets no value",
                            hint="name the placeholders of the translation as in the message")  # fmt: skip
    value = values[name]
    if isinstance(value, TextBlock):
        return value.parts
    if isinstance(value, Fact | Text):
        return (value,)
    raise TemplateError("T104", f"the placeholder {{{name}}} gets a bare {type(value).__name__}",
                        hint="give a fact or a translated text")  # fmt: skip

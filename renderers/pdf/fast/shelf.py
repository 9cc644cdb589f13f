"""Stored parts as one locale has them: with its language, and only where it gets the same fonts.

What a text says is not in a specimen, so locales differ in what fonts they get for a language, and in style sheets
that speak of languages. A part is stored for all locales where that is all; a locale that gets other fonts than those
stored with it, and whatever is bound to a language, has entries of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.model import TypeStyle, Unfillable
from renderers.pdf.fast.part_pickle import Entry, Furniture, packed, unpacked
from renderers.pdf.fast.part_store import PartStore, digest_of
from renderers.pdf.fast.parts import PartBox, Span
from renderers.pdf.fast.type_style import meet

_LANGUAGE: Final = "*"  # in place of the document's


class Shelf:
    """Entries by name, from a store. `identity` says all else that they follow from."""

    def __init__(self, store: PartStore, identity: str, fonts: FontSet, font_config: Any) -> None:
        self.store = store
        self._identity = identity
        self._fonts = fonts
        self._font_config = font_config
        self._known: dict[tuple[str, str], Entry] = {}
        self._styles: dict[TypeStyle, TypeStyle] = {}
        self._met: dict[TypeStyle, str] = {}  # of styles that the fonts know, the digests of their files

    @property
    def styles(self) -> list[TypeStyle]:
        """Those of all texts of the entries that were taken or stored."""
        return list(self._styles)

    def get(self, name: str, language: str, *, is_bound: bool) -> Entry | None:
        """Return an entry, None where there is none. `is_bound` where it may depend on the language."""
        found = self._known.get((name, language))
        if found is None:
            for key in self._keys(name, language, is_bound=is_bound):
                found = self._taken(key, language)
                if found is not None:
                    self._known[name, language] = found
                    break
        return found

    def has_shared(self, name: str) -> bool:
        """Say whether an entry of this name is stored for all locales that get the same fonts."""
        return self.store.get(digest_of(self._identity, name)) is not None

    def put(self, name: str, language: str, entry: Entry, *, is_bound: bool) -> Entry:
        """Store an entry, whose thing is given away; return it as it will be found."""
        for span in _spans(entry.thing):
            span.style = _said_in(span.style, language, _LANGUAGE)
        styles = tuple((_said_in(style, language, _LANGUAGE), digest) for style, digest in entry.styles)
        keys = self._keys(name, language, is_bound=is_bound or bool(entry.reason))
        # What stands under the first key is another locale's, with other fonts: else it would have been found.
        key = keys[-1] if len(keys) > 1 and self.store.get(keys[0]) is not None else keys[0]
        self.store.put(key, packed(replace(entry, styles=styles)))
        found = self._taken(key, language)
        assert found is not None
        self._known[name, language] = found
        return found

    def _keys(self, name: str, language: str, *, is_bound: bool) -> list[str]:
        own = digest_of(self._identity, name, language)
        return [own] if is_bound else [digest_of(self._identity, name), own]

    def _taken(self, key: str, language: str) -> Entry | None:
        """Return what is stored under a key, in this language; None where other fonts are needed for it."""
        data = self.store.get(key)
        entry = unpacked(data) if data is not None else None
        if entry is None:
            return None
        try:
            for style, digest in entry.styles:
                if self._file_of(self._style(style, language)) != digest:
                    return None
        except Unfillable:
            return None
        for span in _spans(entry.thing):
            span.style = self._style(span.style, language)
        return entry

    def _file_of(self, style: TypeStyle) -> str:
        """Return the digest of the font's file that a style gets here. Raises `Unfillable`."""
        found = self._met.get(style)
        if found is None:
            found = self._met[style] = meet(style, self._fonts, self._font_config)
        return found

    def _style(self, style: TypeStyle, language: str) -> TypeStyle:
        """Return a stored style in this language: one object of all that are equal."""
        own = _said_in(style, _LANGUAGE, language)
        return self._styles.setdefault(own, own)


def _said_in(style: TypeStyle, before: str, language: str) -> TypeStyle:
    return replace(style, language=language) if style.language == before else style


def _spans(thing: PartBox | Furniture | None) -> Iterator[Span]:
    """Yield all spans of a part or of furniture."""
    if isinstance(thing, Furniture):
        for boxes in thing.boxes.values():
            for _, box in boxes:
                yield from _spans(box)
    elif thing is not None:
        for child in thing.children:
            yield from _spans(child)
        for row in thing.rows:
            for child in row:
                yield from _spans(child)
        if thing.lines is not None:
            yield from thing.lines.spans.values()
            for atom in thing.lines.atoms.values():
                yield from _spans(atom.box)

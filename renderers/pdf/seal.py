"""The seal of a PDF: a PAdES B-B signature written in the file's only revision (ETSI EN 319 142-1).

How a writer uses it:

    sealer = Sealer.from_environment(os.environ)        # once a process: the key is loaded, the CMS prepared
    seal = sealer.at(now_iso, language)                 # once a run and locale; cheap and kept
    parts = seal.objects(first, page, document, parent) # the objects to put into the file
    data = seal.finish(data)                            # once a file: digest, signature, room filled in

`objects` numbers its three objects from `first` on: signature dictionary, widget, structure element.
`page` is the object number of the first page, `document` of the structure element Document, `parent` a
key of the parent tree that is still free. The writer then

1. writes `bodies[0]` as a plain object, never in an object stream (its bytes are patched); the other
   two may go into one; all three depend on the plan, the locale and the run only, not on the customer;
2. puts `catalog` into the catalog, the widget into the first page's /Annots, the element last into the
   /K of the element Document, and `parent` with the element into /Nums of the parent tree;
3. calls `finish` on the whole file, after the cross-reference was written. The length stays.

The field has no looks: a rectangle of no size on the first page, which PDF/A-3 frees from an appearance
(ISO 19005-3, 6.3.3), with the print flag, tagged as Form with a description (ISO 14289-1, 7.18.4). The
signing time is /M, from the run's time; the clock is not asked. Measured, with the digest of 50 kB:
P-256 0.1 ms a file, RSA-2048 0.4 ms.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from engine.errors import SealError
from engine.signing.cms import SignedDataMaker
from engine.signing.credential import Credential, open_credential

FIELD_NAME: Final = "seal"
_PRINT, _LOCKED = 4, 128
_RANGE_WIDTH = 35  # "[0 " and three numbers of up to nine digits with their marks: files below 1 GB
_RANGE_BLANK: Final = b"[0" + b" " * (_RANGE_WIDTH - 3) + b"]"
_BEFORE_RANGE: Final = b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange"
_BEFORE_ROOM: Final = b"/Contents"
_MARK: Final = _BEFORE_RANGE + _RANGE_BLANK + _BEFORE_ROOM + b"<00"
# What a screen reader says of the field, by language; another language hears English, and is told so.
_WORDS: Final = {
    "bg": "Електронен печат", "cs": "Elektronická pečeť", "da": "Elektronisk segl", "de": "Elektronisches Siegel",
    "el": "Ηλεκτρονική σφραγίδα", "en": "Electronic seal", "es": "Sello electrónico", "et": "E-tempel",
    "fi": "Sähköinen leima", "fr": "Cachet électronique", "hr": "Elektronički pečat", "hu": "Elektronikus bélyegző",
    "it": "Sigillo elettronico", "lt": "Elektroninis spaudas", "lv": "Elektroniskais zīmogs",
    "nl": "Elektronisch zegel", "pl": "Pieczęć elektroniczna", "pt": "Selo eletrónico", "ro": "Sigiliu electronic",
    "ru": "Электронная печать", "sk": "Elektronická pečať", "sl": "Elektronski žig", "sv": "Elektronisk stämpel",
    "uk": "Електронна печатка",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SealObjects:
    """The objects of a seal: their bodies in the order of their numbers, and where they are referred to."""

    bodies: tuple[bytes, bytes, bytes]  # signature dictionary, widget, structure element
    catalog: bytes  # entry of the catalog, as in b"/AcroForm<</Fields[12 0 R]/SigFlags 3>>"
    widgets: tuple[int, ...]  # numbers for /Annots of the first page
    element: int  # number for /K of the element Document and for /Nums of the parent tree


class Sealer:
    """A key ready to seal. One a process: it may be used for any number of files."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential
        self._maker = SignedDataMaker(credential)
        self.room = 2 * self._maker.most_bytes  # hex digits
        self.at = lru_cache(maxsize=64)(self._at)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Sealer:
        """Return the sealer whose key the environment names. Raises `SealError` (E100 to E108)."""
        return cls(open_credential(os.environ if environment is None else environment))

    def _at(self, now_iso: str, language: str) -> Seal:
        """Return the seal of a run at `now_iso`, whose files are in `language`. Raises `SealError` (E105)."""
        moment = datetime.fromisoformat(now_iso).astimezone(UTC)
        self._credential.must_hold_at(moment)
        return Seal(self, moment, language)

    def cms(self, digest: bytes) -> bytes:
        """Return the DER of the signature over what has this SHA-256, at most `room` hex digits long."""
        return self._maker.make(digest)

    def seal_in_place(
        self, data: bytearray, range_at: int, room_at: int, begun: Any = None, begun_bytes: int = 0
    ) -> None:
        """Sign a whole file: fill /ByteRange at `range_at` and /Contents at `room_at`, where their brackets open.

        `begun` is the state of SHA-256 after the first `begun_bytes`, which come before both.
        """
        end = room_at + self.room + 2
        span = f"[0 {room_at} {end} {len(data) - end}".encode().ljust(_RANGE_WIDTH - 1)
        if len(span) >= _RANGE_WIDTH:
            raise SealError("E109", "a PDF is too large to be sealed", hint="files below 1 GB can be")
        data[range_at : range_at + _RANGE_WIDTH] = span + b"]"
        with memoryview(data) as view:
            hashed = hashlib.sha256() if begun is None else begun.copy()
            hashed.update(view[begun_bytes:room_at])
            hashed.update(view[end:])
        signature = self.cms(hashed.digest()).hex().encode("ascii")
        data[room_at + 1 : room_at + 1 + len(signature)] = signature


@dataclass(frozen=True, slots=True)
class Seal:
    """A sealer at one run's time."""

    sealer: Sealer = field(repr=False)
    moment: datetime
    language: str

    def dictionary(self) -> bytes:
        """Return the body of the signature dictionary, with blank places for range and signature."""
        room = b"<" + b"0" * self.sealer.room + b">"
        time = f"(D:{self.moment:%Y%m%d%H%M%S}Z)".encode()
        return b"".join((_BEFORE_RANGE, _RANGE_BLANK, _BEFORE_ROOM, room, b"/M", time, b">>"))

    def objects(self, first: int, page: int, document: int, parent: int) -> SealObjects:
        """Return the seal's objects, numbered from `first`; see the module for what the numbers are."""
        widget, element = first + 1, first + 2
        language, words = _spoken(self.language)
        said = _text(words)
        field_body = (
            b"<</Type/Annot/Subtype/Widget/FT/Sig/T(%s)/TU%s/F %d/Rect[0 0 0 0]/P %d 0 R/V %d 0 R/StructParent %d>>"
            % (FIELD_NAME.encode(), said, _PRINT | _LOCKED, page, first, parent)
        )
        element_body = (
            b"<</Type/StructElem/S/Form/P %d 0 R/Pg %d 0 R/K[<</Type/OBJR/Obj %d 0 R/Pg %d 0 R>>]/Lang%s/Alt%s>>"
            % (document, page, widget, page, _text(language), said)
        )
        catalog = b"/AcroForm<</Fields[%d 0 R]/SigFlags 3>>" % widget
        return SealObjects((self.dictionary(), field_body, element_body), catalog, (widget,), element)

    def finish(self, data: bytes, begun: Any = None, begun_bytes: int = 0) -> bytes:
        """Return the file sealed. Raises `SealError` (E109) where it has no signature dictionary, or two.

        `begun` is the state of SHA-256 after its first `begun_bytes`, which hold no signature dictionary.
        """
        found = data.find(_MARK, begun_bytes)
        if found < 0 or data.find(_MARK, found + 1) >= 0:
            raise SealError("E109", "the PDF has no place for one seal")
        range_at = found + len(_BEFORE_RANGE)
        sealed = bytearray(data)
        room_at = range_at + _RANGE_WIDTH + len(_BEFORE_ROOM)
        self.sealer.seal_in_place(sealed, range_at, room_at, begun, begun_bytes)
        return bytes(sealed)


def _spoken(language: str) -> tuple[str, str]:
    """Return the language and the words that describe the field."""
    words = _WORDS.get(language.replace("_", "-").split("-")[0].lower())
    return (language, words) if words else ("en", _WORDS["en"])


def _text(text: str) -> bytes:
    """Return a text string: ASCII in parentheses, else UTF-16 in hex (ISO 32000-1, 7.9.2.2)."""
    if text.isascii():
        return b"(" + text.encode("ascii") + b")"
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode("ascii") + b">"

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
signing time is /M, from the run's time; the clock is not asked. Measured, with the digest of 25 kB:
P-256 0.1 ms a file one after the other, 0.3 ms between documents (OpenSSL's code and tables have left the
processor's cache by then: a signature takes 0.2 ms in place of 0.05). RSA-2048 0.3 ms more.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from engine.errors import SealError

if TYPE_CHECKING:
    from engine.signing.credential import Credential

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


class SealObjects(NamedTuple):
    """The objects of a seal: their bodies in the order of their numbers, and where they are referred to."""

    bodies: tuple[bytes, bytes, bytes]  # signature dictionary, widget, structure element
    catalog: bytes  # entry of the catalog, as in b"/AcroForm<</Fields[12 0 R]/SigFlags 3>>"
    widgets: tuple[int, ...]  # numbers for /Annots of the first page
    element: int  # number for /K of the element Document and for /Nums of the parent tree


class Sealer:
    """A key ready to seal. One a process: it may be used for any number of files."""

    def __init__(self, credential: Credential) -> None:
        from engine.signing.cms import SignedDataMaker  # the libraries of certificates: for those who seal

        self._credential = credential
        self._maker = SignedDataMaker(credential)
        self.room = 2 * self._maker.most_bytes  # hex digits
        self.at = lru_cache(maxsize=64)(self._at)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Sealer:
        """Return the sealer whose key the environment names. Raises `SealError` (E100 to E108)."""
        from engine.signing.credential import open_credential

        return cls(open_credential(os.environ if environment is None else environment))

    def _at(self, now_iso: str, language: str) -> Seal:
        """Return the seal of a run at `now_iso`, whose files are in `language`. Raises `SealError` (E105)."""
        moment = datetime.fromisoformat(now_iso).astimezone(UTC)
        self._credential.must_hold_at(moment)
        return Seal.of(self, moment, language)

    def cms(self, digest: bytes) -> bytes:
        """Return the DER of the signature over what has this SHA-256, at most `room` hex digits long."""
        return self._maker.make(digest)


@dataclass(frozen=True, slots=True)
class Seal:
    """A sealer at one run's time, for files in one language: what their seals share is written once."""

    sealer: Sealer = field(repr=False)
    dictionary: bytes = field(repr=False)  # body of the signature dictionary, blank where range and signature go
    _widget: bytes = field(repr=False)
    _element: bytes = field(repr=False)

    @classmethod
    def of(cls, sealer: Sealer, moment: datetime, language: str) -> Seal:
        """Return the seal at `moment` (aware UTC) of files in `language`."""
        room = b"<" + b"0" * sealer.room + b">"
        time = f"(D:{moment:%Y%m%d%H%M%S}Z)".encode()
        dictionary = b"".join((_BEFORE_RANGE, _RANGE_BLANK, _BEFORE_ROOM, room, b"/M", time, b">>"))
        spoken, words = _spoken(language)
        said = _text(words)
        widget = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(%b)/TU%b/F %d/Rect[0 0 0 0]" % (
            FIELD_NAME.encode(), said, _PRINT | _LOCKED,
        )  # fmt: skip
        return cls(sealer, dictionary, widget, b"/Lang%b/Alt%b>>" % (_text(spoken), said))

    @property
    def words(self) -> bytes:
        """What its objects say: equal for seals whose objects, with the same numbers, differ in their time alone."""
        return self._element

    def objects(self, first: int, page: int, document: int, parent: int) -> SealObjects:
        """Return the seal's objects, numbered from `first`; see the module for what the numbers are."""
        widget, element = first + 1, first + 2
        field_body = b"%b/P %d 0 R/V %d 0 R/StructParent %d>>" % (self._widget, page, first, parent)
        element_body = b"<</Type/StructElem/S/Form/P %d 0 R/Pg %d 0 R/K[<</Type/OBJR/Obj %d 0 R/Pg %d 0 R>>]%b" % (
            document, page, widget, page, self._element,
        )  # fmt: skip
        catalog = b"/AcroForm<</Fields[%d 0 R]/SigFlags 3>>" % widget
        return SealObjects((self.dictionary, field_body, element_body), catalog, (widget,), element)

    @property
    def rest(self) -> bytes:
        """What the signature dictionary has behind the room of its signature."""
        return self.dictionary[len(_MARK) - len(b"<00") + self.sealer.room + 2 :]

    def signed(self, place: int, hashed: Any, behind: bytes) -> bytes:
        """Return the signature dictionary up to its `rest`, for a file where it begins at `place`.

        `hashed` is the state of SHA-256 after all that comes before it, and goes on from there; `behind` is what
        follows in the file, from the `rest` on. Raises `SealError` (E109) for a file of 1 GB or more.
        """
        room_at = place + len(_BEFORE_RANGE) + _RANGE_WIDTH + len(_BEFORE_ROOM)
        span = b"[0 %d %d %d" % (room_at, room_at + self.sealer.room + 2, len(behind))
        if len(span) >= _RANGE_WIDTH:
            raise SealError("E109", "a PDF is too large to be sealed", hint="files below 1 GB can be")
        before = b"%b%b]%b" % (_BEFORE_RANGE, span.ljust(_RANGE_WIDTH - 1), _BEFORE_ROOM)
        hashed.update(before)
        hashed.update(behind)
        signature = self.sealer.cms(hashed.digest()).hex().encode("ascii")
        return b"%b<%b>" % (before, signature.ljust(self.sealer.room, b"0"))

    def finish(self, data: bytes) -> bytes:
        """Return the file sealed. Raises `SealError` (E109) where it has no signature dictionary, or two."""
        place = data.find(_MARK)
        if place < 0 or data.find(_MARK, place + 1) >= 0:
            raise SealError("E109", "the PDF has no place for one seal")
        before, behind = data[:place], data[place + len(self.dictionary) - len(self.rest) :]
        return b"".join((before, self.signed(place, hashlib.sha256(before), behind), behind))


def _spoken(language: str) -> tuple[str, str]:
    """Return the language and the words that describe the field."""
    words = _WORDS.get(language.replace("_", "-").split("-")[0].lower())
    return (language, words) if words else ("en", _WORDS["en"])


def _text(text: str) -> bytes:
    """Return a text string: ASCII in parentheses, else UTF-16 in hex (ISO 32000-1, 7.9.2.2)."""
    if text.isascii():
        return b"(" + text.encode("ascii") + b")"
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode("ascii") + b">"

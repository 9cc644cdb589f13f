"""Print files: the pages of many bills in one PDF, with what they share stored once.

Each object that a page needs is known by a digest of its content, its references included, so that
fonts, the colour profile, logos and equal parts of pages are kept once, whatever their numbers were.
What serves a screen stays behind: tags, bookmarks, links, form fields, attachments, seals. The output
intent comes along. Memory: the unique objects of one print file, and one letter.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf

from engine.contracts import Letter
from engine.errors import RenderError

# What a page may inherit from the nodes above it (ISO 32000-1, table 30), then what is its own.
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_OWN = ("/TrimBox", "/BleedBox", "/ArtBox", "/Contents", "/Group", "/UserUnit")
_FOR_SCREENS = {"/Link", "/Widget", "/Popup"}
_HINT = "was it changed in the storage? Its bytes fit the ledger; please report it"


class PdfPrinter:
    """Joins bills into print files, through qpdf."""

    def open_letter(self, data: bytes, place: str) -> PdfLetter:
        """Open a bill. Raises `RenderError` (R143) when it is no PDF, or an encrypted one."""
        return PdfLetter(data, place)

    def new_file(self, title: str) -> PdfPrintFile:
        """Return an empty print file with `title` in its document information."""
        return PdfPrintFile(title)


class PdfLetter:
    """A bill, opened."""

    def __init__(self, data: bytes, place: str) -> None:
        try:
            self.pdf = pikepdf.open(BytesIO(data))
            self.pages = len(self.pdf.pages)
            fields = self.pdf.Root.get("/AcroForm", pikepdf.Dictionary())
            self.is_sealed = bool(int(fields.get("/SigFlags", 0)) & 1)  # ISO 32000-1, table 219
        except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError) as error:
            raise _unfit(place) from error
        self.place = place


class PdfPrintFile:
    """A print file that grows by whole letters."""

    def __init__(self, title: str) -> None:
        self.pages = 0
        self._pdf = pikepdf.new()
        self._pdf.docinfo["/Title"] = pikepdf.String(title)
        self._kept: dict[bytes, Any] = {}  # digest of an object -> the object in the print file
        self._intents: dict[tuple[bytes, ...], Any] = {}
        self._box: Any = None

    def add(self, letter: Letter) -> None:
        """Append all pages of a letter. Raises `RenderError` (R143) for one that is damaged inside."""
        if not isinstance(letter, PdfLetter):
            raise TypeError("a letter comes from `open_letter`")
        taker = _Taker(self._pdf, self._kept)
        try:
            for page in letter.pdf.pages:
                self._append(taker.page(page.obj))
            for intent in letter.pdf.Root.get("/OutputIntents", ()):
                known = _condition(intent)
                if known not in self._intents:
                    self._intents[known] = taker.take(intent)[1]
        except (pikepdf.PdfError, ValueError, TypeError, RecursionError) as error:
            raise _unfit(letter.place) from error

    def add_blank(self) -> None:
        """Append an empty page of the size of the last one."""
        self._append(pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=self._box, Resources=pikepdf.Dictionary()))

    def save(self, path: Path) -> None:
        """Write the file: the same letters, the same bytes."""
        if self._intents:
            self._pdf.Root.OutputIntents = pikepdf.Array(list(self._intents.values()))
        self._pdf.save(
            path,
            min_version="1.7",
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,  # streams go as they are
        )

    def _append(self, page: Any) -> None:
        self._box = page.MediaBox
        self._pdf.pages.append(pikepdf.Page(self._pdf.make_indirect(page)))
        self.pages += 1


class _Taker:
    """Takes objects of one letter into the print file, each at most once."""

    def __init__(self, target: pikepdf.Pdf, kept: dict[bytes, Any]) -> None:
        self._target = target
        self._kept = kept
        self._seen: dict[tuple[int, int], tuple[bytes, Any]] = {}  # number in the letter -> digest, kept object
        self._open: set[tuple[int, int]] = set()

    def page(self, page: Any) -> Any:
        """Return a page's dictionary, made anew with what it needs."""
        made = pikepdf.Dictionary(Type=pikepdf.Name.Page)
        for name in _INHERITED:
            node = page
            while name not in node and "/Parent" in node:
                node = node.Parent
            if name in node:
                made[name] = self.take(node[name])[1]
        for name in _OWN:
            if name in page:
                made[name] = self.take(page[name])[1]
        notes = [self._note(note) for note in page.get("/Annots", ()) if str(note.Subtype) not in _FOR_SCREENS]
        if notes:
            made.Annots = pikepdf.Array(notes)
        return made

    def take(self, value: Any) -> tuple[bytes, Any]:
        """Return a digest of `value` with all that it refers to, and the same value for the print file."""
        if not isinstance(value, pikepdf.Object) or not value.is_indirect:
            return self._direct(value)
        number = value.objgen
        if number not in self._seen:
            if number in self._open:
                raise ValueError("an object leads back to itself")
            self._open.add(number)
            self._seen[number] = self._indirect(value)
            self._open.remove(number)
        return self._seen[number]

    def _note(self, note: Any) -> Any:
        """Return an annotation that is printed, without what ties it to its letter."""
        names = [name for name in note.keys() if name not in ("/P", "/Parent", "/StructParent", "/Popup")]  # noqa: SIM118
        return self._target.make_indirect(pikepdf.Dictionary({name: self.take(note[name])[1] for name in names}))

    def _indirect(self, value: Any) -> tuple[bytes, Any]:
        if isinstance(value, pikepdf.Stream):
            names = [name for name in value.keys() if name != "/Length"]  # noqa: SIM118
            code, entries = self._entries(value, names)
            data = value.read_raw_bytes()
            digest = b"S" + hashlib.sha256(b"stream" + code + b"\x00" + data).digest()
            if digest not in self._kept:
                self._kept[digest] = pikepdf.Stream(self._target, data, entries)
            return digest, self._kept[digest]
        code, made = self._direct(value)
        if not isinstance(made, pikepdf.Dictionary | pikepdf.Array):
            return code, made
        digest = b"R" + hashlib.sha256(code).digest()
        if digest not in self._kept:
            self._kept[digest] = self._target.make_indirect(made)
        return digest, self._kept[digest]

    def _direct(self, value: Any) -> tuple[bytes, Any]:
        if isinstance(value, pikepdf.Dictionary | pikepdf.Array):
            code = value.unparse()
            if b" R" not in code:  # refers to nothing: the widths of a font, a box, a colour
                return code, pikepdf.Object.parse(code)
        if isinstance(value, pikepdf.Dictionary):
            code, entries = self._entries(value, list(value.keys()))
            return b"<<" + code + b">>", pikepdf.Dictionary(entries)
        if isinstance(value, pikepdf.Array):
            parts = [self.take(item) for item in value]
            return b"[" + b" ".join(code for code, _ in parts) + b"]", pikepdf.Array([made for _, made in parts])
        if isinstance(value, pikepdf.Name):
            return str(value).encode(), pikepdf.Name(str(value))
        if isinstance(value, pikepdf.String):
            data = bytes(value)
            return b"(" + data.hex().encode() + b")", pikepdf.String(data)
        if value is None or isinstance(value, bool | int | Decimal | float):
            return repr(value).encode(), value
        raise ValueError("an object of an unknown kind")

    def _entries(self, value: Any, names: list[str]) -> tuple[bytes, dict[str, Any]]:
        parts = {name: self.take(value[name]) for name in sorted(names)}
        code = b" ".join(name.encode() + b" " + code for name, (code, _) in parts.items())
        return code, {name: made for name, (_, made) in parts.items()}


def _condition(intent: Any) -> tuple[bytes, ...]:
    """Return what tells output intents apart; the profile inflated, since two writers deflate it differently."""
    profile = intent.get("/DestOutputProfile")
    content = hashlib.sha256(profile.read_bytes()).digest() if isinstance(profile, pikepdf.Stream) else b""
    return str(intent.get("/S", "")).encode(), bytes(intent.get("/OutputConditionIdentifier", b"")), content


def _unfit(place: str) -> RenderError:
    return RenderError("R143", "the PDF can't be read as one", place=place, hint=_HINT)

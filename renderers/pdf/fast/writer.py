"""The file of one customer: what its plan has ready, joined with what is the customer's own.

How to use it (lengths in px, y grows downwards, as everywhere in this package):

    head = FileHead.compile(resources)              # once a template set, locale and font variant
    manner = Manner(Numbers.after(head.count), language)
    placed = place_strip(strip, StripPlace(...), programmer)  # once a strip and its numbers
    plan = plan_file(manner, pages)                 # once for all files with these strips at these places
    made = write_file(head, plan, texts, said)      # once a customer: its bytes, and their digest

A page's content stream is `0.75 0 0 -0.75 0 H cm`, then the decorations of all strips, then their floats, their
lines, what stacks over them, and the page's margins. What stands in one strip is moved down with it.

In the file: head, members and strips, which are the plan's; the seal; then the customer's members in one object
stream, metadata, pages, attached files, cross-reference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from engine.model.attached import AttachedFile
from engine.natives import native
from renderers.pdf.attachment import embedded_file, file_specification, moment_of
from renderers.pdf.fast.deflate import NOTHING, end_stored, ended
from renderers.pdf.fast.file_head import OBJECT_END, FileHead, Resource, indirect, stream
from renderers.pdf.fast.file_plan import FilePlan, Start, plan_file
from renderers.pdf.fast.info import Said, info_dictionary, xmp_stream
from renderers.pdf.fast.members import Manner
from renderers.pdf.fast.model import Lines, SlotValue
from renderers.pdf.fast.packing import OBJECTS
from renderers.pdf.fast.page_plan import Paper, ShownStrip
from renderers.pdf.fast.xref import DECODE, rows_below
from renderers.pdf.seal import Seal

__all__ = [
    "FileHead", "FilePlan", "Manner", "Paper", "Resource", "Said", "ShownStrip", "Texts", "plan_file", "write_file",
]  # fmt: skip

_ID_DIGITS = 32
_Stream: TypeAlias = tuple[bytes, ...]  # entries of a deflated stream's dictionary, then what it holds, in pieces


class Texts(NamedTuple):
    """What a customer's file shows: lines by leaf of the file, slots by section."""

    lines: Sequence[Lines]
    slots: Sequence[Sequence[SlotValue]]


class Written(NamedTuple):
    """A file, and its SHA-256 in hexadecimal."""

    data: bytes
    sha256: str


def write_file(
    head: FileHead, plan: FilePlan, texts: Texts, said: Said,
    attachments: Sequence[AttachedFile] = (), seal: Seal | None = None,
) -> Written:  # fmt: skip
    """Return the PDF of one customer: the same bytes for the same input.

    The head has no more numbers than the plan leaves it, and the attached files are those that the plan names.
    With `seal`, the file is sealed. Raises `Unfillable`.
    """
    start, first = plan.under(head), plan.own
    blank = b"" if seal is None else indirect(plan.manner.numbers.seal, seal.dictionary)
    streams = [
        _member_stream(plan, texts, said),
        (b"/Type/Metadata/Subtype/XML", xmp_stream(said, attachments)),
        *[(b"", *page.content(*texts)) for page in plan.pages],
    ]
    own, offsets = _objects_of(first, start.size + len(blank), streams)
    end = start.size + len(blank) + len(own)
    for made in _attached(attachments, first + len(offsets), said.now_iso):
        offsets.append(end)
        own += made
        end += len(made)
    offsets.append(end)
    hashed = start.hashed.copy()
    hashed.update(blank)
    hashed.update(own)
    name = hashed.hexdigest()[:_ID_DIGITS].encode("ascii")  # of all that is in the file
    table = _table(plan, start, offsets, name)
    table += b"startxref\n%d\n%%%%EOF\n" % offsets[-1]
    if seal is None:
        hashed.update(table)
        return Written(b"".join((head.data, *plan.chunks, own, table)), hashed.hexdigest())
    return _sealed(seal, start, plan, b"".join((seal.rest, OBJECT_END, own, table)))


def _sealed(seal: Seal, start: Start, plan: FilePlan, behind: bytes) -> Written:
    """Return the file sealed; `behind` is what comes behind the room of the signature."""
    opening = b"%d 0 obj\n" % plan.manner.numbers.seal
    hashed = start.hashed.copy()
    hashed.update(opening)
    of_all = hashed.copy()
    signed = seal.signed(start.size + len(opening), hashed, behind)
    of_all.update(signed)
    of_all.update(behind)
    return Written(b"".join((start.head.data, *plan.chunks, opening, signed, behind)), of_all.hexdigest())


def _objects(first: int, at: int, streams: Sequence[_Stream]) -> tuple[bytes, list[int]]:
    """Return streams as objects numbered from `first` on, the first of them at this offset; and the offset of each."""
    made: list[bytes] = []
    offsets: list[int] = []
    for number, (entries, *parts) in enumerate(streams, start=first):
        offsets.append(at)
        made.append(indirect(number, stream(entries, b"".join(parts))))
        at += len(made[-1])
    return b"".join(made), offsets


_kernel = native(__name__, "write_kernel")
_objects_of: Callable[[int, int, list[_Stream]], tuple[bytes, list[int]]] = _kernel.objects if _kernel else _objects


def _member_stream(plan: FilePlan, texts: Texts, said: Said) -> _Stream:
    objects, first = plan.members.of(plan.opening, *texts, info_dictionary(said))
    entries = b"/Type/ObjStm/N %d/First %d" % (len(plan.members.bodies), first)
    return entries, *ended(NOTHING, objects, OBJECTS)


def _table(plan: FilePlan, start: Start, offsets: list[int], name: bytes) -> bytes:
    """Return the cross-reference stream, the last of the objects at these offsets, which are those after the start."""
    last, catalog = plan.own + len(offsets) - 1, plan.manner.numbers.catalog
    entries = b"/Type/XRef/Size %d/Index[%b %d %d]%b/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]" % (
        last + 1, start.index, plan.own, len(offsets), DECODE, catalog, catalog + 1, name, name,
    )  # fmt: skip
    return indirect(last, stream(entries, end_stored(start.rows, rows_below(offsets, start.last_row))))


def _attached(attachments: Sequence[AttachedFile], first: int, now_iso: str) -> list[bytes]:
    """Return the objects of the attached files with their numbers: data, specification."""
    made: list[bytes] = []
    moment = moment_of(now_iso) if attachments else None
    for file in attachments:
        assert moment is not None
        own = first + len(made)
        made += (indirect(own, embedded_file(file, moment)), indirect(own + 1, file_specification(file, own)))
    return made

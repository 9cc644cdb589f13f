"""The file of one customer: strips that are packed already, joined with what is the customer's own.

How to use it (lengths in px, y grows downwards, as everywhere in this package):

    head = FileHead.compile(resources)              # once a template set, locale and font variant
    numbers = Numbers.after(head.count)
    placed = place_strip(strip, StripPlace(...), programmer)  # once a strip and its numbers
    data = write_file(head, numbers, language, pages, said)  # once a customer

A page's content stream is `0.75 0 0 -0.75 0 H cm`, then the decorations of all strips, then their floats, their
lines, what stacks over them, and the page's margins. What stands in one strip is moved down with it.

The members are one object stream: catalog, pages, outline, annotations, whatever differs by customer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import accumulate

from engine.model.attached import AttachedFile
from renderers.pdf.attachment import embedded_file, file_specification, moment_of
from renderers.pdf.fast.deflate import NOTHING, end, whole
from renderers.pdf.fast.file_head import OBJECT_END, FileHead, Resource, indirect, stream
from renderers.pdf.fast.info import Said, xmp_stream
from renderers.pdf.fast.members import Members, Paper, ShownStrip, members_of
from renderers.pdf.fast.numbers import Numbers
from renderers.pdf.fast.placed_strip import PlacedStrip
from renderers.pdf.fast.xref import DECODE, ROW_BYTES, plain_rows, upward
from renderers.pdf.seal import Seal

__all__ = ["FileHead", "Paper", "Resource", "Said", "ShownStrip", "write_file"]

_ID_BYTES = 16


def write_file(
    head: FileHead, numbers: Numbers, language: str, pages: Sequence[Paper], said: Said,
    attachments: Sequence[AttachedFile] = (), seal: Seal | None = None,
) -> bytes:  # fmt: skip
    """Return the PDF of one customer: the same bytes for the same input.

    The strips' numbers are from `numbers.strips` on, and so is their marked content's on each page. With `seal`,
    the file is sealed. Raises `Unfillable`.
    """
    members = members_of(head, numbers, language, pages, said, attachments, seal)
    contents = [stream(b"", page.content()) for page in pages]
    own = [
        indirect(numbers.members, _member_stream(members)),
        indirect(numbers.metadata, stream(b"/Type/Metadata/Subtype/XML", xmp_stream(said, attachments))),
        *[indirect(place, body) for place, body in enumerate(contents, start=numbers.contents)],
    ]
    if seal is not None:
        own.append(indirect(numbers.seal, seal.dictionary))
    strips = [shown.strip for page in pages for shown in page.strips if shown.strip.chunk]
    files = _attached(attachments, members.next_number, said.now_iso)
    chunks = [*own, *[strip.chunk for strip in strips], *files]
    offsets = list(accumulate([len(head.data), *map(len, chunks)]))
    parts = _parts(numbers, members, offsets, len(pages), seal is not None)
    place = len(own)
    for strip in strips:
        rows = plain_rows(offsets[place : place + 1]) + members.rows(strip.place.first + 1) + strip.rows
        parts.append((strip.place.first, rows))
        place += 1
    parts.append((members.tail, members.rows(members.tail)))
    last = members.next_number + len(files)
    parts.append((members.next_number, plain_rows(offsets[place:])))
    name = _name(head, own, strips, files)
    table = _table(head, numbers, parts, last + 1, name)
    data = b"".join((head.data, *chunks, indirect(last, table), b"startxref\n%d\n%%%%EOF\n" % offsets[-1]))
    if seal is None:
        return data
    # Its body ends its object, after the members, the metadata and the contents.
    place = offsets[3 + len(pages)] - len(OBJECT_END) - len(seal.dictionary)
    return seal.finish(data, head.hashed, len(head.data), place)


_Part = tuple[int, bytes]  # number of the first object, rows


def _parts(numbers: Numbers, members: Members, offsets: Sequence[int], pages: int, is_sealed: bool) -> list[_Part]:
    """Return the rows of what every file has."""
    fixed = plain_rows(offsets[:2]) + members.rows(numbers.catalog)
    if is_sealed:
        fixed += plain_rows(offsets[2 + pages : 3 + pages]) + members.rows(numbers.seal + 1)
    return [
        (numbers.members, fixed),
        (numbers.contents, plain_rows(offsets[2 : 2 + pages])),
        (numbers.pages, members.rows(numbers.pages)),
    ]


def _table(head: FileHead, numbers: Numbers, parts: Iterable[_Part], size: int, name: bytes) -> bytes:
    """Return the cross-reference stream."""
    listed = [(first, rows) for first, rows in parts if rows]
    index = b" ".join([b"%d %d" % (first, len(rows) // ROW_BYTES) for first, rows in ((0, head.rows), *listed)])
    entries = b"/Type/XRef/Size %d/Index[%b]%b/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]" % (
        size, index, DECODE, numbers.catalog, numbers.catalog + 1, name, name,
    )  # fmt: skip
    return stream(entries, whole(upward(b"".join((head.rows, *[rows for _, rows in listed])))))


def _name(head: FileHead, own: Sequence[bytes], strips: Iterable[PlacedStrip], files: Sequence[bytes]) -> bytes:
    """Return the file's identifier, in hexadecimal: of all that is in it."""
    digest = hashlib.blake2b(head.digest, digest_size=_ID_BYTES)
    for strip in strips:
        digest.update(strip.digest)
    digest.update(b"".join((*own, *files)))
    return digest.hexdigest().encode("ascii")


def _member_stream(members: Members) -> bytes:
    offsets = accumulate([0, *[len(body) + 1 for body in members.bodies[:-1]]])
    start = b" ".join([b"%d %d" % pair for pair in zip(members.numbers, offsets, strict=True)]) + b"\n"
    entries = b"/Type/ObjStm/N %d/First %d" % (len(members.bodies), len(start))
    return stream(entries, end(NOTHING, start + b"\n".join(members.bodies)))


def _attached(attachments: Sequence[AttachedFile], first: int, now_iso: str) -> list[bytes]:
    """Return the objects of the attached files with their numbers: data, specification."""
    made: list[bytes] = []
    moment = moment_of(now_iso) if attachments else None
    for file in attachments:
        assert moment is not None
        own = first + len(made)
        made += (indirect(own, embedded_file(file, moment)), indirect(own + 1, file_specification(file, own)))
    return made

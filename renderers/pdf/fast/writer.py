"""The file of one customer: what is the same for a plan is numbered, packed and deflated once.

How to use it (lengths in px, y grows downwards, as everywhere in this package):

    head = FileHead.compile(resources)                   # once a template set, locale and font variant
    file = PlanFile.compile(head, FilePlan(...), seal)   # once a plan
    data = file.write(slots, bodies, now_iso)            # once a customer

A page's content stream is `0.75 0 0 -0.75 0 H cm`, then the page's `decorations` (deflated once), then its
body. Both are lists of operators that leave the graphics state as they found it (q ... Q), use the names
that `resources` and `pictures` give, and carry their own marked content (`/Span <</MCID 3>> BDC ... EMC`,
`/Artifact BMC ... EMC`).

Numbers of objects: the head's; those that stand at other offsets in each file; those in object streams; the
attached files'; the cross-reference stream.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import accumulate

from engine.model.attached import AttachedFile
from renderers.pdf.attachment import catalog_entries, embedded_file, file_specification, moment_of
from renderers.pdf.fast.deflate import NOTHING, Begun, begin, end, segment, stored, woven
from renderers.pdf.fast.file_head import FileHead, Resource, indirect, object_stream, stream
from renderers.pdf.fast.info import Said, info_dictionary, xmp_stream
from renderers.pdf.fast.model import SlotValue
from renderers.pdf.fast.plan_objects import FilePlan, PageFrame, PlanObjects, number_objects
from renderers.pdf.fast.syntax import filled, number
from renderers.pdf.fast.xref import DECODE, ROW_BYTES, ZEROS, last_row, packed_rows, plain_rows, upward
from renderers.pdf.seal import Seal

__all__ = ["FileHead", "FilePlan", "PageFrame", "PlanFile", "Resource"]

_PT_PER_PX = 0.75
_ID_BYTES = 16


class PlanFile:
    """All of a file that is the same for every customer of a plan, and where the rest goes."""

    __slots__ = (
        "_above",
        "_begun",
        "_digest",
        "_end_row",
        "_first_rows",
        "_fixed",
        "_head",
        "_holes",
        "_last_rows",
        "_made",
        "_next_row",
        "_numbers",
        "_plan",
        "_stop",
    )  # fmt: skip

    def __init__(self, head: FileHead, plan: FilePlan, made: PlanObjects) -> None:
        self._head, self._plan, self._made = head, plan, made
        self._begun: list[Begun] = [
            begin(f"0.75 0 0 -0.75 0 {number(page.height * _PT_PER_PX)} cm\n".encode() + page.decorations + b"\n")
            for page in plan.pages
        ]
        objects = made.objects
        self._stop = objects.stop
        for own in (made.fixed_stream, made.catalog, made.info):
            objects.bodies[own - objects.first] = None  # they stand elsewhere
        named = [(own, body) for own, body in enumerate(objects.bodies, start=objects.first) if body is not None]
        packed = object_stream([own for own, _ in named], [body for _, body in named])
        self._fixed = indirect(made.fixed_stream, packed)
        self._holes = list(objects.holes)
        listed = [made.catalog, made.info, *objects.holes.values()]
        self._numbers = " %d ".join([str(own) for own in listed]) + " %d\n"
        rows = self._rows(listed)
        self._first_rows = segment(upward(head.rows, ZEROS))
        self._above = last_row(head.rows, ZEROS)
        self._next_row = rows[:ROW_BYTES]  # it follows on rows that differ in each file
        self._last_rows = segment(upward(rows, ZEROS)[ROW_BYTES:])
        self._end_row = last_row(rows, ZEROS)
        self._digest = hashlib.sha256(head.digest + self._fixed)
        objects.bodies.clear()  # packed by now; plans are kept for long

    @classmethod
    def compile(cls, head: FileHead, plan: FilePlan, seal: Seal | None = None) -> PlanFile:
        """Return the file of a plan. With `seal`, each of its files is sealed. Raises `Unfillable`."""
        return cls(head, plan, number_objects(head, plan, seal))

    def _rows(self, listed: Sequence[int]) -> bytes:
        """Return the cross-reference's rows of objects in object streams, and of the first of these streams.

        `listed` are those of the customer's object stream, in its order.
        """
        made, rows, following, place = self._made, [], self._made.objects.first, 0
        apart = {own: packed_rows(made.members, index) for index, own in enumerate(listed)}
        apart[made.fixed_stream] = plain_rows([len(self._head.data)])
        for own in sorted(apart):
            count = own - following
            if count:
                rows.append(packed_rows(made.fixed_stream, place, count))
            rows.append(apart[own])
            following, place = own + 1, place + count
        if following < self._stop:
            rows.append(packed_rows(made.fixed_stream, place, self._stop - following))
        return b"".join(rows)

    def write(
        self,
        slots: Sequence[SlotValue],
        bodies: Sequence[bytes],
        now_iso: str,
        *,
        pictures: Mapping[str, bytes] | None = None,
        attachments: Sequence[AttachedFile] = (),
        seal: Seal | None = None,
    ) -> bytes:
        """Return the PDF of one customer: the same bytes for the same input.

        `bodies` are the pages' operators, `pictures` the bodies of the XObjects that the plan names
        (`<<...>>stream...endstream`), `now_iso` the time the file says it was made, UTC. With `seal`, of the
        same run and language as the plan's, the file is sealed. Raises `Unfillable`.
        """
        plan, made = self._plan, self._made
        if (seal is None) != (made.seal == 0):
            raise ValueError("a plan is for sealed files or for others")
        said = Said(filled(plan.title, slots), filled(plan.author, slots), filled(plan.subject, slots), now_iso)
        extra = self._attached(attachments, now_iso)
        moved = [
            *[stream(b"", end(begun, page)) for begun, page in zip(self._begun, bodies, strict=True)],
            self._member_stream(slots, said, attachments),
            stream(b"/Type/Metadata/Subtype/XML", xmp_stream(said, attachments)),
            *[(pictures or {})[name] for name in plan.pictures],
        ]
        if seal is not None:
            moved.append(seal.dictionary())
        chunks = [indirect(own, body) for own, body in zip(made.moving, moved, strict=True)]
        chunks += [indirect(own, body) for own, body in enumerate(extra, start=self._stop)]
        data = self._joined(chunks)
        return data if seal is None else seal.finish(data)

    def _attached(self, attachments: Sequence[AttachedFile], now_iso: str) -> list[bytes]:
        """Return the objects of the attached files, numbered from the plan's next number on: data, specification."""
        made: list[bytes] = []
        own = self._stop
        moment = moment_of(now_iso) if attachments else None
        for file in attachments:
            assert moment is not None
            made += (embedded_file(file, moment), file_specification(file, own))
            own += 2
        return made

    def _member_stream(self, slots: Sequence[SlotValue], said: Said, files: Sequence[AttachedFile]) -> bytes:
        """Return the object stream of what has the customer's texts: descriptions, addresses, titles."""
        members = [
            self._made.catalog_body + (self._attached_entries(files) if files else b"") + b">>",
            info_dictionary(said),
        ]
        for written, slot in self._holes:
            text = slots[slot] if isinstance(slot, int) else filled(slot, slots)
            members.append(written(text))  # type: ignore[arg-type]  # a text where the plan wants one
        start = (self._numbers % tuple(accumulate([0, *[len(member) + 1 for member in members[:-1]]]))).encode("ascii")
        entries = b"/Type/ObjStm/N %d/First %d" % (len(members), len(start))
        return stream(entries, end(NOTHING, start + b"\n".join(members)))

    def _attached_entries(self, attachments: Sequence[AttachedFile]) -> bytes:
        first = self._stop + 1
        entries = catalog_entries([(file.name, first + 2 * place) for place, file in enumerate(attachments)])
        return b"/AF%b/Names<</EmbeddedFiles%b>>" % (entries["AF"], entries["EmbeddedFiles"])

    def _joined(self, chunks: Sequence[bytes]) -> bytes:
        """Return the file of these objects, which stand behind those that all files share."""
        head, made = self._head, self._made
        offsets = tuple(accumulate([len(head.data) + len(self._fixed), *[len(chunk) for chunk in chunks]]))
        moving = len(made.moving)
        digest = self._digest.copy()
        customers = b"".join(chunks)
        digest.update(customers)
        name = digest.hexdigest()[: 2 * _ID_BYTES].encode("ascii")
        own = self._stop + len(chunks) - moving
        rows = woven((
            self._first_rows, stored(upward(plain_rows(offsets[:moving]) + self._next_row, self._above)),
            self._last_rows, stored(upward(plain_rows(offsets[moving:]), self._end_row)),
        ))  # fmt: skip
        entries = b"/Type/XRef/Size %d%b/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]" % (
            own + 1, DECODE, made.catalog, made.info, name, name,
        )  # fmt: skip
        table = stream(entries, rows)
        return b"".join(
            (head.data, self._fixed, customers, indirect(own, table), b"startxref\n%d\n%%%%EOF\n" % offsets[-1])
        )

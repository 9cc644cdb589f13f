"""The file of one customer: what is the same for a plan is numbered, packed and deflated once.

How to use it (lengths in px, y grows downwards, as everywhere in this package):

    head = FileHead.compile(resources)                # once a template set, locale and font variant
    file = PlanFile.compile(head, FilePlan(...))      # once a plan
    data = file.write(slots, bodies, info)            # once a customer

A page's content stream is `0.75 0 0 -0.75 0 H cm`, then the page's `decorations` (deflated once), then its
body. Both are lists of operators that leave the graphics state as they found it (q ... Q), use the names
that `resources` and `pictures` give, and carry their own marked content (`/Span <</MCID 3>> BDC ... EMC`,
`/Artifact BMC ... EMC`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from renderers.pdf.fast.model import Bookmark, LinkBox, SlotValue, Struct, Template
from renderers.pdf.seal import Seal


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that content streams name: /F1, /X1, /P1, /G1.

    `objects` takes the number of its first object and returns the bodies of all its objects, numbered from
    there on; the first is what the name stands for. A body is what stands between `obj` and `endobj`.
    """

    kind: Literal["Font", "XObject", "Pattern", "ExtGState"]
    name: str
    objects: Callable[[int], Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class PageFrame:
    """A page of a plan: its size in px, and operators that are the same for every customer."""

    width: float
    height: float
    decorations: bytes


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What a plan says about its files. `struct` are the children of the element Document."""

    language: str
    pages: Sequence[PageFrame]
    struct: Sequence[Struct]
    links: Sequence[LinkBox]
    bookmarks: Sequence[Bookmark]
    pictures: Sequence[str] = ()  # names of XObjects that each customer brings (a QR symbol), usable on every page
    author: Template = ()
    title: Template = ()
    subject: Template = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside of the file. `relationship` as in PDF/A-3: Data, Alternative, Source, Supplement, Unspecified."""

    name: str
    data: bytes
    media_type: str
    relationship: str
    description: str = ""


class FileHead:
    """Fonts, colour profile and static pictures: the first bytes of every file of a template set and locale."""

    @classmethod
    def compile(cls, resources: Sequence[Resource]) -> FileHead:
        """Return the head with these resources; all pages of all plans may use their names."""
        raise NotImplementedError


class PlanFile:
    """All of a file that is the same for every customer of a plan, and where the rest goes."""

    @classmethod
    def compile(cls, head: FileHead, plan: FilePlan) -> PlanFile:
        """Return the file of a plan. Takes a few milliseconds. Raises `Unfillable`."""
        raise NotImplementedError

    def write(
        self,
        slots: Sequence[SlotValue],
        bodies: Sequence[bytes],
        now_iso: str,
        *,
        pictures: Mapping[str, bytes] | None = None,
        attachments: Sequence[Attachment] = (),
        seal: Seal | None = None,
    ) -> bytes:
        """Return the PDF of one customer: the same bytes for the same input, on every machine.

        `bodies` are the pages' operators, `pictures` the bodies of the XObjects that the plan names
        (`<<...>>stream...endstream`), `now_iso` the time the file says it was made, UTC. How the objects of
        a seal are placed stands in `renderers.pdf.seal`.
        """
        raise NotImplementedError

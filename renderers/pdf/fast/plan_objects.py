"""The objects of a plan, numbered: those that are the same in each file, those with holes, those elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from renderers.pdf.fast.file_head import PROFILE_NUMBER, FileHead
from renderers.pdf.fast.links import write_links
from renderers.pdf.fast.model import Bookmark, LinkBox, Struct, Template
from renderers.pdf.fast.outline import write_outline
from renderers.pdf.fast.syntax import Body, number, pdf_string
from renderers.pdf.fast.tag_tree import Tags, write_tags
from renderers.pdf.seal import Seal

_PT_PER_PX = 0.75
_CONDITION = pdf_string("IEC 61966-2-1 Default RGB Colour Space - sRGB")


@dataclass(frozen=True, slots=True)
class PageFrame:
    """A page of a plan: its size in px, and operators that are the same for every customer."""

    width: float
    height: float
    decorations: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What a plan says about its files. `struct` are the children of the element Document."""

    language: str
    pages: Sequence[PageFrame]
    struct: Sequence[Struct]
    links: Sequence[LinkBox]
    bookmarks: Sequence[Bookmark]
    pictures: Sequence[str] = ()  # names of XObjects that each customer brings (a QR symbol), usable on every page
    title: Template = ()
    author: Template = ()
    subject: Template = ()


@dataclass(slots=True)
class PlanObjects:
    """Numbers and bodies. `contents` to `seal` stand at other offsets in each file, numbered in this order."""

    contents: list[int]
    members: int  # the object stream of the customer
    metadata: int
    pictures: list[int]
    seal: int  # the signature dictionary; 0 without
    fixed: list[tuple[int, bytes]] = field(default_factory=list)
    varied: list[tuple[int, Body]] = field(default_factory=list)
    fixed_stream: int = 0  # the object stream of `fixed`
    catalog: int = 0  # in the customer's object stream, and so is the next
    info: int = 0
    catalog_body: bytes = b""  # without its end
    next_number: int = 0

    @property
    def moving(self) -> range:
        """The numbers of objects that stand at other offsets in each file."""
        last = self.seal or (self.pictures[-1] if self.pictures else self.metadata)
        return range(self.contents[0], last + 1)


def number_objects(head: FileHead, plan: FilePlan, seal: Seal | None) -> PlanObjects:
    """Return the objects of all files of a plan. Raises `Unfillable`."""
    count = len(plan.pages)
    first = head.count
    after = first + count + 2 + len(plan.pictures)
    made = PlanObjects(
        contents=list(range(first, first + count)),
        members=first + count,
        metadata=first + count + 1,
        pictures=list(range(first + count + 2, after)),
        seal=after if seal else 0,
    )
    start = after + 3 if seal else after  # a seal takes three numbers in a row
    made.fixed_stream, made.catalog, made.info, tree, resources = range(start, start + 5)
    pages = list(range(start + 5, start + 5 + count))
    links = list(range(pages[-1] + 1, pages[-1] + 1 + len(plan.links)))
    outline = pages[-1] + 1 + len(links)
    heights = [page.height for page in plan.pages]
    entries = write_outline(outline, plan.bookmarks, pages, heights)
    tags = write_tags(outline + len(entries), plan.struct, pages, heights, links, made.seal and made.seal + 2)
    made.next_number = tags.next_number
    made.fixed.extend(tags.fixed)
    made.varied.extend(tags.varied)
    made.fixed.append((tree, f"<</Type/Pages/Kids[{_references(pages)}]/Count {count}>>".encode("ascii")))
    made.fixed.append((resources, _resources(head, plan, made.pictures)))
    _add(made, entries)
    _add(made, write_links(links, plan.links, heights, tags.link_parents))
    catalog, widgets = _sealed(made, seal, pages, tags)
    _add_pages(made, plan, pages, links, tree, resources, widgets)
    made.catalog_body = _catalog(plan, made, tree, tags.root, outline if entries else 0) + catalog
    made.fixed.sort()
    return made


def _references(numbers: Sequence[int]) -> str:
    return " ".join([f"{number} 0 R" for number in numbers])


def _add(made: PlanObjects, objects: Sequence[tuple[int, Body]]) -> None:
    for own, body in objects:
        if len(body) == 1 and isinstance(body[0], bytes):
            made.fixed.append((own, body[0]))
        else:
            made.varied.append((own, body))


def _resources(head: FileHead, plan: FilePlan, pictures: Sequence[int]) -> bytes:
    kinds = {kind: dict(names) for kind, names in head.names.items()}
    kinds.setdefault("XObject", {}).update(zip(plan.pictures, pictures, strict=True))
    said = [
        f"/{kind}<<{''.join(f'/{name} {number} 0 R' for name, number in names.items())}>>"
        for kind, names in kinds.items()
        if names
    ]
    return f"<<{''.join(said)}>>".encode("ascii")


def _sealed(made: PlanObjects, seal: Seal | None, pages: Sequence[int], tags: Tags) -> tuple[bytes, Sequence[int]]:
    """Add widget and element of the seal; return its entry of the catalog and the annotations of page one."""
    if seal is None:
        return b"", ()
    parts = seal.objects(made.seal, pages[0], tags.document, tags.next_key)
    assert parts.element == made.seal + 2
    made.fixed.extend(enumerate(parts.bodies[1:], start=made.seal + 1))
    return parts.catalog, parts.widgets


def _add_pages(
    made: PlanObjects, plan: FilePlan, pages: Sequence[int], links: Sequence[int], tree: int, resources: int,
    widgets: Sequence[int],
) -> None:  # fmt: skip
    for place, (own, frame) in enumerate(zip(pages, plan.pages, strict=True)):
        notes = [link for link, box in zip(links, plan.links, strict=True) if box.page == place]
        notes.extend(widgets if place == 0 else ())
        area = f"[0 0 {number(frame.width * _PT_PER_PX)} {number(frame.height * _PT_PER_PX)}]"
        said = (
            f"<</Type/Page/Parent {tree} 0 R/MediaBox{area}/TrimBox{area}/BleedBox{area}"
            f"/Contents {made.contents[place]} 0 R/Resources {resources} 0 R/Tabs/S/StructParents {place}"
        )
        said += f"/Annots[{_references(notes)}]>>" if notes else ">>"
        made.fixed.append((own, said.encode("ascii")))


def _catalog(plan: FilePlan, made: PlanObjects, tree: int, tags: int, outline: int) -> bytes:
    return b"".join((
        f"<</Type/Catalog/Pages {tree} 0 R/Metadata {made.metadata} 0 R/StructTreeRoot {tags} 0 R".encode("ascii"),
        f"/Outlines {outline} 0 R".encode("ascii") if outline else b"",
        b"/Lang", pdf_string(plan.language), b"/MarkInfo<</Marked true>>/ViewerPreferences<</DisplayDocTitle true>>",
        b"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier", _CONDITION, b"/Info", _CONDITION,
        f"/DestOutputProfile {PROFILE_NUMBER} 0 R>>]".encode("ascii"),
    ))  # fmt: skip

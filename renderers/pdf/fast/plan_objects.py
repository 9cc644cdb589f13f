"""The objects of a plan, numbered: those that are the same in each file, those with holes, those elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from renderers.pdf.fast.file_head import PROFILE_NUMBER, FileHead
from renderers.pdf.fast.links import write_links
from renderers.pdf.fast.model import Bookmark, LinkBox, Struct, Template
from renderers.pdf.fast.outline import write_outline
from renderers.pdf.fast.syntax import Objects, number, pdf_string
from renderers.pdf.fast.tag_tree import write_tags
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
    author: Template = ()
    title: Template = ()
    subject: Template = ()


@dataclass(slots=True)
class PlanObjects:
    """Numbers and bodies. `contents` to `seal` stand at other offsets in each file, numbered in this order."""

    contents: list[int]
    members: int  # the object stream of the customer: catalog, information, texts
    metadata: int
    pictures: list[int]
    seal: int  # the signature dictionary; 0 without
    objects: Objects  # all in object streams
    fixed_stream: int = 0  # the object stream of those that are the same in each file
    catalog: int = 0
    info: int = 0
    catalog_body: bytes = b""  # without its end

    @property
    def moving(self) -> range:
        """The numbers of objects that stand at other offsets in each file."""
        return range(self.contents[0], self.objects.first)


def number_objects(head: FileHead, plan: FilePlan, seal: Seal | None) -> PlanObjects:
    """Return the objects of all files of a plan. Raises `Unfillable`."""
    count, first = len(plan.pages), head.count
    signature = first + count + 2 + len(plan.pictures)
    stop = signature + 1 if seal else signature
    made = PlanObjects(
        contents=list(range(first, first + count)),
        members=first + count,
        metadata=first + count + 1,
        pictures=list(range(first + count + 2, signature)),
        seal=signature if seal else 0,
        objects=Objects(stop),
    )
    objects = made.objects
    field_and_element = objects.reserve(2) if seal else 0  # a seal's three numbers stand in a row
    made.fixed_stream, made.catalog, made.info, tree, resources = range(objects.reserve(5), objects.stop)
    pages = list(range(objects.reserve(count), objects.stop))
    links = list(range(objects.reserve(len(plan.links)), objects.stop))
    heights = [page.height for page in plan.pages]
    outline = write_outline(objects, plan.bookmarks, pages, heights)
    tags = write_tags(objects, plan.struct, pages, heights, links, field_and_element + 1 if seal else 0)
    write_links(objects, links, plan.links, heights, tags.link_parents)
    objects.put(tree, f"<</Type/Pages/Kids[{_references(pages)}]/Count {count}>>")
    objects.put(resources, _resources(head, plan, made.pictures))
    made.catalog_body = _catalog(plan, made, tree, tags.root, outline)
    widgets: Sequence[int] = ()
    if seal:
        parts = seal.objects(made.seal, pages[0], tags.document, tags.next_key)
        for place, body in enumerate(parts.bodies[1:], start=field_and_element):
            objects.put(place, body.decode("ascii"))
        widgets = parts.widgets
        made.catalog_body += parts.catalog
    _put_pages(made, plan, pages, links, tree, resources, widgets)
    return made


def _references(numbers: Sequence[int]) -> str:
    return " ".join([f"{number} 0 R" for number in numbers])


def _resources(head: FileHead, plan: FilePlan, pictures: Sequence[int]) -> str:
    kinds = {kind: dict(names) for kind, names in head.names.items()}
    kinds.setdefault("XObject", {}).update(zip(plan.pictures, pictures, strict=True))
    said = [
        f"/{kind}<<{''.join([f'/{name} {number} 0 R' for name, number in names.items()])}>>"
        for kind, names in kinds.items()
        if names
    ]
    return f"<<{''.join(said)}>>"


def _put_pages(
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
        made.objects.put(own, f"{said}/Annots[{_references(notes)}]>>" if notes else said + ">>")


def _catalog(plan: FilePlan, made: PlanObjects, tree: int, tags: int, outline: int) -> bytes:
    return b"".join((
        f"<</Type/Catalog/Pages {tree} 0 R/Metadata {made.metadata} 0 R/StructTreeRoot {tags} 0 R".encode("ascii"),
        f"/Outlines {outline} 0 R".encode("ascii") if outline else b"",
        b"/Lang", pdf_string(plan.language), b"/MarkInfo<</Marked true>>/ViewerPreferences<</DisplayDocTitle true>>",
        b"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier", _CONDITION, b"/Info", _CONDITION,
        f"/DestOutputProfile {PROFILE_NUMBER} 0 R>>]".encode("ascii"),
    ))  # fmt: skip

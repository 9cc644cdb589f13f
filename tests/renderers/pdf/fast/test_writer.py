"""A file that WeasyPrint wrote, taken apart and written again, must be the same to every reader."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from engine.model.attached import AttachedFile
from renderers.pdf.fast.model import Area, Bookmark, LinkBox, LinkKid, Mark, Struct, Unfillable
from renderers.pdf.fast.syntax import filled
from renderers.pdf.fast.writer import Said
from renderers.pdf.reference import Reference
from tests.renderers.builders import make_communication
from tests.renderers.fake_templates import FakeTemplates
from tests.renderers.pdf.fast.rereading import PageApart, Reread, reread, written

NOW = "2026-11-06T08:00:00Z"
NOTICE = AttachedFile("factur-x.xml", "text/xml", "Invoice (EN 16931)", b"<a/>" * 20, conformance="EN 16931")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return Reference(FakeTemplates(tmp_path_factory.mktemp("set"))).render(make_communication(), NOW).data


@pytest.fixture(scope="module")
def apart(original: bytes) -> Reread:
    return reread(original)


@pytest.fixture(scope="module")
def again(apart: Reread) -> bytes:
    return written(apart)


def small_page(**changes: Any) -> PageApart:
    """A page with a heading, a picture and a link, whose words are slots 0 to 2."""
    struct = [
        Struct("H1", [Struct("Span", [Mark(0)])]),
        Struct("Figure", [Mark(1)], alt=("Chart: ", 1), bbox=Area(10, 20, 100, 40)),
        Struct("P", [Struct("Link", [LinkKid(0), Mark(2)])]),
    ]
    page = PageApart(
        400, 600, b"", struct, [LinkBox(Area(10, 80, 50, 20), (2,))], [Bookmark(1, (0,), 10, 20)], 3,
        b"/Artifact BMC q 0 0 1 rg 0 0 40 40 re f Q EMC\n",
    )  # fmt: skip
    return page._replace(**changes)


def write(*pages: PageApart, slots: tuple[str, ...] = ("Bill", "3 bars", "https://a.example/x"), **given: Any) -> bytes:
    said = Said(filled((0,), slots), "Northlight", filled((0, "!"), slots), NOW)
    return written(Reread([], "en", list(pages or (small_page(),)), said), slots, **given)


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(data))


def rounded(structs: list[Any]) -> list[Any]:
    """The tag tree with its boxes to a hundredth of a pixel, and without the names of header cells."""
    return [
        replace(kid, kids=rounded(kid.kids), bbox=kid.bbox and tuple(round(side, 2) for side in kid.bbox), headers=len(
            kid.headers), header_id=bool(kid.header_id))
        if isinstance(kid, Struct) else kid
        for kid in structs
    ]  # fmt: skip


def metadata(pdf: pikepdf.Pdf) -> bytes:
    return bytes(pdf.Root.Metadata.read_bytes())


@pytest.mark.parametrize("what", ["whole", "small", "attached"])
def test_qpdf_finds_nothing_wrong(what: str, again: bytes, tmp_path: Path) -> None:
    if shutil.which("qpdf") is None:
        pytest.skip("qpdf is not installed: apt-get install qpdf")
    made = {"whole": lambda: again, "small": write, "attached": lambda: write(attachments=[NOTICE])}  # fmt: skip
    path = tmp_path / "made.pdf"
    path.write_bytes(made[what]())
    told = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("dots_per_inch", [100, 150])
def test_every_pixel_is_the_same(dots_per_inch: int, original: bytes, again: bytes) -> None:
    first, second = (pypdfium2.PdfDocument(data) for data in (original, again))
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        scale = dots_per_inch / 72
        assert one.render(scale=scale).to_pil().tobytes() == other.render(scale=scale).to_pil().tobytes()
    first.close()
    second.close()


def test_the_tag_tree_is_the_same(apart: Reread, again: bytes) -> None:
    for one, other in zip(reread(again).pages, apart.pages, strict=True):
        assert rounded(list(one.struct)) == rounded(list(other.struct))


def test_links_and_bookmarks_are_the_same(apart: Reread, again: bytes) -> None:
    for one, other in zip(reread(again).pages, apart.pages, strict=True):
        assert [(link.address, link.title) for link in one.links] == [
            (link.address, link.title) for link in other.links
        ]
        for link, wanted in zip(one.links, other.links, strict=True):
            assert list(link.place) == pytest.approx(list(wanted.place), abs=1e-4)
        assert [(mark.level, mark.label) for mark in one.bookmarks] == [
            (mark.level, mark.label) for mark in other.bookmarks
        ]
        for mark, meant in zip(one.bookmarks, other.bookmarks, strict=True):
            assert (mark.x, mark.y) == pytest.approx((meant.x, meant.y), abs=1e-4)


def test_the_parent_tree_leads_from_each_mark_to_its_element(again: bytes) -> None:
    pdf = opened(again)
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    tree = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for place, page in enumerate(pdf.pages):
        assert page.StructParents == place
        for mcid, element in enumerate(tree[place]):
            assert element is None or mcid in list(element.K)
        for note in page.get("/Annots", ()):
            references = [kid for kid in tree[note.StructParent].K if isinstance(kid, pikepdf.Dictionary)]
            assert note.objgen in [kid.Obj.objgen for kid in references]


def test_it_says_of_itself_what_weasyprint_says(original: bytes, again: bytes) -> None:
    one, other = opened(original), opened(again)
    assert {key: str(value) for key, value in one.docinfo.items()} == {
        key: str(value) for key, value in other.docinfo.items()
    }
    assert metadata(one) == metadata(other)
    for key in ("/Lang", "/MarkInfo", "/ViewerPreferences"):
        assert repr(one.Root[key]) == repr(other.Root[key])
    wanted, found = one.Root.OutputIntents[0], other.Root.OutputIntents[0]
    assert (wanted.S, str(wanted.Info)) == (found.S, str(found.Info))
    assert wanted.DestOutputProfile.read_bytes() == found.DestOutputProfile.read_bytes()
    assert {key: list(one.pages[0].obj[key]) for key in ("/MediaBox", "/TrimBox", "/BleedBox")} == {
        key: list(other.pages[0].obj[key]) for key in ("/MediaBox", "/TrimBox", "/BleedBox")
    }


def test_the_same_input_gives_the_same_bytes_and_other_input_another_name() -> None:
    assert write() == write()
    one, other = (opened(write(slots=(word, "x", "https://a.example/"))) for word in ("A", "B"))
    assert bytes(one.trailer.ID[0]) != bytes(other.trailer.ID[0])


def test_words_of_the_customer_stand_in_title_outline_figure_and_link() -> None:
    slots = ("Rechnung für (Zoë) \\ 10 %", "à & < >", "https://pay.example/q?a=1&b=%20")
    pdf = opened(write(slots=slots))
    assert str(pdf.docinfo.Title) == slots[0]
    assert str(pdf.docinfo.Subject) == slots[0] + "!"
    with pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == [slots[0]]
    _, figure, _ = pdf.Root.StructTreeRoot.K[0].K
    assert str(figure.Alt) == "Chart: à & < >"
    (note,) = pdf.pages[0].Annots
    assert str(note.A.URI) == str(note.Contents) == slots[2]
    with pdf.open_metadata() as said:
        assert said["dc:title"] == slots[0]
        assert said["dc:creator"] == ["Northlight"]


def test_a_strip_stands_as_far_down_as_it_is_told_and_what_is_anchored_stays() -> None:
    held = Area(10, 80, 50, 20, is_anchored=True)
    links = [LinkBox(Area(10, 80, 50, 20), ("https://a.example/",)), LinkBox(held, ("https://a.example/",))]
    struct = [Struct("P", [LinkKid(0), LinkKid(1), Mark(0)])]
    page = small_page(struct=struct, links=links, body=b"1 0 0 rg 20 20 40 40 re f\n", dy=100.0)
    data = write(page)
    pdf = opened(data)
    first, second = (list(map(float, note.Rect)) for note in pdf.pages[0].Annots)
    assert (first, second) == ([7.5, 315, 45, 300], [7.5, 390, 45, 375])
    assert pdf.Root.Outlines.First.Dest[3] == 0.75 * (600 - 120)
    document = pypdfium2.PdfDocument(data)
    picture = document[0].render(scale=4 / 3).to_pil()
    assert [picture.getpixel(spot) for spot in ((50, 50), (10, 110), (50, 150))] == [
        (255, 255, 255), (0, 0, 255), (255, 0, 0),
    ]  # fmt: skip
    document.close()


def test_an_address_that_weasyprint_would_quote_is_left_to_it() -> None:
    with pytest.raises(Unfillable, match="address"):
        write(slots=("a", "b", "https://a.example/with space"))


def test_a_link_outside_of_the_tag_tree_is_refused() -> None:
    with pytest.raises(Unfillable, match="tag tree"):
        write(small_page(struct=[]))


def test_a_page_shows_decorations_and_then_its_body() -> None:
    data = write(small_page(body=b"1 0 0 rg 20 20 40 40 re f\n"))
    document = pypdfium2.PdfDocument(data)
    picture = document[0].render(scale=4 / 3).to_pil()
    assert [picture.getpixel(spot) for spot in ((10, 10), (30, 30), (50, 50), (70, 70))] == [
        (0, 0, 255), (255, 0, 0), (255, 0, 0), (255, 255, 255),
    ]  # fmt: skip
    document.close()


def test_an_attached_invoice_is_named_by_catalog_and_metadata() -> None:
    pdf = opened(write(attachments=[NOTICE, AttachedFile("b.txt", "text/plain", "", b"b")]))
    assert pdf.attachments["factur-x.xml"].get_file().read_bytes() == NOTICE.data
    assert [str(file.AFRelationship) for file in pdf.Root.AF] == ["/Alternative", "/Alternative"]
    assert b"<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in metadata(pdf)
    plain = opened(write())
    assert b"fx:" not in metadata(plain)


def test_marks_that_no_element_has_are_empty_in_the_parent_tree() -> None:
    pdf = opened(write(small_page(struct=[Struct("P", [LinkKid(0), Mark(2)])])))
    listed = [item is None for item in pdf.Root.StructTreeRoot.ParentTree.Nums[1]]
    assert listed[:3] == [True, True, False]
    assert all(listed[3:])


def test_each_page_has_its_own_marks_and_elements() -> None:
    pdf = opened(write(small_page(), small_page()))
    for place, page in enumerate(pdf.pages):
        tree = pdf.Root.StructTreeRoot.ParentTree.Nums[2 * place + 1]
        assert [str(element.S) for element in tree if element is not None] == ["/Span", "/Figure", "/Link"]
        assert {element.Pg.objgen for element in tree if element is not None} == {page.obj.objgen}
    assert len(pdf.Root.StructTreeRoot.K[0].K) == 6


def test_it_is_pdf_1_7_whose_cross_reference_is_a_stream() -> None:
    data = write()
    assert data.startswith(b"%PDF-1.7\n")
    assert re.search(rb"startxref\n(\d+)\n%%EOF\n\Z", data)
    start = int(re.search(rb"startxref\n(\d+)", data)[1])  # type: ignore[index]
    assert b"/Type/XRef" in data[start : start + 80]

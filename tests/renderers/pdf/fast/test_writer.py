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
from renderers.pdf.fast.links import corners_of
from renderers.pdf.fast.model import Bookmark, LinkBox, LinkKid, Mark, Struct, Unfillable
from renderers.pdf.fast.writer import FileHead, FilePlan, PageFrame, PlanFile
from renderers.pdf.reference import Reference
from tests.renderers.builders import make_communication
from tests.renderers.fake_templates import FakeTemplates
from tests.renderers.pdf.fast.rereading import Reread, reread

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
    return PlanFile.compile(FileHead.compile(apart.resources), apart.plan).write((), apart.bodies, apart.now_iso)


def small_plan(**changes: Any) -> FilePlan:
    """A page with a heading, a picture and a link, whose words are slots 0 to 2."""
    struct = [
        Struct("H1", 0, [Struct("Span", 0, [Mark(0, 0)])]),
        Struct("Figure", 0, [Mark(0, 1)], alt=("Chart: ", 1), bbox=(10, 20, 110, 60)),
        Struct("P", 0, [Struct("Link", 0, [LinkKid(0), Mark(0, 2)])]),
    ]
    plan = FilePlan(
        "en", [PageFrame(400, 600, b"/Artifact BMC q 0 0 1 rg 0 0 40 40 re f Q EMC")], struct,
        [LinkBox(0, (10, 80, 50, 20), (2,))], [Bookmark(1, (0,), 0, 10, 20)],
        title=(0,), author=("Northlight",), subject=(0, "!"),
    )  # fmt: skip
    return replace(plan, **changes)


def write(plan: FilePlan, slots: tuple[str, ...] = ("Bill", "3 bars", "https://a.example/x"), **given: Any) -> bytes:
    return PlanFile.compile(FileHead.compile([]), plan).write(slots, [b""] * len(plan.pages), NOW, **given)


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(data))


def rounded(structs: list[Any]) -> list[Any]:
    """The tag tree with its boxes to a hundredth of a pixel."""
    return [
        replace(kid, kids=rounded(kid.kids), bbox=kid.bbox and tuple(round(corner, 2) for corner in kid.bbox))
        if isinstance(kid, Struct) else kid
        for kid in structs
    ]  # fmt: skip


def metadata(pdf: pikepdf.Pdf) -> bytes:
    return bytes(pdf.Root.Metadata.read_bytes())


@pytest.mark.parametrize("what", ["whole", "small", "attached"])
def test_qpdf_finds_nothing_wrong(what: str, again: bytes, tmp_path: Path) -> None:
    if shutil.which("qpdf") is None:
        pytest.skip("qpdf is not installed: apt-get install qpdf")
    made = {"whole": lambda: again, "small": lambda: write(small_plan()),
            "attached": lambda: write(small_plan(), attachments=[NOTICE])}  # fmt: skip
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
    assert rounded(list(reread(again).plan.struct)) == rounded(list(apart.plan.struct))


def test_links_and_bookmarks_are_the_same(apart: Reread, again: bytes) -> None:
    found = reread(again).plan
    assert [(link.page, link.address, link.title) for link in found.links] == [
        (link.page, link.address, link.title) for link in apart.plan.links
    ]
    for one, other in zip(found.links, apart.plan.links, strict=True):
        assert one.rectangle == pytest.approx(other.rectangle, abs=1e-4)
    assert [(mark.level, mark.label, mark.page) for mark in found.bookmarks] == [
        (mark.level, mark.label, mark.page) for mark in apart.plan.bookmarks
    ]
    for mark, wanted in zip(found.bookmarks, apart.plan.bookmarks, strict=True):
        assert (mark.x, mark.y) == pytest.approx((wanted.x, wanted.y), abs=1e-4)


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
    plan = small_plan()
    assert write(plan) == write(plan)
    one, other = (opened(write(plan, slots=(word, "x", "https://a.example/"))) for word in ("A", "B"))
    assert bytes(one.trailer.ID[0]) != bytes(other.trailer.ID[0])


def test_words_of_the_customer_stand_in_title_outline_figure_and_link() -> None:
    slots = ("Rechnung für (Zoë) \\ 10 %", "à & < >", "https://pay.example/q?a=1&b=%20")
    pdf = opened(write(small_plan(), slots))
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


def test_a_link_in_running_text_has_its_rectangle_from_a_slot() -> None:
    link = LinkBox(0, None, ("https://a.example/",), (), (0,))
    plan = small_plan(links=[link], title=("Bill",), subject=("Bill",), bookmarks=[])
    pdf = opened(write(plan, (corners_of((10, 80, 50, 20), 600), "x")))
    (note,) = pdf.pages[0].Annots
    assert [float(corner) for corner in note.Rect] == [7.5, 390, 45, 375]


def test_an_address_that_weasyprint_would_quote_is_left_to_it() -> None:
    with pytest.raises(Unfillable, match="address"):
        write(small_plan(), ("a", "b", "https://a.example/with space"))


def test_a_link_outside_of_the_tag_tree_is_refused() -> None:
    with pytest.raises(Unfillable, match="tag tree"):
        PlanFile.compile(FileHead.compile([]), small_plan(struct=[]))


def test_a_page_shows_decorations_and_then_its_body() -> None:
    plan = small_plan()
    made = PlanFile.compile(FileHead.compile([]), plan)
    data = made.write(("a", "b", "https://a.example/"), [b"1 0 0 rg 20 20 40 40 re f"], NOW)
    document = pypdfium2.PdfDocument(data)
    picture = document[0].render(scale=4 / 3).to_pil()
    assert [picture.getpixel(spot) for spot in ((10, 10), (30, 30), (50, 50), (70, 70))] == [
        (0, 0, 255), (255, 0, 0), (255, 0, 0), (255, 255, 255),
    ]  # fmt: skip
    document.close()


def test_a_picture_of_the_customer_is_named_by_the_plan() -> None:
    entries = b"/Type/XObject/Subtype/Image/Width 8/Height 1/ImageMask true/BitsPerComponent 1/Length 1"
    mask = b"<<%b>>stream\n\0\nendstream" % entries
    plan = small_plan(pictures=("Q1",))
    made = PlanFile.compile(FileHead.compile([]), plan)
    slots = ("a", "b", "https://a.example/")
    data = made.write(slots, [b"q 80 0 0 80 100 100 cm /Q1 Do Q"], NOW, pictures={"Q1": mask})
    pdf = opened(data)
    assert list(pdf.pages[0].Resources.XObject.keys()) == ["/Q1"]
    document = pypdfium2.PdfDocument(data)
    assert document[0].render(scale=4 / 3).to_pil().getpixel((140, 140)) == (0, 0, 0)
    document.close()


def test_an_attached_invoice_is_named_by_catalog_and_metadata() -> None:
    pdf = opened(write(small_plan(), attachments=[NOTICE, AttachedFile("b.txt", "text/plain", "", b"b")]))
    assert pdf.attachments["factur-x.xml"].get_file().read_bytes() == NOTICE.data
    assert [str(file.AFRelationship) for file in pdf.Root.AF] == ["/Alternative", "/Alternative"]
    assert b"<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in metadata(pdf)
    plain = opened(write(small_plan()))
    assert b"fx:" not in metadata(plain)


def test_marks_that_no_element_has_are_left_out_of_the_parent_tree() -> None:
    pdf = opened(write(small_plan(struct=[Struct("P", 0, [LinkKid(0), Mark(0, 2)])])))
    assert [item is None for item in pdf.Root.StructTreeRoot.ParentTree.Nums[1]] == [True, True, False]


def test_an_element_can_have_marks_on_the_next_page() -> None:
    pages = [PageFrame(100, 100, b"")] * 2
    plan = small_plan(pages=pages, struct=[Struct("P", 0, [LinkKid(0), Mark(0, 0), Mark(1, 0)])])
    pdf = opened(write(plan))
    (paragraph,) = pdf.Root.StructTreeRoot.K[0].K
    assert paragraph.K[2].Pg.objgen == pdf.pages[1].obj.objgen
    assert [part[0].objgen for part in list(pdf.Root.StructTreeRoot.ParentTree.Nums)[1:4:2]] == [paragraph.objgen] * 2


def test_it_is_pdf_1_7_whose_cross_reference_is_a_stream() -> None:
    data = write(small_plan())
    assert data.startswith(b"%PDF-1.7\n")
    assert re.search(rb"startxref\n(\d+)\n%%EOF\n\Z", data)
    start = int(re.search(rb"startxref\n(\d+)", data)[1])  # type: ignore[index]
    assert b"/Type/XRef" in data[start : start + 80]


def test_a_file_with_room_for_a_seal_is_for_sealed_files_only() -> None:
    with pytest.raises(ValueError, match="sealed"):
        write(small_plan(), seal=object())

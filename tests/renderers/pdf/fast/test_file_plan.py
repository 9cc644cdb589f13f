"""What files have in common is made once, and says the same whatever came before."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from renderers.pdf.fast.file_head import FileHead
from renderers.pdf.fast.file_plan import FilePlan, plan_file
from renderers.pdf.fast.members import Manner
from renderers.pdf.fast.model import Area, Bookmark, LinkBox, LinkKid, Mark, SlotValue, Struct
from renderers.pdf.fast.numbered import StripPlace
from renderers.pdf.fast.numbers import Numbers
from renderers.pdf.fast.page_plan import Paper, ShownStrip, plan_page
from renderers.pdf.fast.placed_strip import Painted, place_strip
from renderers.pdf.fast.program import Part, PictureOp, Program, Programmer
from renderers.pdf.fast.strip import Strip
from renderers.pdf.fast.writer import Resource, Said, Texts, write_file

SAID = Said("Bill", "Northlight", "", "2026-11-06T08:00:00Z")
SHORT = FileHead.compile([])
LONG = FileHead.compile([Resource("ExtGState", "G1", lambda *_: [b"<</Type/ExtGState/CA 1/Note(longer)>>"])])
WORDS = ("Chart one", "https://a.example/1", "Title")


@pytest.fixture
def plan() -> FilePlan:
    """One page: a figure and a link of the customer, a link and two bookmarks of which one is everybody's."""
    numbers = Numbers.after(SHORT.count)
    struct = [
        Struct("Figure", [Mark(0)], alt=(0,), bbox=Area(0, 0, 9, 9)),
        Struct("P", [Struct("Link", [LinkKid(0), Mark(1)]), Struct("Link", [LinkKid(1), Mark(2)])]),
    ]
    links = [LinkBox(Area(1, 2, 3, 4), (1,)), LinkBox(Area(5, 6, 7, 8), ("https://all.example/",))]
    marks = [Bookmark(1, (2,), 0, 0), Bookmark(2, ("Help",), 0, 50)]
    place = StripPlace(numbers.pages, numbers.document, numbers.strips, 0)
    strip = place_strip(Strip((), [], 3, struct, links, marks), place, Programmer(lambda _: b"", [], []))
    return plan_file(Manner(numbers, "en"), [Paper(400, 600, [ShownStrip(strip, 10.0)])])


def made(plan: FilePlan, head: FileHead = SHORT, words: tuple[str, ...] = WORDS) -> bytes:
    done = write_file(head, plan, Texts((), [words]), SAID)
    assert done.sha256 == hashlib.sha256(done.data).hexdigest()
    return done.data


def test_a_plan_serves_files_under_several_heads_in_any_order(plan: FilePlan) -> None:
    first, second = made(plan), made(plan, LONG)
    assert [made(plan), made(plan), made(plan, LONG)] == [first, first, second]
    for data in (first, second):
        with pikepdf.open(BytesIO(data)) as pdf:
            assert not pdf.check_pdf_syntax()
            assert str(pdf.Root.StructTreeRoot.K[0].K[0].Alt) == WORDS[0]


def test_a_customer_finds_nothing_of_the_one_before(plan: FilePlan) -> None:
    others = ("Chart two (2)", "https://a.example/2?long=address", "Ändere Überschrift")
    first = made(plan)
    with pikepdf.open(BytesIO(made(plan, words=others))) as pdf:
        alt = str(pdf.Root.StructTreeRoot.K[0].K[0].Alt)
        addresses = [str(note.A.URI) for note in pdf.pages[0].Annots]
        titles = [str(pdf.Root.Outlines.First.Title), str(pdf.Root.Outlines.First.First.Title)]
    assert (alt, addresses, titles) == (others[0], [others[1], "https://all.example/"], [others[2], "Help"])
    assert made(plan) == first


def test_only_what_has_the_customers_words_is_written_for_each(plan: FilePlan) -> None:
    written = [member.body(where, (), [WORDS]) for _, member, where in plan.members.open]
    assert len(written) == 3  # description, link, bookmark
    assert b"all.example" not in b"".join(written)
    assert b"all.example" in b"".join(plan.members.bodies)


def test_a_page_says_the_same_each_time() -> None:
    painted = (Painted(False, Program([b"text ", b"", b" end "], [], [], [PictureOp(1, 0, _name)])),)
    strip = place_strip(Strip(), StripPlace(80, 72, 128, 0), Programmer(lambda _: b"", [], []))
    shown = ShownStrip(replace(strip, floats=painted, stacked=painted), 12.5, section=1)
    page = plan_page(Paper(400, 600, [shown], margins=[Part(b"", painted[0].program, b"", 0, 0)]))
    once = page.content((), [["head"], ["body"]])
    said = zlib.decompress(b"".join(once)).decode()
    assert said.endswith("12.5000 cm\ntext body end Q\nq 1 0 0 1 0 12.5000 cm\ntext body end Q\ntext head end ")
    assert [page.content((), [["head"], ["body"]]) for _ in range(4)] == [once] * 4


def test_a_plan_weighs_little_of_the_programs_that_others_share() -> None:
    painted = (Painted(False, Program([b"text " * 10_000])),)
    strip = place_strip(Strip(), StripPlace(80, 72, 128, 0), Programmer(lambda _: b"", [], []))
    page = plan_page(Paper(400, 600, [ShownStrip(replace(strip, lines=painted), 0.0)]))
    assert painted[0].program.weight // 10 < page.weight < painted[0].program.weight // 5


def _name(slots: Sequence[SlotValue]) -> bytes:
    return str(slots[0]).encode()

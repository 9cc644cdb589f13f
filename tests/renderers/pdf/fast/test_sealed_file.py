"""A filled file with a seal: intact to those who check seals, tagged, and told apart when changed."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest

from engine.errors import EvidenceError
from engine.evidence.pdf_seal import check_seal
from renderers.pdf.fast.model import Area, Bookmark, LinkBox, LinkKid, Mark, Struct
from renderers.pdf.fast.writer import Said
from renderers.pdf.seal import Sealer
from tests import pki, seal_judge
from tests.renderers.pdf.fast.rereading import PageApart, Reread, written

NOW = "2026-11-06T08:00:00Z"
FIRST = PageApart(
    400, 600, b"", [Struct("P", [Struct("Link", [LinkKid(0), Mark(0)])])],
    [LinkBox(Area(0, 0, 10, 10), ("https://a.example/",))],
)  # fmt: skip
SECOND = PageApart(400, 600, b"", [Struct("P", [Mark(0)])], bookmarks=[Bookmark(1, (0,), 0, 0)])


def sealed(title: str = "Rechnung", now: str = NOW) -> bytes:
    seal = Sealer.from_environment(pki.sealer("p256").pem_environment()).at(now, "de")
    return written(Reread([], "de", [FIRST, SECOND], Said(title, "", "", now)), (title,), seal=seal)


def judged(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(data))


def test_the_seal_is_intact_and_a_change_breaks_it() -> None:
    data = sealed()
    assert check_seal(data)
    changed = bytearray(data)
    changed[data.index(b"/Type/XRef") - 5] ^= 1
    with pytest.raises(EvidenceError):
        check_seal(bytes(changed))


def test_the_field_is_on_the_first_page_and_in_the_tag_tree() -> None:
    pdf = judged(sealed())
    (field,) = pdf.Root.AcroForm.Fields
    assert field.objgen in [note.objgen for note in pdf.pages[0].Annots]
    assert "/Annots" not in pdf.pages[1]
    root = pdf.Root.StructTreeRoot
    last = list(root.K[0].K)[-1]
    assert last.S == "/Form"
    assert last.K[0].Obj.objgen == field.objgen
    numbers = list(root.ParentTree.Nums)
    assert dict(zip(numbers[::2], numbers[1::2], strict=True))[field.StructParent].objgen == last.objgen


def test_the_same_input_gives_the_same_bytes() -> None:
    assert sealed() == sealed()
    assert check_seal(sealed(now="2026-11-07T08:00:00Z"))


def test_pyhanko_agrees() -> None:
    status = seal_judge.judged(sealed())
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"

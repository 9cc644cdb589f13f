from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import weasyprint

from engine.errors import RenderError
from engine.registry import load_printer
from renderers.pdf.bundle import PdfPrintFile

LETTERS = "".join(chr(code) for code in range(33, 127) if chr(code) not in "<>&")
# Every letter shows all of ASCII, so that all have the same subset of the font.
PAGE = "<p>Letter {key}, page {page}</p><p>{letters}</p><img src='data:image/svg+xml,{logo}' alt='logo'>"
LINK = "<a href='https://pay.example/{key}'>pay</a>"
LOGO = "<svg xmlns=%22http://www.w3.org/2000/svg%22 width=%2240%22 height=%2240%22><circle r=%2220%22/></svg>"
STYLE = (
    "<style>section { break-after: page } section:last-child { break-after: auto } body { font-family: Inter }</style>"
)


@cache
def letter(key: str, pages: int = 2, extra: str = "") -> bytes:
    """A letter of some pages, tagged, with a link and a colour profile."""
    shown = [PAGE.format(key=key, page=page + 1, letters=LETTERS, logo=LOGO) for page in range(pages)]
    body = "".join(f"<section>{page}{LINK.format(key=key)}{extra}</section>" for page in shown)
    html = f"<html lang=en><title>{key}</title>{STYLE}<body>{body}</body></html>"
    data = weasyprint.HTML(string=html).write_pdf(pdf_tags=True)
    with pikepdf.open(BytesIO(data)) as pdf:
        profile = pikepdf.Stream(pdf, b"an ICC profile " * 200, N=3)
        intent = pikepdf.Dictionary(
            Type=pikepdf.Name.OutputIntent,
            S=pikepdf.Name.GTS_PDFA1,
            OutputConditionIdentifier="sRGB",
            DestOutputProfile=pdf.make_indirect(profile),
        )
        pdf.Root.OutputIntents = pikepdf.Array([intent])
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def joined(*letters: bytes) -> PdfPrintFile:
    printer = load_printer()
    file = printer.new_file("2026-10 0001")
    for place, data in enumerate(letters):
        file.add(printer.open_letter(data, f"C-{place}"))
    return file


def written(tmp_path: Path, *letters: bytes) -> Path:
    path = tmp_path / "print.pdf"
    joined(*letters).save(path)
    return path


def texts(data: bytes | Path) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    found = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return found


def pixels(data: bytes | Path, page: int) -> bytes:
    document = pypdfium2.PdfDocument(data)
    picture = bytes(document[page].render(scale=1).buffer)
    document.close()
    return picture


def test_each_page_reads_and_looks_as_in_its_letter(tmp_path: Path) -> None:
    letters = [letter("one"), letter("two", 3), letter("three", 1)]
    path = written(tmp_path, *letters)
    assert texts(path) == [text for data in letters for text in texts(data)]
    alone = [(data, page) for data in letters for page in range(len(texts(data)))]
    for place, (data, page) in enumerate(alone):
        assert pixels(path, place) == pixels(data, page)


def test_what_letters_share_is_stored_once(tmp_path: Path) -> None:
    letters = [letter(f"number {place}") for place in range(30)]
    path = written(tmp_path, *letters)
    assert path.stat().st_size < sum(map(len, letters)) / 6
    with pikepdf.open(path) as pdf:
        kinds = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)]
        assert sum("/FontDescriptor" in item for item in kinds) == 1
        profiles = [item for item in pdf.objects if isinstance(item, pikepdf.Stream) and "/N" in item]
        assert sum(item.get("/Type") != "/ObjStm" for item in profiles) == 1
        assert len(pdf.Root.OutputIntents) == 1


def test_fonts_of_other_content_stay_apart(tmp_path: Path) -> None:
    path = written(tmp_path, letter("one"), letter("eins", extra="<p>ßäöü</p>"))
    with pikepdf.open(path) as pdf:
        fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontDescriptor" in item]
        assert len(fonts) == 2


def test_a_print_file_is_sound_and_keeps_its_output_intent(tmp_path: Path) -> None:
    path = written(tmp_path, letter("one"), letter("two"))
    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert str(pdf.Root.OutputIntents[0].S) == "/GTS_PDFA1"
        assert pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes().startswith(b"an ICC profile")
        assert str(pdf.docinfo.Title) == "2026-10 0001"
        assert pdf.pdf_version == "1.7"
    if shutil.which("qpdf"):
        told = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stdout + told.stderr


def test_a_profile_deflated_in_two_ways_is_one_output_intent(tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(letter("two"))) as pdf:
        profile = pdf.Root.OutputIntents[0].DestOutputProfile
        profile.write(zlib.compress(profile.read_bytes(), 1), filter=pikepdf.Name.FlateDecode)
        other = BytesIO()
        pdf.save(other, recompress_flate=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    with pikepdf.open(written(tmp_path, letter("one"), other.getvalue())) as pdf:
        assert len(pdf.Root.OutputIntents) == 1


def test_what_serves_a_screen_stays_behind(tmp_path: Path) -> None:
    with pikepdf.open(written(tmp_path, letter("one"))) as pdf:
        assert {"/StructTreeRoot", "/Outlines", "/AcroForm", "/Names", "/Metadata"}.isdisjoint(pdf.Root.keys())
        for page in pdf.pages:
            assert {"/Annots", "/StructParents"}.isdisjoint(page.obj.keys())


def test_a_printed_annotation_comes_along(tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(letter("one", 1))) as pdf:
        page = pdf.pages[0]
        look = pikepdf.Stream(pdf, b"0 0 100 100 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form,
                              BBox=[0, 0, 100, 100])  # fmt: skip
        stamp = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[0, 0, 100, 100], F=4,
                                   P=page.obj, AP=pikepdf.Dictionary(N=pdf.make_indirect(look)))  # fmt: skip
        page.obj.Annots.append(pdf.make_indirect(stamp))
        out = BytesIO()
        pdf.save(out)
    path = written(tmp_path, out.getvalue())
    assert pixels(path, 0) == pixels(out.getvalue(), 0) != pixels(letter("one", 1), 0)


def test_the_same_letters_give_the_same_bytes(tmp_path: Path) -> None:
    letters = [letter("one"), letter("two")]
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    joined(*letters).save(first)
    joined(*letters).save(second)
    assert first.read_bytes() == second.read_bytes()
    joined(*reversed(letters)).save(second)
    assert first.read_bytes() != second.read_bytes()


def test_a_page_inherits_what_its_letter_gives_to_all(tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(letter("one", 1))) as pdf:
        page = pdf.pages[0].obj
        above = page.Parent
        above.MediaBox, above.Rotate = pikepdf.Array([0, 0, 300, 200]), 90
        del page["/MediaBox"]
        out = BytesIO()
        pdf.save(out)
    document = pypdfium2.PdfDocument(written(tmp_path, out.getvalue()))
    assert document[0].get_size() == (200, 300)
    document.close()


def test_an_empty_page_is_as_large_as_the_last(tmp_path: Path) -> None:
    file = joined(letter("one", 1))
    file.add_blank()
    file.save(tmp_path / "print.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "print.pdf")
    assert document[1].get_size() == document[0].get_size()
    assert document[1].get_textpage().get_text_bounded() == ""
    document.close()
    assert file.pages == 2


def test_a_letter_tells_its_pages_and_its_seal() -> None:
    plain = load_printer().open_letter(letter("one", 3), "C-1")
    assert (plain.pages, plain.is_sealed) == (3, False)
    with pikepdf.open(BytesIO(letter("one"))) as pdf:
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[], SigFlags=3)
        out = BytesIO()
        pdf.save(out)
    assert load_printer().open_letter(out.getvalue(), "C-1").is_sealed


@pytest.mark.parametrize("data", [b"", b"no PDF", letter("one")[:400]], ids=["empty", "text", "cut off"])
def test_what_is_no_pdf_is_refused_by_the_customers_key(data: bytes) -> None:
    with pytest.raises(RenderError, match="R143 C-7"):
        load_printer().open_letter(data, "C-7")


def test_an_encrypted_letter_is_refused() -> None:
    with pikepdf.open(BytesIO(letter("one"))) as pdf:
        out = BytesIO()
        pdf.save(out, encryption=pikepdf.Encryption(owner="owner", user="user"))
    with pytest.raises(RenderError, match="R143"):
        load_printer().open_letter(out.getvalue(), "C-7")


def test_a_letter_whose_parts_lead_back_to_themselves_is_refused() -> None:
    with pikepdf.open(BytesIO(letter("one", 1))) as pdf:
        loop = pdf.make_indirect(pikepdf.Dictionary())
        loop.Again = loop
        pdf.pages[0].obj.Group = loop
        out = BytesIO()
        pdf.save(out)
    with pytest.raises(RenderError, match="R143 C-0"):
        joined(out.getvalue())


def test_no_name_of_a_letter_is_left_in_the_print_file(tmp_path: Path) -> None:
    path = written(tmp_path, letter("secret"))
    assert not re.search(rb"pay\.example|secret", path.read_bytes())  # the text itself is deflated

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderers.pdf.fast.model import Unfillable
from renderers.pdf.fast.syntax import filled, number, pdf_string, uri_string


@given(st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0x1FFFF)))
def test_a_string_is_read_back_as_it_was(text: str) -> None:
    read = pikepdf.Object.parse(pdf_string(text))
    control = any(ord(char) < 32 or ord(char) == 127 for char in text)  # other letters in PDFDocEncoding
    assert control or str(read) == text


def test_a_line_end_in_a_string_stays_what_it_is() -> None:
    assert bytes(pikepdf.Object.parse(pdf_string("a\r\nb\rc"))) == b"a\r\nb\rc"


@pytest.mark.parametrize("address", ["https://a.example/b?c=1&d=%20#e", "mailto:a@b.example", "tel:+39-02"])
def test_an_address_is_written_as_it_is(address: str) -> None:
    assert uri_string(address) == b"(" + address.encode() + b")"


@pytest.mark.parametrize("address", ["https://a.example/ü", "https://a.example/a b", "https://a.example/(x)", ""])
def test_an_address_that_needs_quoting_is_refused(address: str) -> None:
    with pytest.raises(Unfillable):
        uri_string(address)


def test_a_template_is_filled_with_its_slots() -> None:
    assert filled(("Chart: ", 1, ", ", 0), ("a", "b")) == "Chart: b, a"
    assert filled((), ()) == ""


@given(st.floats(-1e5, 1e5))
def test_numbers_have_six_places_and_no_idle_zeros(value: float) -> None:
    written = number(value)
    assert float(written) == pytest.approx(value, abs=1e-6)
    assert "." not in written or not written.endswith(("0", "."))


def test_a_pdf_reads_the_numbers() -> None:
    with pikepdf.new() as pdf:
        pdf.Root.Test = pikepdf.Object.parse(f"[{number(-0.25)} {number(12.0)}]".encode())
        out = BytesIO()
        pdf.save(out)
        assert [float(value) for value in pdf.Root.Test] == [-0.25, 12]

from __future__ import annotations

from decimal import Decimal

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.errors import PaymentError
from engine.model.communication import QrCode
from engine.model.money import Money
from engine.payment.epc import MAX_BYTES, epc_payload
from engine.payment.qr import qr_code

IBAN = "DE89370400440532013000"


def read(code: QrCode) -> zxingcpp.Barcode:
    """Draw the symbol with its quiet zone of four modules, four pixels a module, and read it."""
    side = len(code.rows) + 8
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(code.rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                image.putpixel((x + 4, y + 4), 0)
    found = zxingcpp.read_barcodes(image.resize((side * 4, side * 4), Image.Resampling.NEAREST))
    assert len(found) == 1
    return found[0]


def test_a_bank_code_is_read_back_to_the_byte() -> None:
    payload = epc_payload(
        "Müller & Söhne, Τρίτη", IBAN, Money(amount=Decimal("129.45"), currency="EUR"), reference="№ 7"
    )
    found = read(qr_code(payload, "epc"))
    assert bytes(found.bytes) == payload
    assert found.ec_level == "M"


def test_digits_alone_are_still_carried_as_bytes() -> None:
    assert bytes(read(qr_code(b"0123456789", "link")).bytes) == b"0123456789"


@settings(max_examples=25, deadline=None)
@given(payload=st.binary(min_size=1, max_size=200))
def test_any_bytes_are_read_back(payload: bytes) -> None:
    assert bytes(read(qr_code(payload, "link")).bytes) == payload


def test_the_longest_bank_code_fits_version_thirteen() -> None:
    assert len(qr_code(b"x" * MAX_BYTES, "epc").rows) == 13 * 4 + 17


@pytest.mark.parametrize(("size", "kind"), [(332, "epc"), (667, "link"), (4000, "link")])
def test_what_does_not_fit_is_refused(size: int, kind: str) -> None:
    with pytest.raises(PaymentError) as caught:
        qr_code(b"x" * size, kind)
    assert caught.value.problem.code == "P217"


@pytest.mark.parametrize("size", [14, 26, 106, 107, 151, 152, 213, 251, 331, 412, 560, 666])
def test_symbols_of_all_sizes_are_read_back(size: int) -> None:
    payload = bytes(32 + 7 * place % 95 for place in range(size))
    found = read(qr_code(payload, "link"))
    assert bytes(found.bytes) == payload
    assert found.ec_level == "M"


def test_the_same_payload_gives_the_same_square_symbol() -> None:
    one, other = (
        qr_code(b"https://pay.northlight.example/b", "link"),
        qr_code(b"https://pay.northlight.example/b", "link"),
    )
    assert one == other
    assert {len(row) for row in one.rows} == {len(one.rows)}

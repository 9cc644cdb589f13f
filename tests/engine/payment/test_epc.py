from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from engine.errors import ModelError, PaymentError
from engine.model.money import Money, Sum
from engine.payment.epc import MAX_BYTES, epc_payload, is_sepa_iban, needs_bic, remittance

IBAN = "DE89370400440532013000"  # the example of the IBAN registry
RF = "RF18539007547034"


def euros(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def payload(amount: str = "129.45", **changes: Any) -> list[str]:
    options: dict[str, Any] = {"name": "Northlight Energy", "iban": IBAN, "reference": RF} | changes
    name, iban = options.pop("name"), options.pop("iban")
    return epc_payload(name, iban, euros(amount), **options).decode("utf-8").split("\n")


def refusal(amount: str = "129.45", **changes: Any) -> str:
    with pytest.raises(PaymentError) as caught:
        payload(amount, **changes)
    return caught.value.problem.code


def vectors() -> dict[str, Any]:
    root = Path(os.environ.get("BILLCAST_FIXTURES", Path(__file__).parents[4] / "shared" / "fixtures"))
    path = root / "payment" / "vectors_small.json"
    if not path.is_file():
        pytest.skip("the public payment vectors are not beside the checkout; set BILLCAST_FIXTURES")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_a_transfer_is_written_line_by_line_as_the_guideline_says() -> None:
    assert payload() == ["BCD", "002", "1", "SCT", "", "Northlight Energy", IBAN, "EUR129.45", "", RF]


def test_a_text_goes_into_the_line_after_an_empty_creditor_reference() -> None:
    assert payload(reference="Bill 2026-10-004711")[8:] == ["", "", "Bill 2026-10-004711"]


def test_without_a_reference_the_empty_lines_at_the_end_are_left_out() -> None:
    assert payload(reference="")[-1] == "EUR129.45"


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0.01", "EUR0.01"), ("1", "EUR1"), ("100.00", "EUR100"), ("12.30", "EUR12.3"),
     ("999999999.99", "EUR999999999.99"), ("10.05", "EUR10.05"), ("1E+2", "EUR100")],
)  # fmt: skip
def test_an_amount_is_written_without_needless_zeros(amount: str, text: str) -> None:
    assert payload(amount)[7] == text


@pytest.mark.parametrize("amount", ["0", "0.00", "-1", "1000000000", "0.001"])
def test_an_amount_out_of_bounds_is_refused(amount: str) -> None:
    assert refusal(amount) == "P212"


def test_a_fraction_of_a_cent_is_refused() -> None:
    with pytest.raises(ModelError) as caught:
        payload("1.005")
    assert caught.value.problem.code == "M104"


def test_another_currency_is_refused() -> None:
    with pytest.raises(PaymentError) as caught:
        epc_payload("Northlight", IBAN, Money(amount=Decimal(1), currency="RON"))
    assert caught.value.problem.code == "P210"


@pytest.mark.parametrize("iban", ["", "DE88370400440532013000", "DE8937040044053201300", "EUR", "SE-none",
                                  "AE070331234567890123456", "DE8937040044053201300٠"])  # fmt: skip
def test_an_account_that_is_no_sepa_iban_is_refused(iban: str) -> None:
    assert refusal(iban=iban) == "P211"


def test_an_iban_may_be_written_in_groups_and_small_letters() -> None:
    assert payload(iban="de89 3704 0044 0532 0130 00")[6] == IBAN


def test_a_name_has_at_most_seventy_characters() -> None:
    assert payload(name="N" * 70)[5] == "N" * 70
    assert refusal(name="N" * 71) == "P213"
    assert refusal(name="  ") == "P213"


@given(
    st.from_regex(r"RF[0-9]{2}[0-9A-Z]{0,22}", fullmatch=True) | st.from_regex(r"RF[0-9A-Z]{0,24}", fullmatch=True),
    st.booleans(),
)
def test_a_creditor_reference_is_what_the_whole_check_says(written: str, is_right: bool) -> None:
    if is_right and len(written) > 4:
        rest = written[4:]
        written = f"RF{iso11649.mod_97_10.calc_check_digits(rest + 'RF')}{rest}"
    assert remittance(written) == ((written, "") if iso11649.is_valid(written) else ("", written))


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\x00", "a\x7f", "a\u2028b", "a\x85b", "\ud800"])
def test_control_characters_are_refused_in_every_text(text: str) -> None:
    assert refusal(name=text) == "P214"
    assert refusal(reference=text) == "P214"


def test_version_one_and_accounts_outside_the_eea_need_the_bic() -> None:
    assert refusal(version="001") == "P215"
    assert payload(version="001", bic="COBADEFFXXX")[1:5] == ["001", "1", "SCT", "COBADEFFXXX"]
    swiss = "CH9300762011623852957"
    assert needs_bic(swiss)
    assert not needs_bic(IBAN)
    assert refusal(iban=swiss) == "P215"
    assert payload(iban=swiss, bic="UBSWCHZH80A")[4] == "UBSWCHZH80A"


@pytest.mark.parametrize("bic", ["COBADE", "COBADEFFX", "COBA1EFF", "COBADEFF\n"])
def test_a_malformed_bic_is_refused(bic: str) -> None:
    assert refusal(bic=bic) == "P215"


def test_a_purpose_is_up_to_four_capitals() -> None:
    assert payload(purpose="GDDS")[8] == "GDDS"
    assert refusal(purpose="toolong") == "P216"


def test_a_creditor_reference_is_told_from_a_text_by_its_check_digits() -> None:
    assert remittance("rf18 5390 0754 7034") == (RF, "")
    assert remittance("RF19539007547034") == ("", "RF19539007547034")
    assert remittance(" 2026/11 ") == ("", "2026/11")
    for written in (
        " -R.F:18/5390,0754-7034",
        "RF18\u20135390\u00a007547034",
        "NRF18539007547034",
        "R2F18539007547034",
    ):
        is_structured = iso11649.is_valid(written.strip())
        assert remittance(written) == ((RF, "") if is_structured else ("", written.strip()))


def test_a_text_has_at_most_a_hundred_and_forty_characters() -> None:
    assert payload(reference="x" * 140)[10] == "x" * 140
    assert refusal(reference="x" * 141) == "P216"


def test_three_hundred_and_thirty_one_bytes_are_the_most() -> None:
    name = "N" * 70
    room = MAX_BYTES - len(epc_payload(name, IBAN, euros("1.11"), reference="x")) + 1
    text = "é" * 95 + "x" * (room - 2 * 95)
    assert len(epc_payload(name, IBAN, euros("1.11"), reference=text)) == MAX_BYTES
    assert refusal("1.11", name=name, reference=text + "x") == "P217"


def test_an_unknown_version_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="version 003"):
        payload(version="003")


@given(
    minor=st.integers(1, 99_999_999_999),
    name=st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30),
    text=st.text(st.characters(exclude_categories=("C", "Z")), max_size=30),
)
def test_whatever_is_accepted_reads_back_the_same(minor: int, name: str, text: str) -> None:
    assert epc_payload(name, IBAN, Sum(Decimal(minor).scaleb(-2), "EUR"), reference=text) == epc_payload(
        name, IBAN, Money.from_minor(minor, "EUR"), reference=text
    )
    lines = epc_payload(name, IBAN, Money.from_minor(minor, "EUR"), reference=text).decode("utf-8").split("\n")
    assert len(lines) <= 11
    assert lines[5] == name
    assert Decimal(lines[7].removeprefix("EUR")) == Decimal(minor) / 100
    assert "".join(lines[9:]) in (text, text.upper())


def test_the_public_example_is_made_to_the_byte() -> None:
    for vector in vectors()["epc"]:
        fields = vector["fields"]
        made = epc_payload(
            fields["name"], fields["iban"], euros(fields["amount"]),
            reference=fields["reference"], bic=fields["bic"], purpose=fields["purpose"], version=fields["version"],
        )  # fmt: skip
        assert made == vector["payload"].encode(vector["encoding"])
        assert len(made) == vector["bytes"]


def test_the_public_ibans_and_references_are_valid() -> None:
    found = vectors()
    outside = ("AE", "AZ", "BA")
    for iban in found["iban_valid"]:
        assert is_sepa_iban(iban) is not iban.startswith(outside), iban
    for reference in found["iso11649_valid"]:
        assert remittance(reference) == (reference, "")

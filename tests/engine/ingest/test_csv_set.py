"""The CSV set: joined by key in any order, and every fault said with file, line and column."""

import tracemalloc
from decimal import Decimal
from pathlib import Path

import pytest

from engine.errors import IngestError
from engine.ingest import IngestOptions, Read, SetAside, read
from engine.model.bill import ChargeCategory

CUSTOMERS = (
    "key,name.given,name.family,address.lines.1,address.lines.2,attributes.segment\n"
    'A,Ada,L,Flat 2,"1, Main St",gold\nB,Bob,M,,,\n'
)
SUPPLY = "customer,code,commodity\nA,POD1,gas\n"
BILLS = (
    "customer,number,issued_on,total,amount_payable,payee.name,payee.other_accounts,supply_points,period.start,period.end\n"
    "B,2,2026-11-03,5.00,5.00,,,,,\nA,1,2026-11-03,12.20,12.20,N,X1 X2,POD1,2026-10-01,2026-10-31\n"
)
CHARGES = (
    "customer,bill,category,label,amount,quantity,rate_percent\n"
    "A,1,energy,Gas,11.00,100,\nB,2,fixed,Fee,5.00,,\nA,1,allowance,Thanks,-1.00,,\nA,1,tax,VAT,2.20,,22\n"
)
CONSUMPTION = (
    "customer,supply_point,row,unit,period.start,period.end,quantity,is_estimated,year_before,previous,latest,register_name\n"
    "A,POD1,series,m3,2026-09-01,2026-09-30,90,true,,,,\n"
    "A,POD1,total,m3,,,100,,110,,,\n"
    "A,POD1,reading,kWh,2026-10-01,2026-10-31,100,,,5,105,F1\n"
    "A,POD1,series,m3,2026-10-01,2026-10-31,100,,,,,\n"
)


@pytest.fixture
def csv_set(tmp_path):
    """Write the set with some files changed (None: without the file) and return all items."""

    def run(options=None, **changed):
        files = {"customers": CUSTOMERS, "supply_points": SUPPLY, "bills": BILLS, "charges": CHARGES}
        for name, text in {**files, "consumption": CONSUMPTION, **changed}.items():
            if text is not None:
                data = text if isinstance(text, bytes) else text.encode()
                (tmp_path / f"{name}.csv").write_bytes(data)
        return list(read([tmp_path], options=options))

    return run


def place(item):
    assert isinstance(item, SetAside)
    return item.problem.place.rsplit("/", 1)[-1]


def test_rows_of_all_files_are_joined_in_any_order(csv_set):
    first, second = (item.customer for item in csv_set())
    (bill,) = first.bills
    assert first.address.lines == ("Flat 2", "1, Main St")
    assert first.attributes == {"segment": "gold"}
    assert [line.category for line in bill.lines] == [ChargeCategory.ENERGY]
    assert bill.allowances[0].amount == Decimal("-1.00")
    assert bill.taxes[0].rate_percent == 22
    assert bill.payee.other_accounts == ("X1", "X2")
    assert bill.supply_points == ("POD1",)
    assert second.bills[0].number == "2"
    assert second.address is None


def test_consumption_rows_become_totals_readings_and_a_series(csv_set):
    used = csv_set()[0].customer.consumption[0]
    assert used.commodity == "gas"
    assert used.unit == "m3"
    assert used.year_before == 110
    assert [point.is_estimated for point in used.series] == [True, False]
    assert used.readings[0].register_name == "F1"
    assert used.readings[0].unit == "kWh"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found_from_the_header(csv_set, delimiter):
    bills = BILLS.replace(",", delimiter)
    assert [type(item) for item in csv_set(bills=bills)] == [Read, Read]


def test_a_byte_order_mark_and_crlf_are_taken(csv_set):
    bills = b"\xef\xbb\xbf" + BILLS.replace("\n", "\r\n").encode()
    assert [type(item) for item in csv_set(bills=bills)] == [Read, Read]


def test_a_line_break_inside_quotes_belongs_to_the_cell_and_lines_still_count(csv_set):
    customers = 'key,name.given,attributes.remark\nA,Ada,"one\ntwo"\nB,,x\n'
    first, second = csv_set(customers=customers)
    assert first.customer.attributes["remark"] == "one two"
    assert place(second) == "customers.csv:4 field `name`"


def test_a_wrong_date_is_said_with_the_line_of_its_own_file(csv_set):
    first, second = csv_set(bills=BILLS.replace("A,1,2026-11-03", "A,1,31/02/2026"))
    assert place(first) == "bills.csv:3 field `issued_on`"
    assert "`31/02/2026`" in first.problem.fact
    assert first.key == "A"
    assert isinstance(second, Read)


def test_a_fault_in_a_charge_is_said_with_the_line_of_its_own_file(csv_set):
    first, _ = csv_set(charges=CHARGES.replace("energy", "enrgy"))
    assert place(first) == "charges.csv:2 field `category`"
    assert "`energy`" in first.problem.hint


def test_other_date_formats_and_decimal_commas_are_options(csv_set):
    bills = (
        BILLS.replace("2026-11-03", "03/11/2026").replace(",", ";").replace("12.20", "12,20").replace("5.00", "5,00")
    )
    bills = bills.replace("2026-10-01", "01/10/2026").replace("2026-10-31", "31/10/2026")
    charges = CHARGES.replace(",", ";").replace(".00", ",00").replace("2.20", "2,20").replace("payee,", "payee.")
    options = IngestOptions(date_format="%d/%m/%Y", decimal_comma=True)
    first, second = csv_set(options, bills=bills, charges=charges, consumption=None)
    assert first.customer.bills[0].total == Decimal("12.20")
    assert second.customer.bills[0].issued_on.isoformat() == "2026-11-03"


def test_a_decimal_comma_without_the_option_is_refused_with_the_hint(csv_set):
    _, second = csv_set(bills=BILLS.replace("5.00,5.00", '"5,00",5.00'))
    assert second.problem.code == "I108"
    assert "decimal_comma" in second.problem.hint


def test_a_decimal_point_with_the_option_is_not_taken_for_a_thousand(csv_set):
    first, second = csv_set(IngestOptions(decimal_comma=True), consumption=None)
    assert first.problem.code == second.problem.code == "I108"


def test_figures_with_thousands_are_read_with_the_option(csv_set):
    bills = "customer;number;issued_on;total;amount_payable\nA;1;2026-11-03;1.234.567,80;1 234 567,80\n"
    charges = "customer;bill;category;label;amount\nA;1;energy;Gas;1234567,80\n"
    first, _ = csv_set(IngestOptions(decimal_comma=True), bills=bills, charges=charges, consumption=None)
    assert first.customer.bills[0].total == Decimal("1234567.80")


@pytest.mark.parametrize(
    ("name", "text", "code", "said"),
    [
        ("bills", BILLS.replace("total", "totl", 1), "I105", "`total`"),
        ("bills", BILLS.replace("number", "note", 1), "I106", "number"),
        ("charges", CHARGES.replace("label", "amount", 1), "I112", "`amount`"),
        ("customers", CUSTOMERS.replace("key", "id", 1), "I105", "`id`"),
        ("customers", "", "I106", "`key`"),
        ("chargs", "x\n", "I102", "`charges.csv`"),
        ("bills", None, "I101", "bills.csv"),
        ("bills", "customer".encode("utf-16"), "I102", "UTF-8"),
    ],
)  # fmt: skip
def test_a_set_with_a_broken_file_stops_the_run(csv_set, name, text, code, said):
    with pytest.raises(IngestError) as caught:
        csv_set(**{name: text})
    assert caught.value.problem.code == code
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b"A,1,energy,Gas \xff,11.00,100,\n", "I103"),
        (b"A,1,energy,Gas,11.00,100\n", "I118"),
        (b"A,1,energy,Gas,11.00,100,,,\n", "I118"),
        (b"A,9,energy,Gas,11.00,100,\n", "I116"),
    ],
)
def test_a_broken_row_sets_its_customer_aside_so_that_no_line_is_lost(csv_set, row, code):
    charges = CHARGES.encode().replace(b"A,1,energy,Gas,11.00,100,\n", row)
    first, second = csv_set(charges=charges)
    assert first.problem.code == code
    assert first.key == "A"
    assert "charges.csv:2" in first.problem.place
    assert isinstance(second, Read)


def test_a_quote_that_is_never_closed_sets_all_aside_whose_rows_it_swallows(csv_set):
    payments = 'customer,amount,paid_on\n"A,1.00,2026-11-01\nZ,2.00,2026-11-01\n'
    items = csv_set(payments=payments)
    assert [type(item) for item in items] == [SetAside, Read, SetAside]
    assert [item.key for item in (items[0], items[2])] == ["A", "Z"]
    for item in (items[0], items[2]):
        assert item.problem.code == "I118"
        assert "payments.csv:2" in item.problem.place
        assert "up to line 3" in item.problem.fact


def test_quotes_out_of_order_in_one_row_leave_the_next_rows_whole(csv_set):
    payments = 'customer,amount,paid_on\nA,"1.00"x,2026-11-01\nB,2.00,2026-11-01\n'
    first, second = csv_set(payments=payments)
    assert first.problem.code == "I118"
    assert second.customer.payments[0].amount == 2


def test_rows_without_a_known_customer_are_set_aside_one_by_one(csv_set):
    items = csv_set(payments="customer,amount,paid_on\nZ,1.00,2026-11-01\n,1.00,2026-11-01\n")
    faults = {(item.problem.code, place(item), item.key) for item in items if isinstance(item, SetAside)}
    assert faults == {
        ("I116", "payments.csv:2 field `customer`", "Z"),
        ("I106", "payments.csv:3 field `customer`", None),
    }


def test_a_row_longer_than_the_limit_is_skipped_without_being_held(csv_set, tmp_path):
    notes = b"customer,kind,at,note\nB,task,2026-11-01T00:00:00Z," + b"x" * 30_000_000 + b"\n"
    tracemalloc.start()
    items = csv_set(IngestOptions(max_line_bytes=100_000), interactions=notes)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert items[-1].problem.code == "I109"
    assert peak < 8_000_000


def test_a_bill_that_does_not_add_up_is_said_with_its_line(csv_set):
    first, _ = csv_set(charges=CHARGES.replace("11.00", "11.01"))
    assert first.problem.code == "M102"
    assert place(first) == "bills.csv:3"


def test_two_units_for_one_supply_point_are_refused(csv_set):
    first, _ = csv_set(consumption=CONSUMPTION.replace("series,m3,2026-10", "series,kWh,2026-10"))
    assert place(first) == "consumption.csv:5 field `unit`"


def test_the_temporary_index_is_gone_after_reading(csv_set, tmp_path, tmp_path_factory):
    scratch = tmp_path_factory.mktemp("scratch")
    items = csv_set(IngestOptions(scratch_dir=scratch))
    assert len(items) == 2
    assert list(scratch.iterdir()) == []


def test_the_temporary_index_is_gone_when_reading_is_given_up(csv_set, tmp_path, tmp_path_factory):
    csv_set()
    scratch = tmp_path_factory.mktemp("scratch")
    stream = read([tmp_path], options=IngestOptions(scratch_dir=scratch))
    next(stream)
    assert [Path(found).stat().st_mode & 0o777 for found in scratch.iterdir()] == [0o700]
    stream.close()
    assert list(scratch.iterdir()) == []


def test_a_tax_row_gives_its_own_category_beside_the_word_tax(csv_set):
    charges = (
        "customer,bill,category,label,amount,rate_percent,tax_category,tax_rate_percent,exemption_reason\n"
        "A,1,energy,Gas,12.20,,E,0,\nB,2,fixed,Fee,5.00,,,,\nA,1,tax,VAT,0.00,,E,,Article 135\n"
    )
    bill = csv_set(charges=charges)[0].customer.bills[0]
    assert (bill.lines[0].tax_category, bill.lines[0].tax_rate_percent) == ("E", 0)
    assert (bill.taxes[0].category, bill.taxes[0].exemption_reason) == ("E", "Article 135")


def test_dealings_are_joined_from_files_of_their_own(csv_set):
    first, second = (
        item.customer
        for item in csv_set(
            documents="customer,kind,at,direction\nA,letter,2026-10-05T08:00:00Z,received\n",
            promises="customer,made_on,due_on,amount,kept\nA,2026-10-05,2026-10-15,5.00,\nA,2026-09-05,2026-09-15,,false\n",
            disputes="customer,bill_number,opened_on,amount\nB,2,2026-11-04,1.50\n",
            tasks="customer,kind,state\nB,check_dispute,open\n",
        )
    )
    assert first.documents[0].direction == "received"
    assert [(promise.amount, promise.kept) for promise in first.promises] == [(Decimal("5.00"), None), (None, False)]
    assert second.disputes[0].amount == Decimal("1.50")
    assert second.tasks[0].kind == "check_dispute"


def test_a_fault_in_a_dealing_is_said_with_its_line(csv_set):
    item = csv_set(tasks="customer,kind,state\nA,call_back,opened\n")[0]
    assert place(item) == "tasks.csv:2 field `state`"
    assert item.problem.hint == "did you mean `open`?"


def test_a_header_that_no_line_break_ends_is_said(csv_set):
    with pytest.raises(IngestError, match="I118") as caught:
        csv_set(bills="customer,number\rA,1\rB,2\r")
    assert caught.value.problem.place.endswith("bills.csv:1")

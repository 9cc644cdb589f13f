from __future__ import annotations

import ctypes
import dataclasses
import shutil
import zlib

import pypdfium2
import pytest
import zxingcpp
from lxml import etree

from engine.contracts import FillContext, Scope
from engine.model.communication import MarkRole, RequestRow, Text, Tone
from engine.registry import load_channel
from engine.resources import resource_dir
from engine.templating import TemplateSet
from renderers.pdf.guard import link_targets, normalised
from tests.renderers.builders import (
    PAY_URL,
    block,
    fact,
    make_bill,
    make_communication,
    make_customer,
    make_help,
    make_payment,
    make_qr,
    make_rows,
)
from tests.renderers.fake_templates import FakeTemplates

CONTEXT = FillContext(now_iso="2026-11-06T08:00:00Z")


def make_pdf(templates, communication=None, context=CONTEXT):
    communication = communication or make_communication()
    channel = load_channel("pdf")
    compiled = channel.compile(templates, communication.locale, channel.classify(communication), Scope())
    (artifact,) = channel.fill(compiled, communication, context).artifacts
    return artifact


@pytest.fixture(scope="module")
def maria(tmp_path_factory):
    return make_pdf(FakeTemplates(tmp_path_factory.mktemp("set"))).data


def page_texts(data):
    document = pypdfium2.PdfDocument(data)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return texts


def test_the_bill_shows_amount_due_date_number_and_account(maria):
    text = normalised(" ".join(page_texts(maria)))
    for wanted in ("€ 129.45", "24 November 2026", "2026-10-004711", "IT60 X054 2811 1010 0000 0123 456"):
        assert normalised(wanted) in text


def test_a_usual_bill_has_two_pages_that_say_so(maria):
    texts = page_texts(maria)
    assert len(texts) == 2
    assert "Page 1 / 2" in texts[0]
    assert "Page 2 / 2" in texts[1]


def test_the_pay_button_leads_to_the_exact_address(maria):
    document = pypdfium2.PdfDocument(maria)
    assert PAY_URL in link_targets(document, document[0])
    document.close()


@pytest.mark.parametrize("dots_per_inch", [100, 150])
def test_a_phone_can_read_the_qr_on_card_and_slip(maria, dots_per_inch):
    document = pypdfium2.PdfDocument(maria)
    for page in document:
        picture = page.render(scale=dots_per_inch / 72).to_pil()
        codes = zxingcpp.read_barcodes(picture)
        assert [code.bytes for code in codes] == [make_qr().payload]
    document.close()


def test_the_file_is_tagged_and_claims_archive_and_accessibility(maria):
    document = pypdfium2.PdfDocument(maria)
    assert document.get_metadata_value("Title") == "Bill 2026-10-004711"
    assert pypdfium2.raw.FPDFCatalog_IsTagged(document)
    document.close()


def test_the_metadata_holds_pdfa_3a_and_pdfua_1_in_one_packet(maria):
    packets = []
    for part in maria.split(b"stream\n")[1:]:
        try:
            packets.append(zlib.decompressobj().decompress(part))
        except zlib.error:
            packets.append(part)
    (xmp,) = [packet for packet in packets if packet.lstrip().startswith(b"<?xpacket")]
    tree = etree.fromstring(xmp[: xmp.rindex(b"</x:xmpmeta>") + len(b"</x:xmpmeta>")])
    assert len(tree.findall("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF")) == 1
    text = etree.tostring(tree).decode()
    assert 'pdfaid:part="3"' in text
    assert 'pdfaid:conformance="A"' in text
    assert "<pdfuaid:part>1</pdfuaid:part>" in text
    assert "2026-11-06T08:00:00" in text


def test_each_figure_has_an_alternative_text(maria):
    document = pypdfium2.PdfDocument(maria)
    raw, missing, found = pypdfium2.raw, [], 0

    def walk(element):
        nonlocal found
        kind = raw.FPDF_StructElement_GetType(element, None, 0)
        buffer = ctypes.create_string_buffer(kind)
        raw.FPDF_StructElement_GetType(element, buffer, kind)
        if buffer.raw.decode("utf-16-le").rstrip("\x00") == "Figure":
            found += 1
            if raw.FPDF_StructElement_GetAltText(element, None, 0) <= 2:
                missing.append(element)
        for i in range(max(0, raw.FPDF_StructElement_CountChildren(element))):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, i)
            if child:
                walk(child)

    for page in document:
        tree = raw.FPDF_StructTree_GetForPage(page)
        for i in range(raw.FPDF_StructTree_CountChildren(tree)):
            walk(raw.FPDF_StructTree_GetChildAtIndex(tree, i))
    document.close()
    assert found >= 5  # logo, QR, stack, waterfall, bars
    assert not missing


def test_the_same_input_gives_the_same_bytes_first_and_later(templates):
    channel, communication = load_channel("pdf"), make_communication()
    compiled = channel.compile(templates, "en", channel.classify(communication), Scope())
    made = {channel.fill(compiled, communication, CONTEXT).artifacts[0].sha256 for _ in range(3)}
    assert made == {make_pdf(templates).sha256}


def test_forty_lines_repeat_the_head_and_keep_the_last_lines_with_the_total(templates):
    rows = make_rows([(MarkRole.ENERGY, f"Line number {i + 1}", "1 kWh", "0.5000", f"{i}.50") for i in range(40)])
    texts = page_texts(make_pdf(templates, make_communication(bill=make_bill(rows=rows))).data)
    pages = [text for text in texts if "Line number" in text]
    assert len(pages) >= 2
    for text in pages:
        assert "Quantity" in text
        assert text.count("Line number") >= 3
    assert "Total, VAT included" in pages[-1]


@pytest.mark.parametrize("lines", range(17, 25))
def test_no_page_carries_a_head_or_a_total_alone(templates, lines):
    rows = make_rows([(MarkRole.NETWORK, f"Line number {i + 1}", "", "", f"{i}.50") for i in range(lines)])
    texts = page_texts(make_pdf(templates, make_communication(bill=make_bill(rows=rows))).data)
    for text in texts:
        if "Quantity" in text or "Total, VAT included" in text:
            assert text.count("Line number") >= 2


def test_a_credit_shows_good_news_and_nothing_to_pay(templates):
    paid = block("bill.due_line", "paid out by ", fact("bill.paid_on", "17 November 2026"))
    bill = make_bill(is_credit=True, is_payable=False, due_on=None, due_line=paid, amount_label=Text("Credit"))
    data = make_pdf(templates, make_communication(tone=Tone.GOOD_NEWS, bill=bill, payment=None)).data
    text = " ".join(page_texts(data))
    assert "paid out by 17 November 2026" in text
    assert "Pay now" not in text
    assert "Payment slip" not in text


def test_help_comes_first_for_those_who_need_it(templates):
    text = page_texts(make_pdf(templates, make_communication(help=make_help(comes_first=True))).data)[0]
    assert text.index("Trouble paying?") < text.index("What it is made of")


def test_several_open_bills_stand_in_a_table(templates):
    amounts = ("€ 112.30", "€ 17.15")
    bills = tuple(
        RequestRow(
            fact(f"payment.bills.{i}.number", f"2026-0{9 + i}-1"), None, fact(f"payment.bills.{i}.amount", a), i < 1
        )
        for i, a in enumerate(amounts)
    )
    text = page_texts(make_pdf(templates, make_communication(payment=make_payment(bills=bills))).data)[0]
    assert "What this payment covers" in text
    assert "€ 112.30" in text
    assert "overdue" in text


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert('x')</script> {{ 7*7 }} %s \" onload=x",
        "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff-Schmidtmannsdorferstein the Very Long",
        "Мария Преображенская",
        "Ą̈ Žvirblienė Ελένη",
    ],
)
def test_any_name_comes_out_as_it_is(templates, name):
    communication = make_communication(customer=make_customer(name, name))
    assert normalised(name) in normalised(page_texts(make_pdf(templates, communication).data)[0])


@pytest.mark.parametrize("count", [1, 3, 4, 6])
def test_a_slip_shows_all_its_fields_however_long_the_reference(templates, count):
    numbers = " ".join(f"2026-10-00473{i}" for i in range(count))
    slip = dataclasses.replace(
        make_payment().slip,
        payee=fact("payment.slip.payee", "Northlight Energy Designated Activity Company of Limerick and Killybegs"),
        bic=None,
        reference=fact("payment.slip.reference", numbers),
    )
    data = make_pdf(templates, make_communication(payment=make_payment(slip=slip))).data
    text = page_texts(data)[-1]
    assert text.index("Account (IBAN)") < text.index("Reference") < text.index("Amount")
    assert normalised(numbers) in normalised(text)


def test_a_bill_of_seven_digits_keeps_inside_the_card(templates):
    bill = make_bill(amount_due=fact("bill.amount_due", "€ 1,234,567.89"))
    assert "€ 1,234,567.89" in page_texts(make_pdf(templates, make_communication(bill=bill)).data)[0]


def test_layout_classes_tell_row_counts_apart_and_not_values():
    channel = load_channel("pdf")
    usual = channel.classify(make_communication())
    assert channel.classify(make_communication(customer=make_customer("Ada Rossi", "Ada"))) == usual
    assert channel.classify(make_communication(bill=make_bill(rows=make_rows()[:1]))) != usual
    assert channel.classify(make_communication(payment=None)) != usual


def test_a_page_that_shows_no_table_of_a_chart_does_not_read_it(tmp_path):
    folder = tmp_path / "set"
    shutil.copytree(resource_dir("templates") / "bill-explainer", folder)
    page = folder / "pdf/bill.html.j2"
    channel, source = load_channel("pdf"), page.read_text("utf-8")

    def read():
        return [channel.reads(TemplateSet(folder), "ChartGeometry", field) for field in ("rows", "columns", "marks")]

    assert read() == [False, False, True]
    page.write_text(source.replace("</body>", "{{ charts.data_table(change.chart) }}</body>"), "utf-8")
    assert read() == [True, True, True]
    page.write_text(source.replace("</body>", "{{ bill.number.text|int }}</body>"), "utf-8")
    assert read() == [True, True, True]  # it can't be told
    page.write_text(source, "utf-8")
    styles = folder / "pdf/bill.css.j2"
    rules = styles.read_text("utf-8")
    styles.write_text(rules + "{% if usage and usage[0].chart.rows %}a { b: c }{% endif %}", "utf-8")
    assert read() == [True, False, True]
    assert channel.reads(object(), "ChartGeometry", "rows")

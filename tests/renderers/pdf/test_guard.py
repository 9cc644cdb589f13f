from __future__ import annotations

import dataclasses

import pytest

from engine.contracts import FillContext, Scope
from engine.errors import RenderError
from engine.model.campaign import Brand, Fonts
from engine.registry import load_channel
from renderers.pdf.guard import check_pdf, normalised
from renderers.pdf.reference import Reference
from tests.renderers.builders import fact, make_bill, make_communication, make_payment, make_qr, make_rows
from tests.renderers.fake_templates import FakeTemplates

SHOWN = ("bill.amount_due", "bill.number", "bill.rows.0.amount", "payment.slip.account")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return Reference(FakeTemplates(tmp_path_factory.mktemp("set"))).render(make_communication(), "")


def fill(templates):
    channel, communication = load_channel("pdf"), make_communication()
    compiled = channel.compile(templates, "en", channel.classify(communication), Scope())
    return channel.fill(compiled, communication, FillContext())


def test_what_was_made_passes(made):
    check_pdf(made.data, make_communication(), made.shown, made.qr_places)


def test_both_qr_symbols_are_found_where_they_were_laid_out(made):
    assert [place.page for place in made.qr_places] == [0, 1]


@pytest.mark.parametrize(
    "changes",
    [
        {"bill": make_bill(amount_due=fact("bill.amount_due", "€ 129.46"))},
        {"bill": make_bill(number=fact("bill.number", "2026-10-004712"))},
        {"bill": make_bill(rows=make_rows([(row.role, row.label.text, "", "", "7.77") for row in make_rows()]))},
    ],
)
def test_another_figure_is_noticed(made, changes):
    with pytest.raises(RenderError, match="R103"):
        check_pdf(made.data, make_communication(**changes), made.shown)


def test_another_account_is_noticed(made):
    slip = dataclasses.replace(make_payment().slip, account=fact("payment.slip.account", "DE00 1234"))
    with pytest.raises(RenderError, match=r"R103 payment\.slip\.account"):
        check_pdf(made.data, make_communication(payment=make_payment(slip=slip)), made.shown)


def test_another_pay_link_is_noticed(made):
    payment = make_payment(url="https://pay.northlight.example/p?v=1&r=other")
    with pytest.raises(RenderError, match="R104"):
        check_pdf(made.data, make_communication(payment=payment), made.shown)


def test_another_qr_symbol_is_noticed(made):
    payment = make_payment(qr=make_qr(make_qr().payload.replace(b"129.45", b"129.46")))
    with pytest.raises(RenderError, match="R106"):
        check_pdf(made.data, make_communication(payment=payment), made.shown, made.qr_places)


def test_a_message_names_the_fact_and_not_its_value(made):
    with pytest.raises(RenderError) as caught:
        check_pdf(made.data, make_communication(bill=make_bill(number=fact("bill.number", "SECRET-1"))), made.shown)
    assert "SECRET" not in str(caught.value)


def test_a_template_that_leaves_the_amount_out_is_refused(tmp_path):
    page = "<html lang='en'><title>{{ bill.number }}</title><p>{{ bill.number }} {{ payment.slip.account }}</p></html>"
    with pytest.raises(RenderError, match=r"R103 bill\.amount_due"):
        fill(FakeTemplates(tmp_path, {"pdf/bill.html.j2": page}))


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "https://example.org/x.png", "../secret.svg", "brand/absent.svg", "//host/x"]
)
def test_a_template_reads_nothing_outside_of_the_campaign_folder(tmp_path, address):
    (tmp_path / "secret.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    page = f"<html lang='en'><title>x</title><img alt='x' src='{address}'></html>"
    with pytest.raises(RenderError, match="R102"):
        fill(FakeTemplates(tmp_path / "set", {"pdf/bill.html.j2": page}))


def test_a_font_file_outside_of_the_folder_is_refused(tmp_path):
    brand = Brand(name="Northlight Energy", fonts=Fonts(files=("../x.ttf",)))
    templates = FakeTemplates(tmp_path / "set", brand=brand)
    with pytest.raises(RenderError, match="R105"):
        fill(templates)


def test_styles_that_print_a_customers_value_are_refused(tmp_path):
    with pytest.raises(RenderError, match="R101"):
        fill(FakeTemplates(tmp_path, {"pdf/bill.css.j2": "p::before { content: '{{ bill.number }}' }"}))


def test_hyphens_at_line_ends_and_narrow_spaces_make_no_difference():
    assert normalised("2026-10\x02\n004711") == normalised("2026-10-004711")
    assert normalised("1\u202f234,50\u00a0€") == normalised("1234,50 €")

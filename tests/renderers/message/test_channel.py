from __future__ import annotations

import dataclasses
import html
import re

import pytest

from engine.contracts import FillContext, Scope
from engine.errors import RenderError
from engine.model.campaign import VideoOptions
from engine.registry import load_channel
from tests.renderers.builders import PAY_URL, block, fact, make_bill, make_communication, make_customer, make_help
from tests.renderers.fake_templates import FakeTemplates

PAGE_URL = "https://bills.northlight.example/2026-10/abcdefghijklmnopqrstuvwxyz234567/index.html"


def fill(templates, communication=None):
    communication = communication or make_communication()
    channel = load_channel("message")
    compiled = channel.compile(templates, "en", channel.classify(communication), Scope())
    return channel.fill(compiled, communication, FillContext())


def make_messages(templates, communication=None):
    return {artifact.name: artifact for artifact in fill(templates, communication).artifacts}


def test_four_texts_are_made_with_their_media_types(templates):
    made = make_messages(templates)
    assert {name: artifact.media_type.split(";")[0] for name, artifact in made.items()} == {
        "email.html": "text/html",
        "email.txt": "text/plain",
        "sms.txt": "text/plain",
        "push.txt": "text/plain",
    }


def test_the_email_says_the_amount_and_links_to_payment_and_page(templates):
    text = make_messages(templates)["email.html"].data.decode()
    assert "€ 129.45" in text
    assert "by 24 November 2026" in text
    assert f'href="{html.escape(PAY_URL)}"' in text
    assert f'href="{PAGE_URL}"' in text


def test_the_email_fetches_nothing(templates):
    text = make_messages(templates)["email.html"].data.decode()
    for forbidden in ("<img", "<script", "<link", "url(", "@import"):
        assert forbidden not in text


def test_the_email_shows_the_preview_of_the_video_if_the_campaign_makes_one(tmp_path):
    options = {"video": VideoOptions(email_preview=True), "channels": ("video", "microsite", "message")}
    text = make_messages(FakeTemplates(tmp_path / "a", **options))["email.html"].data.decode()
    picture = PAGE_URL.replace("index.html", "preview.gif")
    (shown,) = re.findall(r"<img[^>]*>", text)
    assert f'src="{picture}"' in shown
    assert 'alt="Your October bill, in half a minute"' in shown
    assert text.index(shown) > text.index(f'<a href="{PAGE_URL}"')
    silent = make_messages(FakeTemplates(tmp_path / "b", **{**options, "channels": ("message",)}))
    assert "<img" not in silent["email.html"].data.decode()


def test_the_plain_email_has_the_same_facts_and_unescaped_links(templates):
    text = make_messages(templates)["email.txt"].data.decode()
    assert PAY_URL in text
    assert PAGE_URL in text
    assert "IT60 X054 2811 1010 0000 0123 456" in text
    assert "\n\n\n" not in text


def test_the_short_message_is_one_line_that_ends_with_the_link(templates):
    text = make_messages(templates)["sms.txt"].data.decode()
    assert text == f"Northlight Energy: your October bill is € 129.45, due 24 November. {PAGE_URL}\n"


def test_the_push_text_is_title_body_and_link_a_line_each(templates):
    lines = make_messages(templates)["push.txt"].data.decode().splitlines()
    assert lines == ["Your October bill: € 129.45 by 24 November", "See what it is made of and pay in a tap.", PAGE_URL]


def test_no_pay_link_stands_where_nothing_is_payable(templates):
    made = make_messages(templates, make_communication(payment=None))
    for name in ("email.html", "email.txt"):
        assert b"pay.northlight.example" not in made[name].data


def test_help_comes_before_the_amount_for_those_who_need_it(templates):
    text = make_messages(templates, make_communication(help=make_help(comes_first=True)))["email.html"].data.decode()
    card = text.index("Amount due")
    assert text.index("Trouble paying?") < card
    assert text.count("Trouble paying?") == 1


def test_a_hostile_name_stays_literal_text(templates):
    name = "<script>alert(1)</script> & {{ 7*7 }} &copy;"
    greeting = block("message.greeting", "Hello ", fact("customer.first_name", name), ",")
    message = dataclasses.replace(make_communication().message, greeting=greeting)
    made = make_messages(templates, make_communication(customer=make_customer(name, name), message=message))
    assert name in made["email.txt"].data.decode()
    page = made["email.html"].data.decode()
    assert "<script" not in page
    assert name in html.unescape(page)


def test_a_short_message_over_160_characters_is_refused(templates):
    long = dataclasses.replace(make_communication().message, short=block("message.short", "x" * 161))
    with pytest.raises(RenderError, match="R301"):
        make_messages(templates, make_communication(message=long))


def test_a_template_that_drops_the_amount_is_refused(tmp_path):
    templates = FakeTemplates(tmp_path, {"message/email.txt.j2": "{{ bill.number }} {{ page_url|url }}"})
    with pytest.raises(RenderError, match=r"R302 message/email.txt.j2 bill.amount_due"):
        make_messages(templates)


def test_an_overdue_bill_says_so(templates):
    bill = make_bill(is_overdue=True, due_line=block("bill.due_line", fact("bill.days", "9 days"), " overdue"))
    assert "9 days overdue" in make_messages(templates, make_communication(bill=bill))["email.html"].data.decode()

"""The benchmark's JSON gives back what a page shows."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import Markup

from engine.compose import Suppressed, compose
from engine.contracts import FillContext, Scope
from engine.model.communication import Communication
from engine.payment.qr import qr_code
from engine.registry import load_channel
from engine.templating import TemplateSet
from renderers.pdf.channel import TEMPLATES
from renderers.pdf.fast.template_reads import reads_of
from renderers.pdf.guard import required
from tests.e2e.reading import CAMPAIGN, KEYS, NOW, samples

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
import communication_json


@pytest.fixture(scope="module")
def templates() -> TemplateSet:
    return TemplateSet(CAMPAIGN)


@pytest.fixture(scope="module")
def said(templates: TemplateSet) -> list[Communication]:
    locales = templates.campaign.locales
    found = [
        compose(customer, templates.campaign, templates.texts(customer.locale if customer.locale in locales else "en"),
                NOW, KEYS)
        for customer in samples().values()
    ]  # fmt: skip
    return [communication for communication in found if not isinstance(communication, Suppressed)]


def test_the_page_reads_the_same(templates: TemplateSet, said: list[Communication]) -> None:
    read, logo = communication_json.reader(qr_code), Markup("logo.svg")
    for communication in said:
        again = read(communication_json.write(communication))
        first = templates.render("pdf/bill.html.j2", communication, logo=logo)
        assert templates.render("pdf/bill.html.j2", again, logo=logo).text == first.text


def test_nothing_is_left_out_that_a_page_may_read(templates: TemplateSet) -> None:
    read = {field for name in TEMPLATES for field in reads_of(templates.environment, name).fields}
    left_out = {(cls.__name__, name) for cls, name in communication_json._LEFT_OUT}
    assert left_out & read <= {("Communication", "message")}  # its lead, which few have
    places = communication_json.field_places()
    kept = {(cls, name) for cls, names in places.items() for name in names}
    assert kept - read == {("Communication", "locale"), ("ChartLabel", "size")}  # read by what draws


def test_the_fill_is_the_same_and_proves_what_the_bill_shows(said: list[Communication]) -> None:
    """By ids of facts, which are not those of the communication."""
    read, channel, scope = communication_json.reader(qr_code), load_channel("pdf"), Scope()
    templates, context = TemplateSet(CAMPAIGN), FillContext(now_iso=NOW.isoformat())
    made: dict[str, list[bytes]] = {}
    for communication in said[:3]:
        for each in (replace(communication, attachments=()), read(communication_json.write(communication))):
            layout = channel.classify(each)
            filled = channel.fill(channel.compile(templates, each.locale, layout, scope), each, context)
            assert (filled.path, filled.reason) == ("fast", "")
            made.setdefault(communication.key, []).append(filled.artifacts[0].data)
        found = read(communication_json.write(communication))
        ids = [fact.id for fact in required(found)]
        assert ids[:2] == ["BillView.amount_due", "BillView.number"]
        assert ids[2:] in ([], ["SlipView.account"])
    assert all(first == second for first, second in made.values())


def test_what_is_read_twice_does_not_mix(said: list[Communication]) -> None:
    read = communication_json.reader(qr_code)
    first, second = (communication_json.write(communication) for communication in said[:2])
    kept = read(first)
    read(second)
    assert communication_json.write(kept) == first


def test_narration_and_messages_come_back_empty(said: list[Communication]) -> None:
    again = communication_json.reader(qr_code)(communication_json.write(said[0]))
    assert again.script == ()
    assert again.message.body == ()


def test_the_places_of_fields_lead_to_them(said: list[Communication]) -> None:
    places = communication_json.field_places()
    body = json.loads(communication_json.write(said[0]))
    bill = body[places["Communication"]["bill"]]
    assert bill[places["BillView"]["amount_due"]] == said[0].bill.amount_due.text
    labels = bill[places["BillView"]["rows"]][places["ChargeRow"]["label"]]
    assert labels == [row.label.text for row in said[0].bill.rows]

"""The benchmark's JSON gives back what a page shows."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from markupsafe import Markup

from engine.compose import Suppressed, compose
from engine.model.communication import Communication
from engine.payment.qr import qr_code
from engine.templating import TemplateSet
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
        assert templates.render("pdf/bill.html.j2", again, logo=logo) == first


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
    _, facts, body = json.loads(communication_json.write(said[0]))
    bill = body[places["Communication"]["bill"]]
    assert facts[bill[places["BillView"]["amount_due"]]] == said[0].bill.amount_due.text
    labels = bill[places["BillView"]["rows"]][places["ChargeRow"]["label"]]
    assert [facts[label] for label in labels] == [row.label.text for row in said[0].bill.rows]

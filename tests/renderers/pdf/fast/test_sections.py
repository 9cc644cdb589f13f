"""A template divided into the children of its body."""

from __future__ import annotations

import jinja2
import pytest

from engine.templating import TemplateSet
from renderers.pdf.fast.sections import Divider, Section
from tests.e2e.reading import CAMPAIGN

FIELDS = ("bill", "customer", "payment", "tips")


def divided(source: str) -> tuple[Section, list[Section]]:
    environment = jinja2.Environment(loader=jinja2.DictLoader({"bill": source}), autoescape=True)
    return Divider(environment, "bill", FIELDS).sections()


def test_each_child_of_the_body_is_a_section_with_the_fields_it_reads() -> None:
    frame, sections = divided(
        "<html><head><title>{{ bill }}</title></head><body class='{{ customer }}'>"
        "<p>{{ bill }}</p>\n<div><img src='{{ payment }}'><br>{{ customer }}</div>"
        "{% for tip in tips %}<p>{{ tip }}</p>{% endfor %}</body></html>"
    )
    assert frame.roots == ("bill", "customer")
    assert [section.roots for section in sections] == [("bill",), ("customer", "payment"), ("tips",)]
    assert sections[2].template.render(tips=["a", "b"]) == (
        "<!DOCTYPE html><html><head></head><body><p>a</p><p>b</p></body></html>"
    )


def test_a_section_brings_the_macros_and_assignments_that_it_names() -> None:
    _, sections = divided(
        "{% macro shout(text) %}{{ text }}!{% endmacro %}{% set both = bill ~ tips %}"
        "<html><body><p>{{ shout(customer) }}</p><p>{{ both }}</p></body></html>"
    )
    assert [section.roots for section in sections] == [("customer",), ("bill", "tips")]
    assert "<p>Ann!</p>" in sections[0].template.render(customer="Ann")


@pytest.mark.parametrize(
    "body",
    [
        "<div>{% if bill %}</div><div>{% endif %}</div>",  # statements and tags cross
        "{{ bill }}<p></p>",  # text in the body itself
    ],
)
def test_what_cannot_be_divided_is_one_section_of_all_fields(body: str) -> None:
    _, sections = divided(f"<html><body>{body}</body></html>")
    assert [section.roots for section in sections] == [FIELDS]


def test_the_starter_set_is_divided() -> None:
    templates = TemplateSet(CAMPAIGN)
    _, sections = Divider(templates.environment, "pdf/bill.html.j2", ("bill", "payment", "legal")).sections()
    assert len(sections) > 10
    assert ("legal",) in [section.roots for section in sections]

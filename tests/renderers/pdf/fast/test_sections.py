"""A template divided into the children of its body."""

from __future__ import annotations

import jinja2
import pytest
from jinja2.meta import find_undeclared_variables

from engine.templating import TemplateSet
from renderers.pdf.fast import template_reads
from renderers.pdf.fast.flatten import Flattener
from renderers.pdf.fast.sections import Divider, Section, _generated
from tests.e2e.reading import CAMPAIGN

FIELDS = ("bill", "customer", "payment", "tips")


def divided(source: str, fields: tuple[str, ...] = FIELDS, **imported: str) -> tuple[Section, list[Section]]:
    environment = jinja2.Environment(loader=jinja2.DictLoader({"bill": source, **imported}), autoescape=True)
    return Divider(environment, "bill", fields).sections()


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


VIEW = ("bill.rows", "bill.total", "bill.title", "payment")
TOTAL = "{% macro total(view) %}{{ view.total }}{% endmacro %}"


@pytest.mark.parametrize(
    ("macros", "call", "roots"),
    [
        (TOTAL, "m.total(bill)", ("bill.total",)),
        (TOTAL, "m.total(view=bill)", ("bill.total",)),
        (TOTAL + "{% macro deep(bill) %}{{ total(bill) }}{{ bill.title.text }}{% endmacro %}", "m.deep(bill)",
         ("bill.total", "bill.title")),
        (TOTAL + "{% macro other(bill) %}{{ bill.rows }}{% endmacro %}", "m.total(bill)", ("bill.total",)),
        # More is done with the view than to read its fields, or it isn't told: it is read as a whole.
        ("{% macro total(view) %}{{ view }}{% endmacro %}", "m.total(bill)", VIEW[:3]),
        ("{% macro total(view) %}{% set b = view %}{{ b.total }}{% endmacro %}", "m.total(bill)", VIEW[:3]),
        ("{% macro total(view) %}{{ view['total'] }}{% endmacro %}", "m.total(bill)", VIEW[:3]),
        ("{% macro total(view) %}{{ total(view) }}{% endmacro %}", "m.total(bill)", VIEW[:3]),
        ("{% macro total() %}{{ varargs[0].total }}{% endmacro %}", "m.total(bill)", VIEW[:3]),
        (TOTAL + TOTAL.replace(".total", ".rows"), "m.total(bill)", VIEW[:3]),
        (TOTAL, "m.total(*[bill])", VIEW[:3]),
        (TOTAL, "m.total(bill, *payment)", VIEW),
        (TOTAL, "m.total(bill) ~ bill", VIEW[:3]),
        (TOTAL, "m.missing(bill)", VIEW[:3]),
    ],
)  # fmt: skip
def test_a_view_that_a_macro_is_given_counts_with_what_the_macro_reads_of_it(
    macros: str, call: str, roots: tuple[str, ...]
) -> None:
    imports = "{% import 'macros' as m with context %}"
    _, (section,) = divided(f"{imports}<html><body><p>{{{{ {call} }}}}</p></body></html>", VIEW, macros=macros)
    assert section.roots == roots


def test_a_macro_is_followed_by_the_names_that_a_template_gives_it() -> None:
    head = "{% macro own(view) %}{{ view.title }}{% endmacro %}{% from 'macros' import total, total as sum %}"
    _, sections = divided(
        f"{head}<html><body><p>{{{{ own(bill) }}}}</p><p>{{{{ sum(bill) }}}}</p></body></html>", VIEW, macros=TOTAL
    )
    assert [section.roots for section in sections] == [("bill.title",), ("bill.total",)]


def test_what_an_imported_macro_reads_by_itself_counts() -> None:
    macros = TOTAL.replace("{{ view.total }}", "{{ view.total }}{{ payment }}")
    source = "{% import 'macros' as m with context %}<html><body><p>{{ m.total(bill) }}</p></body></html>"
    _, (section,) = divided(source, VIEW, macros=macros)
    assert section.roots == ("bill.total", "payment")


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


def test_the_opening_of_the_starter_set_does_not_depend_on_its_charges() -> None:
    templates = TemplateSet(CAMPAIGN)
    fields = Flattener.of(templates).roots
    _, sections = Divider(templates.environment, "pdf/bill.html.j2", fields).sections()
    (opening,) = [section for section in sections if "bill.amount_due" in section.roots]
    assert not {"bill.rows", "bill.totals", "bill.stack", "bill.supply_points"} & {*opening.roots}


def test_program_and_variables_are_as_jinja_finds_them_one_by_one() -> None:
    environment = TemplateSet(CAMPAIGN).environment
    for name in ("pdf/bill.html.j2", "shared/bill.j2", "shared/charts.svg.j2"):
        assert environment.loader is not None
        source, _, _ = environment.loader.get_source(environment, name)
        program, undeclared = _generated(environment.parse(source, name), environment, name)
        assert program == environment.compile(source, name, name, raw=True)
        assert undeclared == find_undeclared_variables(environment.parse(source, name))


def test_sections_are_the_same_whether_the_templates_were_parsed_before_or_not() -> None:
    known, fresh = TemplateSet(CAMPAIGN), TemplateSet(CAMPAIGN)
    roots = Flattener.of(known).roots
    found, again = (Divider(one.environment, "pdf/bill.html.j2", roots).sections() for one in (known, fresh))
    assert [section.roots for section in (found[0], *found[1])] == [section.roots for section in (again[0], *again[1])]
    assert template_reads.parsed_before(known.environment) == {}  # they were used up

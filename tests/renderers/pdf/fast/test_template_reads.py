"""What a template reads, by its syntax."""

from __future__ import annotations

import jinja2
import pytest

from renderers.pdf.fast.model import Unfillable
from renderers.pdf.fast.template_reads import Reads, reads_of
from tests.renderers.pdf.fast.said import starter


def reads(source: str, **others: str) -> Reads:
    loader = jinja2.DictLoader({"main": source, **others})
    return reads_of(jinja2.Environment(loader=loader), "main")


def fields(source: str, **others: str) -> set[tuple[str, str]]:
    return {(owner, name) for owner, name in reads(source, **others).fields if owner != "Communication"}


def test_a_field_is_read_of_the_class_that_has_it() -> None:
    assert fields("{{ bill.number }}") == {("BillView", "number")}
    assert fields("{% for row in bill.rows %}{{ row.amount }}{% endfor %}") == {
        ("BillView", "rows"), ("ChargeRow", "amount"),
    }  # fmt: skip
    assert fields("{% set first = bill.supply_points[0] %}{{ first.code }}") == {
        ("BillView", "supply_points"), ("SupplyPointView", "code"),
    }  # fmt: skip


def test_macros_count_when_something_calls_them() -> None:
    macros = "{% macro a(view) %}{{ view.number }}{% endmacro %}{% macro b(view) %}{{ view.month }}{% endmacro %}"
    used = '{% import "parts" as parts %}{{ parts.a(bill) }}'
    assert fields(used, parts=macros) == {("BillView", "number")}


def test_a_field_of_something_unknown_is_read_of_every_class() -> None:
    found = fields("{{ (bill if payment else payment).amount }}")
    assert {("ChargeRow", "amount"), ("PaymentView", "amount"), ("TotalRow", "amount")} <= found


def test_a_name_bound_twice_may_be_either() -> None:
    source = "{% for view in usage %}{{ view.headline }}{% endfor %}{% for view in tips %}{{ view.title }}{% endfor %}"
    assert {("UsageView", "headline"), ("Tip", "title")} <= fields(source)


def test_fields_named_in_strings_are_read() -> None:
    assert ("UsageView", "chart") in fields('{{ usage|map(attribute="chart.summary")|list }}')
    assert ("ChartGeometry", "summary") in fields('{{ usage|map(attribute="chart.summary")|list }}')
    assert ("BillView", "month") in fields('{{ bill["month"] }}')


def test_a_choice_of_things_is_of_their_class() -> None:
    source = '{% set few = offers|rejectattr("rows")|list %}{% for one in few %}{{ one.rows }}{% endfor %}'
    assert fields(source) == {("OfferView", "rows")}
    assert fields('{% for one in usage|selectattr("chart.rows") %}{% endfor %}') >= {("ChartGeometry", "rows")}
    assert fields('{{ (usage|map(attribute="chart")|first).rows }}') >= {("ChartGeometry", "rows")}


@pytest.mark.parametrize(
    ("condition", "bounds"),
    [("> 11", (11,)), ("<= 11", (11,)), (">= 11", (10,)), ("< 11", (10,)), ("== 11", (10, 11)), ("!= 11", (10, 11))],
)
def test_a_measured_text_has_the_bounds_of_its_comparisons(condition: str, bounds: tuple[int, ...]) -> None:
    found = reads("{% if bill.number.text|length " + condition + " %}x{% endif %}")
    assert (found.measured, found.bounds, found.is_exact) == (frozenset(("number",)), bounds, False)


def test_a_text_measured_in_a_macro_is_that_of_its_callers() -> None:
    macro = "{% macro size(fact) %}{% if fact.text|length > 9 %}x{% endif %}{% endmacro %}"
    assert {"number", "amount_due"} <= reads(macro + "{{ size(bill.number) }}{{ size(fact=bill.amount_due) }}").measured


@pytest.mark.parametrize("use", ["{{ bill.number.text|length }}", "{% if 3 < bill.number.text|length %}x{% endif %}"])
def test_a_length_that_is_not_compared_with_a_constant_counts_exactly(use: str) -> None:
    assert reads(use).is_exact


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{% include name %}", "names another one"),
        ("{{ bill[name ~ 'x'] }}", "by an expression"),
        ("{{ bill.rows|sum(attribute=name) }}", "by an expression"),
        ("{{ bill.number.text|int }}", r"through \|int"),
        ("{% if _('a') == 'b' %}x{% endif %}", "a text that it made"),
        ("{% macro m(a) %}{% if a == 'b' %}x{% endif %}{% endmacro %}{{ m(bill.number ~ '') }}", "a text that it made"),
        ("{% if caller() == 'a' %}x{% endif %}", "a text that it made"),
        ("{% if x %}", "can't be read"),
    ],
)
def test_what_the_syntax_cannot_answer_for_is_refused(source: str, reason: str) -> None:
    with pytest.raises(Unfillable, match=reason):
        reads(source)


def test_the_starter_set_reads_what_it_prints_and_no_more() -> None:
    found = reads_of(starter().environment, "pdf/bill.html.j2")
    assert {("BillView", "amount_due"), ("ReadingRow", "title"), ("SlipView", "reference")} <= found.fields
    assert not {("BillView", "month"), ("ChangeView", "short"), ("Tip", "id"), ("QrCode", "payload")} & found.fields
    assert found.bounds == (11, 15, 34, 48, 60)
    assert {"amount_due", "reference", "payee"} <= found.measured
    assert not found.is_exact

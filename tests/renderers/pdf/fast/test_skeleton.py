"""Skeletons: the same for every communication of a signature, or refused."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup, escape

from engine.errors import TemplateError
from engine.model.communication import Communication
from engine.templating import TemplateSet
from renderers.pdf.fast.flatten import TEMPLATE, Flattener
from renderers.pdf.fast.markup import Markup as Reader
from renderers.pdf.fast.model import Element, Skeleton, SlotValue, Template, Unfillable
from renderers.pdf.fast.sentinel import MARKER, slot_of
from renderers.pdf.fast.skeleton import Skeletons, elements
from tests.renderers.builders import (
    block,
    fact,
    make_bill,
    make_change,
    make_communication,
    make_customer,
    make_payment,
)
from tests.renderers.pdf.fast.said import STARTER, cycle, samples, starter

LOGO = Markup("brand/logo.svg")
FLATTENER = Flattener.of(starter())
SKELETONS = Skeletons(starter(), FLATTENER.reads, LOGO)
_DATA = re.compile(r'data:[^"]*')


def make(**changes: Any) -> Communication:
    """Return Maria's October bill; its legal items would lead to a host that isn't the starter set's."""
    return make_communication(**{"legal": ()} | changes)


def skeleton(said: Communication) -> Skeleton:
    return SKELETONS.of(said)


def rebuilt(html: str, slots: list[SlotValue]) -> str:
    """Return a stand-in's HTML with a customer's own texts in it, pictures left out."""
    return MARKER.sub(lambda found: str(escape(str(slots[slot_of(found[0])]))), _DATA.sub("", html))


def check_all(said: tuple[Communication, ...]) -> int:
    """Rebuild each one's HTML from a skeleton made from another; return how many had one of another."""
    known: dict[Hashable, tuple[Skeleton, Communication]] = {}
    shared = 0
    for each in said:
        signature, slots = FLATTENER.flatten(each)
        if signature not in known:
            known[signature] = skeleton(each), each
        found, other = known[signature]
        shared += other is not each
        real = starter().render(TEMPLATE, each, logo=LOGO)
        assert rebuilt(found.html, slots) == _DATA.sub("", real.text)
    return shared


def test_samples_come_out_of_skeletons_as_the_template_writes_them() -> None:
    check_all(samples())


def test_a_messy_cycle_comes_out_of_skeletons_as_the_template_writes_it() -> None:
    said = cycle(300, messy=True)
    assert len(said) > 250
    check_all(said)


def test_a_usual_cycle_comes_out_of_other_customers_skeletons() -> None:
    assert check_all(cycle(150)) > 40


def text_of(template: Template, slots: list[SlotValue]) -> str:
    return "".join(piece if isinstance(piece, str) else str(slots[piece]) for piece in template)


def test_the_tree_is_the_one_that_weasyprint_parses() -> None:
    said = make(customer=make_customer(name='<Ann> & "Bob" O\'Neill'))
    slots = FLATTENER.flatten(said)[1]
    made = skeleton(said)
    tree = Reader(is_plain=False).parse(starter().render(TEMPLATE, said, logo=LOGO).text)
    for number, (mine, node) in enumerate(zip(elements(made.root), tree.iter(), strict=True)):
        assert (mine.number, mine.tag) == (number, node.tag)
        wanted = {name: value for name, value in node.attrib.items() if name != "src"}
        assert {n: text_of(v, slots) for n, v in mine.attributes.items() if n != "src"} == wanted
        texts = [text_of(child, slots) for child in mine.children if not isinstance(child, Element)]
        assert "".join(texts) == "".join((node.text or "", *(child.tail or "" for child in node)))


def test_title_author_description_and_language_are_those_of_the_document() -> None:
    said = make()
    slots, made = FLATTENER.flatten(said)[1], skeleton(said)
    assert text_of(made.title, slots) == f"{said.bill.kind} {said.bill.number.text}"
    assert text_of(made.author, slots) == said.supplier.legal_name
    assert text_of(made.description, slots) == said.bill.title.text
    assert (made.language, made.locale) == (said.language, said.locale)


def test_pictures_are_known_by_what_they_show() -> None:
    said = make()
    slots, made = FLATTENER.flatten(said)[1], skeleton(said)
    found = {element.attribute("class"): element.picture for element in elements(made.root) if element.picture}
    stack, chart, code, logo = (found[name] for name in ("stack", "chart", "qr", "logo"))
    assert stack is not None
    assert chart is not None
    assert code is not None
    assert logo is not None
    assert (stack.kind, slots[stack.slot], stack.height) == ("chart", said.bill.stack, 11.0)
    assert (chart.kind, chart.height) == ("chart", 0.0)
    assert said.payment is not None
    assert (code.kind, slots[code.slot]) == ("qr", said.payment.qr)
    assert (logo.kind, logo.source) == ("static", "brand/logo.svg")


def test_a_symbol_with_a_white_zone_keeps_it(edited: Callable[..., TemplateSet]) -> None:
    templates = edited(instead("quiet=0", "quiet=4"))
    made = Skeletons(templates, Flattener.of(templates).reads, LOGO).of(make())
    assert [e.picture.quiet for e in elements(made.root) if e.picture and e.picture.kind == "qr"] == [4.0, 4.0]


def test_an_empty_text_is_not_in_the_tree_and_has_a_skeleton_of_its_own() -> None:
    said = make(customer=make_customer(account=fact("customer.account", "")))
    slots = FLATTENER.flatten(said)[1]
    made = skeleton(said)
    used = {piece for e in elements(made.root) for text in e.children if isinstance(text, tuple) for piece in text}
    assert slots.index("") not in used
    assert "Customer number" not in made.html


Edit = Callable[[str], str]


def after(mark: str, more: str) -> Edit:
    def edit(source: str) -> str:
        assert mark in source
        return source.replace(mark, mark + more, 1)

    return edit


def instead(old: str, new: str) -> Edit:
    def edit(source: str) -> str:
        assert old in source
        return source.replace(old, new)

    return edit


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., TemplateSet]:
    def made(edit: Edit, name: str = TEMPLATE) -> TemplateSet:
        root = tmp_path / "set"
        shutil.copytree(STARTER, root)
        file = root / name
        file.write_text(edit(file.read_text("utf-8")), "utf-8")
        return TemplateSet(root)

    return made


def refusal(templates: TemplateSet, said: Communication | None = None) -> str:
    with pytest.raises(Unfillable) as caught:
        Skeletons(templates, Flattener.of(templates).reads, LOGO).of(said or make())
    return str(caught.value)


H1 = "<h1>{{ bill.title }}</h1>"
LOOKS = "the template looks into a text"


@pytest.mark.parametrize(
    "more",
    [
        '{% if bill.kind == "Bill" %}x{% endif %}',
        '{% if bill.number.text == "1" %}x{% endif %}',
        '{% if bill.title.text != "a" %}x{% endif %}',
        '{% if "a" in bill.title.text %}x{% endif %}',
        "{% if bill.number.text < bill.kind %}x{% endif %}",
        '{% if bill.kind in ("Bill", "Reminder") %}x{% endif %}',
        '{% if bill.kind is eq("Bill") %}x{% endif %}',
        "{% for letter in bill.number.text %}x{% endfor %}",
        "{% if bill.kind|length > 4 %}x{% endif %}",
        '{% if payment.url == "https://pay.northlight.example/" %}x{% endif %}',
        "{% if payment.url|length > 40 %}x{% endif %}",
    ],
)
def test_a_template_that_looks_into_a_text_is_refused(edited: Callable[..., TemplateSet], more: str) -> None:
    assert refusal(edited(after(H1, more))) == LOOKS


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ('{% if (bill.kind ~ "") == "Bill" %}x{% endif %}', "the template compares a text that it made"),
        ('{% set a = _("Bill") %}{% if a == "Bill" %}x{% endif %}', "the template compares a text that it made"),
        ("{% set a %}{{ bill.kind }}{% endset %}{% if a|length > 3 %}x{% endif %}",
         "the template compares a text that it made"),
        ("{{ bill.amount_due|spoken }}", "the template prints through |spoken"),
        ("{{ supplier.phone|tel }}", "the template prints through |tel"),
        ("{{ bill.issued_on|iso }}", "the template prints through |iso"),
        ("{{ bill.rows|map(attribute=language)|list|length|coord }}", "the template names a field by an expression"),
    ],
)  # fmt: skip
def test_a_template_that_makes_something_else_of_texts_is_refused(
    edited: Callable[..., TemplateSet], more: str, reason: str
) -> None:
    assert refusal(edited(after(H1, more))) == reason


@pytest.mark.parametrize(
    "more",
    [
        "{% if bill.stack %}{% for mark in bill.stack.marks %}x{% endfor %}{% endif %}",
        "{% if change %}{{ charts.svg(change.chart) }}{% endif %}",
        "{% if payment %}{% for row in payment.qr.rows %}x{% endfor %}{% endif %}",
    ],
)
def test_a_chart_or_symbol_used_otherwise_than_as_a_picture_is_refused(
    edited: Callable[..., TemplateSet], more: str
) -> None:
    reason = refusal(edited(after(H1, more)))
    assert "more than drawing it" in reason or reason == "the template takes a text apart"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('stroke-width="2"', 'stroke-width="3"'),
        ('rx="4"', 'rx="5"'),
        ("fill=\"{{ brand.ground }}\"", "fill=\"{{ brand.paper }}\""),
        ("mark.height * squeeze > 8", "mark.height * squeeze > 30"),
        ('role="img"', 'role="img" opacity="0.9"'),
        ("rotate(45)", "rotate(30)"),
        ('stroke-dasharray="3 3"', 'stroke-dasharray="4 3"'),
        ("{{ label.text }}</text>", "{{ label.text }}.</text>"),
        ("</defs>", "</defs><circle r=\"3\"/>"),
        ("{{ label.y|coord }}", "{{ (label.y + 1)|coord }}"),
        ("600 if label.is_strong", "700 if label.is_strong"),
    ],
)  # fmt: skip
def test_a_template_that_draws_charts_otherwise_is_refused(
    edited: Callable[..., TemplateSet], old: str, new: str
) -> None:
    templates = edited(instead(old, new), "shared/charts.svg.j2")
    assert refusal(templates) == "the template draws charts in its own way"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('stroke="#000"', 'stroke="#111"'),
        ('fill="#fff"', 'fill="#eee"'),
        ("{{ code.rows|qr_path }}", "M0 0H1{{ code.rows|qr_path }}"),
        ("<path d=", '<path transform="scale(2)" d='),
        ("{%- set modules = code.rows|length -%}", "{%- set modules = code.rows|length + 1 -%}"),
    ],
)
def test_a_template_that_draws_symbols_otherwise_is_refused(
    edited: Callable[..., TemplateSet], old: str, new: str
) -> None:
    assert refusal(edited(instead(old, new), "shared/qr.j2")) == "the template draws QR symbols in its own way"


@pytest.mark.parametrize(
    "more",
    [
        "{{ bill.month }}{% if change %}{{ change.short }}{% endif %}",
        "{% if bill.number %}x{% endif %}{% if bill.title %}y{% endif %}",
        "{% if customer.full_name.text|length > 20 %}long{% endif %}",
        "{% for group in bill.groups|batch(2) %}{{ group[0].label }}{% endfor %}",
        '{{ _("{label}:", label=bill.title) }}',
        "{% if bill.stack and bill.stack.height > 20 %}x{% endif %}",
        "{% macro m(view) %}{{ view.number }}{% if view.is_payable %}x{% endif %}{% endmacro %}{{ m(bill) }}",
    ],
)
def test_a_template_that_prints_and_asks_for_more_is_filled_as_it_writes(
    edited: Callable[..., TemplateSet], more: str
) -> None:
    templates = edited(after(H1, more))
    flattener = Flattener.of(templates)
    one = make()
    other = make(customer=make_customer(name="Paola Rossini"), bill=make_bill(title=block("t", "Another")))
    assert flattener.flatten(one)[0] == flattener.flatten(other)[0]
    made = Skeletons(templates, flattener.reads, LOGO).of(one)
    real = templates.render(TEMPLATE, other, logo=LOGO).text
    assert rebuilt(made.html, flattener.flatten(other)[1]) == _DATA.sub("", real)


def test_a_field_read_in_a_way_that_the_syntax_hides_is_refused(edited: Callable[..., TemplateSet]) -> None:
    templates = edited(after(H1, "{% for name in ('month', 'total') %}{{ bill[name] }}{% endfor %}"))
    assert refusal(templates) in ("the template does more with a text than print it", LOOKS)


def test_a_chart_label_that_stands_in_the_page_is_refused(edited: Callable[..., TemplateSet]) -> None:
    more = "{% if change %}{% for label in change.chart.labels %}{{ label.text }}{% endfor %}{% endif %}"
    assert refusal(edited(after(H1, more))) in (
        "the template takes a text apart", "the template uses a chart for more than drawing it",
    )  # fmt: skip


def test_every_look_of_a_chart_is_proven_before_it_is_met(edited: Callable[..., TemplateSet]) -> None:
    templates = edited(instead('mark.style == "hatched"', 'mark.style == "dotted"'), "shared/charts.svg.j2")
    said = make()
    assert said.change is not None
    assert not [mark for mark in said.change.chart.marks if mark.style.value == "hatched"]
    assert refusal(templates, said) == "the template draws charts in its own way"


def test_a_chart_without_marks_is_a_picture_all_the_same() -> None:
    change = make_change()
    bare = dataclasses.replace(change, chart=dataclasses.replace(change.chart, marks=(), labels=(), lines=()))
    made = skeleton(make(change=bare))
    assert any(e.picture and e.picture.kind == "chart" and not e.picture.height for e in elements(made.root))


@pytest.mark.parametrize("url", ["https://elsewhere.example/pay", "https://pay.northlight.example/a b"])
def test_an_address_that_the_template_may_not_print_is_never_filled(url: str) -> None:
    payment = dataclasses.replace(make_payment(), url=url)
    assert FLATTENER.flatten(make())[0] != FLATTENER.flatten(make(payment=payment))[0]
    with pytest.raises(TemplateError, match="T106"):
        starter().render(TEMPLATE, make(payment=payment), logo=LOGO)
    if "elsewhere" in url:
        with pytest.raises(Unfillable):
            skeleton(make(payment=payment))

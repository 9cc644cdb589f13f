"""The strict environment: what a template may print, read and reach."""

from __future__ import annotations

import gc
import pickle
import shutil
from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from engine.errors import TemplateError
from engine.model.communication import Communication, Fact, Text, TextBlock
from engine.resources import resource_dir
from engine.templating import TemplateSet

STARTER = resource_dir("templates") / "bill-explainer"
AMOUNT = Fact("bill.amount_due", Decimal("129.45"), "€ 129.45", spoken="a hundred and twenty-nine euros")


def said(**views: Any) -> Communication:
    """Return something with the fields of a communication; the views given replace them."""
    names = dict.fromkeys((field.name for field in fields(Communication)), None)
    return SimpleNamespace(**{**names, "locale": "en", "key": "K-1", **views})  # type: ignore[return-value]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "set"
    (root / "brand").mkdir(parents=True)
    for name in ("campaign.toml", "brand/logo.svg", "brand/logo-dark.svg"):
        shutil.copy(STARTER / name, root / name)
    return root


def shown(root: Path, source: str, name: str = "page.html.j2", **views: Any) -> Any:
    (root / name).write_text(source, "utf-8")
    return TemplateSet(root).render(name, said(bill=SimpleNamespace(amount_due=AMOUNT, is_payable=True), **views))


def problem(root: Path, source: str, **views: Any) -> Any:
    with pytest.raises(TemplateError) as caught:
        shown(root, source, **views)
    return caught.value.problem


@pytest.fixture
def still_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("still_collector")
@pytest.mark.parametrize("how", ["", "with context"])
def test_a_rendering_leaves_nothing_that_holds_itself(folder: Path, how: str) -> None:
    (folder / "parts.html.j2").write_text("{% macro shown(fact) %}[{{ fact }}]{% endmacro %}", "utf-8")
    source = (
        f'{{% from "parts.html.j2" import shown {how} %}}{{% macro twice(fact) %}}{{{{ shown(fact) }}}}{{% endmacro %}}'
        "{{ twice(bill.amount_due) }}"
    )
    (folder / "page.html.j2").write_text(source, "utf-8")
    templates, one = TemplateSet(folder), said(bill=SimpleNamespace(amount_due=AMOUNT))
    assert templates.render("page.html.j2", one).text == "[€ 129.45]"
    gc.collect()  # what compiling a template leaves
    assert templates.render("page.html.j2", one).text == "[€ 129.45]"  # a module that is kept lives on
    assert gc.collect() == 0


def test_facts_texts_and_blocks_are_shown_and_facts_are_noted_once(folder: Path) -> None:
    block = TextBlock("x", (Text("Pay "), AMOUNT, Fact("bill.due_on", None, "today")))
    made = shown(folder, "{{ bill.amount_due }}|{{ greeting }}|{{ intro }}", greeting=block, intro=Text("hi"))
    assert made.text == "€ 129.45|Pay € 129.45today|hi"
    assert made.shown == ("bill.amount_due", "bill.due_on")


@pytest.mark.parametrize(
    "source", ["{{ 12 }}", "{{ 'words' }}", "{{ key }}", "{{ none }}", "{{ bill.is_payable }}",
               "{{ bill.amount_due.text }}",
               "{{ bill }}", "{{ bill.amount_due ~ '!' }}", "{{ 1.5 }}"],
)  # fmt: skip
def test_a_bare_value_is_refused_with_its_line(folder: Path, source: str) -> None:
    found = problem(folder, "line one\n" + source)
    assert (found.code, found.place) == ("T104", "page.html.j2:2")


@pytest.mark.parametrize(
    "source",
    ["{{ ''.__class__ }}", "{{ ''.__class__.__mro__ }}", "{{ bill.amount_due.value|coord }}",
     "{{ greeting.format(1) }}",
     "{{ _.__globals__ }}", "{{ bill.__init__.__globals__ }}", "{{ campaign.model_dump() }}", "{{ greeting.upper() }}"],
)  # fmt: skip
def test_the_sandbox_keeps_templates_to_the_fields_they_are_given(folder: Path, source: str) -> None:
    assert problem(folder, source, greeting=Text("{0}")).code in ("T105", "T103")


def test_what_a_template_may_read_of_one_type_opens_nothing_of_another(folder: Path) -> None:
    (folder / "open.j2").write_text("{{ help.value|coord }}", "utf-8")
    (folder / "shut.j2").write_text("{{ bill.amount_due.value|coord }}", "utf-8")
    communication = said(bill=SimpleNamespace(amount_due=AMOUNT), help=SimpleNamespace(value=3))
    templates = TemplateSet(folder)
    for _ in range(2):
        assert templates.render("open.j2", communication).text == "3"
        with pytest.raises(TemplateError, match=r"T103|T105"):
            templates.render("shut.j2", communication)


@pytest.mark.parametrize("source", ["{{ greeting|safe }}", "{% autoescape false %}{{ greeting }}{% endautoescape %}"])
def test_escaping_can_not_be_switched_off(folder: Path, source: str) -> None:
    assert problem(folder, source, greeting=Text("<b>")).code == "T102"


@pytest.mark.parametrize("name", ["../outside.j2", "/etc/passwd", "campaign.toml", "link.j2", "absent.j2"])
def test_templates_come_from_the_folder_of_the_set_only(folder: Path, name: str) -> None:
    (folder.parent / "outside.j2").write_text("secret")
    (folder / "link.j2").symlink_to(folder.parent / "outside.j2")
    assert problem(folder, f"{{% include '{name}' %}}").code == "T101"


@pytest.mark.parametrize(
    ("source", "is_named"),
    [
        ("{{ script }}", True), ("{% for one in script %}{% endfor %}", True),
        ("{{ x|map(attribute='a.script') }}", True),
        ("{{ page_script }}<script>", False), ("{# script #}{{ bill.number }}", False), ("{{ 'open", False),
        ("{{ 'script", True),
    ],
)  # fmt: skip
def test_a_set_knows_which_words_its_templates_hold(folder: Path, source: str, is_named: bool) -> None:
    (folder / "shared").mkdir(exist_ok=True)
    (folder / "shared" / "part.j2").write_text(source, "utf-8")
    assert TemplateSet(folder).names("script") is is_named


def test_an_unknown_name_is_refused_with_its_line(folder: Path) -> None:
    found = problem(folder, "a\nb\n{{ bill.amount_du }}")
    assert (found.code, found.place) == ("T103", "page.html.j2:3")


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",))))
def test_any_text_of_a_customer_is_escaped(text: str) -> None:
    made = _MACRO_SET.render(_NAME, said(greeting=Fact("g", text, text)))
    assert made.text == f"<i>{escape(text)}</i>"


def test_links_lead_to_hosts_of_the_campaign_only(folder: Path) -> None:
    assert shown(folder, "{{ key|url }}", key="https://pay.northlight.example/p?a=1&b=2").text.endswith("a=1&amp;b=2")
    for bad in ("http://pay.northlight.example/", "https://evil.example/", "javascript:alert(1)",
                "https://pay.northlight.example@evil.example/", "https://pay.northlight.example/'>"):  # fmt: skip
        assert problem(folder, "{{ key|url }}", key=bad).code == "T106"


def test_filters_refuse_what_is_not_theirs(folder: Path) -> None:
    for source in (
        "{{ greeting|coord }}",
        "{{ greeting|token }}",
        "{{ key|tel }}",
        "{{ key|spoken }}",
        "{{ greeting|iso }}",
    ):
        assert problem(folder, source, greeting=AMOUNT, key="two words").code == "T107"


def test_messages_take_facts_in_their_places(folder: Path) -> None:
    made = shown(folder, "{{ _('Pay {amount} now', amount=bill.amount_due) }}")
    assert (made.text, made.shown) == ("Pay € 129.45 now", ("bill.amount_due",))
    assert problem(folder, "{{ _('Pay {amount} now', amont=bill.amount_due) }}").code == "T109"
    assert problem(folder, "{{ _('Pay {amount} now', amount=3) }}").code == "T104"


def test_a_message_without_translation_is_never_said_in_english(folder: Path) -> None:
    (folder / "texts").mkdir()
    (folder / "texts/it.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
                                        'msgid "Amount"\nmsgstr "Importo"\n')  # fmt: skip
    assert shown(folder, "{{ _('Amount') }}", locale="it").text == "Importo"
    assert problem(folder, "{{ _('Due date') }}", locale="it").code == "T108"


def test_what_a_script_gets_can_not_end_its_element(folder: Path) -> None:
    made = shown(folder, "{{ [greeting, 1, true]|json }}", greeting=Fact("g", "", "</script>"))
    assert made.text == '["\\u003c/script\\u003e", 1, true]'


def test_a_set_crosses_process_borders(folder: Path) -> None:
    (folder / "page.html.j2").write_text("{{ greeting }}")
    again = pickle.loads(pickle.dumps(TemplateSet(folder)))
    assert again.render("page.html.j2", said(greeting=Text("hi"))).text == "hi"


@pytest.mark.parametrize("name", TemplateSet(STARTER).environment.list_templates())
def test_every_template_of_the_starter_set_compiles(name: str) -> None:
    assert TemplateSet(STARTER).environment.get_template(name).name == name


_NAME = "page.html.j2"


class _Sources:
    """A starter set with one template in memory: hypothesis runs it many times."""

    def __new__(cls) -> TemplateSet:
        import jinja2

        made = TemplateSet(STARTER)
        made.environment.loader = jinja2.DictLoader(
            {_NAME: "{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}{% if greeting or true %}{{ m(greeting) }}{% endif %}"}
        )
        return made


_MACRO_SET: Any = _Sources()


def test_a_namespace_may_carry_a_flag_out_of_a_loop(folder: Path) -> None:
    source = "{% set ns = namespace(seen=false) %}{% for x in tips %}"
    source += "{% set ns.seen = true %}{% endfor %}{% if ns.seen %}yes{% endif %}"
    assert shown(folder, source, tips=(1,)).text == "yes"
    assert problem(folder, "{{ namespace(x=1).x }}").code == "T104"

"""The linter: each fault is made in a copy of the starter set, and found with its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.commands import app
from engine.errors import Problem
from engine.model.campaign import Brand, CategoryColours
from engine.resources import resource_dir
from engine.templating.fonts import brand_files, missing_characters
from engine.templating.lint import check_set
from engine.templating.lint_look import check_look
from engine.templating.palette import contrast

STARTER = resource_dir("templates") / "bill-explainer"
PAGE = "pdf/bill.html.j2"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A starter set in English only, so that the findings are those that a test makes."""
    root = tmp_path / "set"
    shutil.copytree(STARTER, root)
    file = root / "campaign.toml"
    file.write_text(file.read_text().replace('locales = ["en", "it", "fr", "ro", "lt", "ru"]', 'locales = ["en"]'))
    return root


def found(root: Path, code: str) -> list[Problem]:
    return [problem for problem in check_set(root) if problem.code == code]


def last_line(root: Path, source: str, name: str = PAGE) -> str:
    file = root / name
    file.write_text(file.read_text("utf-8").rstrip("\n") + "\n" + source + "\n", "utf-8")
    return f"{name}:{len(file.read_text('utf-8').splitlines())}"


def without(root: Path, words: str) -> None:
    for file in root.rglob("*.j2"):
        file.write_text(file.read_text("utf-8").replace(words, ""), "utf-8")


@pytest.mark.parametrize(
    ("source", "nearest"),
    [
        ("{{ bil.amount_due }}", "bill"),
        ("{{ bill.amount_du }}", "amount_due"),
        ("{% for row in bill.rows %}{{ row.amont }}{% endfor %}", "amount"),
        ("{% if payment %}{{ payment.slip.acount }}{% endif %}", "account"),
        ("{{ parts.amout(bill) }}", "amount"),
        ("{{ brand.dark.papr }}", "paper"),
        ("{% macro m(point) %}{{ point.tarif }}{% endmacro %}{{ m(bill.supply_points[0]) }}", "tariff"),
    ],
)
def test_an_unknown_name_is_found_with_the_nearest(folder: Path, source: str, nearest: str) -> None:
    place = last_line(folder, source)
    assert [(p.place, p.hint) for p in found(folder, "T103")] == [(place, f"did you mean `{nearest}`?")]


@pytest.mark.parametrize(
    "source", ["{{ 12 }}", "{{ 'words' }}", "{{ key }}", "{{ bill.is_payable }}", "{{ bill.due_on }}",
               "{{ bill.rows|length }}",
               "{{ bill }}", "{{ bill.amount_due ~ 'x' }}"],
)  # fmt: skip
def test_a_bare_or_absent_value_is_found(folder: Path, source: str) -> None:
    place = last_line(folder, source)
    assert [p.place for p in found(folder, "T104")] == [place]


def test_what_is_asked_for_first_may_be_printed(folder: Path) -> None:
    last_line(folder, "{% if bill.due_on and payment %}{{ bill.due_on }}{{ payment.amount }}{% endif %}")
    assert found(folder, "T104") == []
    assert found(folder, "T103") == []


def test_syntax_and_unknown_filters_are_found_together(folder: Path) -> None:
    one = last_line(folder, "{% if %}")
    other = last_line(folder, "{{ greeting|tokn }}", "message/sms.txt.j2")
    assert {p.place for p in found(folder, "T102")} == {one, other}


def test_a_template_that_cannot_be_read_is_all_that_is_found_of_it(folder: Path) -> None:
    place = last_line(folder, "{% if bill %}", "pdf/bill.html.j2")
    (problem,) = check_set(folder)
    assert (problem.code, problem.place) == ("T102", place)
    assert problem.hint


def test_a_fact_shown_nowhere_is_found(folder: Path) -> None:
    without(folder, "{{ customer.account }}")
    assert [p.fact for p in found(folder, "T114")] == ["the customer's number has no place in any template"]


def test_a_legal_item_without_text_or_place_is_found(folder: Path) -> None:
    file = folder / "campaign.toml"
    file.write_text(
        file.read_text().replace("[legal.comparison_tool]", "[legal.complaints2]").split("[legal.complaints2]")[0]
    )
    without(folder, "{{ row.title }}")
    facts = [p.fact for p in found(folder, "T117")]
    assert any("comparison_tool" in fact for fact in facts)
    assert any("actual or estimated" in fact for fact in facts)


def test_missing_stray_and_differing_messages_are_found(folder: Path) -> None:
    file = folder / "campaign.toml"
    file.write_text(file.read_text().replace('locales = ["en"]', 'locales = ["en", "it"]'))
    last_line(folder, "{{ _('A new message {amount}', amount=bill.amount_due) }}{{ _('Ten % off') }}")
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (folder / "texts").mkdir(exist_ok=True)
    (folder / "texts/it.po").write_text(head + 'msgid "A new message {amount}"\nmsgstr "Nuovo {importo} 5%"\n\n'
                                               'msgid "Old words"\nmsgstr "Vecchio"\n')  # fmt: skip
    assert any("`Ten % off`" in p.fact for p in found(folder, "T108"))
    assert len(found(folder, "T112")) == 2
    assert "texts/it.po:4" in [p.place for p in found(folder, "T109")]
    assert "texts/it.po:7" in [p.place for p in found(folder, "T113")]


def test_a_locale_without_texts_is_found(folder: Path) -> None:
    file = folder / "campaign.toml"
    file.write_text(file.read_text().replace('locales = ["en"]', 'locales = ["en", "pt"]'))
    assert [p.place for p in found(folder, "C106")] == ["texts/pt.po"]


def test_colours_without_contrast_are_refused_with_pair_and_ratio() -> None:
    facts = [p.fact for p in check_look(Brand(name="N", caution="#E8A060"))]
    assert any(fact.startswith("caution #E8A060 on paper") and "4.5:1 is the least" in fact for fact in facts)
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


def test_categories_that_look_alike_to_colour_blind_eyes_are_refused() -> None:
    colours = CategoryColours(one_off="#A0522D", adjustment="#556B2F")
    assert any(p.code == "T116" and "deuteranopia" in p.fact for p in check_look(Brand(name="N", categories=colours)))


def test_the_default_brand_passes() -> None:
    assert list(check_look(Brand(name="N"))) == []


def test_characters_that_no_font_has_are_named(folder: Path) -> None:
    from engine.model.campaign import Fonts

    files = brand_files(Fonts(), folder)
    if not files:
        pytest.skip("fonts-inter is not installed")
    assert missing_characters(["€ −12, ț Ж ė"], files) == {}
    assert list(missing_characters(["\u5b57"], files)) == ["\u5b57"]


def test_the_command_exits_with_1_when_something_is_wrong(folder: Path) -> None:
    last_line(folder, "{{ bil }}")
    result = CliRunner().invoke(app, ["check", str(folder)])
    assert result.exit_code == 1
    assert "did you mean `bill`?" in result.output


def test_init_copies_the_starter_set_into_an_empty_folder_only(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["init", str(tmp_path / "mine")]).exit_code == 0
    assert (tmp_path / "mine/campaign.toml").read_bytes() == (STARTER / "campaign.toml").read_bytes()
    assert "C107" in str(CliRunner().invoke(app, ["init", str(tmp_path / "mine")]).exception)


def test_a_campaign_that_asks_for_e_invoices_must_say_who_the_seller_is(folder):
    file = folder / "campaign.toml"
    asking = file.read_text("utf-8").replace('# einvoice = "en16931"', 'einvoice = "en16931"')
    file.write_text(asking, "utf-8")
    assert found(folder, "R131") == []
    file.write_text(asking.replace('country = "IT"', 'country = "UK"'), "utf-8")
    assert [problem.place for problem in found(folder, "R131")] == ["campaign.toml [supplier.seat]"]
    bare = asking.replace('vat_id = "IT01234567897"', "").replace('register_id = "MI-01234567890"', "")
    file.write_text(bare, "utf-8")
    assert [problem.place for problem in found(folder, "R131")] == ["campaign.toml [supplier]"]

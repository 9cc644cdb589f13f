"""Filled bills against the reference's: equal, or not filled and a reason said. Never wrong."""

from __future__ import annotations

import dataclasses
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.model.communication import Communication, MarkRole
from engine.model.customer import Customer, PersonName
from engine.templating import TemplateSet
from renderers.pdf.guard import check_pdf, normalised
from tests.e2e.reading import CAMPAIGN, pdf_text, samples
from tests.renderers.builders import block, fact, make_rows
from tests.renderers.pdf.fast.against import Bench, cycle, digests, digests_elsewhere

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pdf-against-reference")]

FULLY_COMPARED = 8  # of each half of the generated customers
MOST_FALLBACKS = 0.02


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(TemplateSet(CAMPAIGN))


@pytest.fixture(scope="module")
def usual(bench: Bench) -> Communication:
    """A bill with every block, filled."""
    said = [found for customer in samples().values() if (found := bench.said(customer)) and found.locale == "en"]
    return next(one for one in said if one.change and one.usage and one.payment and one.tips and one.legal)


@pytest.mark.parametrize("key", list(samples()))
def test_every_sample_customer_gets_the_references_bill(bench: Bench, key: str) -> None:
    said = bench.said(samples()[key])
    if said is not None:
        assert bench.judge(said)[1] == ()


def test_all_but_a_few_samples_are_filled(bench: Bench) -> None:
    said = [found for customer in samples().values() if (found := bench.said(customer))]
    reasons = [filled.reason for one in said if (filled := bench.fill(one)).path == "reference"]
    assert len(reasons) <= 3, reasons


@pytest.mark.parametrize("options", [("--seed", "11"), ("--seed", "12", "--messy")], ids=["usual", "messy"])
def test_generated_customers_read_as_they_should(bench: Bench, options: tuple[str, ...]) -> None:
    reasons: Counter[str] = Counter()
    for customer in cycle(250, *options):
        said = bench.said(customer)
        if said is None:
            continue
        filled = bench.fill(said)
        if filled.path == "reference":
            reasons[filled.reason] += 1
            continue
        (bill,) = filled.artifacts
        check_pdf(bill.data, said, bill.shown)
        text = normalised(pdf_text(bill.data))
        shown = [line.text for line in said.customer.address] + [said.bill.title.text]
        assert [customer.key for line in shown if normalised(line) not in text] == []
    assert "" not in reasons
    assert reasons.total() <= 250 * MOST_FALLBACKS, reasons


@pytest.mark.parametrize("options", [("--seed", "11"), ("--seed", "12", "--messy")], ids=["usual", "messy"])
@pytest.mark.parametrize("part", range(FULLY_COMPARED))
def test_a_part_of_the_generated_customers_gets_the_references_bill(
    bench: Bench, options: tuple[str, ...], part: int
) -> None:
    said = bench.said(cycle(250, *options)[part * 250 // FULLY_COMPARED])
    assert said is None or bench.judge(said)[1] == ()


NAMES = {
    "very long": "Maria Wolfeschlegelsteinhausen Bergerdorff von und zu Hohenlohe Langenburg Schillingsfuerst",
    "one long word": "W" * 80,
    "combining marks": "Zoe\u0301 S\u030ckoda A\u0328\u0301",
    "minus": "Ada \u2212 Lovelace 3\u22121",
    "no-break spaces": "Anna\u00a0Maria\u202fLuisa\u00a0Teresa",
    "soft hyphen": "Donau\u00addampf\u00adschiff\u00adfahrts\u00adgesell\u00adschaft",
    "zero width": "Anna\u200bMaria\u2060Luisa\u200dTeresa",
    "emoji": "Ada \U0001f408\u200d\u2b1b",
    "Hebrew": "שרה כהן",
    "Arabic": "ليلى حداد",
    "two directions": "Ada ליאת Lovelace",
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Екатерина Щёголева",
    "Devanagari": "श्रीमती शर्मा",
    "Thai": "สมชาย ใจดี",
    "Chinese": "王小明",
    "ligatures": "Offizier Fjord Zufluß affluent fi fl ffi",
    "kerning": "AVATAR To. Ty, WAVE L'Aquila Ve.",
    "figures": "1/2 ½ 3² 10:30 (4) 0x1 12×4",
    "letters that look like signs": "0x1 a->b <- => (c) 3-1 10:30",
    "markup": "<b>Ada</b> & \"Co\" 'x' {{ y }}",
    "dashes": "Anne-Marie\u2014Sophie\u2013Luise\u2010Eva\u2011Ida",
}


@pytest.mark.parametrize("name", list(NAMES))
def test_a_hostile_name_is_printed_as_the_reference_does_or_left_to_it(bench: Bench, name: str) -> None:
    maria: Customer = next(customer for customer in samples().values() if bench.said(customer))
    named = maria.model_copy(update={"name": PersonName(given=NAMES[name], family=NAMES[name])})
    said = bench.said(named)
    assert said
    assert bench.judge(said)[1] == ()


@pytest.mark.parametrize("name", ["emoji", "Hebrew", "Arabic", "two directions", "Devanagari", "Thai", "Chinese"])
def test_a_name_that_needs_more_than_the_batch_fonts_goes_to_the_reference(bench: Bench, name: str) -> None:
    maria = next(customer for customer in samples().values() if bench.said(customer))
    said = bench.said(maria.model_copy(update={"name": PersonName(given=NAMES[name])}))
    assert said
    filled = bench.fill(said)
    assert filled.path == "reference"
    assert filled.reason
    assert NAMES[name] not in filled.reason


AMOUNTS = ["123,456,789,012.34", "−999,999,999,999.99", "0.00", "1"]


@pytest.mark.parametrize("amount", AMOUNTS)
def test_amounts_of_any_length_stand_as_the_references(bench: Bench, usual: Communication, amount: str) -> None:
    value = Decimal(amount.replace("−", "-").replace(",", ""))
    rows = make_rows([(MarkRole.ENERGY, "Energy", "171 kWh", amount, amount), (MarkRole.FIXED, "A", "", "", amount)])
    due = fact("bill.amount_due", f"€ {amount}", value)
    said = dataclasses.replace(usual, bill=dataclasses.replace(usual.bill, rows=rows, amount_due=due))
    assert bench.judge(said)[1] == ()


ABSENT: dict[str, dict[str, Any]] = {
    "change": {"change": None},
    "usage": {"usage": ()},
    "findings": {"change": None, "usage": ()},
    "tips": {"tips": ()},
    "legal": {"legal": ()},
    "help": {"help": None},
    "payment": {"payment": None},
    "all": {"change": None, "usage": (), "tips": (), "legal": (), "help": None, "payment": None, "notices": ()},
}


@pytest.mark.parametrize("what", list(ABSENT))
def test_a_block_that_is_absent_leaves_the_references_page(bench: Bench, usual: Communication, what: str) -> None:
    assert bench.judge(dataclasses.replace(usual, **ABSENT[what]))[1] == ()


def test_a_bill_without_period_points_chart_or_rows_is_the_references(bench: Bench, usual: Communication) -> None:
    bare = dataclasses.replace(usual.bill, period=None, supply_points=(), stack=None, rows=())
    assert bench.judge(dataclasses.replace(usual, bill=bare))[1] == ()


@pytest.mark.parametrize("count", [1, 2, 25, 90])
def test_a_table_breaks_where_the_references_does(bench: Bench, usual: Communication, count: int) -> None:
    charges = [(MarkRole.ENERGY, f"Energy, part {n} of many", f"{n} kWh", "0.25", f"{n}.25") for n in range(count)]
    said = dataclasses.replace(usual, bill=dataclasses.replace(usual.bill, rows=make_rows(charges)))
    assert bench.judge(said)[1] == ()


@pytest.mark.parametrize("words", [1, 40, 120])
def test_running_text_breaks_where_the_references_does(bench: Bench, usual: Communication, words: int) -> None:
    assert usual.change
    long = block("change.sentences.0", "Because ", fact("change.days", "8"), " days more " * words, "were counted.")
    change = dataclasses.replace(usual.change, sentences=(long, *usual.change.sentences[1:]))
    assert bench.judge(dataclasses.replace(usual, change=change))[1] == ()


@pytest.fixture
def designed(tmp_path: Path) -> Path:
    shutil.copytree(CAMPAIGN, tmp_path / "set")
    return tmp_path / "set"


def edit(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def cut(path: Path, start: str, end: str) -> str:
    """Take a part out of a template; returns it."""
    text = path.read_text(encoding="utf-8")
    first = text.index(start)
    last = text.index(end, first) + len(end)
    path.write_text(text[:first] + text[last:], encoding="utf-8")
    return text[first:last]


def filled_equal(folder: Path) -> None:
    """Assert that bills of the set are filled, most of them, and all equal the reference's."""
    bench = Bench(TemplateSet(folder))
    said = [found for customer in list(samples().values())[:2] if (found := bench.said(customer))]
    judged = [bench.judge(one) for one in said]
    assert [differing for _, differing in judged if differing] == []
    assert [reason for reason, _ in judged].count("") >= len(said) - 1


def test_a_section_that_a_designer_moved_is_filled_there(designed: Path) -> None:
    bill = designed / "pdf/bill.html.j2"
    supply = cut(bill, "{% if bill.supply_points %}\n<section", "</section>\n{% endif %}\n")
    edit(bill, ("{% if legal %}\n<section", supply + "{% if legal %}\n<section"))
    filled_equal(designed)


def test_colours_that_a_designer_changed_are_filled(designed: Path) -> None:
    edit(designed / "campaign.toml", ('primary = "#0B5E66"', 'primary = "#4A2A7B"'),
         ('accent = "#D1411E"', 'accent = "#0A5BA8"'))  # fmt: skip
    filled_equal(designed)


def test_a_paragraph_with_a_fact_that_a_designer_added_is_filled(designed: Path) -> None:
    paragraph = '<p class="extra">{{ customer.first_name }}: {{ bill.number }}, {{ bill.amount_due }}</p>\n'
    edit(designed / "pdf/bill.html.j2", ("{% if legal %}\n<section", paragraph + "{% if legal %}\n<section"))
    filled_equal(designed)


def test_type_that_a_designer_made_larger_is_filled(designed: Path) -> None:
    with (designed / "pdf/bill.css.j2").open("a", encoding="utf-8") as styles:
        styles.write(
            "\n.says p { font-size: 11pt; line-height: 1.6; letter-spacing: 0.02em }\nh2 { margin-top: 9pt }\n"
        )
    filled_equal(designed)


def test_margins_of_neighbouring_sections_collapse(designed: Path) -> None:
    with (designed / "pdf/bill.css.j2").open("a", encoding="utf-8") as styles:
        styles.write("\n.block { margin-top: 2mm; margin-bottom: 7mm }\n")
    filled_equal(designed)


@pytest.mark.parametrize(
    "page", ["size: Letter; margin: 24mm 22mm 25mm 18mm", "size: A4 landscape", "size: 220mm 30cm"]
)
def test_pages_of_any_size_and_margins_are_filled(designed: Path, page: str) -> None:
    with (designed / "pdf/bill.css.j2").open("a", encoding="utf-8") as styles:
        styles.write(f"\n@page {{ {page} }}\n")
    filled_equal(designed)


@pytest.mark.parametrize(("rule", "reason"), [
    ("@page :first { margin-right: 40mm }", "pages differ in the width of their content"),
    ("@page :left { margin-left: 30mm; margin-right: 10mm }", "left and right pages differ"),
    ("h1::after { content: ' (' counter(page) ')' }", "a page number stands outside of the page margins"),
])  # fmt: skip
def test_pages_that_are_not_alike_go_to_the_reference(designed: Path, rule: str, reason: str) -> None:
    with (designed / "pdf/bill.css.j2").open("a", encoding="utf-8") as styles:
        styles.write(f"\n{rule}\n")
    bench = Bench(TemplateSet(designed))
    said = next(found for customer in samples().values() if (found := bench.said(customer)))
    filled = bench.fill(said)
    assert (filled.path, filled.reason) == ("reference", reason)


def test_bills_are_the_same_bytes_in_another_process_and_in_another_order(bench: Bench) -> None:
    keys = [key for key, customer in samples().items() if bench.said(customer)][:4]
    here = dict(digests(keys))
    assert dict(digests(reversed(keys))) == here
    assert digests_elsewhere(reversed(keys)) == here


def test_an_amount_too_wide_for_its_place_goes_to_the_reference(designed: Path) -> None:
    with (designed / "pdf/bill.css.j2").open("a", encoding="utf-8") as styles:
        styles.write("\n.amount { font-size: 44pt }\n")
    bench = Bench(TemplateSet(designed))
    said = next(found for customer in samples().values() if (found := bench.said(customer)))
    filled = bench.fill(said)
    assert (filled.path, filled.reason) == ("reference", "a line is too wide for its place beside a float")

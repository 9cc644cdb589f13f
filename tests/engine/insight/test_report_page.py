"""Reports are one HTML file that fetches nothing, escapes everything and shows figures as text beside charts."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.insight.report_chart import _ticks
from engine.insight.report_page import (
    Agreement,
    Bar,
    Interval,
    Line,
    agreement_chart,
    bar_chart,
    bullets,
    facts,
    folded,
    interval_chart,
    line_chart,
    marked,
    noted,
    page,
    paragraph,
    section,
    share_bar,
    table,
    tiles,
)
from engine.model.campaign import Brand
from engine.templating.palette import TEXT_CONTRAST, contrast, dark, light, mixed

DOT = Agreement(said=0.5, was=0.25, low=0.0, high=1.0, rows=10)


class Tags(HTMLParser):
    """Which elements open, and that all are closed again."""

    VOID = {"meta", "path", "rect", "circle"}

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


def whole(text: str = "plain") -> str:
    return page(
        text,
        [
            section(text, text, paragraph(text, "lead"), bullets([text]), table([text, text], [[text, text]])),
            section("bars", bar_chart([Bar(text, -1.0, text), Bar("b", 2.0, "2", "good")], title=text, note=text)),
            section("spans", interval_chart([Interval(text, -1.0, 0.5, 2.0, text, text)], title=text)),
            section("lines", line_chart([Line(text, [(0, 0), (1, 1)])], title=text, x_name=text, y_name=text)),
            section("agreement", agreement_chart([DOT], title=text, note=text, x_name=text, y_name=text)),
            section("small", tiles([(text, text, text), (text, text, "")]), facts([(text, text)])),
            section("folded", folded(text, text, table([text, text], [[noted(text, text), marked(text)]], picked=[0]))),
            section("cells", table([text, text], [[text, share_bar(0.5, 0.4, 0.6, words=text)]], words=[1])),
        ],
        lead=text,
        under=text,
        foot=text,
        brand=Brand(name=text),
    )


@settings(deadline=None)  # a page is made twice: what it takes depends on the machine
@given(st.text(max_size=30))
def test_any_text_is_escaped_and_every_element_closed(text: str):
    plain, told = Tags(whole()), Tags(whole(f"<script>{text}</p>\"'"))
    assert told.open == []
    assert told.seen == plain.seen


def test_a_page_fetches_nothing_and_runs_nothing():
    tags = Tags(whole())
    assert not {"script", "link", "img", "iframe"} & set(tags.seen)
    assert not {"src", "href", "style", "onclick"} & {name for name, _ in tags.attributes}
    assert "default-src 'none'" in whole()


def test_the_same_arguments_give_the_same_bytes():
    assert whole() == whole()


def test_a_page_takes_the_colours_of_the_brand():
    assert "--primary: #123456" in page("x", [], brand=Brand(name="x", primary="#123456"))


def test_the_last_row_of_a_table_can_be_the_whole():
    rows = table(["group", "n"], [["a", "1"], ["all", "1"]], has_total=True).split("<tr")
    assert ["is-whole" in row for row in rows] == [False, False, False, True]


def test_a_table_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="zip"):
        table(["group", "n"], [["a"]])


def test_an_interval_lies_where_its_figures_say():
    chart = interval_chart([Interval("a", 0.0, 5.0, 10.0, "5"), Interval("b", -10.0, -5.0, 0.0, "-5")], title="t")
    zero, low, high = re.findall(r'd="M([\d.]+) (?:0V10|5H([\d.]+))"', chart)[0][0], *re.findall(
        r'class="span"[^>]*d="M([\d.]+) 5H([\d.]+)"', chart
    )[0]  # fmt: skip
    assert float(zero) == float(low) == 50
    assert float(high) == pytest.approx(96.3, abs=0.1)


def test_bars_grow_from_a_common_zero():
    chart = bar_chart([Bar("a", 3.0, "3"), Bar("b", -1.0, "-1")], title="t")
    assert re.findall(r'x="([\d.]+)" y="1.5" width="([\d.]+)"', chart) == [("25", "75"), ("0", "25")]


def test_a_dot_lies_where_said_and_true_meet_and_its_area_is_its_rows():
    chart = agreement_chart([DOT, Agreement(0.0, 0.0, 0.0, 0.1, 40)], title="t")
    dots = re.findall(r'class="at-share" cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', chart)
    (x, y, radius), (left, foot, most) = (tuple(map(float, dot)) for dot in dots)
    assert (left, foot) == (40, 338)
    assert (x, y) == (pytest.approx(40 + 326 / 2), pytest.approx(338 - 326 / 4))
    assert most / radius == pytest.approx(2)
    assert 'class="range" d="M203 338V12"' in chart, "from nothing to all"


def test_the_bar_of_a_share_ends_at_it_and_its_whisker_at_its_bounds():
    bar = share_bar(0.5, 0.25, 0.75, words="half")
    assert 'class="bar" y="4" width="50"' in bar
    assert "M25 8H75" in bar
    assert 'aria-label="half"' in bar


def test_a_picked_row_is_told_apart():
    rows = table(["setting", "n"], [["a", "1"], ["b", "1"]], picked=[1]).split("<tr")
    assert ["is-picked" in row for row in rows] == [False, False, False, True]


def test_colours_are_dark_on_a_dark_screen_and_never_on_paper():
    style = page("x", [])
    start = style.index("@media screen and (prefers-color-scheme: dark)")
    assert style.count("--paper: ") == 2
    assert style.count("prefers-color-scheme") == 1
    assert style.index("--paper: ") < start < style.rindex("--paper: ")


@pytest.mark.parametrize("ground", [light, dark])
def test_what_is_marked_can_be_read(ground):
    colours = ground(Brand(name="x"))
    assert contrast(colours.ink, mixed(colours.caution, colours.ground, 0.84)) >= TEXT_CONTRAST


def test_a_page_says_what_it_is_above_its_title():
    text = page("Risk", [], over="Model card", brand=Brand(name="Anybody"))
    assert "<title>Model card: Risk</title>" in text
    assert '<p class="who">Model card</p><h1>Risk</h1>' in text


def test_references_do_not_take_a_colour_from_the_lines():
    chart = line_chart([Line("r", [(0, 0), (1, 1)], is_reference=True), Line("a", [(0, 0)])], title="t")
    assert "line is-reference" in chart
    assert "line is-0" in chart
    assert "line is-1" not in chart


@given(st.lists(st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda x: round(x, 3)), min_size=1, max_size=9))
def test_ticks_hold_all_values_and_differ_in_their_words(values: list[float]):
    marks = _ticks(values, ())
    span = marks[-1][0] - marks[0][0]
    assert marks[0][0] <= min(values) + span * 1e-6
    assert marks[-1][0] >= max(values) - span * 1e-6
    assert 2 <= len(marks) <= 8
    assert len({label for _, label in marks}) == len(marks)

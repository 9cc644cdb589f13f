"""Leaves set natively come out as Python sets them."""

from __future__ import annotations

import copy
import pickle
import sys
from functools import lru_cache
from random import Random
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.said import Text
from renderers.pdf.fast import figures, item_lines, paragraph, run_lines, setting
from renderers.pdf.fast.figures import KERNEL, Digits
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.leaf import Leaf
from renderers.pdf.fast.model import BreakItem, RunItem, SetLines, TypeStyle, Unfillable, is_constant
from renderers.pdf.fast.nodes import SectionForm
from renderers.pdf.fast.recent import Recent
from renderers.pdf.fast.run_lines import SURE, TEXTS_KEPT
from renderers.pdf.fast.shaping import Shaper, shaper_of
from renderers.pdf.fast.units import UNITS, word_lines
from tests.renderers.pdf.fast.typeset import fonts_and_style

LONGEST = 120  # of a text, in characters
pytestmark = pytest.mark.skipif(KERNEL is None, reason="the kernel is not built")

ANY_TEXT = st.text(st.characters(codec=None), max_size=40)
FIGURES = st.text(st.sampled_from("0123456789., €\xa0kWh\u2212\ud800\U0001f600"), max_size=20)
CODES = {str(digit): b"%04x" % (digit + 7) for digit in range(10)}


def kernel() -> Any:
    assert KERNEL is not None
    return KERNEL


def _opened(digits: Digits, pattern: str, fill: Any) -> tuple[Any, list[int]]:
    """Return what fills a text's figures, whose glyphs are codes of four digits, kerned at each comma."""
    template = "".join("\0" if letter == "0" else ">12<" if letter == "," else "00ff" for letter in pattern).encode()
    places = [place for place, letter in enumerate(pattern) if letter == "0"]
    return fill(b"[<%b>]" % template, places, digits._runs), places


@given(ANY_TEXT | FIGURES, st.sets(st.sampled_from("0123456789")))
def test_patterns_are_the_same(text: str, alike: set[str]) -> None:
    zeros = Digits({digit: CODES[digit] for digit in sorted(alike)}).zeros
    assert kernel().pattern_of(text, zeros) == figures._pattern_of(text, zeros)
    assert kernel().pattern_of(Text(text), zeros) == figures._pattern_of(text, zeros)


@given(ANY_TEXT)
def test_each_byte_of_a_pattern_is_replaced(text: str) -> None:
    table = bytes(reversed(range(256)))
    assert kernel().pattern_of(text, table) == figures._pattern_of(text, table)


@given(FIGURES)
def test_figures_are_filled_the_same(text: str) -> None:
    digits = Digits(CODES)
    pattern = figures._pattern_of(text, digits.zeros).decode("utf-8", "surrogatepass")
    own, _ = _opened(digits, pattern, kernel().filler)
    other, _ = _opened(digits, pattern, figures._filler)
    assert own(text) == own(Text(text)) == other(text)


def test_what_is_no_digit_of_the_pattern_is_not_filled() -> None:
    digits = Digits({"0": b"0007", "1": b"0008"})
    for make in (kernel().filler, figures._filler):
        fill, _ = _opened(digits, "0a", make)
        assert fill("1a") == b"[<000800ff>]"
        for text in ("2a", "xa", "\ud800a", "é"):
            with pytest.raises(KeyError):
                fill(text)
    with pytest.raises(KeyError):
        _opened(digits, "a0", kernel().filler)[0]("a")  # one digit short


@pytest.mark.parametrize("wrong", [None, 12, b"12"])
def test_what_is_no_text_is_refused(wrong: object) -> None:
    digits = Digits(CODES)
    with pytest.raises(TypeError):
        kernel().pattern_of(wrong, digits.zeros)
    with pytest.raises(TypeError):
        _opened(digits, "0", kernel().filler)[0](wrong)
    with pytest.raises(ValueError, match="256"):
        kernel().pattern_of("1", b"")


@given(st.lists(FIGURES, max_size=8), FIGURES, st.integers(0, 20))
def test_lines_of_figures_are_the_same(known: list[str], text: str, cut: int) -> None:
    digits = Digits(CODES)
    patterns, singles = {}, {}
    for number, one in enumerate(known):
        key = figures._pattern_of(one, digits.zeros)
        pattern = key.decode("utf-8", "surrogatepass")
        singles[key] = figures.FigureText(float(number), _opened(digits, pattern, figures._filler)[0])
        parts = [(start, end, pattern[start:end]) for start, end in ((0, cut), (cut, len(pattern)))]
        patterns[key] = tuple(
            (start, end, figures.FigureText(1.5 * number, _opened(digits, part, make)[0]))
            for (start, end, part), make in zip(parts, (kernel().filler, figures._filler), strict=True)
        )
    for own in (text, Text(text), *known):
        found = kernel().figure_lines(patterns, digits.zeros, own)
        assert found == run_lines._figure_lines(patterns, digits.zeros, own)
        assert found is None or type(found) is SetLines
        one = kernel().figure_line(singles, digits.zeros, 7, own)
        assert one == paragraph._figure_line(singles, digits.zeros, 7, own)
    assert not known or found is not None


class _Echo(Recent[tuple[str, ...], Any]):
    """In place of a paragraph: its lines are its texts."""

    quick = None

    def make(self, key: tuple[str, ...]) -> tuple[Any, bool]:
        return (list(key), [(1, 2)]), "a" not in key


def _leaves(style: TypeStyle, fonts: FontSet) -> list[Leaf]:
    runs = [RunItem((slot,), style) for slot in range(3)]
    return [
        *[Leaf([run], width, fonts) for run in runs for width in (60.0, 200.0)],
        Leaf([RunItem(("n° ", 1, "!"), style)], 90.0, fonts),
        Leaf([RunItem((0, " ", 2), style)], 90.0, fonts),
        Leaf([runs[0], BreakItem(), RunItem((" ",), style), runs[2]], 90.0, fonts),
        Leaf([runs[1], RunItem((" kWh",), style)], 90.0, fonts),
        Leaf([runs[0], BreakItem(), RunItem(("C-", 1), style), BreakItem(), runs[2], BreakItem()], 150.0, fonts),
        Leaf([RunItem(("Totale",), style)], 90.0, fonts),
        Leaf([RunItem((2, ": ", 1), style)], 45.0, fonts, wraps=False),
        Leaf([runs[2], BreakItem(), runs[1]], 40.0, fonts),
    ]


def _all_set(set_leaves: Any, texts: list[list[Any]], css: str) -> list[tuple[list[Any], list[Any]]]:
    fonts, style, _ = fonts_and_style(css)
    others = [(number + 1, leaf, *leaf.look_up) for number, leaf in enumerate(_leaves(style, fonts))]
    made: list[tuple[list[Any], list[Any]]] = []
    for values in texts:
        lines: list[Any] = [None] * (len(others) + 3)
        structures: list[Any] = []
        fonts.begin()
        try:
            set_leaves(others, values, lines, 2, structures)
        except Unfillable as reason:
            structures.append(str(reason))
        made.append((lines, structures))
    return made


@pytest.mark.parametrize("css", ["", "font-weight: 700", "letter-spacing: 1px", "font-family: Noto Sans"])
def test_leaves_are_set_the_same(css: str) -> None:
    random = Random(css)
    words = ("kWh", "€", "del", "AV", "", " ", "-", "C-", "1/2", "totale", "\xa0", "é", "4", "Łódź")

    def text() -> str:
        made = "".join(random.choice((*words, str(random.randint(0, 10 ** random.randint(1, 6))))) for _ in "abc")
        return Text(made) if random.random() < 0.1 else made

    texts: list[list[Any]] = [[text() for _ in range(3)] for _ in range(4 * TEXTS_KEPT)]
    texts += random.sample(texts, TEXTS_KEPT)
    assert _all_set(kernel().set_leaves, texts, css) == _all_set(setting._set_leaves, texts, css)


WORDS = st.lists(
    st.sampled_from(("kWh", "AV", "Toldo", "", "-", "4,10", "€", "1/2", "é", "Łódź", "Ольга", "\xa0", "\n", "木"))
)
STYLES = ("", "font-weight: 700", "letter-spacing: 1px", "font-family: Noto Sans", "font-size: 9.3px")


@lru_cache
def _shaper(css: str) -> Shaper:
    fonts, style, _ = fonts_and_style(css)
    return shaper_of(style, fonts)


@given(FIGURES | st.text(st.sampled_from("0123456789., €%\xa0"), min_size=1, max_size=130), st.sampled_from(STYLES))
def test_plain_figures_are_the_same(text: str, css: str) -> None:
    shaper = _shaper(css)
    found = shaper.shapes.plain_figures(text)
    assert found == (shaper.plain_figures(text) if 0 < len(text) <= LONGEST else None)
    assert found == shaper.shapes.plain_figures(Text(text))


@given(WORDS, st.sampled_from(STYLES), st.floats(0, 200))
def test_known_words_are_joined_the_same(words: list[str], css: str, room: float) -> None:
    shaper, text = _shaper(css), " ".join(words)
    try:
        width, glyphs = shaper.shape(text)
        lines = word_lines(text, shaper, room, has_space=False)
    except Unfillable:
        assert shaper.shapes.joined(text, 1e9, True) is None
        return
    assert shaper.shapes.joined(text, 1e9, False) in (None, (width, glyphs))
    found = shaper.shapes.joined(text, room * UNITS - SURE * UNITS, True)
    assert found is None or lines == [(*found, text)]


def test_texts_that_are_long_are_left_to_python() -> None:
    shapes = _shaper("").shapes
    _shaper("").shape("kWh")
    assert shapes.joined("kWh", 1e9, True) is not None
    assert shapes.joined(" ".join(["kWh"] * 16), 1e9, True) is not None
    assert shapes.joined(" ".join(["kWh"] * 17), 1e9, True) is None
    assert shapes.plain_figures("7" * LONGEST) is not None
    assert shapes.plain_figures("7" * (LONGEST + 1)) is None
    for wrong in (None, 7, b"7"):
        with pytest.raises(TypeError):
            shapes.joined(wrong, 1e9, True)
        with pytest.raises(TypeError):
            shapes.plain_figures(wrong)


@given(
    st.lists(st.sampled_from([0, 1, 2, "", "n° ", Text("Totale ")]), min_size=1, max_size=4),
    st.lists(ANY_TEXT, min_size=3, max_size=3),
)
def test_texts_of_paragraphs_are_joined_the_same(template: list[Any], values: list[str]) -> None:
    paragraphs: Any = [(_Echo(1), [tuple(template)]), (_Echo(1), [(2,), (Text("a"),)])]
    found = kernel().set_paragraphs(paragraphs, (*values[:2], Text(values[2])))
    assert found == item_lines._set_paragraphs(paragraphs, (*values[:2], Text(values[2])))


def test_a_value_that_is_not_there_is_refused() -> None:
    for set_paragraphs in (kernel().set_paragraphs, item_lines._set_paragraphs):
        with pytest.raises(IndexError):
            set_paragraphs([(_Echo(1), [(1,)])], ("a",))


@pytest.mark.parametrize(("values", "error"), [(["1"], IndexError), ([], IndexError), ([[], "1", "2"], TypeError)])
def test_slots_that_are_not_there_and_no_texts_are_refused_the_same(values: list[Any], error: type[Exception]) -> None:
    for set_leaves in (kernel().set_leaves, setting._set_leaves):
        with pytest.raises(error):
            _all_set(set_leaves, [values], "")


def _sections(texts: list[list[Any]]) -> list[setting.Setting]:
    fonts, style, _ = fonts_and_style()
    leaves = _leaves(style, fonts)
    forms = [
        SectionForm([], [], own, are_constant=[is_constant(leaf.items) for leaf in own])
        for own in (leaves[:4], [], leaves[4:])
    ]
    setter: Any = setting.Setter(cast("Any", None), fonts, cast("Any", None))
    return [setter.setting(forms, [values, [], values[::-1]]) for values in texts]


def test_sections_are_set_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[list[Any]] = [["12,50", "Totale", "-7"], ["", "1 kWh", "\u0416"], ["12,51", "del", "-7"]]
    natively = _sections(texts)
    assert type(natively[0]) is setting.Setting
    monkeypatch.setattr(setting, "KERNEL", None)
    monkeypatch.setattr(setting, "set_leaves", setting._set_leaves)
    assert natively == _sections(texts)


def test_sections_without_slots_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    setter: Any = setting.Setter(cast("Any", None), fonts_and_style()[0], cast("Any", None))
    form: Any = SectionForm([], [], [])
    for kernel_used in (KERNEL, None):
        monkeypatch.setattr(setting, "KERNEL", kernel_used)
        with pytest.raises(ValueError, match=r"zip|as many"):
            setter.setting([form, form], [[]])


def test_one_leaf_is_set_by_itself() -> None:
    fonts, style, _ = fonts_and_style()
    leaves = _leaves(style, fonts)
    for leaf in leaves:
        own = kernel().Steps([(0, leaf, *leaf.look_up)]).only
        for values in (["12,50", "Totale", "-7"], ["a", "1", "27 kWh"]):
            assert own(values) == leaf.set(values)
    with pytest.raises(ValueError, match="one leaf"):
        kernel().Steps([]).only(["1"])


def test_a_place_that_is_not_there_is_refused() -> None:
    fonts, style, _ = fonts_and_style()
    leaf = Leaf([RunItem((0,), style)], 60.0, fonts)
    every: tuple[Any, ...] = (kernel().set_leaves, setting._set_leaves)
    for set_leaves in every:
        with pytest.raises(IndexError):
            set_leaves([(3, leaf, *leaf.look_up)], ["1"], [None], 0, [])


def test_lines_hold_what_they_are_made_of_once() -> None:
    digits = Digits(CODES)
    text = str(Random(1).randint(300, 900))
    figure = figures.FigureText(3.25, _opened(digits, "000", kernel().filler)[0])
    before = sys.getrefcount(text)
    found = kernel().figure_lines({b"000": ((0, 3, figure),)}, digits.zeros, text)
    assert sys.getrefcount(text) == before + 1
    del found
    assert sys.getrefcount(text) == before


def _known(text: str, width: float) -> Any:
    """Return what a leaf of two slots sets for figures whose pattern it knows."""
    fonts, style, _ = fonts_and_style()
    leaf = Leaf([RunItem((0,), style)], width, fonts)
    leaf.set([text])
    return kernel().Steps([(0, leaf, *leaf.look_up)]).only([text])


@pytest.mark.parametrize("text", ["12,50", "7" * 60, "1 2 3 4 5 6 7 8 9", "12,50 " * 9 + "1"])
@pytest.mark.parametrize("width", [40.0, 4000.0])
def test_lines_in_one_piece_are_what_set_lines_are(text: str, width: float) -> None:
    found = _known(text, width)
    fonts, style, _ = fonts_and_style()
    plain = Leaf([RunItem((0,), style)], width, fonts).set([text])
    assert type(found) is not SetLines
    assert found == plain
    assert plain == found
    assert found == _known(text, width)
    assert found != _known(text + "0", width)
    assert found != text
    assert repr(found) == repr(plain)
    assert found.lines is found.lines
    for made in (copy.copy(found), pickle.loads(pickle.dumps(found))):
        assert type(made) is SetLines
        assert made == found
    with pytest.raises(TypeError):
        hash(found)
    with pytest.raises(AttributeError):
        found.structure = 2


@pytest.mark.parametrize("width", [20.0, 400.0])
def test_lines_in_one_piece_hold_what_they_are_made_of_once(width: float) -> None:
    fonts, style, _ = fonts_and_style()
    leaf = Leaf([RunItem((0,), style)], width, fonts)
    step = kernel().Steps([(0, leaf, *leaf.look_up)])
    leaf.set(["100 000"])
    text = f"{Random(1).randint(300, 900)} 344"
    before = sys.getrefcount(text)
    found = step.only([text])
    assert type(found) is not SetLines
    assert sys.getrefcount(text) <= before + 1  # several lines hold parts of it
    assert found.lines
    del found
    assert sys.getrefcount(text) == before


@pytest.mark.parametrize("values", [["12,50", "C-1"], ["Totale", "7"], ["", "7"], [" ", "7"], ["a\nb", "7"], [7, "7"]])
def test_paragraphs_of_one_text_are_set_the_same(values: list[Any]) -> None:
    made = []
    for is_native in (True, False):
        fonts, style, _ = fonts_and_style()
        items = [RunItem((0,), style), BreakItem(), RunItem(("n° ", 1, "/", 0), style)]
        leaf = Leaf(items, 150.0, fonts)
        own: Any = kernel().Steps([(0, leaf, *leaf.look_up)]).only if is_native else leaf.set
        made.append([own(values) for _ in range(3)])
    assert made[0] == made[1]

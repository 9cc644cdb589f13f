"""The kernels of charts beside the Python that they stand for."""

from __future__ import annotations

import dataclasses
import math
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine import natives
from engine.model.communication import (
    ChartGeometry,
    ChartLabel,
    ChartLine,
    Fact,
    Mark,
    MarkRole,
    MarkStyle,
    Text,
    TextBlock,
)
from renderers.pdf.fast import chart_ops, letters
from renderers.pdf.fast.chart_ops import ChartPainter
from renderers.pdf.fast.letters import Letters
from tests.renderers.chart_builders import bars_chart, stack_chart, waterfall_chart
from tests.renderers.pdf.fast.said import samples
from tests.renderers.pdf.fast.test_chart_ops import BRAND, fonts

pytestmark = pytest.mark.skipif(not natives.native(chart_ops.__name__, "chart_kernel"), reason="no kernel is built")

usual = st.floats(-1000, 1000).map(lambda value: round(value, 2))
places = usual | st.integers(-700, 700) | st.floats(-2e7, 2e7) | st.sampled_from([0.0, -0.0, 0.005, 0.125, 12.125])
odd = places | st.floats() | st.integers() | st.none() | st.just("7")
texts = st.text("0123456789.,€+−% \t\n\r\N{NO-BREAK SPACE}AVfi", max_size=12) | st.text(max_size=3)
words = texts | texts.map(Text) | texts.map(lambda text: Fact("a.b", text, text))


@cache
def painters() -> tuple[ChartPainter, ChartPainter]:
    """Return a painter with kernels, and one without."""
    native, pure = ChartPainter(BRAND, fonts()[1]), ChartPainter(BRAND, fonts()[1])
    assert native._pen
    pure._pen = None
    for each in pure._letters:
        assert each._alphabet
        each._alphabet = None
    return native, pure


def outcome(call: Any, *given: Any) -> Any:
    """Return what comes out; of an error its kind and words."""
    try:
        return call(*given)
    except Exception as error:  # noqa: BLE001 - whatever the one raises, the other must
        return type(error), str(error)


def assert_alike(chart: ChartGeometry, squeeze: float = 0.0) -> None:
    native, pure = painters()
    assert outcome(native.operators, chart, 302.4, 122.8, squeeze) == outcome(
        pure.operators, chart, 302.4, 122.8, squeeze
    )


def charts(numbers: st.SearchStrategy[Any], said: st.SearchStrategy[Any]) -> st.SearchStrategy[ChartGeometry]:
    marks = st.builds(Mark, numbers, numbers, numbers, numbers, st.sampled_from(MarkRole), st.sampled_from(MarkStyle))
    labels = st.builds(
        ChartLabel, numbers, numbers, said, st.sampled_from(("start", "middle", "end")), st.booleans(), st.booleans(),
        st.just(0.0) | numbers,
    )  # fmt: skip
    lines = st.builds(ChartLine, numbers, numbers, numbers, numbers, st.booleans())
    return st.builds(
        lambda kind, *parts: dataclasses.replace(
            bars_chart(), kind=kind, **dict(zip(("marks", "labels", "lines"), map(tuple, parts), strict=True))
        ),
        st.sampled_from(("bars", "waterfall", "stack", "ageing")),
        *(st.lists(part, max_size=4) for part in (marks, labels, lines)),
    )


@pytest.mark.parametrize("said", samples(), ids=lambda said: said.key)
def test_the_charts_of_samples_are_the_same_bytes(said: Any) -> None:
    for chart in (said.bill.stack, said.change and said.change.chart, *(view.chart for view in said.usage)):
        if chart:
            assert_alike(chart)
            assert_alike(chart, 11.0)


@pytest.mark.parametrize("chart", [bars_chart(), waterfall_chart(), stack_chart()], ids=lambda chart: chart.kind)
def test_usual_charts_are_not_left_to_python(chart: ChartGeometry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ChartPainter, "_painted", None)
    monkeypatch.setattr(Letters, "_found", None)
    assert painters()[0].operators(chart, 302.4, 122.8)


@given(charts(places, words), st.sampled_from([0.0, 11.0, 77.0, 1e9]))
def test_charts_are_the_same_bytes_or_the_same_error(chart: ChartGeometry, squeeze: float) -> None:
    assert_alike(chart, squeeze)


@given(charts(odd, words | st.just(TextBlock("a", (Text("7"),))) | st.none() | st.just(b"7")))
def test_what_is_not_usual_is_left_to_python(chart: ChartGeometry) -> None:
    assert_alike(chart)


@pytest.mark.parametrize(
    "changes",
    [
        {"marks": (None,)}, {"labels": ("7",)}, {"lines": (7,)}, {"marks": []}, {"marks": None}, {"height": math.nan},
        {"marks": (Mark(1, 1, 5, 5, "pink"),)}, {"marks": (Mark(1, 1, 5, 5, None, None),)},
        {"labels": (ChartLabel(1, 1, Text("7"), "left"),)}, {"labels": (ChartLabel(1, 1, Text("7"), None),)},
        {"labels": (ChartLabel(1, 1, Text("7"), is_axis=1),)}, {"lines": (ChartLine(0, 0, 9, 9, 2),)},
        {"marks": (object.__new__(Mark),)}, {"labels": (object.__new__(ChartLabel),)},
    ],
)  # fmt: skip
def test_a_chart_that_is_none_gives_the_same_error(changes: dict[str, Any]) -> None:
    assert_alike(dataclasses.replace(bars_chart(), **changes))


@given(usual, st.floats(0, 40) | st.sampled_from([1e13, math.nan, 0.3125e-3]), st.sampled_from(["middle", "end"]))
@example(0.0, 1e-9, "end")
@example(0.0, 0.0625 / 220, "end")
def test_where_a_label_begins_is_written_alike(x: float, ems: float, anchor: str) -> None:
    chart = dataclasses.replace(bars_chart(), labels=(ChartLabel(x, 60, Text("7"), anchor),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Letters, "set", lambda *_: (ems, b"[<0001>]"))
        assert_alike(chart)


pieces = st.tuples(
    st.floats(-3, 3) | st.sampled_from([0.00005, 0.00025, 1e6, 1e308, math.inf, math.nan]),
    st.sampled_from(["", "<0001>", "<0001>-12<0002>", "-3<0001>", "<0001>4"]),
    st.floats(-3, 3) | st.sampled_from([0.0, 0.0005, 0.5]),
)


@given(st.dictionaries(st.characters(), pieces, min_size=1), st.booleans(), st.data())
def test_letters_are_set_alike(known: dict[str, Any], is_kept: bool, data: st.DataObject) -> None:
    """Of any width, whether kept or asked for each time."""
    text = data.draw(st.text(st.sampled_from([*known, " ", "\t", "\n", "é"]), max_size=40))
    known = {" ": (0.3, "", 0.0)} | known
    fake = SimpleNamespace(known=known if is_kept else {}, piece=known.__getitem__)
    kernel = natives.native(letters.__name__, "letters_kernel")
    assert kernel
    alphabet = kernel.Alphabet()
    expected = outcome(lambda: Letters._made(fake, letters._collapsed(text)))
    for _ in range(2):
        made = outcome(alphabet.set, text, fake)
        assert made is None or repr(made) == repr(expected)
        if all(abs(width) <= 3 for width, _, _ in known.values()):
            assert made is not None


def test_a_label_of_many_letters_is_set() -> None:
    label = ChartLabel(300, 60, Text("1234 €\N{NO-BREAK SPACE}" * 30_000))
    assert_alike(dataclasses.replace(bars_chart(), labels=(label, label)))


def test_nothing_is_a_frame_too() -> None:
    pen = ChartPainter(BRAND, fonts()[1])._pen
    assert pen.chart(b"", bars_chart(), 100.0)

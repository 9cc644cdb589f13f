from __future__ import annotations

from dataclasses import replace

from engine.model.communication import Mark, MarkRole
from renderers.video.chart_reading import whole_marks
from renderers.video.shapes import cut_foot, rounded
from tests.renderers.chart_builders import bars_chart, waterfall_chart


def test_a_bar_and_its_cut_off_foot_are_one_bar():
    upper = Mark(10, 40, 80, 120, MarkRole.STRONG)
    foot = Mark(10, 165, 80, 10, MarkRole.STRONG)
    step = Mark(120, 20, 80, 30, MarkRole.CAUTION)
    made = whole_marks(replace(waterfall_chart(), marks=(upper, foot, step)))
    assert made == [(replace(upper, height=135), True), (step, False)]


def test_bars_of_months_stay_apart():
    chart = bars_chart()
    assert whole_marks(chart) == [(mark, False) for mark in chart.marks]


def test_a_cut_foot_is_a_slanted_band_through_the_whole_bar():
    for size, is_column in (((60, 100), True), ((100, 60), False)):
        alpha = cut_foot(rounded(*size, 0, (0, 0, 0)), 20, 8, 14, is_column=is_column).mask
        along = 60
        empty = [
            [at for at in range(100) if alpha.getpixel((across, at) if is_column else (at, across)) == 0]
            for across in (1, along // 2, along - 2)
        ]
        assert all(6 <= len(places) <= 9 for places in empty)
        assert empty[0] != empty[1] != empty[2]

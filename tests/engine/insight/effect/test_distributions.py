"""Quantiles and tails agree with scipy's to nine digits."""

from math import inf

import pytest

from engine.insight.effect.distributions import chi_square_p, normal_p, normal_quantile, student_p, student_quantile

stats = pytest.importorskip("scipy.stats", reason="the extra `insight` is not installed")


@pytest.mark.parametrize("freedom", [1.0, 2.0, 4.5, 30.0, 900.0, 9999.0])
@pytest.mark.parametrize("t", [0.0, 0.3, 1.96, 5.0, 30.0])
def test_students_tail_is_right(freedom: float, t: float):
    assert student_p(t, freedom) == pytest.approx(2 * stats.t.sf(t, freedom), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("freedom", [1.0, 3.0, 29.0, 5000.0])
@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
def test_students_quantile_is_right(freedom: float, level: float):
    assert student_quantile(level, freedom) == pytest.approx(stats.t.ppf((1 + level) / 2, freedom), rel=1e-9)


def test_without_bound_of_freedom_student_is_normal():
    assert student_p(1.5, inf) == normal_p(1.5) == pytest.approx(2 * stats.norm.sf(1.5))
    assert student_quantile(0.95, inf) == normal_quantile(0.95) == pytest.approx(1.959963985)


@pytest.mark.parametrize("freedom", [1, 2, 5, 40])
@pytest.mark.parametrize("value", [0.0, 0.1, 1.0, 4.0, 41.0, 200.0])
def test_the_tail_of_chi_square_is_right(freedom: int, value: float):
    assert chi_square_p(value, freedom) == pytest.approx(stats.chi2.sf(value, freedom), rel=1e-8, abs=1e-14)

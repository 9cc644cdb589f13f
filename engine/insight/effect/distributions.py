"""Quantiles and tails of the normal, Student and chi-square distributions, without a package.

Sources: W. H. Press et al., Numerical Recipes, 3rd edition, sections 6.2 and 6.4 (series and continued
fractions by Lentz's method).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import exp, inf, lgamma, log
from statistics import NormalDist

_NORMAL = NormalDist()
_TINY, _CLOSE, _STEPS = 1e-300, 1e-15, 10_000


def normal_quantile(level: float) -> float:
    """Return z so that a standard normal value lies between -z and z with probability `level`."""
    return _NORMAL.inv_cdf((1 + level) / 2)


def normal_p(z: float) -> float:
    """Return the probability that a standard normal value lies further from zero than `z`."""
    return min(1.0, 2 * _NORMAL.cdf(-abs(z)))


def student_p(t: float, freedom: float) -> float:
    """Return the probability that Student's t of `freedom` degrees lies further from zero than `t`."""
    if freedom == inf:
        return normal_p(t)
    return _beta_share(freedom / 2, 0.5, freedom / (freedom + t * t))


@lru_cache(maxsize=4096)
def student_quantile(level: float, freedom: float) -> float:
    """Return t so that Student's t of `freedom` degrees lies between -t and t with probability `level`."""
    if freedom == inf:
        return normal_quantile(level)
    low, high = 0.0, 2.0
    while student_p(high, freedom) > 1 - level:
        low, high = high, high * 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if student_p(middle, freedom) > 1 - level else (low, middle)
    return (low + high) / 2


def chi_square_p(value: float, freedom: int) -> float:
    """Return the probability that chi-square of `freedom` degrees exceeds `value`."""
    if value <= 0:
        return 1.0
    a, x = freedom / 2, value / 2
    head = exp(a * log(x) - x - lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        for n in range(1, _STEPS):
            term *= x / (a + n)
            total += term
            if term < total * _CLOSE:
                break
        return max(0.0, 1 - head * total)
    return head * _continued(x + 1 - a, lambda n: (-n * (n - a), x + 2 * n + 1 - a))


def _beta_share(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_share(b, a, 1 - x)
    head = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a

    def term(n: int) -> tuple[float, float]:
        m, odd = divmod(n, 2)
        if odd:
            return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), 1.0
        return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), 1.0

    return head * _continued(1.0, term)


def _continued(first: float, term: Callable[[int], tuple[float, float]]) -> float:
    """Return 1 / (first + a1 / (b1 + a2 / (b2 + ...))), where `term` gives (a, b) of a number from 1."""
    d = 1 / (first or _TINY)
    c, value = 1 / _TINY, d
    for n in range(1, _STEPS):
        a, b = term(n)
        d = 1 / (b + a * d or _TINY)
        c = b + a / c or _TINY
        value *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return value

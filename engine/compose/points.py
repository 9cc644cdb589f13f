"""Which supply points a bill is about."""

from __future__ import annotations

from engine.model.bill import Bill
from engine.natives import native

_kernel = native(__name__, "causes_kernel")


def points_of(bill: Bill) -> frozenset[str]:
    """Return the supply points that `bill` or one of its lines names; few or none."""
    found: frozenset[str] | None = _kernel.points_of(bill) if _kernel else None
    return _points_of(bill) if found is None else found


def _points_of(bill: Bill) -> frozenset[str]:
    return frozenset({line.supply_point for line in bill.lines if line.supply_point} | set(bill.supply_points))

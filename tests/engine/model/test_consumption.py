from typing import Any

import pytest
from pydantic import ValidationError

from engine.model.consumption import Consumption, ReadingMethod


def month(number: int, start: int = 1, end: int = 28) -> dict[str, Any]:
    period = {"start": f"2026-{number:02d}-{start:02d}", "end": f"2026-{number:02d}-{end:02d}"}
    return {"period": period, "quantity": "10"}


def test_a_series_may_have_gaps() -> None:
    use = Consumption.model_validate({"supply_point": "X", "series": [month(1), month(3)]})

    assert [point.period.days for point in use.series] == [28, 28]


@pytest.mark.parametrize("series", [[month(3), month(1)], [month(1), month(1)], [month(1, 1, 20), month(1, 20, 28)]])
def test_a_series_out_of_order_or_overlapping_is_refused(series: list[dict[str, Any]]) -> None:
    with pytest.raises(ValidationError, match="in order of time"):
        Consumption.model_validate({"supply_point": "X", "series": series})


def test_a_reading_is_actual_unless_said_otherwise() -> None:
    use = Consumption.model_validate({"supply_point": "X", "readings": [{"latest": "5"}, {"method": "estimated"}]})

    assert [reading.method for reading in use.readings] == [ReadingMethod.ACTUAL, ReadingMethod.ESTIMATED]


def test_a_quantity_is_exact() -> None:
    with pytest.raises(ValidationError, match="floating-point"):
        Consumption.model_validate({"supply_point": "X", "quantity": 1.5})

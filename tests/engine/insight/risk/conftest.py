"""A small table with every kind of input, and models learned from it."""

from __future__ import annotations

import math
from datetime import date, timedelta
from random import Random

import pytest

from engine.insight.risk.calibration import CalibratorKind, sigmoid
from engine.insight.risk.inputs import Input, InputKind
from engine.insight.risk.model_file import Family, Model, Summary
from engine.insight.risk.table import Row, Table

INPUTS = (
    Input(name="late_share", words="share of bills paid late", phrase="paid {late_share} of bills late", unit="share"),
    Input(name="size", words="size of the bill", is_private=True),
    Input(name="days", words="days to pay", phrase="pays after {days} days", unit="days"),
    Input(name="is_new", words="new", phrase="a new customer", otherwise="no new customer", unit="yes"),
    Input(name="savings", kind=InputKind.ORDERED, levels=("none", "some", "much"), words="savings"),
    Input(name="tariff", kind=InputKind.CATEGORY, words="tariff", labels={"a": "Alba"}),
)


def make_rows(count: int, seed: int = 3, *, strength: float = 1.0, has_time: bool = True) -> list[Row]:
    """Return rows whose outcomes depend on their features; a tenth of each value is not known."""
    dice = Random(seed)
    rows = []
    for place in range(count):
        size, days = math.exp(dice.gauss(4, 1)), dice.uniform(0, 40)
        share, new = dice.random(), float(dice.random() < 0.3)
        savings, tariff = dice.choice(("none", "some", "much")), dice.choice("abc")
        logit = -1.2 + strength * (2 * (share - 0.5) + (days > 25) * 1.5 - 0.8 * (savings == "much") + 0.5 * new)
        features = {"late_share": share, "size": size, "days": days, "is_new": new, "savings": savings,
                    "tariff": tariff}  # fmt: skip
        for name in features:
            if dice.random() < 0.1:
                features[name] = None
        at = date(2025, 1, 1) + timedelta(days=place * 365 // count)
        rows.append(
            Row(unit=f"k{place // 2}", features=features, label=dice.random() < sigmoid(logit), name=str(place),
                at=at if has_time else None, known_on=at + timedelta(days=20) if has_time else None,
                past_share=share)
        )  # fmt: skip
    return rows


def make_table(count: int, **options) -> Table:
    """Return the same as a table."""
    table = Table(INPUTS)
    for row in make_rows(count, **options):
        table.add(row)
    return table


def make_summary(**fields) -> Summary:
    """Return a summary that says little."""
    return Summary(**{"target": "late", "meaning": "late", "rows": 1, "positives": 1, "units": 1, "seed": 1,
                      "order": "forward in time"} | fields)  # fmt: skip


def few_settings():
    """Try two settings in place of all: what is tested is what comes of trying, not how much is tried."""
    from engine.insight.risk import fitting, picking

    few = (
        fitting.Setting(Family.LOGISTIC, penalty=0.01),
        fitting.Setting(Family.BOOSTING, depth=2, trees=20),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "SETTINGS", few)
        patch.setattr(picking, "SETTINGS", few)
        patch.setattr(fitting, "STAGES", (20,))
        yield few


@pytest.fixture(scope="session")
def learned():
    """Return by family and calibrator: the model, scikit-learn's own probabilities, and the rows they are of."""
    pytest.importorskip("sklearn")
    import numpy as np

    from engine.insight.risk.columns import columns_of
    from engine.insight.risk.fitting import Bench, Setting, fit_calibrator

    table, unseen = make_table(600), make_table(300, seed=9)
    labels = np.array(table.labels)
    bench = Bench(columns_of(INPUTS, table.values), labels)
    settings = {
        Family.LOGISTIC: Setting(Family.LOGISTIC, penalty=0.01, has_logs=True),
        Family.BOOSTING: Setting(Family.BOOSTING, depth=3, trees=60),
    }
    found = {}
    for family, setting in settings.items():
        fitted = bench.fit(setting, seed=1)
        raw = fitted.raw(columns_of(INPUTS, unseen.values))
        for kind in CalibratorKind:
            calibrator = fit_calibrator(kind, raw, np.array(unseen.labels))
            model = Model(name="late", version=f"{family}-{kind}", family=family, encoding=fitted.encoding,
                          linear=fitted.linear(), forest=fitted.forest(), calibrator=calibrator,
                          summary=make_summary())  # fmt: skip
            found[family, kind] = model, fitted, unseen
    return found

"""A model is stored as JSON that can be trusted: whole, unchanged, fitting together."""

from __future__ import annotations

import json

import pytest

from engine.errors import InsightError
from engine.insight.risk.calibration import CalibratorKind
from engine.insight.risk.model_file import Family, Linear, read_model, write_model


@pytest.fixture
def stored(learned, tmp_path):
    path = tmp_path / "deep" / "model.json"
    model = learned[Family.BOOSTING, CalibratorKind.ISOTONIC][0]
    write_model(model, path)
    return model, path


def test_a_model_comes_back_as_it_was_stored(stored):
    model, path = stored
    assert read_model(path) == model
    assert json.loads(path.read_text("utf-8"))["schema"] == "billcast-risk/1"


def test_the_same_model_is_stored_in_the_same_bytes(stored, tmp_path):
    model, path = stored
    again = tmp_path / "again.json"
    write_model(model, again)
    assert again.read_bytes() == path.read_bytes()


def test_a_model_that_was_changed_is_refused(stored):
    _, path = stored
    path.write_text(path.read_text("utf-8").replace('"name": "late"', '"name": "Late"'), "utf-8")
    with pytest.raises(InsightError, match=r"D112 .*model\.json"):
        read_model(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "billcast-risk/2"}', "\ufeffno"])
def test_what_is_no_model_is_refused(tmp_path, text):
    path = tmp_path / "model.json"
    path.write_text(text, "utf-8")
    with pytest.raises(InsightError, match="D110"):
        read_model(path)


def test_a_model_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InsightError, match="D110"):
        read_model(tmp_path / "none.json")


def test_a_model_that_can_t_be_written_is_said(stored, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InsightError, match="D111"):
        write_model(stored[0], tmp_path / "file" / "model.json")


def test_parts_that_don_t_fit_together_are_refused(stored, learned):
    model, path = stored
    tree = model.forest.trees[0]
    looped = tree.model_copy(update={"lefts": tuple(0 for _ in tree.lefts)})
    line = learned[Family.LOGISTIC, CalibratorKind.NONE][0]
    for wrong in (
        model.model_copy(update={"forest": model.forest.model_copy(update={"trees": (looped,)})}),
        model.model_copy(update={"forest": None}),
        line.model_copy(update={"linear": Linear(intercept=0.0, weights=(1.0,))}),
        line.model_copy(update={"encoding": line.encoding.model_copy(update={"bounds": ()})}),
    ):
        write_model(wrong, path)
        with pytest.raises(InsightError, match=r"D110.*fit together"):
            read_model(path)

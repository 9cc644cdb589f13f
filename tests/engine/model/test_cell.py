"""What no spreadsheet runs."""

from __future__ import annotations

import pytest

from engine.model.cell import plain_cell


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@SUM(1)", "  =1", "\t=1", "＝1"])
def test_no_cell_of_the_links_is_a_formula(text):
    assert plain_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "C-1", "1=1", "https://p/1", "'=1"])
def test_other_cells_stay_as_they_are(text):
    assert plain_cell(text) == text

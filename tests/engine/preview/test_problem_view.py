"""A problem's place becomes the file and line that the page shows, and never a file outside of the set."""

from __future__ import annotations

import pytest

from engine.errors import Problem
from engine.preview.problem_view import problem_view, spot_of


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "set"
    (root / "pdf").mkdir(parents=True)
    (root / "pdf" / "bill.html.j2").write_text("".join(f"line {number}\n" for number in range(1, 21)))
    (root / "campaign.toml").write_text('name = "x"\ncycle = \n')
    (tmp_path / "secret.txt").write_text("no part of the set\n")
    return root


def test_the_source_line_is_shown_with_its_neighbours(root):
    view = problem_view(Problem("T103", "`bil` is undefined", "in fill pdf/bill.html.j2:12"), root)
    assert (view["file"], view["line"]) == ("pdf/bill.html.j2", 12)
    assert [line["number"] for line in view["source"]] == [9, 10, 11, 12, 13, 14, 15]
    assert [line["text"] for line in view["source"] if line["is_it"]] == ["line 12"]


def test_the_first_and_the_last_line_have_fewer_neighbours(root):
    first = problem_view(Problem("T103", "x", "pdf/bill.html.j2:1"), root)
    last = problem_view(Problem("T103", "x", "pdf/bill.html.j2:20"), root)
    assert [line["number"] for line in first["source"]] == [1, 2, 3, 4]
    assert [line["number"] for line in last["source"]] == [17, 18, 19, 20]


def test_an_absolute_place_is_shown_as_seen_from_the_set(root):
    view = problem_view(Problem("C103", "the key `cycel` is not known", f"{root}/campaign.toml:2 [brand]"), root)
    assert view["place"] == "campaign.toml:2 [brand]"
    assert (view["file"], view["line"]) == ("campaign.toml", 2)


def test_the_line_of_a_toml_syntax_error_is_taken_from_its_words(root):
    view = problem_view(Problem("C102", "Invalid value (at line 2, column 9)", f"{root}/campaign.toml"), root)
    assert view["line"] == 2
    assert [line["text"] for line in view["source"] if line["is_it"]] == ["cycle = "]


@pytest.mark.parametrize("place", ["../secret.txt:1", "/etc/passwd:1", "pdf/../../secret.txt:1"])
def test_a_file_outside_of_the_set_is_never_read(root, place):
    problem = Problem("T101", "x", place)
    assert spot_of(problem, root) is None
    assert problem_view(problem, root)["source"] == []


def test_a_place_without_a_line_names_the_file_only(root):
    view = problem_view(Problem("R401", "not well-formed", "in fill pdf/bill.html.j2 scene 3"), root)
    assert (view["file"], view["line"], view["source"]) == ("pdf/bill.html.j2", 0, [])

"""What is kept is bounded, and the least used goes first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from renderers.pdf.fast.kept import Kept


def test_the_least_used_goes_first() -> None:
    kept: Kept[str, str] = Kept(2)
    for key in "ab":
        kept.put(key, key.upper())
    assert kept.find("a") == "A"
    assert kept.get("c", lambda: "C") == "C"
    assert [key for key in "abc" if key in kept] == ["a", "c"]
    assert kept.find("b") is None


def test_what_is_heavy_makes_room_by_its_weight_and_the_last_stays() -> None:
    kept: Kept[str, int] = Kept(10, lambda weight: weight)
    for key, weight in (("a", 4), ("b", 4), ("c", 5)):
        kept.put(key, weight)
    assert "a" not in kept
    kept.put("d", 50)
    assert [key for key in "abcd" if key in kept] == ["d"]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9))))
def test_the_weight_that_is_counted_is_the_weight_that_is_kept(puts: list[tuple[int, int]]) -> None:
    kept: Kept[int, int] = Kept(12, lambda weight: weight)
    for key, weight in puts:
        kept.put(key, weight)
        held = [found for one in range(6) if (found := kept._known.get(one))]
        assert sum(held) == kept._weight
        assert sum(held) <= 12 or len(held) == 1

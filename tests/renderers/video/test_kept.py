from __future__ import annotations

from renderers.video.kept import Kept


def test_what_was_least_used_goes_first():
    kept: Kept[str, str] = Kept(10)
    for name in ("a", "b", "c"):
        kept.put(name, name.upper(), 3)
    assert kept.get("a") == "A"
    kept.put("d", "D", 3)
    assert [kept.get(name) for name in "abcd"] == ["A", None, "C", "D"]
    assert kept.bytes == 9


def test_an_entry_put_again_is_counted_once():
    kept: Kept[str, int] = Kept(10)
    kept.put("a", 1, 6)
    kept.put("a", 2, 4)
    assert (kept.get("a"), kept.bytes) == (2, 4)


def test_an_entry_larger_than_the_store_is_returned_but_not_held():
    kept: Kept[str, int] = Kept(10)
    assert kept.put("a", 7, 11) == 7
    assert kept.get("a") is None
    assert kept.bytes == 0

"""The table of keys: exact, and small."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from engine.ingest.seen import SeenKeys


@given(st.lists(st.text()))
def test_a_key_is_new_once(keys):
    seen, model = SeenKeys(), set()
    for key in keys:
        assert seen.add(key) is (key not in model)
        model.add(key)
    assert len(seen) == len(model)


def test_a_hundred_thousand_keys_take_less_than_60_bytes_each():
    tracemalloc.start()
    seen = SeenKeys()
    for number in range(100_000):
        assert seen.add(f"K{number}")
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not seen.add("K99999")
    assert held < 60 * 100_000

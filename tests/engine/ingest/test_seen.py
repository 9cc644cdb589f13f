"""The table of keys: exact, and small."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from engine.ingest.seen import CERTAIN, SeenKeys


@given(st.lists(st.text()))
def test_a_key_is_new_once(keys):
    seen, model = SeenKeys(), set()
    for key in keys:
        assert seen.add(key) is (key not in model)
        model.add(key)
    assert len(seen) == len(model)


@given(st.lists(st.tuples(st.text(max_size=2), st.integers(0, CERTAIN))))
def test_a_key_keeps_the_place_that_it_was_given_last(claims):
    seen, model = SeenKeys(), {}
    for key, place in claims:
        assert seen.claim(key, place) == model.get(key)
        if key in model and place % 2:
            seen.move(key, place)
            model[key] = place
        model.setdefault(key, place)
    assert {key: seen.claim(key, 0) for key in model} == model


def test_a_hundred_thousand_keys_take_less_than_60_bytes_each():
    tracemalloc.start()
    seen = SeenKeys()
    for number in range(100_000):
        assert seen.add(f"K{number}")
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not seen.add("K99999")
    assert held < 60 * 100_000

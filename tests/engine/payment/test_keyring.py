from __future__ import annotations

import base64
import hmac
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import KeyringError
from engine.payment.keyring import Keyring, opaque

SECRET = bytes(range(32))


def test_the_keys_of_a_secret_are_the_same_each_time_and_differ_by_use() -> None:
    keys, again = Keyring.from_secret(SECRET), Keyring.from_secret(SECRET)
    assert keys == again
    assert len({keys.token_key, keys.link_key, keys.page_key}) == 3


def test_a_token_is_unguessable_and_bound_to_cycle_and_customer() -> None:
    keys = Keyring.from_secret(SECRET)
    token = keys.token("2026-10", "C-1")
    assert re.fullmatch("[a-z2-7]{32}", token)
    others = {keys.token("2026-11", "C-1"), keys.token("2026-10", "C-2"), keys.token("2026-1", "0C-1")}
    assert len(others | {token}) == 4


@given(key=st.binary(max_size=64), message=st.binary(max_size=300))
def test_signatures_are_hmacs_of_the_standard_library(key: bytes, message: bytes) -> None:
    keys = Keyring(key, key, key)
    assert keys.sign(message) == hmac.digest(key, message, "sha256")


def test_a_key_longer_than_a_block_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than a block"):
        Keyring(b"", bytes(65), b"").sign(b"")


@given(st.integers(1, 8).flatmap(lambda count: st.binary(min_size=5 * count, max_size=5 * count)))
def test_opaque_names_are_base32_of_the_standard_library(digest: bytes) -> None:
    assert opaque(digest) == base64.b32encode(digest).decode().lower()


def test_base64_with_surrounding_blanks_is_read() -> None:
    text = f" {base64.b64encode(SECRET).decode()}\n"
    assert Keyring.from_base64(text) == Keyring.from_secret(SECRET)


@pytest.mark.parametrize(("text", "code"), [("!!!", "K102"), ("é", "K102"), ("", "K101"), ("AAAA", "K101")])
def test_a_secret_that_is_no_key_is_refused_and_not_shown(text: str, code: str) -> None:
    with pytest.raises(KeyringError) as caught:
        Keyring.from_base64(text)
    assert caught.value.problem.code == code
    assert not text or text not in str(caught.value)


def test_a_keyring_never_shows_its_keys() -> None:
    keys = Keyring.from_secret(SECRET)
    assert repr(keys) == "Keyring()"

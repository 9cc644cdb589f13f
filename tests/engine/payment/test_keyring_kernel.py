"""The kernel of signatures makes what the keyring and the links make in Python, and raises what they raise."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.payment import keyring, link
from engine.payment.keyring import Keyring

kernel = keyring.kernel
pytestmark = pytest.mark.skipif(kernel is None, reason="the kernel is not built")
hmac_in_python, opaque_in_python, base64_in_python = keyring.in_python
KEYS = Keyring.from_secret(bytes(range(32)))
FAULTS = (AttributeError, TypeError, ValueError)


class Bytes(bytes):
    pass


class Word(str):
    __slots__ = ()


def told(make: Callable[..., Any], *given: Any) -> Any:
    """Return what comes of it: what is made, or what is raised."""
    try:
        return make(*given)
    except FAULTS as fault:
        return type(fault), str(fault)


odd = st.sampled_from([None, "", "text", 7, bytearray(b"ab"), memoryview(b"abc"), Bytes(b"abcde"), [], 1.5])
data = st.binary(max_size=400) | st.integers(0, 300).map(bytes)


def test_openssl_is_found() -> None:
    assert kernel.has_library()


def test_messages_of_every_length_are_signed_as_by_the_standard_library() -> None:
    for count in range(270):
        message, key = bytes(range(256)) * 2, bytes(range(100, 200))[: count % 65]
        message = message[count // 2 : count // 2 + count]
        assert kernel.hmac(key, message) == hmac.digest(key, message, "sha256")


@given(key=st.binary(max_size=70) | odd, message=data | odd)
def test_signatures_are_those_of_python(key: Any, message: Any) -> None:
    assert told(kernel.hmac, key, message) == told(hmac_in_python, key, message)


def test_a_key_of_more_than_a_block_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than a block"):
        kernel.Key(bytes(65))
    with pytest.raises(TypeError):
        kernel.Key(None)


@given(digest=data | odd | st.binary(min_size=15, max_size=15) | st.binary(min_size=20, max_size=20))
def test_opaque_names_are_those_of_python(digest: Any) -> None:
    assert told(kernel.opaque, digest) == told(opaque_in_python, digest)


@given(digest=data | odd | st.binary(min_size=32, max_size=32))
def test_base64_is_that_of_python(digest: Any) -> None:
    assert told(kernel.in_base64, digest) == told(base64_in_python, digest)


texts = st.text("abc:,=&/é€\x00\ud800", max_size=80) | st.sampled_from(["paid", "not_me", "x" * 1000, Word("call")])


@given(names=st.lists(texts, max_size=6), parts=st.tuples(texts, texts, texts, texts))
def test_signed_links_are_those_of_python(names: list[str], parts: tuple[str, str, str, str]) -> None:
    assert told(link._signed, names, *parts, KEYS) == told(link._signed_in_python, names, *parts, KEYS)


def test_usual_links_are_made_by_the_kernel() -> None:
    names, parts = ["paid", "x" * 12, ""], ("a" * 70, "b" * 90, "https://h/?k=", "&s=")
    made = kernel.signed_links(KEYS.link_key, parts[0], names, *parts[1:])
    assert made == link._signed_in_python(names, *parts, KEYS)
    assert kernel.signed_links(KEYS.link_key, "é", names, *parts[1:]) is None
    assert kernel.signed_links(bytes(65), parts[0], names, *parts[1:]) is None

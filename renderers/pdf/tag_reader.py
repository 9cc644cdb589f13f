"""Reads the tag tree of a PDF back, with the words of each marked content: to compare two files."""

from __future__ import annotations

from typing import TypeAlias

# (role, alternative text, attributes, kids); a kid is an element, a text, or ("link", address)
Signature: TypeAlias = tuple[object, ...]


def struct_signature(data: bytes) -> Signature:
    """Return the tag tree as nested tuples; equal for files that read alike."""
    raise NotImplementedError

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import EvidenceError
from engine.evidence.tree import HashTree, climb, joined


def digest(number: int) -> bytes:
    return hashlib.sha256(b"%d" % number).digest()


def h(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(sorted(parts))).digest()


@settings(deadline=None)
@given(st.lists(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=4), min_size=1, max_size=60))
def test_every_path_leads_to_the_root(groups: list[list[bytes]]) -> None:
    with HashTree.of(groups) as tree:
        assert len(tree) == len(groups)
        for number, group in enumerate(groups):
            assert climb(joined(group), tree.path(number)) == tree.root


def test_the_tree_of_five_is_as_rfc_4998_draws_it() -> None:
    a, b, c, d, e = (digest(number) for number in range(5))
    with HashTree.of([[a], [b], [c], [d], [e]]) as tree:
        assert tree.root == h(h(a, b), h(c, d, e))  # the last three of an odd level share a father
        assert tree.path(4) == ((c, d), (h(a, b),))


def test_one_document_is_its_own_root_and_a_group_is_sorted_and_joined() -> None:
    with HashTree.of([[digest(1)]]) as tree:
        assert tree.root == digest(1)
        assert tree.path(0) == ()
    with HashTree.of([[digest(1), digest(2), digest(3)]]) as tree:
        assert tree.root == h(digest(3), digest(1), digest(2))


def test_a_changed_document_or_path_leads_elsewhere() -> None:
    with HashTree.of([[digest(number)] for number in range(100)]) as tree:
        path = tree.path(41)
        assert climb(digest(99), path) != tree.root
        for level, brothers in enumerate(path):
            changed = (*path[:level], (digest(500), *brothers[1:]), *path[level + 1 :])
            assert climb(digest(41), changed) != tree.root


def test_a_path_of_a_hundred_thousand_has_sixteen_levels(tmp_path: Path) -> None:
    with HashTree.of([digest(number)] for number in range(100_000)) as tree:
        assert len(tree.path(0)) == 16
        assert climb(digest(99_999), tree.path(99_999)) == tree.root


def test_nothing_gives_no_tree() -> None:
    with pytest.raises(EvidenceError, match="E113"):
        HashTree.of([])

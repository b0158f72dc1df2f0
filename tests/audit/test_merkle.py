"""The tree and its proofs, held against a direct reading of RFC 6962's definitions."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audit import merkle, verify


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:cut]) + naive_root(leaves[cut:])).digest()


def some(count: int) -> list[bytes]:
    return [verify.leaf_hash(f"event {number}".encode()) for number in range(count)]


def test_a_leaf_cannot_be_mistaken_for_an_inner_node():
    left, right = some(2)
    assert verify.leaf_hash(left + right) != verify.node_hash(left, right)


@pytest.mark.parametrize("count", range(40))
def test_growing_one_by_one_gives_the_root_of_the_definition(count):
    tree = verify.Frontier()
    for leaf in some(count):
        tree.append(leaf)
    assert tree.root() == naive_root(some(count))
    assert verify.Frontier(tree.size, tree.hashes).root() == tree.root()


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 200).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size), st.integers(0, 20))))
def test_each_leaf_is_shown_to_be_where_it_is_and_nowhere_else(case):
    index, size, spare = case
    leaves = some(size + spare)
    path = merkle.Tree(leaves).inclusion(index, size)
    root = naive_root(leaves[:size])
    assert verify.is_included(leaves[index], index, size, root, path)
    assert not verify.is_included(verify.leaf_hash(b"another"), index, size, root, path)
    assert not verify.is_included(leaves[index], index, size, naive_root(leaves[: size - 1]), path)
    assert not verify.is_included(leaves[index], index, size, root, [*path, root])
    if size > 1:
        assert not verify.is_included(leaves[index], (index + 1) % size, size, root, path)
        assert not verify.is_included(leaves[index], index, size, root, path[:-1])
    assert not verify.is_included(leaves[index], size, size, root, path)


@pytest.mark.parametrize("asked", [(3, 3), (-1, 3), (0, 9)])
def test_a_proof_for_a_leaf_that_is_not_there_is_refused(asked):
    with pytest.raises(IndexError):
        merkle.Tree(some(5)).inclusion(*asked)

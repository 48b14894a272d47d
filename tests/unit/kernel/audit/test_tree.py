"""The tree is that of RFC 9162, and its proofs prove what they say and nothing else."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plexihub.kernel.audit.tree import (
    EMPTY,
    Frontier,
    Tree,
    is_consistent,
    root_by_inclusion,
    root_of,
)

#: The leaves and the heads that implementations of certificate transparency agree on.
LEAVES = tuple(
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
HEADS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def plain_root(leaves: list[bytes]) -> bytes:
    """Compute the head as the RFC says it, by recursion."""
    if len(leaves) < 2:
        return sha256(b"\x00" + leaves[0]).digest() if leaves else EMPTY
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + plain_root(leaves[:half]) + plain_root(leaves[half:])).digest()


@pytest.mark.parametrize("size", HEADS)
def test_heads_are_those_of_the_standard(size: int) -> None:
    """Known leaves have the known heads."""
    assert root_of(LEAVES[:size]).hex() == HEADS[size]


@given(st.integers(0, 200))
def test_frontier_computes_the_plain_head(size: int) -> None:
    """What grows by single records comes to the same as the whole."""
    leaves = [bytes([number]) for number in range(size)]
    assert root_of(leaves) == plain_root(leaves)


@given(st.data())
def test_every_record_is_proven_and_no_other(data: st.DataObject) -> None:
    """A proof leads to the head from its own leaf and place alone."""
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    leaves = [bytes([number]) for number in range(size)]
    path, root = Tree(leaves).inclusion(index, size), root_of(leaves)
    assert root_by_inclusion(leaves[index], index, size, path) == root
    assert root_by_inclusion(b"other", index, size, path) != root
    assert root_by_inclusion(leaves[index], index, size, [*path, b"x" * 32]) != root
    if path:
        assert root_by_inclusion(leaves[index], index, size, path[:-1]) != root


@given(st.data())
def test_only_a_log_that_grew_is_consistent(data: st.DataObject) -> None:
    """A beginning is proven to be one; a changed beginning is not."""
    size = data.draw(st.integers(1, 70))
    first = data.draw(st.integers(1, size))
    leaves = [bytes([number]) for number in range(size)]
    path = Tree(leaves).consistency(first, size)
    now, old = (size, root_of(leaves)), (first, root_of(leaves[:first]))
    assert is_consistent(old, now, path)
    changed = [b"changed", *leaves[1:first]]
    assert not is_consistent((first, root_of(changed)), now, path)


@given(st.integers(1, 60), st.integers(0, 60))
def test_tree_goes_on_from_what_is_gone(gone: int, more: int) -> None:
    """Proofs of the records that are left need the frontier of the others alone."""
    leaves = [bytes([number]) for number in range(gone + more)]
    base = Frontier()
    for leaf in leaves[:gone]:
        base.add(leaf)
    for index in range(gone, gone + more):
        path = Tree(leaves[gone:], base).inclusion(index, gone + more)
        root = root_by_inclusion(leaves[index], index, gone + more, path)
        assert root == root_of(leaves)


@given(st.lists(st.integers(0, 40), max_size=6))
def test_many_at_once_are_as_one_after_the_other(sizes: list[int]) -> None:
    """It does not matter in which portions records are added."""
    one, many, digests = Frontier(), Frontier(), [sha256(bytes([n])).digest() for n in range(40)]
    for size in sizes:
        for digest in digests[:size]:
            one.add(digest)
        many.extend(digests[:size])
        assert (many.size, many.nodes) == (one.size, one.nodes)

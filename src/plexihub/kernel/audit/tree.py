"""The Merkle tree over the records (RFC 9162), and proofs that need nothing but its head.

A leaf is the hash that a record has in the chain, so who has a record's line can compute its leaf.
A tree that only grows needs no more than the heads of its whole parts, at most one for each bit of
its size: the `Frontier`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256 as _sha256

EMPTY = _sha256(b"").digest()


def leaf_of(digest: bytes) -> bytes:
    """Make the leaf of a record's hash."""
    return _sha256(b"\x00" + digest).digest()


def join(left: bytes, right: bytes) -> bytes:
    """Make the node over two nodes."""
    return _sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that records are added to.

    Args:
        size: How many it has.
        nodes: Heads of its whole parts, the largest first.
    """

    __slots__ = ("nodes", "size")

    def __init__(self, size: int = 0, nodes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.nodes = list(nodes)

    @property
    def is_whole(self) -> bool:
        """Whether there are as many heads as the size demands."""
        return len(self.nodes) == self.size.bit_count()

    def add(self, digest: bytes) -> None:
        """Add the next record by its hash."""
        node, size, nodes = leaf_of(digest), self.size, self.nodes
        while size & 1:
            node = join(nodes.pop(), node)
            size >>= 1
        nodes.append(node)
        self.size += 1

    def extend(self, digests: Sequence[bytes]) -> None:
        """Add many records by their hashes, a level of the tree at a time: the same, sooner."""
        level, size, left = [_sha256(b"\x00" + one).digest() for one in digests], self.size, []
        while level:
            if size & 1:
                level.insert(0, self.nodes.pop())
            if len(level) & 1:
                left.append(level.pop())
            nodes = iter(level)
            level = [_sha256(b"\x01" + one + next(nodes)).digest() for one in nodes]
            size >>= 1
        self.nodes.extend(reversed(left))
        self.size += len(digests)

    def root(self) -> bytes:
        """Compute the head of the whole tree."""
        if not self.nodes:
            return EMPTY
        *rest, root = self.nodes
        for node in reversed(rest):
            root = join(node, root)
        return root

    def copy(self) -> Frontier:
        """Make another one that may go its own way."""
        return Frontier(self.size, self.nodes)


def root_of(digests: Sequence[bytes]) -> bytes:
    """Compute the head over the hashes of records."""
    frontier = Frontier()
    frontier.extend(digests)
    return frontier.root()


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


class Tree:
    """A tree whose first records may be known by their frontier alone.

    Args:
        digests: Hashes of the records that are there.
        base: What was before them.
    """

    def __init__(self, digests: Sequence[bytes], base: Frontier | None = None) -> None:
        self._digests = digests
        self._base = base or Frontier()
        self._known: dict[tuple[int, int], bytes] = {}
        start = 0
        for bit in reversed(range(self._base.size.bit_length())):
            if self._base.size >> bit & 1:
                node = self._base.nodes[len(self._known)]
                self._known[start, start + (1 << bit)] = node
                start += 1 << bit

    def _head(self, start: int, end: int) -> bytes:
        if (known := self._known.get((start, end))) is not None:
            return known
        if start >= self._base.size:
            return root_of(self._digests[start - self._base.size : end - self._base.size])
        if end - start == 1:
            raise KeyError(start)  # beyond what is known of records that are gone
        middle = start + _split(end - start)
        return join(self._head(start, middle), self._head(middle, end))

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Make the proof that a leaf is in the tree of a size.

        Raises:
            KeyError: It needs records that are gone.
        """
        path, start, end = [], 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._head(middle, end))
                end = middle
            else:
                path.append(self._head(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, first: int, second: int) -> list[bytes]:
        """Make the proof that the tree of one size is the beginning of that of another.

        Raises:
            KeyError: It needs records that are gone.
        """
        path, start, end, is_whole = [], 0, second, True
        while first != end:
            middle = start + _split(end - start)
            if first <= middle:
                path.append(self._head(middle, end))
                end = middle
            else:
                path.append(self._head(start, middle))
                start, is_whole = middle, False
        if not is_whole:
            path.append(self._head(start, end))
        return path[::-1]


def root_by_inclusion(digest: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Compute the head that a proof of inclusion leads to; empty where it cannot be one."""
    if not 0 <= index < size:
        return b""
    node, inner, last = leaf_of(digest), index, size - 1
    for step in path:
        if last == 0:
            return b""
        if inner & 1 or inner == last:
            node = join(step, node)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            node = join(node, step)
        inner, last = inner >> 1, last >> 1
    return node if last == 0 else b""


def is_consistent(
    first: tuple[int, bytes], second: tuple[int, bytes], path: Sequence[bytes]
) -> bool:
    """Tell whether a proof shows that one tree is the beginning of another.

    Args:
        first: Size and head of the smaller.
        second: Size and head of the larger.
        path: The proof.
    """
    (size, root), (whole, end) = first, second
    if not 0 < size <= whole:
        return False
    if size == whole:
        return not path and root == end
    steps = [root, *path] if size & (size - 1) == 0 else list(path)
    return _leads(size - 1, whole - 1, steps) == (root, end)


def _leads(inner: int, last: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    while inner & 1:
        inner, last = inner >> 1, last >> 1
    if not steps:
        return None
    small = large = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if inner & 1 or inner == last:
            small, large = join(step, small), join(step, large)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            large = join(large, step)
        inner, last = inner >> 1, last >> 1
    return (small, large) if last == 0 else None

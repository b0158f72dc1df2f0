"""Proofs out of a Merkle tree of RFC 6962; checking them is `core.audit.verify`, which stands alone."""

from collections.abc import Sequence

from core.audit.verify import node_hash


class Tree:
    """All complete subtrees of a list of leaf hashes, so that a proof costs only its own length."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.levels = [list(leaves)]
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            self.levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])

    def _root(self, start: int, end: int) -> bytes:
        size = end - start
        height = size.bit_length() - 1
        if size == 1 << height:
            return self.levels[height][start >> height]
        cut = start + (1 << (size - 1).bit_length() - 1)
        return node_hash(self._root(start, cut), self._root(cut, end))

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The hashes that lead from leaf `index` to the root of the first `size` leaves, lowest first."""
        if not 0 <= index < size <= len(self.levels[0]):
            raise IndexError("no such leaf in a tree of this size")
        path, start, end = [], 0, size
        while end - start > 1:
            cut = start + (1 << (end - start - 1).bit_length() - 1)
            if index < cut:
                path.append(self._root(cut, end))
                end = cut
            else:
                path.append(self._root(start, cut))
                start = cut
        return path[::-1]

"""Pairs of nodes that share a cell, and sparse operators from what cells hold for theirs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece

Floats = NDArray[np.float64]
Indices = NDArray[np.uint32]

_WINDOW = 64  # pairs


@dataclass(frozen=True, eq=False)
class NodePairs:
    """Every pair of different nodes that share a cell, once.

    Parameters
    ----------
    nodes : ndarray of int32, shape (n_pairs, 2)
        The pairs, the lower node first.
    members : ndarray of uint32, shape (n_cells * n_local_pairs,)
        Local pairs, counted through all cells, sorted by the pair that they are.
    starts : ndarray of uint32, shape (n_pairs + 1,)
        Where the members of each pair start.
    """

    nodes: NDArray[np.int32]
    members: Indices
    starts: Indices

    @classmethod
    def of_cells(cls, cells: NDArray[np.int32], n_nodes: int) -> NodePairs:
        """The pairs of some cells, whose local ones count as (0, 1), (0, 2) and so on.

        They come by their lower node and then the other, but within short windows by the number of cells that share
        them: loops over rows of equal length take half the time.
        """
        local = local_pairs(cells.shape[1])
        starts, others, members = _by_lower_node(cells, local, n_nodes)
        sort_rows(starts, others, members)
        nodes, first_members = _distinct(starts, others)
        counts = np.diff(first_members, append=np.uint32(len(members)))
        order = np.lexsort((counts, np.arange(len(counts)) // _WINDOW))
        sorted_starts = np.concatenate([[0], np.cumsum(counts[order])]).astype(np.uint32)
        moved = np.empty_like(members)
        _move(first_members[order], sorted_starts, members, moved)
        return cls(nodes[order], moved, sorted_starts)

    def operator(self, local: Floats) -> sp.csr_array:
        """Sparse operator with the terms that cells hold for their pairs.

        Parameters
        ----------
        local : ndarray, shape (n_cells, n_points, n_local_pairs)
            Term of each local pair for each point of a cell.

        Returns
        -------
        csr_array, shape (n_pairs, n_cells * n_points)
            Times a coefficient at the points it gives the sums over cells.
        """
        n_cells, n_points, _ = local.shape
        columns, values = np.empty(local.size, dtype=np.int32), np.empty(local.size)
        _place_terms(self.members, local, columns, values)
        starts = self.starts.astype(np.int32) * n_points
        return sp.csr_array((values, columns, starts), shape=(len(self.nodes), n_cells * n_points))


def local_pairs(n_local: int) -> NDArray[np.int64]:
    """Pairs of a cell's nodes, shape (n_local_pairs, 2)."""
    return np.array(np.triu_indices(n_local, k=1)).T


@compiled()
def _by_lower_node(
    cells: NDArray[np.int32], local: NDArray[np.int64], n_nodes: int
) -> tuple[Indices, Indices, Indices]:
    """Where the local pairs of each lower node start, the other node of each, and which it is."""
    starts = np.zeros(n_nodes + 1, dtype=np.uint32)
    for c in range(len(cells)):
        for k in range(len(local)):
            starts[min(cells[c, local[k, 0]], cells[c, local[k, 1]]) + 1] += np.uint32(1)
    for node in range(n_nodes):
        starts[node + 1] += starts[node]
    ends = starts[:-1].copy()
    others = np.empty(len(cells) * len(local), dtype=np.uint32)
    members = np.empty(len(others), dtype=np.uint32)
    for c in range(len(cells)):
        for k in range(len(local)):
            one, two = cells[c, local[k, 0]], cells[c, local[k, 1]]
            place = ends[min(one, two)]
            others[place], members[place] = max(one, two), c * len(local) + k
            ends[min(one, two)] += np.uint32(1)
    return starts, others, members


@compiled(threaded=True)
def sort_rows(starts: Indices, others: Indices, members: Indices) -> None:
    """Sort what each node has by the other node, without changing the order of equal ones."""
    n = len(starts) - 1
    blocks = n_blocks(n)
    for block in prange(blocks):
        for node in piece(block, blocks, n):
            first, end = np.int64(starts[node]), np.int64(starts[node + 1])
            for place in range(first, end):
                other, member = others[place], members[place]
                before = place
                while before > first and others[before - 1] > other:
                    others[before], members[before] = others[before - 1], members[before - 1]
                    before -= 1
                others[before], members[before] = other, member


@compiled()
def _distinct(starts: Indices, others: Indices) -> tuple[NDArray[np.int32], Indices]:
    """The pairs, and where the members of each start."""
    nodes = np.empty((len(others), 2), dtype=np.int32)
    first_members = np.empty(len(others), dtype=np.uint32)
    n_pairs = 0
    for node in range(len(starts) - 1):
        first, end = np.int64(starts[node]), np.int64(starts[node + 1])
        for place in range(first, end):
            if place == first or others[place] != others[place - 1]:
                nodes[n_pairs, 0], nodes[n_pairs, 1], first_members[n_pairs] = node, others[place], place
                n_pairs += 1
    return nodes[:n_pairs].copy(), first_members[:n_pairs].copy()


@compiled()
def _move(sources: Indices, starts: Indices, members: Indices, moved: Indices) -> None:
    for pair in range(len(sources)):
        start, source = starts[pair], sources[pair]
        for number in range(starts[pair + 1] - start):
            moved[start + number] = members[source + number]


@compiled(threaded=True)
def _place_terms(members: Indices, local: Floats, columns: NDArray[np.int32], values: Floats) -> None:
    n_points, n_local = np.uint64(local.shape[1]), np.uint64(local.shape[2])
    n = len(members)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for place in piece(block, blocks, n):
            cell, pair = np.uint64(members[place]) // n_local, np.uint64(members[place]) % n_local
            for point in range(n_points):
                columns[place * n_points + point] = cell * n_points + point
                values[place * n_points + point] = local[cell, point, pair]

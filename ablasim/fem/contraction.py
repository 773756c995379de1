"""A space in which groups of nodes are one unknown each: bodies of metal, whose potential is the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from ablasim.errors import ModelError
from ablasim.fem.space import Space

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Contraction:
    """A space with groups of nodes tied together.

    The matrix of the tied space is CᵀAC, with A that of the space and C the map from unknowns to nodes: the constraint
    is exact, the matrix stays symmetric and positive, and the row of a group balances the flux into the whole group.
    Nodes keep their numbers; a group's unknown is that of its first node, its other nodes are left without couplings.

    Parameters
    ----------
    space : Space
        The tied space.
    representative : ndarray of int, shape (n_nodes,)
        Node whose unknown each node has.
    """

    space: Space
    representative: NDArray[np.int64]

    def expanded(self, unknowns: Floats) -> Floats:
        """Values at all nodes, shape (n_nodes,)."""
        return unknowns[self.representative]


def contracted(space: Space, groups: Sequence[NDArray[np.int64]]) -> Contraction:
    """Tie groups of nodes together.

    Parameters
    ----------
    space : Space
        The space.
    groups : sequence of ndarray of int
        Nodes of each group; no node may be in two.

    Raises
    ------
    ModelError
        If a group is empty or shares a node with another.
    """
    representative = np.arange(space.n_nodes)
    seen = np.zeros(space.n_nodes, dtype=bool)
    for number, group in enumerate(groups):
        if len(group) == 0 or seen[group].any():
            what = "is empty" if len(group) == 0 else "shares a node with another one"
            message = f"group {number + 1} of {len(groups)} groups of nodes to be tied {what}"
            raise ModelError(message)
        seen[group] = True
        representative[group] = group.min()
    ends = np.sort(representative[space.pairs], axis=1)
    apart = np.flatnonzero(ends[:, 0] != ends[:, 1])
    keys = ends[apart, 0] * space.n_nodes + ends[apart, 1]
    _, first, number_of = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)  # the pairs stay in the order of the space, which its loops are made for
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    new_row = np.full(len(space.pairs), -1, dtype=np.int32)
    new_row[apart] = place[number_of.ravel()]
    entries = space.stiffness.tocoo()  # no product of matrices: that would drop entries that happen to be zero
    kept = new_row[entries.row] >= 0
    rows, columns = new_row[entries.row[kept]], entries.col[kept]
    stiffness = sp.csr_array((entries.data[kept], (rows, columns)), shape=(len(order), space.stiffness.shape[1]))
    tied = replace(
        space,
        cells=representative[space.cells].astype(np.int32),
        pairs=ends[apart[first[order]]].astype(np.int32),
        stiffness=stiffness,
    )
    return Contraction(tied, representative)

"""Nodal values of a smooth quantity that is known at the gradient points.

At each node a linear function is fitted, by least squares, to the values around it, and its value there is taken: patch
recovery [1]_. It is exact for linear fields and takes out the scatter from cell to cell that the gradient of a
finite-element solution has. At a boundary the cells round a node all lie on one side, and their gradients are means
over one layer that hold nothing of the slope across it: there the patch takes in the cells round its neighbours too.
Where materials meet, quantities may jump: each side is then fitted by itself, and the mean by volume is taken.

References
----------
.. [1] Zienkiewicz and Zhu, Int. J. Numer. Methods Eng. 33:1331-1364, 1992, doi:10.1002/nme.1620330702.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from ablasim.fem.space import Space

Floats = NDArray[np.float64]

_UNKNOWNS = 4  # of a linear function
_ONE_SIDED = 0.35  # squared distance of a patch's middle from its node, in the measure of its second moments, from
# which it is widened: 0 is symmetric, 3/4 is evenly filled on one side
_FLATTEST = 1e-9  # smallest eigenvalue of a patch's scaled moments with which a linear function is still fitted


@dataclass(frozen=True, eq=False)
class Recovery:
    """The map from gradient points to nodes.

    Parameters
    ----------
    operator : csr_array, shape (n_nodes, n_gradient_points)
        Its rows sum to one, or to zero at nodes without a value.
    known : ndarray of bool, shape (n_nodes,)
        Nodes that have one.
    """

    operator: sp.csr_array
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, space: Space, cells: NDArray[np.bool_], materials: NDArray[np.integer] | None = None) -> Recovery:
        """Prepare the map.

        Parameters
        ----------
        space : Space
            The space.
        cells : ndarray of bool, shape (n_cells,)
            Cells whose values count.
        materials : ndarray of int, shape (n_cells,), optional
            Number of the material of each cell, not negative; values are fitted within one.
        """
        kinds = np.zeros(len(space.cells), dtype=np.int64) if materials is None else materials.astype(np.int64)
        per_cell = space.gradient_points_per_cell
        corners = space.points[space.cells[:, :4]]
        places = np.einsum("ql,cld->cqd", _corner_basis(space), corners).reshape(-1, 3)
        chosen = np.flatnonzero(cells)
        points = (chosen[:, None] * per_cell + np.arange(per_cell)).ravel()
        nodes = np.repeat(space.cells[chosen], per_cell, axis=0)
        n_local = nodes.shape[1]
        node, point = nodes.ravel().astype(np.int64), np.repeat(points, n_local)
        keys, patch = np.unique(node * (kinds.max() + 1) + kinds[point // per_cell], return_inverse=True)
        of_patch = keys // (kinds.max() + 1)
        n_points = len(space.gradient_weights)
        patches = sp.csr_array((np.ones(len(point)), (patch.ravel(), point)), shape=(len(keys), n_points))
        volume = patches @ space.gradient_weights
        share = volume / np.bincount(of_patch, volume, space.n_nodes)[of_patch]
        patches = _widened(patches, places, space.points[of_patch])
        patch, point = patches.nonzero()
        weights = _fit(places[point] - space.points[of_patch[patch]], patch, len(keys))
        shape = (space.n_nodes, len(space.gradient_weights))
        operator = sp.csr_array((weights * share[patch], (of_patch[patch], point)), shape=shape)
        known = np.zeros(space.n_nodes, dtype=bool)
        known[node] = True
        return cls(operator, known)

    def nodal(self, values: Floats) -> Floats:
        """Values at the nodes, shape (n_nodes,); NaN where there is none.

        Parameters
        ----------
        values : ndarray, shape (n_gradient_points,)
            At the gradient points; those of cells that do not count may hold anything finite.
        """
        found = self.operator @ values
        found[~self.known] = np.nan
        return found


def _corner_basis(space: Space) -> Floats:
    """Barycentric coordinates of the gradient points of a cell, (n_gradient_points_per_cell, 4)."""
    if space.order == 1:
        return space.gradient_basis
    middles = space.gradient_basis[:, 4:]
    ends = np.array([(0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3)])  # sfepy's order, see fem.elements
    basis = space.gradient_basis[:, :4].copy()
    for column, (one, other) in enumerate(ends):
        basis[:, one] += 0.5 * middles[:, column]
        basis[:, other] += 0.5 * middles[:, column]
    return basis


def _widened(patches: sp.csr_array, places: Floats, centres: Floats) -> sp.csr_array:
    """Patches, those on one side of their node together with the patches that overlap them in the same material."""
    patch, point = patches.nonzero()
    offsets = places[point] - centres[patch]
    n, counts = patches.shape[0], np.diff(patches.indptr)
    middles = _sums(offsets, patch, n) / counts[:, None]
    squares = _sums(np.einsum("ki,kj->kij", offsets, offsets).reshape(-1, 9), patch, n).reshape(-1, 3, 3)
    squares /= counts[:, None, None]
    squares += _FLATTEST * np.trace(squares, axis1=1, axis2=2)[:, None, None] * np.eye(3)
    to_middle = np.einsum("pi,pi->p", middles, np.linalg.solve(squares, middles[..., None])[..., 0])
    one_sided = to_middle > _ONE_SIDED
    rows = np.flatnonzero(one_sided)
    widest = patches[rows] @ patches.T @ patches
    keep = sp.dia_array((np.where(one_sided, 0.0, 1.0)[np.newaxis], [0]), shape=(n, n))
    place = sp.csr_array((np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=(n, len(rows)))
    both = sp.csr_array(keep @ patches + place @ widest)
    both.eliminate_zeros()
    return both


def _sums(rows: Floats, patch: NDArray[np.integer], n: int) -> Floats:
    """Sums of the rows of each patch, shape (n, n_columns)."""
    return np.stack([np.bincount(patch, column, n) for column in rows.T], axis=1)


def _fit(offsets: Floats, patch: NDArray[np.int64], n_patches: int) -> Floats:
    """Weights of the values of each patch in the fitted value at its node; offsets are relative to it."""
    size = np.sqrt(np.bincount(patch, np.einsum("kd,kd->k", offsets, offsets), n_patches) / np.bincount(patch))
    terms = np.column_stack([np.ones(len(patch)), offsets / size[patch, None]])
    moments = np.empty((n_patches, _UNKNOWNS, _UNKNOWNS))
    counts = np.bincount(patch, minlength=n_patches)
    for i in range(_UNKNOWNS):
        for j in range(i, _UNKNOWNS):
            moments[:, i, j] = moments[:, j, i] = np.bincount(patch, terms[:, i] * terms[:, j], n_patches) / counts
    values, vectors = np.linalg.eigh(moments)
    inverse = np.where(values > _FLATTEST, 1.0 / np.maximum(values, _FLATTEST), 0.0)
    solvable = (values > _FLATTEST).all(axis=1)
    first = np.einsum("pi,pki,pi->pk", vectors[:, 0, :], vectors, inverse)  # row of the inverse for the value itself
    first[~solvable] = (1.0, 0.0, 0.0, 0.0)  # the mean
    weights: Floats = np.einsum("ki,ki->k", terms, first[patch]) / counts[patch]
    return weights

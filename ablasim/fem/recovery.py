"""Smooth fields out of values at the gradient points, which scatter from cell to cell: at nodes, and at those points.

At each node a linear function is fitted, by least squares, to the values around it, and its value there is taken:
patch recovery [1]_. At a boundary the cells round a node all lie on one side, and their gradients are means over one
layer that hold nothing of the slope across it: there the patch takes in the cells round its neighbours too. Where
materials meet, quantities may jump: each side is then fitted by itself, and the mean by volume is taken.

The fit is exact for linear fields. On a curved one, of second derivatives H, it is off by ½ H : m, with m the mean of
the second moments of the points of the patch about its node. So is interpolation from the nodes of a cell to its
middle, with the moments of the nodes about the middle: the same distances. What fit and interpolation together change
of a field is thus twice the error of each, and is taken off: half of it at nodes, all of it at the gradient points.

References
----------
.. [1] Zienkiewicz and Zhu, Int. J. Numer. Methods Eng. 33:1331-1364, 1992, doi:10.1002/nme.1620330702.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece
from ablasim.fem.space import Space

Floats = NDArray[np.float64]

_UNKNOWNS = 4  # of a linear function
_ONE_SIDED = 0.35  # squared distance of a patch's middle from its node, in the measure of its second moments, from
# which it is widened: 0 is symmetric, 3/4 is evenly filled on one side
_FLATTEST = 1e-9  # smallest eigenvalue of a patch's scaled moments with which a linear function is still fitted


@dataclass(frozen=True, eq=False)
class Recovery:
    """Patches of first-order elements, and what is fitted in them.

    Parameters
    ----------
    fits : csr_array, shape (n_patches, n_cells)
        Weight of each cell's value in the value that is fitted at the node of a patch; a node has one patch for each
        material that it touches.
    patch_of_corner : ndarray of int, shape (n_cells, 4)
        Patch of each corner of a cell, in the cell's material; -1 in cells that do not count.
    to_nodes : csr_array, shape (n_nodes, n_patches)
        Share of each patch in the value of its node, by volume.
    """

    fits: sp.csr_array
    patch_of_corner: NDArray[np.int64]
    to_nodes: sp.csr_array

    @classmethod
    def of(cls, space: Space, cells: NDArray[np.bool_], materials: NDArray[np.integer] | None = None) -> Recovery:
        """Prepare the patches.

        Parameters
        ----------
        space : Space
            A space of first order.
        cells : ndarray of bool, shape (n_cells,)
            Cells whose values count.
        materials : ndarray of int, shape (n_cells,), optional
            Number of the material of each cell, not negative; values are fitted within one.

        Raises
        ------
        ValueError
            If the space is of second order.
        """
        if space.order != 1:
            message = f"recovery on elements of order {space.order}: must be 1"
            raise ValueError(message)
        kinds = np.zeros(len(space.cells), dtype=np.int64) if materials is None else materials.astype(np.int64)
        n_kinds, chosen = int(kinds.max()) + 1, np.flatnonzero(cells)
        corners = space.cells[chosen].astype(np.int64)
        keys, patch = np.unique(corners * n_kinds + kinds[chosen, None], return_inverse=True)
        patch_of_corner = np.full(space.cells.shape, -1, dtype=np.int64)
        patch_of_corner[chosen] = patch.reshape(-1, 4)
        node, n_patches = keys // n_kinds, len(keys)
        members = (np.ones(4 * len(chosen)), (patch.ravel(), np.repeat(chosen, 4)))
        patches = sp.csr_array(members, shape=(n_patches, len(space.cells)))
        volume = patches @ space.gradient_weights
        share = volume / np.bincount(node, volume, space.n_nodes)[node]
        centres = space.points[space.cells].mean(axis=1)
        patches = _widened(patches, centres, space.points[node])
        of_patch, cell = patches.nonzero()
        weights = _fit(centres[cell] - space.points[node[of_patch]], of_patch, n_patches)
        fits = sp.csr_array((weights, (of_patch, cell)), shape=patches.shape)
        to_nodes = sp.csr_array((share, (node, np.arange(n_patches))), shape=(space.n_nodes, n_patches))
        return cls(fits, patch_of_corner, to_nodes)

    @property
    def counts(self) -> NDArray[np.bool_]:
        """Cells whose values count."""
        return self.patch_of_corner[:, 0] >= 0

    def nodal(self, values: Floats) -> Floats:
        """Values at the nodes, shape (n_nodes,); NaN at those of no cell that counts.

        Parameters
        ----------
        values : ndarray, shape (n_cells,)
            At the gradient points; those of cells that do not count may hold anything finite.
        """
        fitted = self.fits @ values
        found: Floats = self.to_nodes @ (1.5 * fitted - 0.5 * (self.fits @ self._between(fitted)))
        found[np.diff(self.to_nodes.indptr) == 0] = np.nan
        return found

    def smoothed(self, values: Floats) -> Floats:
        """Values at the gradient points without their scatter; zero in cells that do not count.

        Parameters
        ----------
        values : ndarray, shape (n_cells,) or (n_cells, n_components)
            At the gradient points.
        """
        once = self._between(self.fits @ values)
        found: Floats = 2.0 * once - self._between(self.fits @ once)
        return found

    def strength(self, vectors: Floats) -> Floats:
        """Length of a vector field at the gradient points, smoothed first, shape (n_cells,).

        Lengths of vectors that scatter are too large in the mean: a smooth field has to be found before its length is.

        Parameters
        ----------
        vectors : ndarray, shape (n_cells, 3)
            At the gradient points.
        """
        smooth = self.smoothed(vectors)
        length: Floats = np.sqrt(np.einsum("cd,cd->c", smooth, smooth))
        return length

    def _between(self, fitted: Floats) -> Floats:
        """Means of the values fitted at the corners of each cell; zero in cells that do not count."""
        columns = fitted.reshape(len(fitted), -1)
        found = np.empty((len(self.patch_of_corner), columns.shape[1]))
        _mean_of_corners(self.patch_of_corner, columns, found)
        return found.reshape(len(found), *fitted.shape[1:])


@compiled(fastmath=True, threaded=True)
def _mean_of_corners(patch_of_corner: NDArray[np.int64], fitted: Floats, found: Floats) -> None:
    n, n_columns = found.shape
    blocks = n_blocks(n)
    for block in prange(blocks):
        for cell in piece(block, blocks, n):
            one, two, three, four = patch_of_corner[cell]
            for column in range(n_columns):
                total = 0.0
                if one >= 0:
                    total = fitted[one, column] + fitted[two, column] + fitted[three, column] + fitted[four, column]
                found[cell, column] = 0.25 * total


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

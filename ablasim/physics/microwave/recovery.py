"""The electric field at any point of the tissue, from its values at the quadrature points.

E_z = ∂u/∂r / (jωε0ε_c r) divides a derivative that is right to some digits by r: near the axis nothing of it would be
left. So E is projected on continuous second-order elements, with the weight r that the integral over a ring has anyway.
The projection is as accurate as the derivative or better everywhere, and needs no division at a point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from ablasim.compiled import compiled
from ablasim.fem.direct import Factors
from ablasim.physics.microwave.elements import WaveElements
from ablasim.physics.microwave.locate import Locator

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Recovery:
    """Projection on the second-order elements of a region, and evaluation.

    Parameters
    ----------
    cells : ndarray of int32, shape (n_cells, 6)
        Nodes of the region's cells, numbered within the region.
    loads : ndarray, shape (n_cells, n_quadrature, 6)
        Basis functions times the volume of the ring.
    n_nodes : int
        Number of the region's nodes.
    factors : Factors
        Factors of ∫ u v r.
    locator : Locator
        Finds the cell of a point.
    """

    cells: Ints
    loads: Floats
    n_nodes: int
    factors: Factors
    locator: Locator

    @classmethod
    def of(cls, elements: WaveElements, inside: NDArray[np.bool_]) -> Recovery:
        """Prepare the projection on the cells of a mask."""
        nodes, local = np.unique(elements.cells[inside], return_inverse=True)
        cells = local.reshape(-1, elements.cells.shape[1]).astype(np.int32)
        loads = elements.volumes[inside][..., None] * elements.basis
        masses = np.einsum("cqi,qj->cij", loads, elements.basis, optimize=True)
        rows, columns = np.broadcast_arrays(cells[:, :, None], cells[:, None, :])
        shape = (len(nodes), len(nodes))
        matrix = sp.csc_array((masses.ravel(), (rows.ravel(), columns.ravel())), shape=shape)
        return cls(cells, loads, len(nodes), Factors(matrix), Locator.of(elements.points[nodes], cells[:, :3]))

    def project(self, values: Complexes) -> Complexes:
        """Nodal values of the projection.

        Parameters
        ----------
        values : ndarray, shape (n_cells, n_quadrature, n_components)
            At the quadrature points.

        Returns
        -------
        ndarray, shape (n_nodes, n_components)
        """
        shares = np.einsum("cqi,cqk->cik", self.loads, values, optimize=True).reshape(-1, values.shape[2])
        nodes = self.cells.ravel()
        parts = [np.bincount(nodes, part, self.n_nodes) for share in shares.T for part in (share.real, share.imag)]
        solved: Floats = self.factors.solve(np.stack(parts, axis=1))
        nodal: Complexes = solved[:, 0::2] + 1j * solved[:, 1::2]
        return nodal

    def at(self, points: Floats, nodal: Complexes) -> tuple[Complexes, NDArray[np.bool_]]:
        """A projected field at points, zero outside the region, and which points are inside.

        Parameters
        ----------
        points : ndarray, shape (n_points, 2)
            r and z, m.
        nodal : ndarray, shape (n_nodes, n_components)
            Of `project`.

        Returns
        -------
        values : ndarray, shape (n_points, n_components)
            The field.
        inside : ndarray of bool, shape (n_points,)
            Whether the point is in the region.
        """
        cells, places = self.locator.find(points)
        return self.evaluate(cells, places, nodal), cells >= 0

    def evaluate(self, cells: Ints, places: Floats, nodal: Complexes) -> Complexes:
        """A projected field at points that the locator has found before, zero where it has not; see `at`."""
        values = np.zeros((len(cells), nodal.shape[1]), dtype=complex)
        _interpolate(cells, places, self.cells, np.ascontiguousarray(nodal), values)
        return values

    def add_squares(
        self, cells: Ints, places: Floats, nodal: Complexes, owners: NDArray[np.integer], weights: Floats, sums: Floats
    ) -> None:
        """Add |field|² at points that the locator has found, times their weights, to the sums of their owners.

        Parameters
        ----------
        cells, places, nodal : ndarray
            As for `evaluate`.
        owners : ndarray of int, shape (n_points,)
            Place in `sums` of each point.
        weights : ndarray, shape (n_points,)
            Of each point.
        sums : ndarray
            They are added to.
        """
        parts = np.ascontiguousarray(nodal).view(float)
        _add_squares(cells, places, self.cells, parts, owners, weights, sums)


@compiled()
def _interpolate(found: Ints, places: Floats, cells: Ints, nodal: Complexes, values: Complexes) -> None:
    basis = np.empty(6)
    for k in range(len(found)):
        if found[k] >= 0:
            _fill_basis(places[k, 0], places[k, 1], basis)
            for i in range(6):
                for m in range(nodal.shape[1]):
                    values[k, m] += basis[i] * nodal[cells[found[k], i], m]


@compiled(fastmath=True)
def _add_squares(
    found: Ints, places: Floats, cells: Ints, nodal: Floats, owners: NDArray[np.integer], weights: Floats, sums: Floats
) -> None:
    basis = np.empty(6)
    for k in range(len(found)):
        if found[k] >= 0:
            _fill_basis(places[k, 0], places[k, 1], basis)
            square = 0.0
            for m in range(nodal.shape[1]):
                value = 0.0
                for i in range(6):
                    value += basis[i] * nodal[cells[found[k], i], m]
                square += value * value
            sums[owners[k]] += weights[k] * square


@compiled()
def _fill_basis(b: float, c: float, basis: Floats) -> None:
    """The six basis functions of sfepy's second-order triangle at a place in it."""
    a = 1.0 - b - c
    basis[0] = a * (2.0 * a - 1.0)
    basis[1] = b * (2.0 * b - 1.0)
    basis[2] = c * (2.0 * c - 1.0)
    basis[3] = 4.0 * a * b
    basis[4] = 4.0 * b * c
    basis[5] = 4.0 * a * c

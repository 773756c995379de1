"""The linear system of the wave equation for u = r H_φ.

∇·((ε_c r)⁻¹ ∇u) + k0² u/r = 0, weakly: ∫ (ε_c r)⁻¹ ∇u·∇v − k0² ∫ u v/r + Σ (jk0/√ε_c) ∮ u v/r = load, the last
sum over the port and the open parts of the outline, where a wave that leaves at a right angle is not reflected.
Metals need no term; u = 0 on the axis.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from ablasim.errors import SolverError
from ablasim.fem.direct import Factors, elimination_order
from ablasim.physics.microwave.elements import EdgeIntegral, WaveElements
from ablasim.physics.microwave.waves import vacuum_wavenumber

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Ints = NDArray[np.int32]

_RESIDUAL = 1e-9  # allowed, relative to the load


@dataclass(frozen=True, eq=False)
class WaveSystem:
    """What of the system does not depend on medium and frequency.

    Parameters
    ----------
    elements : WaveElements
        The elements.
    free : ndarray
        Nodes off the axis, in the order in which they are eliminated.
    indices, indptr : ndarray
        Pattern of the matrix of the free nodes, by columns.
    stiffness : csr_array, shape (n_entries, n_quadrature_points)
        ``stiffness @ (1/ε_c)`` are the entries of ∫ (ε_c r)⁻¹ ∇u·∇v.
    mass : ndarray, shape (n_entries,)
        Entries of ∫ u v/r.
    outline : dict of str to csr_array, shape (n_entries, n_edges)
        The same of ∮ u v/r, for a coefficient per edge.
    """

    elements: WaveElements
    free: Ints
    indices: Ints
    indptr: Ints
    stiffness: sp.csr_array
    mass: Floats
    outline: dict[str, sp.csr_array]

    def matrix(self, permittivity: Complexes, frequency: float) -> sp.csc_array:
        """Matrix of the free nodes.

        Parameters
        ----------
        permittivity : ndarray, shape (n_cells, n_quadrature)
            ε_r − jσ/(ωε0), relative.
        frequency : float
            Hz.
        """
        k0 = vacuum_wavenumber(frequency)
        entries = self.stiffness @ (1.0 / permittivity).ravel() - k0**2 * self.mass
        for name, operator in self.outline.items():
            entries += operator @ (1j * k0 / np.sqrt(beside(self.elements.outline[name], permittivity)))
        return sp.csc_array((entries, self.indices, self.indptr), shape=(len(self.free), len(self.free)))

    def solve(self, matrix: sp.csc_array, load: Complexes) -> Complexes:
        """Solve for u at all nodes.

        Parameters
        ----------
        matrix : csc_array
            Of `matrix`.
        load : ndarray, shape (n_nodes,)
            Load vector.

        Returns
        -------
        ndarray, shape (n_nodes,)
            u, A; zero on the axis.

        Raises
        ------
        SolverError
            If the matrix is singular or the solution does not satisfy the equations.
        """
        right = load[self.free]
        inside = Factors(matrix, is_ordered=True).solve(right)
        miss = float(np.linalg.norm(matrix @ inside - right) / np.linalg.norm(right))
        if not miss <= _RESIDUAL:
            message = "the antenna's field does not satisfy its equations"
            raise SolverError(message, residual=miss / _RESIDUAL)
        field = np.zeros(len(load), dtype=complex)
        field[self.free] = inside
        return field


def beside(edges: EdgeIntegral, permittivity: Complexes) -> Complexes:
    """Mean permittivity of the cell beside each edge, shape (n_edges,)."""
    mean: Complexes = permittivity[edges.cells].mean(axis=1)
    return mean


def wave_system(elements: WaveElements) -> WaveSystem:
    """Precompute the operators of the elements."""
    n_nodes = len(elements.points)
    free = _free_nodes(elements)
    number = np.full(n_nodes, -1, dtype=np.int64)
    number[free] = np.arange(len(free))
    keys = _pair_keys(number, elements.cells)
    entries, place = np.unique(keys, return_inverse=True)
    entries, shift = entries[entries >= 0], int(np.sum(entries < 0))
    place = place.reshape(keys.shape) - shift  # pairs with a node on the axis are now below zero
    scale = elements.weights / elements.quadrature[..., 0]
    products = np.einsum("cq,cqdi,cqdj->cijq", scale, elements.gradients, elements.gradients, optimize=True)
    masses = np.einsum("cq,qi,qj->cij", scale, elements.basis, elements.basis, optimize=True)
    inside = place >= 0
    points = np.arange(scale.size).reshape(len(scale), 1, 1, -1)
    columns = np.broadcast_to(points, products.shape)[inside]
    rows = np.broadcast_to(place[..., None], products.shape)[inside]
    shape = (len(entries), scale.size)
    column, row = np.divmod(entries, len(free))
    return WaveSystem(
        elements=elements,
        free=free,
        indices=row.astype(np.int32),
        indptr=np.searchsorted(column, np.arange(len(free) + 1)).astype(np.int32),
        stiffness=sp.csr_array((products[inside].ravel(), (rows.ravel(), columns.ravel())), shape=shape),
        mass=np.bincount(place[inside], masses[inside], len(entries)).astype(float),
        outline={name: _on_edges(edges, number, entries) for name, edges in elements.outline.items()},
    )


def _free_nodes(elements: WaveElements) -> Ints:
    """Nodes off the axis, in an order in which factors of their matrix stay sparse."""
    n_nodes = len(elements.points)
    free = np.setdiff1d(np.arange(n_nodes, dtype=np.int32), elements.axis_nodes)
    rows = np.broadcast_to(elements.cells[:, :, None], (*elements.cells.shape, elements.cells.shape[1])).ravel()
    columns = np.broadcast_to(elements.cells[:, None, :], (*elements.cells.shape, elements.cells.shape[1])).ravel()
    pattern = sp.csc_array((np.ones(len(rows)), (rows, columns)), shape=(n_nodes, n_nodes))
    order: Ints = free[elimination_order(sp.csc_array(pattern[free][:, free]))]
    return order


def _pair_keys(number: NDArray[np.int64], cells: Ints) -> NDArray[np.int64]:
    """A number for each pair of a cell's nodes, sorted by columns; −1 with a node on the axis."""
    nodes = number[cells]
    rows, columns = nodes[:, :, None], nodes[:, None, :]
    keys: NDArray[np.int64] = np.where((rows < 0) | (columns < 0), -1, columns * (number.max() + 1) + rows)
    return keys


def _on_edges(edges: EdgeIntegral, number: NDArray[np.int64], entries: NDArray[np.int64]) -> sp.csr_array:
    """Operator from a coefficient per edge to the entries of the matrix."""
    keys = _pair_keys(number, edges.nodes)
    inside = keys >= 0
    places = np.searchsorted(entries, keys[inside])
    columns = np.broadcast_to(np.arange(len(keys))[:, None, None], keys.shape)[inside]
    return sp.csr_array((edges.entries[inside], (places, columns)), shape=(len(entries), len(keys)))

"""The space of piecewise polynomials on a mesh, and how coefficients and loads reach its unknowns.

Two sets of points carry everything that varies in space:

*gradient points*
    where conductivities are taken: the centroid of a first-order element, the quadrature points of a second-order
    one. A coefficient there gives matrix entries that are linear in it, so assembly is one sparse product.
*value points*
    where heat is stored, perfused and damaged: the nodes of first-order elements (vertex quadrature, so that these
    terms are diagonal and obey the maximum principle), the quadrature points of second-order ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import scipy.sparse as sp
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece
from ablasim.fem.elements import element_geometry, second_order_cells
from ablasim.fem.first_order import first_order_products
from ablasim.fem.interpolation import distributed, interpolated, is_mean, shared_out
from ablasim.fem.node_pairs import NodePairs, local_pairs
from ablasim.mesh.tetrahedra import Mesh

Floats = NDArray[np.float64]
Indices = NDArray[np.uint32]
Scalar = TypeVar("Scalar", bound=np.generic)

_CELLS_AT_A_TIME = 50_000  # whose geometry is held at once


@dataclass(frozen=True, eq=False)
class Space:
    """Lagrange space of first or second order with its precomputed operators.

    Parameters
    ----------
    order : int
        1 or 2.
    points : ndarray, shape (n_nodes, 3)
        Coordinates of the nodes, m; the mesh's vertices come first.
    cells : ndarray of int32, shape (n_cells, n_local)
        Nodes of the cells.
    pairs : ndarray of int32, shape (n_pairs, 2)
        Pairs of different nodes that share a cell.
    stiffness : csr_array, shape (n_pairs, n_gradient_points)
        ``stiffness @ k`` are the entries of ∫ k ∇u·∇v of the pairs; the diagonal is minus the row's sum.
    products : ndarray, shape (n_gradient_points, n_local_pairs)
        The same terms around each gradient point by themselves, for the pairs (0, 1), (0, 2), … of a cell's nodes.
    gradient_basis : ndarray, shape (n_gradient_points_per_cell, n_local)
        Values of a cell's basis functions at its gradient points.
    gradient_weights : ndarray, shape (n_gradient_points,)
        Volume that each gradient point stands for, m³.
    value_basis : ndarray, shape (n_value_points_per_cell, n_local), or None
        The same at the value points; None when they are the nodes.
    value_pairs : csr_array or None
        ``value_pairs @ c`` are the entries of ∫ c u v of the pairs; None when that term is diagonal.
    value_weights : ndarray, shape (n_cells, n_value_points_per_cell), or None
        Volume of each cell that its value points stand for, m³; None when they are the nodes, a quarter for each.
    """

    order: int
    points: Floats
    cells: NDArray[np.int32]
    pairs: NDArray[np.int32]
    stiffness: sp.csr_array
    products: Floats
    gradient_basis: Floats
    gradient_weights: Floats
    value_basis: Floats | None
    value_pairs: sp.csr_array | None
    value_weights: Floats | None

    @property
    def n_nodes(self) -> int:
        """Number of nodes (unknowns of a scalar field)."""
        return len(self.points)

    @property
    def gradient_points_per_cell(self) -> int:
        """Number of gradient points in each cell."""
        return len(self.gradient_weights) // len(self.cells)

    def on_gradient_points(self, per_cell: NDArray[Scalar]) -> NDArray[Scalar]:
        """A value per cell, repeated for the gradient points of the cell."""
        return np.repeat(per_cell, self.gradient_points_per_cell)

    @property
    def is_lumped(self) -> bool:
        """Whether the value points are the nodes, so that storage and losses are diagonal."""
        return self.value_basis is None

    def at_values(self, field: Floats) -> Floats:
        """A nodal field at the value points."""
        return field if self.value_basis is None else interpolated(self.cells, self.value_basis, field)

    def from_values(self, amounts: Floats) -> Floats:
        """Load vector of amounts (density times measure) given at the value points."""
        if self.value_basis is None:
            return amounts
        return distributed(self.cells, self.value_basis, amounts, self.n_nodes)

    def at_gradient_points(self, field: Floats) -> Floats:
        """A nodal field at the gradient points."""
        return interpolated(self.cells, self.gradient_basis, field)

    def from_gradient_points(self, amounts: Floats) -> Floats:
        """Load vector of amounts (density times volume) given at the gradient points."""
        if is_mean(self.gradient_basis):
            return shared_out(*self._cells_of_nodes, amounts)
        return distributed(self.cells, self.gradient_basis, amounts, self.n_nodes)

    @cached_property
    def _cells_of_nodes(self) -> tuple[Indices, Indices]:
        """Where each node's cells start, and these."""
        starts = np.arange(0, self.cells.size + 1, self.cells.shape[1], dtype=np.int32)
        shape = len(self.cells), self.n_nodes
        of_cells = sp.csr_array((np.ones(self.cells.size, dtype=np.int8), self.cells.ravel(), starts), shape=shape)
        of_nodes = of_cells.tocsc()
        return of_nodes.indptr.view(np.uint32), of_nodes.indices.view(np.uint32)

    def measure(self, per_cell: Floats) -> Floats:
        """Integral of a coefficient that is constant in each cell, spread over the value points.

        Parameters
        ----------
        per_cell : ndarray, shape (n_cells,)
            The coefficient.

        Returns
        -------
        ndarray, shape (n_value_points,)
            Coefficient times volume; it sums to the integral.
        """
        if self.value_weights is None:
            return self.from_gradient_points(per_cell * self.gradient_weights)
        spread: Floats = (per_cell[:, None] * self.value_weights).ravel()
        return spread

    def dissipation(self, coefficient: Floats, potential: Floats) -> Floats:
        """∫ k |∇u|² around each gradient point, with the coefficient k there; shape (n_gradient_points,)."""
        heat = np.empty(len(self.gradient_weights))
        dissipate = _dissipate_in_tetrahedra if self.products.shape == (len(self.cells), 6) else _dissipate
        dissipate(self.cells.view(np.uint32), self.products, coefficient, potential, heat)
        return heat


def make_space(mesh: Mesh, order: int = 1) -> Space:
    """Build the space of a mesh, once: of second order from sfepy's elements, of first order in closed form.

    Parameters
    ----------
    mesh : Mesh
        The mesh.
    order : int, optional
        Order of the elements, 1 or 2.

    Raises
    ------
    ValueError
        If the order is not 1 or 2.
    """
    if order not in (1, 2):
        message = f"element order is {order}: must be 1 or 2"
        raise ValueError(message)
    points, cells = (mesh.points, mesh.cells) if order == 1 else second_order_cells(mesh.points, mesh.cells)
    pairs, local = NodePairs.of_cells(cells, len(points)), local_pairs(cells.shape[1])
    gradient_basis, gradient_weights, entries = _gradient_terms(mesh, order, local)
    value_rule, value_pairs = None, None
    if order == 2:
        value_rule = element_geometry(mesh.points, mesh.cells, order, quadrature_order=2 * order)
        products = value_rule.basis[:, local[:, 0]] * value_rule.basis[:, local[:, 1]]
        value_pairs = pairs.operator(np.broadcast_to(products, (len(cells), *products.shape)))
    return Space(
        order=order,
        points=points,
        cells=cells,
        pairs=pairs.nodes,
        stiffness=pairs.operator(entries),
        products=entries.reshape(-1, len(local)),
        gradient_basis=gradient_basis,
        gradient_weights=gradient_weights.ravel(),
        value_basis=None if value_rule is None else value_rule.basis,
        value_pairs=value_pairs,
        value_weights=None if value_rule is None else value_rule.weights,
    )


def arrays(matrix: sp.csr_array) -> tuple[Indices, Indices, Floats]:
    """Arrays of a CSR matrix for compiled loops, which are faster with unsigned indices."""
    return matrix.indptr.view(np.uint32), matrix.indices.view(np.uint32), matrix.data


def _gradient_terms(mesh: Mesh, order: int, local: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    """Basis and volumes of the gradient points, and ∫ ∇u·∇v of each pair of a cell's nodes around each of them.

    The last has the shape (n_cells, n_quadrature, n_pairs).
    """
    if order == 1:
        volumes, products = first_order_products(mesh.points, mesh.cells)
        return np.full((1, 4), 0.25), volumes[:, None], products[:, None, :]
    basis, weights, entries = [], [], []
    for cells in np.array_split(mesh.cells, mesh.n_cells // _CELLS_AT_A_TIME + 1):
        rule = element_geometry(mesh.points, cells, order, quadrature_order=2 * (order - 1))
        of_pairs = np.empty((*rule.weights.shape, len(local)))
        for number, (one, other) in enumerate(local):
            products = np.einsum("cqd,cqd->cq", rule.gradients[..., one], rule.gradients[..., other])
            of_pairs[..., number] = products * rule.weights
        basis.append(rule.basis)
        weights.append(rule.weights)
        entries.append(of_pairs)
    return basis[0], np.concatenate(weights), np.concatenate(entries)


@compiled(fastmath=True, threaded=True)
def _dissipate_in_tetrahedra(
    cells: Indices, products: Floats, coefficient: Floats, potential: Floats, heat: Floats
) -> None:
    """`_dissipate` for four nodes and one point a cell, three times as fast."""
    n = len(cells)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for c in piece(block, blocks, n):
            u0, u1, u2, u3 = (
                potential[cells[c, 0]],
                potential[cells[c, 1]],
                potential[cells[c, 2]],
                potential[cells[c, 3]],
            )
            total = products[c, 0] * (u0 - u1) ** 2 + products[c, 1] * (u0 - u2) ** 2 + products[c, 2] * (u0 - u3) ** 2
            total += products[c, 3] * (u1 - u2) ** 2 + products[c, 4] * (u1 - u3) ** 2 + products[c, 5] * (u2 - u3) ** 2
            heat[c] = coefficient[c] * max(-total, 0.0)


@compiled(fastmath=True, threaded=True)
def _dissipate(cells: Indices, products: Floats, coefficient: Floats, potential: Floats, heat: Floats) -> None:
    n, n_local = cells.shape
    points_per_cell = len(products) // n
    blocks = n_blocks(n)
    for block in prange(blocks):
        for cell in piece(block, blocks, n):
            for point in range(cell * points_per_cell, (cell + 1) * points_per_cell):
                total, pair = 0.0, 0
                for one in range(n_local):
                    here = potential[cells[cell, one]]
                    for other in range(one + 1, n_local):
                        jump = here - potential[cells[cell, other]]
                        total -= products[point, pair] * jump * jump
                        pair += 1
                heat[point] = coefficient[point] * max(total, 0.0)

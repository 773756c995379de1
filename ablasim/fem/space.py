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
from typing import TypeVar

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from ablasim.fem.elements import ElementGeometry, element_geometry, second_order_cells
from ablasim.mesh.tetrahedra import Mesh

Floats = NDArray[np.float64]
Scalar = TypeVar("Scalar", bound=np.generic)


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
    to_gradient_points : csr_array, shape (n_gradient_points, n_nodes)
        Interpolation of a nodal field.
    gradient_weights : ndarray, shape (n_gradient_points,)
        Volume that each gradient point stands for, m³.
    to_value_points : csr_array or None
        Interpolation to the value points; None when they are the nodes.
    value_pairs : csr_array or None
        ``value_pairs @ c`` are the entries of ∫ c u v of the pairs; None when that term is diagonal.
    value_weights : csr_array, shape (n_value_points, n_cells)
        Volume of each cell that each value point stands for, m³.
    """

    order: int
    points: Floats
    cells: NDArray[np.int32]
    pairs: NDArray[np.int32]
    stiffness: sp.csr_array
    to_gradient_points: sp.csr_array
    gradient_weights: Floats
    to_value_points: sp.csr_array | None
    value_pairs: sp.csr_array | None
    value_weights: sp.csr_array

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

    def at_values(self, field: Floats) -> Floats:
        """A nodal field at the value points."""
        return field if self.to_value_points is None else self.to_value_points @ field

    def from_values(self, amounts: Floats) -> Floats:
        """Load vector of amounts (density times measure) given at the value points."""
        return amounts if self.to_value_points is None else self.to_value_points.T @ amounts

    def from_gradient_points(self, amounts: Floats) -> Floats:
        """Load vector of amounts (density times volume) given at the gradient points."""
        load: Floats = self.to_gradient_points.T @ amounts
        return load

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
        spread: Floats = self.value_weights @ per_cell
        return spread

    def dissipation(self, potential: Floats) -> Floats:
        """∫ |∇u|² around each gradient point, m³ times (unit of u per m)², shape (n_gradient_points,)."""
        jumps = potential[self.pairs[:, 0]] - potential[self.pairs[:, 1]]
        squared: Floats = -(self.stiffness.T @ (jumps * jumps))
        return np.maximum(squared, 0.0)


def make_space(mesh: Mesh, order: int = 1) -> Space:
    """Build the space of a mesh from sfepy's elements, once.

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
    gradient_rule = element_geometry(mesh.points, mesh.cells, order, quadrature_order=2 * (order - 1))
    pairs, pair_of_local, local_pairs = _node_pairs(cells, len(points))
    local = np.einsum(
        "cqdp,cqdp,cq->cqp",
        gradient_rule.gradients[..., local_pairs[:, 0]],
        gradient_rule.gradients[..., local_pairs[:, 1]],
        gradient_rule.weights,
    )
    stiffness = _pair_operator(local, pair_of_local, len(pairs))
    if order == 1:
        to_values, value_pairs = None, None
        value_weights = _vertex_weights(mesh)
    else:
        value_rule = element_geometry(mesh.points, mesh.cells, order, quadrature_order=2 * order)
        to_values = _interpolation(value_rule, cells, len(points))
        products = value_rule.basis[:, local_pairs[:, 0]] * value_rule.basis[:, local_pairs[:, 1]]
        value_pairs = _pair_operator(
            np.broadcast_to(products, (len(cells), *products.shape)), pair_of_local, len(pairs)
        )
        value_weights = _block_weights(value_rule.weights)
    return Space(
        order=order,
        points=points,
        cells=cells,
        pairs=pairs,
        stiffness=stiffness,
        to_gradient_points=_interpolation(gradient_rule, cells, len(points)),
        gradient_weights=gradient_rule.weights.ravel(),
        to_value_points=to_values,
        value_pairs=value_pairs,
        value_weights=value_weights,
    )


def _node_pairs(
    cells: NDArray[np.int32], n_nodes: int
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    local_pairs = np.array(np.triu_indices(cells.shape[1], k=1)).T
    ends = np.sort(cells[:, local_pairs].astype(np.int64), axis=2)
    keys, inverse = np.unique((ends[..., 0] * n_nodes + ends[..., 1]).ravel(), return_inverse=True)
    pairs = np.stack(np.divmod(keys, n_nodes), axis=1).astype(np.int32)
    return pairs, inverse.reshape(len(cells), -1), local_pairs


def _pair_operator(local: Floats, pair_of_local: NDArray[np.int64], n_pairs: int) -> sp.csr_array:
    """Sparse operator from local entries, shape (n_cells, n_quadrature, n_local_pairs)."""
    n_cells, n_quadrature, n_local = local.shape
    rows = np.broadcast_to(pair_of_local[:, None, :], local.shape).ravel()
    columns = np.repeat(np.arange(n_cells * n_quadrature), n_local)
    return sp.csr_array((local.ravel(), (rows, columns)), shape=(n_pairs, n_cells * n_quadrature))


def _interpolation(rule: ElementGeometry, cells: NDArray[np.int32], n_nodes: int) -> sp.csr_array:
    n_cells, n_local = cells.shape
    n_quadrature = len(rule.basis)
    columns = np.broadcast_to(cells[:, None, :], (n_cells, n_quadrature, n_local)).ravel()
    values = np.broadcast_to(rule.basis, (n_cells, n_quadrature, n_local)).ravel()
    starts = np.arange(0, len(columns) + 1, n_local)
    return sp.csr_array((values, columns, starts), shape=(n_cells * n_quadrature, n_nodes))


def _vertex_weights(mesh: Mesh) -> sp.csr_array:
    quarter = np.repeat(mesh.cell_volumes / 4.0, 4)
    columns = np.repeat(np.arange(mesh.n_cells), 4)
    return sp.csr_array((quarter, (mesh.cells.ravel(), columns)), shape=(mesh.n_points, mesh.n_cells))


def _block_weights(weights: Floats) -> sp.csr_array:
    n_cells, n_quadrature = weights.shape
    columns = np.repeat(np.arange(n_cells), n_quadrature)
    return sp.csr_array((weights.ravel(), columns, np.arange(weights.size + 1)), shape=(weights.size, n_cells))

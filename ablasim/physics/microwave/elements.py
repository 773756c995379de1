"""Second-order elements for u = r H_φ on the half-plane, with every integral that does not depend on the medium."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.fem.elements import MIDPOINT_EDGES, element_geometry, line_rule, second_order_cells
from ablasim.mesh.half_plane import AXIS, METAL, HalfPlaneMesh

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Ints = NDArray[np.int32]

_QUADRATURE_ORDER = 5  # 1/r is no polynomial: near the axis the rule matters, and 5 costs one point more than 4
_EDGE_ORDER = 7


@dataclass(frozen=True, eq=False)
class EdgeIntegral:
    """∫ u v/r ds over a part of the outline.

    Parameters
    ----------
    nodes : ndarray of int32, shape (n_edges, 3)
        Ends and middle of each edge.
    cells : ndarray of int32, shape (n_edges,)
        The cell beside it.
    entries : ndarray, shape (n_edges, 3, 3)
        The integrals of pairs of basis functions.
    loads : ndarray, shape (n_edges, 3)
        ∫ v/r ds.
    """

    nodes: Ints
    cells: Ints
    entries: Floats
    loads: Floats

    def squared(self, field: Complexes) -> Floats:
        """∫ |u|²/r ds over each edge, shape (n_edges,)."""
        local = field[self.nodes]
        total: Floats = np.einsum("ei,eij,ej->e", local.conj(), self.entries, local).real
        return total


@dataclass(frozen=True, eq=False)
class WaveElements:
    """The elements of a mesh.

    Parameters
    ----------
    points : ndarray, shape (n_nodes, 2)
        Coordinates r and z of the nodes, m.
    cells : ndarray of int32, shape (n_cells, 6)
        Nodes of the cells.
    basis : ndarray, shape (n_quadrature, 6)
        Basis functions at the quadrature points.
    gradients : ndarray, shape (n_cells, n_quadrature, 2, 6)
        Their gradients, 1/m.
    quadrature : ndarray, shape (n_cells, n_quadrature, 2)
        Coordinates of the quadrature points, m.
    weights : ndarray, shape (n_cells, n_quadrature)
        Area that each stands for, m².
    axis_nodes : ndarray
        Nodes on the axis, where u = 0.
    outline : dict of str to EdgeIntegral
        The port and the open parts of the outline.
    """

    points: Floats
    cells: Ints
    basis: Floats
    gradients: Floats
    quadrature: Floats
    weights: Floats
    axis_nodes: Ints
    outline: dict[str, EdgeIntegral]

    @property
    def volumes(self) -> Floats:
        """Volume of the ring that each quadrature point stands for, m³, shape (n_cells, n_quadrature)."""
        volumes: Floats = 2.0 * np.pi * self.quadrature[..., 0] * self.weights
        return volumes


def wave_elements(mesh: HalfPlaneMesh) -> WaveElements:
    """Evaluate sfepy's second-order elements on a mesh of the half-plane.

    Raises
    ------
    MeshError
        If a cell is not positively oriented.
    """
    geometry = element_geometry(mesh.points, mesh.cells, 2, _QUADRATURE_ORDER)
    corner_basis = element_geometry(mesh.points, mesh.cells[:1], 1, _QUADRATURE_ORDER).basis
    points, cells = second_order_cells(mesh.points, mesh.cells)
    beside = {name: mesh.cells_beside(edges) for name, edges in mesh.edges.items()}
    nodes = {name: _edge_nodes(edges, cells[beside[name]]) for name, edges in mesh.edges.items()}
    return WaveElements(
        points=points,
        cells=cells,
        basis=geometry.basis,
        gradients=geometry.gradients,
        quadrature=np.einsum("qi,cid->cqd", corner_basis, mesh.points[mesh.cells]),
        weights=geometry.weights,
        axis_nodes=np.unique(nodes[AXIS]) if AXIS in nodes else np.empty(0, dtype=np.int32),
        outline={
            name: _edge_integral(points, found, beside[name])
            for name, found in nodes.items()
            if name not in (AXIS, METAL)
        },
    )


def _edge_nodes(edges: Ints, cells: Ints) -> Ints:
    """Ends and middle of edges, each a side of the second-order cell in the same row, shape (n_edges, 3)."""
    sides = np.sort(cells[:, MIDPOINT_EDGES[3]], axis=2)
    side = np.argmax((sides == np.sort(edges, axis=1)[:, None]).all(axis=2), axis=1)
    middles = np.take_along_axis(cells, 3 + side[:, None], axis=1)
    return np.hstack([edges, middles])


def _edge_integral(points: Floats, nodes: Ints, cells: Ints) -> EdgeIntegral:
    basis, shares = line_rule(2, _EDGE_ORDER)
    r = points[nodes, 0] @ basis.T
    lengths = np.linalg.norm(points[nodes[:, 1]] - points[nodes[:, 0]], axis=1)
    weights = lengths[:, None] * shares / r
    return EdgeIntegral(
        nodes=nodes,
        cells=cells,
        entries=np.einsum("eq,qi,qj->eij", weights, basis, basis),
        loads=weights @ basis,
    )

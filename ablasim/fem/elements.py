"""Element geometry of first- and second-order tetrahedra, taken from sfepy."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import MeshError

Floats = NDArray[np.float64]

# Local vertex pairs whose midpoints carry the extra nodes of sfepy's second-order tetrahedron, in sfepy's order.
MIDPOINT_EDGES = np.array([(0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3)])


@dataclass(frozen=True, eq=False)
class ElementGeometry:
    """Basis values, gradients and weights at the quadrature points of every tetrahedron.

    Parameters
    ----------
    basis : ndarray, shape (n_quadrature, n_local)
        Basis functions at the reference points.
    gradients : ndarray, shape (n_cells, n_quadrature, 3, n_local)
        Gradients of the basis functions, 1/m.
    weights : ndarray, shape (n_cells, n_quadrature)
        Quadrature weight times Jacobian, m³: they sum to the volume of the cell.
    """

    basis: Floats
    gradients: Floats
    weights: Floats


def element_geometry(points: Floats, cells: NDArray[np.int32], order: int, quadrature_order: int) -> ElementGeometry:
    """Evaluate sfepy's Lagrange basis on straight-sided tetrahedra.

    Parameters
    ----------
    points : ndarray, shape (n_points, 3)
        Coordinates, m.
    cells : ndarray of int32, shape (n_cells, 4)
        Vertices of the tetrahedra, positively oriented.
    order : int
        Order of the basis, 1 or 2.
    quadrature_order : int
        Polynomial order the quadrature integrates exactly.

    Raises
    ------
    MeshError
        If a tetrahedron is not positively oriented.
    """
    with contextlib.redirect_stdout(io.StringIO()):  # sfepy advertises optional packages on import
        from sfepy.base.base import output
        from sfepy.discrete import Integral, PolySpace
        from sfepy.discrete.fem.geometry_element import GeometryElement
        from sfepy.discrete.fem.mappings import FEMapping
    output.set_output(quiet=True)

    tetrahedron = GeometryElement("3_4")
    geometry_space = PolySpace.any_from_args("geometry", tetrahedron, 1)
    field_space = PolySpace.any_from_args("field", tetrahedron, order)
    reference_points, reference_weights = Integral("i", order=quadrature_order).get_qp("3_4")
    mapping = FEMapping(points, np.ascontiguousarray(cells, dtype=np.int32), poly_space=geometry_space)
    geometry = mapping.get_mapping(reference_points, reference_weights, poly_space=field_space)
    weights = np.asarray(geometry.det)[:, :, 0, 0].copy()
    if not np.all(weights.sum(axis=1) > 0):
        message = f"{int(np.sum(weights.sum(axis=1) <= 0))} tetrahedra have no positive volume"
        raise MeshError(message)
    basis = np.asarray(field_space.eval_basis(reference_points))[:, 0, :].copy()
    return ElementGeometry(basis, np.asarray(geometry.bfg), weights)


def second_order_cells(points: Floats, cells: NDArray[np.int32]) -> tuple[Floats, NDArray[np.int32]]:
    """Points and cells of the second-order mesh: vertices first, then one midpoint per edge.

    Returns
    -------
    points : ndarray, shape (n_points + n_edges, 3)
        Coordinates, m.
    cells : ndarray of int32, shape (n_cells, 10)
        Nodes of each cell in sfepy's order.
    """
    ends = np.sort(cells[:, MIDPOINT_EDGES].reshape(-1, 2).astype(np.int64), axis=1)
    keys, inverse = np.unique(ends[:, 0] * len(points) + ends[:, 1], return_inverse=True)
    first, second = np.divmod(keys, len(points))
    midpoints = 0.5 * (points[first] + points[second])
    edge_nodes = (len(points) + inverse).reshape(-1, len(MIDPOINT_EDGES)).astype(np.int32)
    return np.vstack([points, midpoints]), np.hstack([cells, edge_nodes])

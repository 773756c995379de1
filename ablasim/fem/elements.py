"""Element geometry of first- and second-order triangles and tetrahedra, taken from sfepy."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import MeshError

Floats = NDArray[np.float64]

# Local vertex pairs whose midpoints carry the extra nodes of sfepy's second-order cells, in sfepy's order, by the
# number of vertices.
MIDPOINT_EDGES = {
    3: np.array([(0, 1), (1, 2), (0, 2)]),
    4: np.array([(0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3)]),
}
_SHAPES = {3: ("2_3", "triangles", "area"), 4: ("3_4", "tetrahedra", "volume")}


@dataclass(frozen=True, eq=False)
class ElementGeometry:
    """Basis values, gradients and weights at the quadrature points of every cell.

    Parameters
    ----------
    basis : ndarray, shape (n_quadrature, n_local)
        Basis functions at the reference points.
    gradients : ndarray, shape (n_cells, n_quadrature, n_dimensions, n_local)
        Gradients of the basis functions, 1/m.
    weights : ndarray, shape (n_cells, n_quadrature)
        Quadrature weight times Jacobian, m² or m³: they sum to the area or volume of the cell.
    """

    basis: Floats
    gradients: Floats
    weights: Floats


def element_geometry(points: Floats, cells: NDArray[np.int32], order: int, quadrature_order: int) -> ElementGeometry:
    """Evaluate sfepy's Lagrange basis on straight-sided triangles of the plane or tetrahedra.

    Parameters
    ----------
    points : ndarray, shape (n_points, 2) or (n_points, 3)
        Coordinates, m.
    cells : ndarray of int32, shape (n_cells, 3) or (n_cells, 4)
        Vertices of the cells, positively oriented.
    order : int
        Order of the basis, 1 or 2.
    quadrature_order : int
        Polynomial order the quadrature integrates exactly.

    Raises
    ------
    MeshError
        If a cell is not positively oriented.
    """
    sfepy = _sfepy()
    shape, cells_name, measure = _SHAPES[cells.shape[1]]
    element = sfepy.GeometryElement(shape)
    geometry_space, field_space = sfepy.Lagrange("geometry", element, 1), sfepy.Lagrange("field", element, order)
    reference_points, reference_weights = sfepy.Integral("i", order=quadrature_order).get_qp(shape)
    mapping = sfepy.FEMapping(points, np.ascontiguousarray(cells, dtype=np.int32), poly_space=geometry_space)
    geometry = mapping.get_mapping(reference_points, reference_weights, poly_space=field_space)
    weights = np.asarray(geometry.det)[:, :, 0, 0].copy()
    if not np.all(weights.sum(axis=1) > 0):
        message = f"{int(np.sum(weights.sum(axis=1) <= 0))} {cells_name} have no positive {measure}"
        raise MeshError(message)
    basis = np.asarray(field_space.eval_basis(reference_points))[:, 0, :].copy()
    return ElementGeometry(basis, np.asarray(geometry.bfg), weights)


def line_rule(order: int, quadrature_order: int) -> tuple[Floats, Floats]:
    """Evaluate sfepy's Lagrange basis on a straight edge.

    Returns
    -------
    basis : ndarray, shape (n_quadrature, n_local)
        Basis functions (ends first, then the middle) at the quadrature points.
    shares : ndarray, shape (n_quadrature,)
        Share of the edge's length that each point stands for.
    """
    sfepy = _sfepy()
    space = sfepy.Lagrange("field", sfepy.GeometryElement("1_2"), order)
    points, weights = sfepy.Integral("i", order=quadrature_order).get_qp("1_2")
    return np.asarray(space.eval_basis(points))[:, 0, :].copy(), np.asarray(weights)


def _sfepy() -> SimpleNamespace:
    """The parts of sfepy that are used, imported late and without its announcements.

    Polynomial spaces are taken by their class: sfepy's own search for one swallows a Ctrl-C, and its table then stays
    incomplete.
    """
    with contextlib.redirect_stdout(io.StringIO()):  # sfepy advertises optional packages on import
        from sfepy.base.base import output
        from sfepy.discrete import Integral
        from sfepy.discrete.fem.geometry_element import GeometryElement
        from sfepy.discrete.fem.mappings import FEMapping
        from sfepy.discrete.fem.poly_spaces import LagrangeSimplexPolySpace as Lagrange
    output.set_output(quiet=True)
    return SimpleNamespace(Integral=Integral, Lagrange=Lagrange, GeometryElement=GeometryElement, FEMapping=FEMapping)


def second_order_cells(points: Floats, cells: NDArray[np.int32]) -> tuple[Floats, NDArray[np.int32]]:
    """Points and cells of the second-order mesh: vertices first, then one midpoint per edge.

    Returns
    -------
    points : ndarray, shape (n_points + n_edges, n_dimensions)
        Coordinates, m.
    cells : ndarray of int32, shape (n_cells, 6) or (n_cells, 10)
        Nodes of each cell in sfepy's order.
    """
    edges = MIDPOINT_EDGES[cells.shape[1]]
    ends = np.sort(cells[:, edges].reshape(-1, 2).astype(np.int64), axis=1)
    keys, inverse = np.unique(ends[:, 0] * len(points) + ends[:, 1], return_inverse=True)
    first, second = np.divmod(keys, len(points))
    midpoints = 0.5 * (points[first] + points[second])
    edge_nodes = (len(points) + inverse).reshape(-1, len(edges)).astype(np.int32)
    return np.vstack([points, midpoints]), np.hstack([cells, edge_nodes])


def tetrahedron_rule(order: int) -> tuple[Floats, Floats]:
    """Quadrature points of a tetrahedron in barycentric coordinates, and the share of its volume that each stands for.

    Parameters
    ----------
    order : int
        Polynomial order that is integrated exactly.

    Returns
    -------
    places : ndarray, shape (n_quadrature, 4)
        Barycentric coordinates.
    shares : ndarray, shape (n_quadrature,)
        They sum to one.
    """
    points, weights = _sfepy().Integral("i", order=order).get_qp("3_4")
    places = np.column_stack([1.0 - points.sum(axis=1), points])
    return places, np.asarray(weights) / np.sum(weights)

"""Heat flux through named facets, straight from the temperature gradient.

The energy audit is closed by consistent reactions, which balance by construction. The flux -k ∇T·n of the first-order
solution is an independent, less accurate figure that must approach them as the mesh is refined.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ablasim.mesh.corners import corners_in
from ablasim.mesh.tetrahedra import Mesh

Floats = NDArray[np.float64]


class FacetFlux:
    """Heat leaving a set of cells through a set of facets.

    Parameters
    ----------
    mesh : Mesh
        The mesh.
    cells : ndarray of bool, shape (n_cells,)
        Cells that the heat leaves.
    triangles : ndarray, shape (n_facets, 3)
        Facets of the wall; those that no such cell touches carry nothing.
    """

    def __init__(self, mesh: Mesh, cells: NDArray[np.bool_], triangles: NDArray[np.int32]) -> None:
        wall = np.zeros(mesh.n_points, dtype=bool)
        wall[np.unique(triangles)] = True
        near = np.flatnonzero(cells & (corners_in(mesh.cells, wall) == 3))
        on_wall = wall[mesh.cells[near]]
        candidates = np.sort(mesh.cells[near][on_wall].reshape(-1, 3), axis=1)
        is_facet = np.isin(_keys(candidates, mesh.n_points), _keys(np.sort(triangles, axis=1), mesh.n_points))
        self.cells = near[is_facet]
        self._corners = mesh.cells[self.cells]
        faces = candidates[is_facet]
        apex = self._corners[~on_wall[is_facet]]
        a, b, c = (mesh.points[faces[:, i]] for i in range(3))
        normals = 0.5 * np.cross(b - a, c - a)
        inward = np.einsum("ij,ij->i", mesh.points[apex] - a, normals) > 0.0
        self._area_normals = np.where(inward[:, None], -normals, normals)
        edges = mesh.points[self._corners[:, 1:]] - mesh.points[self._corners[:, :1]]
        self._inverse_edges = np.linalg.inv(edges) if len(edges) else np.zeros((0, 3, 3))

    def power(self, temperature: Floats, conductivity: Floats) -> float:
        """Heat leaving through the facets, W.

        Parameters
        ----------
        temperature : ndarray, shape (n_points,)
            K.
        conductivity : ndarray, shape (n_cells,)
            k, W/(m K).
        """
        rises = temperature[self._corners[:, 1:]] - temperature[self._corners[:, :1]]
        gradients = np.einsum("cij,cj->ci", self._inverse_edges, rises)
        flux = -conductivity[self.cells] * np.einsum("ci,ci->c", gradients, self._area_normals)
        return float(flux.sum())


def _keys(triangles: NDArray[np.int32], n_points: int) -> NDArray[np.int64]:
    wide = triangles.astype(np.int64)
    keys: NDArray[np.int64] = (wide[:, 0] * n_points + wide[:, 1]) * n_points + wide[:, 2]
    return keys

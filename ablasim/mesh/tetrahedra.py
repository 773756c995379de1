"""The mesh every part of ablasim computes on: tetrahedra with named cell and facet regions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ablasim.compiled import compiled
from ablasim.errors import MeshError

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

ORGAN = "organ"
TUMOUR = "tumour"
LAYER = "layer"
OUTER = "outer"

JOINT = "+"
"""Between the names of overlapping needles that a region is part of."""


@dataclass(frozen=True, eq=False)
class Mesh:
    """Conforming tetrahedral mesh with named regions.

    A cell region is named ``tissue`` or ``body.tissue``: ``organ``, ``tumour``, ``hepatic_vein.organ``
    (the part of that lumen that lies where organ would be), ``electrode.tumour``. So the same mesh tells what a
    lumen is and what tissue stands in its place in the twin without vessels. Layers outside the organ are
    ``<layer>.layer``.

    Facet regions are ``outer`` (the outside of organ and layers, lumens excluded), ``<vessel>`` (the wall),
    ``<vessel>.end`` (the lumen's cut on the outside), ``<applicator>.active``, or ``<applicator>.distal`` and
    ``<applicator>.proximal`` of one with two poles, ``<applicator>.shaft`` (all that is insulated), ``<layer>`` (its
    side towards the organ) and ``<plate>`` (the outside of the organ under it; these triangles are in ``outer`` too).

    Where needles overlap on one axis, as before and after one is pulled back, a region is part of several:
    ``deep+shallow.organ`` is in both, ``deep.shaft+shallow.active`` on both.

    Parameters
    ----------
    points : ndarray, shape (n_points, 3)
        Coordinates, m.
    cells : ndarray of int32, shape (n_cells, 4)
        Point indices of each tetrahedron, positively oriented.
    cell_region : ndarray of int32, shape (n_cells,)
        Index into `cell_region_names`.
    cell_region_names : tuple of str
        Names of the cell regions.
    facets : ndarray of int32, shape (n_facets, 3)
        Point indices of the triangles of the named facet regions.
    facet_region : ndarray of int32, shape (n_facets,)
        Index into `facet_region_names`.
    facet_region_names : tuple of str
        Names of the facet regions.
    """

    points: Floats
    cells: Ints
    cell_region: Ints
    cell_region_names: tuple[str, ...]
    facets: Ints
    facet_region: Ints
    facet_region_names: tuple[str, ...]

    @property
    def n_points(self) -> int:
        """Number of points."""
        return len(self.points)

    @property
    def n_cells(self) -> int:
        """Number of tetrahedra."""
        return len(self.cells)

    @cached_property
    def cell_volumes(self) -> Floats:
        """Volumes of the tetrahedra, m³, shape (n_cells,)."""
        return tetrahedron_volumes(self.points, self.cells)

    @cached_property
    def cell_tissues(self) -> NDArray[np.str_]:
        """Tissue each cell region stands in (``organ``, ``tumour`` or ``layer``), by region index."""
        return np.array([name.rpartition(".")[2] for name in self.cell_region_names])

    @cached_property
    def cell_bodies(self) -> NDArray[np.str_]:
        """Body each cell region belongs to ('' for tissue), by region index; of overlapping needles the joint name."""
        return np.array([name.rpartition(".")[0] for name in self.cell_region_names])

    @cached_property
    def bodies_of_regions(self) -> tuple[tuple[str, ...], ...]:
        """Bodies that each cell region is part of, by region index: one ('' for tissue), or overlapping needles."""
        return tuple(tuple(body.split(JOINT)) for body in self.cell_bodies.tolist())

    def cells_of_body(self, body: str) -> NDArray[np.bool_]:
        """Mask of the cells that belong to a vessel's lumen, an applicator or a layer ('' for tissue)."""
        belongs = np.array([body in bodies for bodies in self.bodies_of_regions])
        mask: NDArray[np.bool_] = belongs[self.cell_region]
        return mask

    def cells_free_of(self, bodies: Collection[str]) -> NDArray[np.bool_]:
        """Mask of the cells that are tissue once some bodies are gone: those that belong to no other."""
        left = np.array([set(others) <= {"", *bodies} for others in self.bodies_of_regions])
        mask: NDArray[np.bool_] = left[self.cell_region]
        return mask

    def cells_of_tissue(self, tissue: str) -> NDArray[np.bool_]:
        """Mask of the cells that lie in ``organ``, ``tumour`` or any ``layer``, bodies within it included."""
        mask: NDArray[np.bool_] = (self.cell_tissues == tissue)[self.cell_region]
        return mask

    def facets_of(self, *names: str) -> Ints:
        """Triangles of the named facet regions, shape (n, 3).

        Raises
        ------
        MeshError
            If the mesh has no facet region of that name.
        """
        selected = np.isin(self.facet_region, [index for name in names for index in self._facet_indices(name)])
        triangles: Ints = self.facets[selected]
        return triangles

    def points_of_facets(self, *names: str) -> NDArray[np.int64]:
        """Sorted indices of the points on the named facet regions."""
        return np.unique(self.facets_of(*names)).astype(np.int64)

    def has_facets(self, name: str) -> bool:
        """Whether the mesh has a facet region of that name."""
        return bool(self._facet_parts(name))

    def _facet_indices(self, name: str) -> list[int]:
        found = self._facet_parts(name)
        if not found:
            known = ", ".join(self.facet_region_names) or "none"
            message = f"mesh has no facet region '{name}'; it has: {known}"
            raise MeshError(message)
        return found

    def _facet_parts(self, name: str) -> list[int]:
        """Facet regions of that name, and those that it is joined with others in."""
        return [i for i, region in enumerate(self.facet_region_names) if name in (region, *region.split(JOINT))]


def tetrahedron_volumes(points: Floats, cells: NDArray[np.integer]) -> Floats:
    """Volumes of tetrahedra, m³, negative where they are turned inside out, shape (n_cells,)."""
    volumes = np.empty(len(cells))
    _volumes(points, cells, volumes)
    return volumes


@compiled()
def _volumes(points: Floats, cells: NDArray[np.integer], volumes: Floats) -> None:
    for cell in range(len(cells)):
        o, p, q, r = cells[cell, 0], cells[cell, 1], cells[cell, 2], cells[cell, 3]
        ax, ay, az = points[p, 0] - points[o, 0], points[p, 1] - points[o, 1], points[p, 2] - points[o, 2]
        bx, by, bz = points[q, 0] - points[o, 0], points[q, 1] - points[o, 1], points[q, 2] - points[o, 2]
        cx, cy, cz = points[r, 0] - points[o, 0], points[r, 1] - points[o, 1], points[r, 2] - points[o, 2]
        volumes[cell] = (ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)) / 6.0


def triangle_areas(points: Floats, triangles: NDArray[np.integer]) -> Floats:
    """Areas of triangles, m², shape (n_triangles,)."""
    a, b, c = (points[triangles[:, i]] for i in range(3))
    areas: Floats = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1)
    return areas


def boundary_triangles(cells: Ints) -> Ints:
    """Triangles that belong to exactly one of the cells, turned outwards, shape (n_triangles, 3)."""
    faces = cells[:, [[1, 2, 3], [0, 3, 2], [0, 1, 3], [0, 2, 1]]].reshape(-1, 3)
    keys = np.sort(faces, axis=1)
    _, first, counts = np.unique(keys, axis=0, return_index=True, return_counts=True)
    triangles: Ints = faces[first[counts == 1]]
    return triangles

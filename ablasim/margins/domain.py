"""The tissue that margins are measured in: a mesh, and which of its cells are lumen, applicator or tumour."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ablasim.errors import MeshError
from ablasim.margins.clip import Floats, Indices, Integers, Mask, cell_volumes
from ablasim.margins.distance import CellSearch
from ablasim.mesh.corners import points_of
from ablasim.mesh.tetrahedra import LAYER, OUTER, TUMOUR, Mesh

CORNER_PAIRS = ((0, 1), (1, 2), (2, 3), (0, 2), (1, 3), (0, 3))
"""Edges of a tetrahedron; the first three chain all four corners."""


@dataclass(frozen=True, eq=False)
class Domain:
    """Mesh of a scenario as the margins see it. A run and its twins share one.

    Parameters
    ----------
    points : ndarray, shape (n_points, 3)
        Coordinates, m.
    cells : ndarray of int, shape (n_cells, 4)
        Point indices of positively oriented tetrahedra.
    is_lumen, is_applicator, is_tumour : ndarray of bool, shape (n_cells,)
        Which cells are vessel lumen or applicator body in the scenario (all others are tissue), and which lie
        in the tumour, bodies within it included.
    outer_points : ndarray of int
        Points on the organ's outside, under layers too.
    is_layer : ndarray of bool, shape (n_cells,), optional
        Cells of layers outside the organ; none by default.
    is_track : ndarray of bool, shape (n_cells,), optional
        Cells of tissue where an applicator has been that was pulled out; none by default.

    Raises
    ------
    ValueError
        If a mask does not have one entry per cell.
    """

    points: Floats
    cells: Integers
    is_lumen: Mask
    is_applicator: Mask
    is_tumour: Mask
    outer_points: Integers
    is_layer: Mask | None = None
    is_track: Mask | None = None

    def __post_init__(self) -> None:
        for name in ("is_lumen", "is_applicator", "is_tumour"):
            shape = getattr(self, name).shape
            if shape != (len(self.cells),):
                message = f"{name} has shape {shape}: must be ({len(self.cells)},), one entry per cell"
                raise ValueError(message)

    @classmethod
    def of_mesh(cls, mesh: Mesh, applicators: Collection[str] = (), absent: Collection[str] = ()) -> Domain:
        """Read the domain off a mesh with named regions.

        Parameters
        ----------
        mesh : Mesh
            The mesh; every body in it that is no applicator is taken for a vessel.
        applicators : collection of str
            Names of the applicators.
        absent : collection of str
            Those of them that were pulled out: tissue has taken their place.

        Returns
        -------
        Domain
            The domain.

        Raises
        ------
        MeshError
            If the mesh has no facet region ``outer``.
        """
        if not mesh.has_facets(OUTER):
            message = f"mesh has no facet region '{OUTER}': the organ's outside must be named"
            raise MeshError(message)
        bodies = [set(bodies) - {"", *absent} for bodies in mesh.bodies_of_regions]
        is_applicator = np.array([not found.isdisjoint(applicators) for found in bodies])
        is_layer = mesh.cell_tissues == LAYER
        is_lumen = np.array([bool(found) for found in bodies]) & ~is_applicator & ~is_layer
        outer_points = mesh.points_of_facets(OUTER)
        if is_layer.any():
            in_layer = is_layer[mesh.cell_region]
            outer_points = np.union1d(outer_points, np.intersect1d(mesh.cells[in_layer], mesh.cells[~in_layer]))
        return cls(
            points=mesh.points,
            cells=mesh.cells,
            is_lumen=is_lumen[mesh.cell_region],
            is_applicator=is_applicator[mesh.cell_region],
            is_tumour=mesh.cells_of_tissue(TUMOUR),
            outer_points=outer_points,
            is_layer=is_layer[mesh.cell_region],
            is_track=mesh.cells_free_of(absent) & ~mesh.cells_of_body(""),
        )

    @cached_property
    def is_tissue(self) -> Mask:
        """Cells that are neither lumen, applicator nor layer, shape (n_cells,)."""
        outside = np.zeros(len(self.cells), dtype=bool) if self.is_layer is None else self.is_layer
        return ~(self.is_lumen | self.is_applicator | outside)

    @cached_property
    def volumes(self) -> Floats:
        """Volumes of the cells, m³, shape (n_cells,)."""
        return cell_volumes(self.points, self.cells)

    @cached_property
    def search(self) -> CellSearch:
        """All cells, prepared for point location."""
        return CellSearch.of(self.points, self.cells)

    @cached_property
    def tissue_points(self) -> Mask:
        """Points of tissue, shape (n_points,)."""
        return self.points_of(self.is_tissue)

    @cached_property
    def applicator_points(self) -> Mask:
        """Points of applicators, shape (n_points,)."""
        return self.points_of(self.is_applicator)

    @cached_property
    def sleeved_points(self) -> Mask:
        """Points that living sleeves may lie round: of applicators and of the tracks they left, shape (n_points,)."""
        if self.is_track is None:
            return self.applicator_points
        return self.applicator_points | self.points_of(self.is_track)

    @cached_property
    def applicator_edges(self) -> Indices:
        """Edges of the cells of applicators, each once, shape (n_edges, 2)."""
        cells = self.cells[self.is_applicator].astype(np.int64)
        low, high = np.sort([cells[:, pair] for pair in CORNER_PAIRS], axis=-1).reshape(-1, 2).T
        return np.column_stack(np.divmod(np.unique(low * len(self.points) + high), len(self.points)))

    def points_of(self, cells: Mask) -> Mask:
        """Points of some of the cells, as a mask of shape (n_points,)."""
        return points_of(self.cells, cells, len(self.points))

    def locate_in_tissue(self, points: Floats) -> tuple[Indices, Floats]:
        """Cell and barycentric coordinates of points, as `CellSearch.locate`; cell -1 unless it is tissue."""
        cell, barycentric = self.search.locate(points)
        in_tissue = (cell >= 0) & self.is_tissue[cell]
        return np.where(in_tissue, cell, -1), np.where(in_tissue[:, None], barycentric, np.nan)

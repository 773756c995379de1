"""The ablation zone: how large it is, how long and how round."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ablasim.margins.clip import Floats, Integers, Mask, dead_fraction
from ablasim.margins.contour import Contour, check_level, contour
from ablasim.margins.distance import TriangleSearch
from ablasim.margins.domain import Domain
from ablasim.margins.facets import boundary_facets, dead_facets, soup_areas
from ablasim.margins.pieces import filled_level, label_pieces, sleeve_points
from ablasim.mesh.corners import corners_in


@dataclass(frozen=True, eq=False)
class Zone:
    """An ablation zone.

    The *zone* is the dead tissue. The *filled zone* adds the living sleeves it encloses round applicators,
    and the applicators where they run through it; shape and margins are those of the filled zone, volumes
    those of dead tissue.

    Parameters
    ----------
    domain : Domain
        The mesh it lies in.
    level : ndarray, shape (n_points,)
        Damage level, dead where positive.
    filled : ndarray, shape (n_points,)
        Level of the filled zone; NaN at points that belong to no zone cell.
    cells : ndarray of bool, shape (n_cells,)
        Cells that can belong to the filled zone: tissue, applicators, and lumens where they are tissue.
    tissue : ndarray of bool, shape (n_cells,)
        Cells that are tissue in this run.
    dead_volumes : ndarray, shape (n_cells,)
        Dead volume of each cell, m³; zero in cells that are lumen or applicator in the scenario.
    sleeves : ndarray of bool, shape (n_points,)
        Living points of the enclosed sleeves.
    surface : Contour
        Surface of the filled zone in tissue. Where dead tissue touches a lumen, an applicator or the organ's
        outside there is no surface.
    """

    domain: Domain
    level: Floats
    filled: Floats
    cells: Mask
    tissue: Mask
    dead_volumes: Floats
    sleeves: Mask
    surface: Contour

    @property
    def is_empty(self) -> bool:
        """Whether nothing died."""
        return not self.dead_points.any()

    @cached_property
    def dead_points(self) -> Mask:
        """Dead points of tissue, shape (n_points,)."""
        mask: Mask = self.domain.points_of(self.tissue) & (self.level > 0.0)
        return mask

    @cached_property
    def surviving_points(self) -> Mask:
        """Living points of the scenario's tissue that belong to no sleeve, shape (n_points,)."""
        mask: Mask = self.domain.tissue_points & ~self.dead_points & ~self.sleeves
        return mask

    @cached_property
    def volume(self) -> float:
        """Volume of dead tissue, m³."""
        return float(self.dead_volumes.sum())

    @cached_property
    def sleeve_volumes(self) -> Floats:
        """Living volume of the enclosed sleeves in each cell, m³, shape (n_cells,)."""
        domain = self.domain
        in_sleeve = domain.is_tissue & (corners_in(domain.cells, self.sleeves) > 0)
        return np.where(in_sleeve, domain.volumes - self.dead_volumes, 0.0)

    @cached_property
    def sleeve_volume(self) -> float:
        """Volume of the living sleeves round applicators that the zone encloses, m³."""
        return float(self.sleeve_volumes.sum())

    @cached_property
    def touches_outside(self) -> bool:
        """Whether dead tissue reaches the organ's outside."""
        return bool(self.dead_points[self.domain.outer_points].any())

    @cached_property
    def n_pieces(self) -> int:
        """Number of connected pieces of the filled zone."""
        inside = self.filled > 0.0
        return int(label_pieces(self._cells, inside).max(initial=-1)) + 1

    @cached_property
    def filled_volume(self) -> float:
        """Volume of the filled zone, m³."""
        domain = self.domain
        return float(dead_fraction(self.filled[self._cells]) @ domain.volumes[self.cells])

    @cached_property
    def filled_area(self) -> float:
        """Area of the whole surface of the filled zone, m².

        The surface in tissue, the cuts across applicators, and the facets where dead tissue touches a lumen
        or the organ's outside: here they count, because the volume ends there.
        """
        domain = self.domain
        inner = contour(domain.points, self._cells, self.filled).area
        touching = boundary_facets(self._cells, self.filled > 0.0)
        return inner + float(soup_areas(dead_facets(domain.points, touching, self.filled)).sum())

    @cached_property
    def _cells(self) -> Integers:
        """Points of the cells that can belong to the filled zone."""
        return self.domain.cells[self.cells]

    @cached_property
    def sphericity(self) -> float | None:
        """Area of the ball of equal volume over that of the filled zone, 1 for a ball; None if empty [1]_.

        References
        ----------
        .. [1] Wadell, Journal of Geology 43:250-280, 1935, doi:10.1086/624298.
        """
        if self.is_empty:
            return None
        ball_area = np.cbrt(np.pi) * np.cbrt(6.0 * self.filled_volume) ** 2
        return float(ball_area / self.filled_area)

    @cached_property
    def search(self) -> TriangleSearch:
        """The surface, prepared for distances."""
        return TriangleSearch.of(self.surface.corners)

    @cached_property
    def vertices(self) -> Floats:
        """Points whose convex hull is that of the zone, m, shape (n, 3)."""
        return np.concatenate([self.domain.points[self.dead_points], self.surface.points])

    @cached_property
    def principal_axis(self) -> Floats:
        """Direction in which the dead tissue is most extended (first principal axis), shape (3,)."""
        weights = self.dead_volumes
        centres = self.domain.points[self.domain.cells].mean(axis=1)
        offsets = centres - np.average(centres, axis=0, weights=weights)
        axis: Floats = np.linalg.eigh((offsets * weights[:, None]).T @ offsets)[1][:, -1]
        return axis


def ablation_zone(domain: Domain, level: Floats, *, tissue: Mask | None = None) -> Zone:
    """Find the ablation zone of a damage level.

    Parameters
    ----------
    domain : Domain
        The mesh of the scenario.
    level : ndarray, shape (n_points,)
        Nodal damage level, dead where positive. Give what is smooth: ln(dose / criterion), a temperature
        difference. Points that are in no tissue may hold NaN.
    tissue : ndarray of bool, shape (n_cells,), optional
        Cells that are tissue in this run; by default those of the scenario. In a twin without vessels lumens are too:
        its zone reaches into them, though volumes leave them out.

    Returns
    -------
    Zone
        The zone; possibly empty.

    Raises
    ------
    ModelError
        If the level is not finite somewhere in tissue.
    ValueError
        If the level does not have one value per point.
    """
    if level.shape != (len(domain.points),):
        message = f"damage level has shape {level.shape}: must be ({len(domain.points)},), one value per point"
        raise ValueError(message)
    if tissue is None:
        tissue = domain.is_tissue
    check_level(domain.cells[tissue], level)
    sleeves = sleeve_points(domain, level, tissue)
    filled = filled_level(domain, level, tissue, sleeves)
    counted = domain.is_tissue
    dead_volumes = np.zeros(len(domain.cells))
    dead_volumes[counted] = dead_fraction(level[domain.cells[counted]]) * domain.volumes[counted]
    return Zone(
        domain=domain,
        level=level,
        filled=filled,
        cells=tissue | domain.is_applicator,
        tissue=tissue,
        dead_volumes=dead_volumes,
        sleeves=sleeves,
        surface=contour(domain.points, domain.cells[tissue], filled),
    )

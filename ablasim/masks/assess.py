"""The margin of a tumour in a zone that were both drawn, or simulated elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ablasim.errors import MaskError
from ablasim.geometry.surface import Surface
from ablasim.margins import Margin, TriangleSearch, describe_margin
from ablasim.margins.clip import Floats, Mask
from ablasim.margins.coverage import Coverage
from ablasim.margins.facets import dead_facets
from ablasim.margins.refine import refine_minimum
from ablasim.margins.residual import residual_pieces
from ablasim.margins.rules import RULE_SHELLS
from ablasim.margins.sampling import SURFACE_SPACING
from ablasim.margins.signed import SignedSearch
from ablasim.masks.frames import check_frames, no_overlap
from ablasim.masks.grid import Grid
from ablasim.masks.read import Shape
from ablasim.units import MM_PER_M

CAPSULE_DISTANCE = 1e-3
"""How near to the organ's surface the zone is taken to end there, m: about the accuracy of a drawing (chosen)."""

_SPACINGS = (0.25e-3, 1e-3)  # m; finest and coarsest lattice for volumes
_LATTICE_SHARE = 1.0 / 20.0  # of the tumour's least extent
_WELL_INSIDE = 1e-6  # m


@dataclass(frozen=True, eq=False)
class MaskMargin:
    """Margin of two shapes.

    Parameters
    ----------
    margin : Margin
        The margin.
    tumour_volume, zone_volume : float
        Volumes within the two surfaces, m³.
    error : float
        How far masks leave the margin open, m: half a voxel of each; 0 for surfaces.
    warnings : tuple of str
        What a reader must know.
    """

    margin: Margin
    tumour_volume: float
    zone_volume: float
    error: float
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Sampled:
    """Points on a tumour's surface that have a margin."""

    tumour: Surface
    points: Floats
    normals: Floats
    areas: Floats
    excluded_fraction: float
    targets: tuple[float, ...]

    @property
    def centre(self) -> tuple[float, float, float]:
        """The tumour's centre, m."""
        return self.tumour.centre


@dataclass(frozen=True, eq=False)
class _Zone:
    """A zone prepared for margins: what of its surface borders on living tissue, and where the organ is."""

    inside: SignedSearch
    border: TriangleSearch
    organ: SignedSearch | None
    capsule: float

    def margin(self, points: Floats) -> Floats:
        """Margin at points, m; NaN where there is none because the organ ends."""
        is_inside = self.inside.depth(points) > 0.0
        distance = self.border.distance(points)
        values: Floats = np.where(is_inside, distance, -distance)
        if self.organ is not None:
            depth = self.organ.depth(points)
            values[(depth <= 0.0) | (is_inside & (depth < self.capsule))] = np.nan
        return values


def assess_masks(
    tumour: Shape,
    zone: Shape,
    organ: Shape | None = None,
    *,
    capsule: float = CAPSULE_DISTANCE,
    targets: Sequence[float] = (5e-3, 10e-3),
    spacing: float = SURFACE_SPACING,
) -> MaskMargin:
    """Assess the margin of two shapes, as that of a run.

    Where the organ ends there is nothing to ablate: parts of the zone's surface that lie outside the organ, or
    nearer than `capsule` to its surface, are no border to measure to. Points of the tumour's surface that lie
    there have no margin, unless they are alive; tissue outside the organ counts in no volume. Sandu et al. leave
    out points within 5 mm of the capsule [1]_; that hides margins that are too narrow, so the distance here is
    only what a drawing may be off.

    Parameters
    ----------
    tumour, zone : Shape
        The shapes.
    organ : Shape, optional
        The organ they lie in.
    capsule : float, optional
        Distance to the organ's surface below which they count as touching it, m.
    targets : sequence of float, optional
        Thickness of the shells to report, m.
    spacing : float, optional
        Largest spacing of the points on the tumour's surface, m.

    Returns
    -------
    MaskMargin
        The margin.

    Raises
    ------
    MaskError
        If the shapes do not overlap, or the organ leaves no surface to measure on or to.

    References
    ----------
    .. [1] Sandu et al., Front. Oncol. 11:623098, 2021, doi:10.3389/fonc.2021.623098 (read: abstract, and the code
       that came with it).
    """
    for one, other in ((tumour, zone), *(((tumour, organ), (zone, organ)) if organ is not None else ())):
        check_frames(one, other)
    organ_search = None if organ is None else SignedSearch.of(organ.surface)
    prepared = _Zone(SignedSearch.of(zone.surface), _border(zone, organ_search, capsule), organ_search, capsule)
    sampled, values = _sample(tumour, prepared, tuple(targets), spacing)
    shells = tuple(sorted({*targets, *RULE_SHELLS}))
    coverage = _coverage(tumour, prepared, shells)
    if organ is not None and coverage.tissue == 0.0:
        raise no_overlap(tumour, organ)
    if coverage.dead == 0.0:
        raise no_overlap(tumour, zone)
    minimum, place = refine_minimum(sampled, values, prepared.margin, spacing=spacing)
    return MaskMargin(
        margin=describe_margin(sampled, values, minimum=minimum, place=place, coverage=coverage),
        tumour_volume=tumour.surface.volume,
        zone_volume=zone.surface.volume,
        error=tumour.error + zone.error,
        warnings=(*tumour.warnings, *zone.warnings, *(organ.warnings if organ is not None else ())),
    )


def _border(zone: Shape, organ: SignedSearch | None, capsule: float) -> TriangleSearch:
    """The part of the zone's surface that borders on tissue of the organ."""
    surface = zone.surface
    if organ is None:
        return TriangleSearch.of(surface.points[surface.triangles])
    corners = dead_facets(surface.points, surface.triangles, organ.depth(surface.points) - capsule)
    if not len(corners):
        message = (
            f"{zone.name}: no part of its surface lies more than {capsule * MM_PER_M:g} mm within the organ: there is "
            "nothing to measure a margin to"
        )
        raise MaskError(message)
    return TriangleSearch.of(corners)


def _sample(tumour: Shape, zone: _Zone, targets: tuple[float, ...], spacing: float) -> tuple[_Sampled, Floats]:
    points, areas, normals = tumour.surface.sample_surface(spacing)
    values = zone.margin(points)
    kept: Mask = ~np.isnan(values)
    if not kept.any():
        message = f"{tumour.name}: its whole surface lies at the organ's surface or outside: there is no margin"
        raise MaskError(message)
    excluded = float(areas[~kept].sum() / areas.sum())
    sampled = _Sampled(tumour.surface, points[kept], normals[kept], areas[kept], excluded, targets)
    return sampled, values[kept]


def _coverage(tumour: Shape, zone: _Zone, shells: tuple[float, ...]) -> Coverage:
    low, high = tumour.surface.bounds
    reach = max(shells)
    step = float(np.clip((high - low).min() * _LATTICE_SHARE, *_SPACINGS))
    grid = Grid.covering(low - reach - step, high + reach + step, step)
    points = grid.points()
    in_tumour = SignedSearch.of(tumour.surface).depth(points)
    cells = grid.cells(in_tumour > -reach)
    near = np.unique(cells)
    in_zone, in_organ = np.full(len(points), -np.inf), np.full(len(points), np.inf)
    in_zone[near] = zone.inside.depth(points[near])
    if zone.organ is not None:
        in_organ[near] = zone.organ.depth(points[near])
    tissue = () if zone.organ is None else (in_organ,)

    def volume(*levels: Floats) -> float:
        return float(grid.volumes(cells, *levels, *tissue).sum())

    whole, dead = volume(in_tumour), volume(in_tumour, in_zone)
    living = grid.volumes(cells, in_tumour, -in_zone, *tissue)
    member = np.zeros(len(points), dtype=bool)
    member[cells[living > 0.0]] = True
    shares: dict[float, float | None] = {}
    for shell in shells:
        total = volume(in_tumour + shell) - whole
        shares[shell] = (volume(in_tumour + shell, in_zone) - dead) / total if total > 0.0 else None
    survives = (in_tumour > _WELL_INSIDE) & (in_zone < 0.0) & (in_organ > 0.0)
    return Coverage(
        tissue=whole,
        dead=dead,
        sleeve=0.0,
        shells=shares,
        has_residual=bool(survives.any()),
        pieces=residual_pieces(points, cells, living, member),
    )

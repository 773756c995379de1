"""The ablative margin: how far beyond the tumour's surface the ablation zone reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ablasim.errors import ModelError
from ablasim.margins.clip import Floats, Indices
from ablasim.margins.coverage import Coverage, coverage_of_zone
from ablasim.margins.distance import interpolate
from ablasim.margins.nearest import NamedVessel, nearest_vessel
from ablasim.margins.refine import refine_minimum
from ablasim.margins.residual import ResidualPiece
from ablasim.margins.rules import RuleResult, check_rules
from ablasim.margins.sampling import SampledTumour
from ablasim.margins.statistics import (
    MarginClass,
    SurfaceShares,
    area_percentiles,
    classify,
    surface_shares,
)
from ablasim.margins.zone import Zone


class SurfacePoints(Protocol):
    """Points all over a tumour's surface that have a margin."""

    @property
    def points(self) -> Floats:
        """The points, m, shape (n, 3)."""

    @property
    def areas(self) -> Floats:
        """Area each stands for, m², shape (n,)."""

    @property
    def targets(self) -> tuple[float, ...]:
        """Margins asked for, m."""

    @property
    def excluded_fraction(self) -> float:
        """Share of the surface that has no margin, 0 to 1."""

    @property
    def centre(self) -> Sequence[float] | Floats:
        """The tumour's centre, m, shape (3,)."""


@dataclass(frozen=True, eq=False)
class Margin:
    """The ablative margin of a tumour.

    Parameters
    ----------
    has_zone : bool
        Whether anything died; if not, every margin is minus the depth of the tumour.
    minimum : float
        Smallest margin on the tumour's surface, m.
    margin_class : str
        ``residual`` if the minimum is below 0, or if tumour lives anywhere but in a sleeve that the zone
        encloses round an applicator; else ``below_5``, ``5_to_10`` or ``a0`` (above 10 mm).
    minimum_at : ndarray, shape (3,), or None
        Where the minimum is, m.
    minimum_direction : ndarray, shape (3,), or None
        Unit vector from the tumour's centre to there.
    nearest_vessel : str or None
        Vessel whose wall is nearest to there.
    percentiles : dict of int to float
        Percentiles of the margin over the surface's area, m.
    surface_shares : SurfaceShares
        Shares of the tumour's surface by margin.
    tumour_ablated : float
        Dead share of the tumour's tissue, 0 to 1.
    residual_volume : float
        Living tissue of the tumour, sleeves included, m³.
    sleeve_in_tumour : float
        The part of it that lives in sleeves round applicators, m³.
    shell_ablated : dict of float to (float or None)
        By thickness, m: dead share of the shell of tissue round the tumour; None for a shell without tissue.
    rules : tuple of RuleResult
        What it makes of the rules of the literature.
    residual_pieces : tuple of ResidualPiece
        Connected pieces of living tumour, the largest first.
    excluded_fraction : float
        Share of the tumour's surface that has no margin: it lies in a lumen, an applicator or outside the
        organ.
    points : ndarray, shape (n, 3)
        Points of the tumour's surface, m.
    areas : ndarray, shape (n,)
        Area each stands for, m².
    values : ndarray, shape (n,)
        Margin at each, m.
    """

    has_zone: bool
    minimum: float
    margin_class: MarginClass
    minimum_at: Floats | None
    minimum_direction: Floats | None
    nearest_vessel: str | None
    percentiles: dict[int, float]
    surface_shares: SurfaceShares
    tumour_ablated: float
    residual_volume: float
    sleeve_in_tumour: float
    shell_ablated: dict[float, float | None]
    rules: tuple[RuleResult, ...]
    residual_pieces: tuple[ResidualPiece, ...]
    excluded_fraction: float
    points: Floats
    areas: Floats
    values: Floats


def assess_margin(zone: Zone, sampled: SampledTumour, *, vessels: Sequence[NamedVessel] = ()) -> Margin:
    """Assess the ablative margin of a zone.

    The margin at a point of the tumour's surface is its distance to the surface of the filled zone in tissue,
    positive where the point is dead (or in an enclosed sleeve) and negative where it is alive.

    Parameters
    ----------
    zone : Zone
        The zone.
    sampled : SampledTumour
        The tumour in the same mesh.
    vessels : sequence of NamedVessel
        Vessels, to name the one nearest to the minimum.

    Returns
    -------
    Margin
        The margin. The minimum is refined between the sampled points, so that sampling does not overestimate
        it.

    Raises
    ------
    ModelError
        If all tissue died, so that the zone has no surface to measure to.
    """
    values = _margins(zone, sampled)
    minimum, place = _minimum(zone, sampled, values)
    coverage = coverage_of_zone(zone, sampled, vessels)
    return describe_margin(
        sampled, values, minimum=minimum, place=place, coverage=coverage, vessels=vessels, has_zone=not zone.is_empty
    )


def minimum_margin(zone: Zone, sampled: SampledTumour) -> float:
    """Smallest margin that a zone leaves round a tumour, m: that of `assess_margin`, which finds more.

    Parameters
    ----------
    zone : Zone
        The zone.
    sampled : SampledTumour
        The tumour in the same mesh.

    Raises
    ------
    ModelError
        If all tissue died, so that the zone has no surface to measure to.
    """
    return _minimum(zone, sampled, _margins(zone, sampled))[0]


def describe_margin(
    surface: SurfacePoints,
    values: Floats,
    *,
    minimum: float,
    place: Floats | None,
    coverage: Coverage,
    vessels: Sequence[NamedVessel] = (),
    has_zone: bool = True,
) -> Margin:
    """Margin of given values on a tumour's surface, whether of a run or of shapes drawn elsewhere.

    Parameters
    ----------
    surface : SurfacePoints
        Points all over the surface.
    values : ndarray, shape (n,)
        Margin at each, m.
    minimum : float
        Smallest margin, also between the points, m.
    place : ndarray, shape (3,), or None
        Where it is, m.
    coverage : Coverage
        Volumes of the tumour and of the shells round it.
    vessels : sequence of NamedVessel
        Vessels, to name the one nearest to the minimum.
    has_zone : bool
        Whether anything died.
    """
    tissue, dead = coverage.tissue, coverage.dead
    return Margin(
        has_zone=has_zone,
        minimum=minimum,
        margin_class=classify(minimum, has_residual=coverage.has_residual),
        minimum_at=place,
        minimum_direction=None if place is None else _direction(np.asarray(surface.centre), place),
        nearest_vessel=None if place is None else nearest_vessel(place, vessels),
        percentiles=area_percentiles(values, surface.areas),
        surface_shares=surface_shares(values, surface.areas),
        tumour_ablated=min(dead / tissue, 1.0) if tissue > 0.0 else 0.0,  # two sums may differ in their last digit
        residual_volume=tissue - dead,
        sleeve_in_tumour=coverage.sleeve,
        shell_ablated={thickness: coverage.shells[thickness] for thickness in surface.targets},
        rules=check_rules(values, surface.areas, minimum, coverage.shells),
        residual_pieces=coverage.pieces,
        excluded_fraction=surface.excluded_fraction,
        points=surface.points,
        areas=surface.areas,
        values=values,
    )


def signed_margin(zone: Zone, points: Floats) -> Floats:
    """Signed distance of points to the zone's surface.

    Parameters
    ----------
    zone : Zone
        A zone that is not empty.
    points : ndarray, shape (n, 3)
        Coordinates, m.

    Returns
    -------
    ndarray, shape (n,)
        Distance, m, positive inside the filled zone; NaN for points that lie in no tissue of the scenario.

    Raises
    ------
    ModelError
        If all tissue died, so that the zone has no surface.
    """
    cell, barycentric = zone.domain.locate_in_tissue(points)
    return _signed(zone, points, cell, barycentric)


def _minimum(zone: Zone, sampled: SampledTumour, values: Floats) -> tuple[float, Floats | None]:
    """Smallest of the margins at the sampled points and between them, m, and where it is."""
    if zone.is_empty:
        return -sampled.tumour.depth, None
    return refine_minimum(sampled, values, lambda points: signed_margin(zone, points), spacing=sampled.spacing)


def _margins(zone: Zone, sampled: SampledTumour) -> Floats:
    if zone.is_empty:
        return np.full(len(sampled.points), -sampled.tumour.depth)
    return _signed(zone, sampled.points, sampled.cell, sampled.barycentric)


def _signed(zone: Zone, points: Floats, cell: Indices, barycentric: Floats) -> Floats:
    if zone.surface.is_empty:
        message = "all tissue of the organ died: the zone has no surface to measure a margin to"
        raise ModelError(message)
    level = interpolate(zone.domain.cells, zone.filled, cell, barycentric)
    distance = zone.search.distance(points)
    return np.where(np.isnan(level), np.nan, np.where(level > 0.0, distance, -distance))


def _direction(start: Floats, end: Floats) -> Floats | None:
    length = float(np.linalg.norm(end - start))
    return (end - start) / length if length > 0.0 else None

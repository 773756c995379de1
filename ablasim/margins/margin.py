"""The ablative margin: how far beyond the tumour's surface the ablation zone reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ablasim.errors import ModelError
from ablasim.geometry.segments import point_polyline_distance
from ablasim.margins.clip import Floats, Indices
from ablasim.margins.coverage import shell_ablated_fraction, tumour_volumes
from ablasim.margins.distance import interpolate
from ablasim.margins.refine import refine_minimum
from ablasim.margins.sampling import SampledTumour
from ablasim.margins.statistics import (
    MarginClass,
    SurfaceShares,
    area_percentiles,
    classify,
    surface_shares,
)
from ablasim.margins.zone import Zone

_WELL_INSIDE = 1e-6  # m; mesh points nearer to the tumour's surface than this lie on it


class NamedVessel(Protocol):
    """What the margins ask of a vessel."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def points(self) -> Floats:
        """Its centre-line, m, shape (n, 3)."""

    @property
    def diameter(self) -> float:
        """Its diameter, m."""


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
    excluded_fraction : float
        Share of the tumour's surface that has no margin: it lies in a lumen, an applicator or outside the
        organ.
    points : ndarray, shape (n, 3)
        Points of the tumour's surface, m.
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
    excluded_fraction: float
    points: Floats
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
    tissue, dead, sleeve = tumour_volumes(zone)
    residual = tissue - dead
    values = _margins(zone, sampled)
    if zone.is_empty:
        minimum, place = -sampled.tumour.depth, None
    else:
        minimum, place = refine_minimum(
            sampled, values, lambda points: signed_margin(zone, points), spacing=sampled.spacing
        )
    return Margin(
        has_zone=not zone.is_empty,
        minimum=minimum,
        margin_class=classify(minimum, has_residual=_has_living_inside(zone, sampled)),
        minimum_at=place,
        minimum_direction=None if place is None else _direction(np.asarray(sampled.tumour.centre), place),
        nearest_vessel=None if place is None else nearest_vessel(place, vessels),
        percentiles=area_percentiles(values, sampled.areas),
        surface_shares=surface_shares(values, sampled.areas),
        tumour_ablated=dead / tissue if tissue > 0.0 else 0.0,
        residual_volume=residual,
        sleeve_in_tumour=sleeve,
        shell_ablated={thickness: shell_ablated_fraction(zone, sampled, thickness) for thickness in sampled.targets},
        excluded_fraction=sampled.excluded_fraction,
        points=sampled.points,
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


def nearest_vessel(place: Floats, vessels: Sequence[NamedVessel]) -> str | None:
    """Name of the vessel whose wall is nearest to a place; None without vessels.

    Parameters
    ----------
    place : ndarray, shape (3,)
        The place, m.
    vessels : sequence of NamedVessel
        The vessels.

    Returns
    -------
    str or None
        Its name.
    """

    def gap(vessel: NamedVessel) -> float:
        return float(point_polyline_distance(place[None], vessel.points)[0][0]) - 0.5 * vessel.diameter

    return min(vessels, key=gap).name if vessels else None


def _has_living_inside(zone: Zone, sampled: SampledTumour) -> bool:
    """Whether a mesh point inside the tumour lives, but for sleeves: also on an island inside it."""
    inside = sampled.distance[zone.surviving_points] < -_WELL_INSIDE
    return bool(inside.any())


def _direction(start: Floats, end: Floats) -> Floats | None:
    length = float(np.linalg.norm(end - start))
    return (end - start) / length if length > 0.0 else None

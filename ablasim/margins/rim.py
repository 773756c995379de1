"""The living cuff that a vessel keeps on its wall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ablasim.geometry.segments import point_polyline_distance
from ablasim.margins.clip import Floats, Integers
from ablasim.margins.distance import TriangleSearch
from ablasim.margins.facets import boundary_facets, dead_facets, soup_areas
from ablasim.margins.zone import Zone


@dataclass(frozen=True)
class Rim:
    """The living cuff on a vessel's wall.

    Parameters
    ----------
    minimum, mean : float
        Distance from the wall to the nearest dead tissue, m, over the facets that face the applicator and
        that the twin's zone reaches; the mean is weighted by area. Infinite if nothing is dead in the run.
    cuff_fraction : float
        Share of that wall's area that is alive, 0 to 1.
    """

    minimum: float
    mean: float
    cuff_fraction: float


def measure_rim(actual: Zone, no_vessel: Zone, *, centre_line: Floats, wall: Integers, seen_from: Floats) -> Rim | None:
    """Distance from a vessel's wall to the nearest dead tissue, where the twin's zone reaches the wall.

    Parameters
    ----------
    actual, no_vessel : Zone
        Zones of the run and of its twin without vessels.
    centre_line : ndarray, shape (n, 3)
        Corners of the vessel's centre-line, m.
    wall : ndarray of int, shape (n_facets, 3)
        Triangles of its wall.
    seen_from : ndarray, shape (3,)
        Point of the applicator, m: only facets whose normal (out of the lumen) points to its side count.

    Returns
    -------
    Rim or None
        The rim; None if the twin's zone reaches none of those facets.
    """
    corners = actual.domain.points[wall]
    centres = corners.mean(axis=1)
    outward = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    from_axis = centres - point_polyline_distance(centres, centre_line)[2]
    outward *= np.sign((outward * from_axis).sum(axis=1))[:, None]
    faces = (outward * (seen_from - centres)).sum(axis=1) > 0.0
    reached = no_vessel.level[wall].mean(axis=1) > 0.0
    chosen = faces & reached
    if not chosen.any():
        return None
    areas = soup_areas(corners[chosen])
    is_dead = actual.level[wall[chosen]].mean(axis=1) > 0.0
    distance = np.where(is_dead, 0.0, distance_to_dead(actual, centres[chosen]))
    dead_area = float(soup_areas(dead_facets(actual.domain.points, wall[chosen], actual.level)).sum())
    return Rim(
        minimum=float(distance.min()),
        mean=float(np.average(distance, weights=areas)),
        cuff_fraction=1.0 - dead_area / float(areas.sum()),
    )


def distance_to_dead(zone: Zone, points: Floats) -> Floats:
    """Distance from living points to the nearest dead tissue.

    Parameters
    ----------
    zone : Zone
        The zone.
    points : ndarray, shape (n, 3)
        Points outside dead tissue, m.

    Returns
    -------
    ndarray, shape (n,)
        Distances, m; infinite if nothing is dead.
    """
    domain = zone.domain
    touching = boundary_facets(domain.cells[zone.tissue], zone.dead_points)
    ends = dead_facets(domain.points, touching, zone.level)
    return TriangleSearch.of(np.concatenate([zone.surface.corners, ends])).distance(points)

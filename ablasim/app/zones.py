"""Surfaces and margins on the app's grid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyvista as pv
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from ablasim.app.places import Places, X, Z, outside_vessel
from ablasim.margins.distance import TriangleSearch

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

EDGES_MM = (0.0, 5.0, 10.0)
"""Margins at which the classes of margin part."""


@dataclass(frozen=True, eq=False)
class Surface:
    """Triangles.

    Parameters
    ----------
    points : ndarray, shape (n, 3)
        mm.
    triangles : ndarray of int, shape (m, 3)
        Their corners.
    """

    points: Floats
    triangles: Integers

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing."""
        return len(self.triangles) == 0


@dataclass(frozen=True, eq=False)
class GridMargin:
    """The margin all round a tumour.

    Parameters
    ----------
    surface : Surface
        The tumour.
    margin_mm : ndarray, shape (n,)
        Signed distance from each of its points to the zone's surface: positive where the zone reaches beyond it; NaN
        inside the vessel.
    shares : ndarray, shape (4,)
        Share of its surface below 0, from 0 to 5, from 5 to 10 and above 10 mm.
    """

    surface: Surface
    margin_mm: Floats
    shares: Floats

    @property
    def minimum_mm(self) -> float:
        """The smallest margin."""
        return float(np.nanmin(self.margin_mm))

    @property
    def smallest_at_mm(self) -> Floats:
        """Where it is."""
        return np.asarray(self.surface.points[int(np.nanargmin(self.margin_mm))])


def zone_surface(level: Floats, places: Places, vessel: tuple[float, float] | None = None) -> Surface:
    """Surface between dead and living tissue.

    Parameters
    ----------
    level : ndarray, shape of the grid
        Damage level, dead where positive.
    places : Places
        The grid; of a mirrored one, half of the surface is made.
    vessel : (float, float), optional
        Distance of the wall from the applicator's axis and radius, mm. Where dead tissue touches the wall is no
        surface.

    Returns
    -------
    Surface
        The surface, possibly empty.
    """
    grid = pv.ImageData(dimensions=level.shape, origin=(X[0], places.y[0], Z[0]))
    found = grid.contour([0.0], scalars=level.ravel(order="F"), method="flying_edges", compute_normals=False)
    if found.n_cells == 0:
        return Surface(np.empty((0, 3)), np.empty((0, 3), dtype=np.int64))
    points = np.asarray(found.points, dtype=float)
    triangles = np.asarray(found.faces, dtype=np.int64).reshape(-1, 4)[:, 1:]
    if vessel is not None:
        outside = outside_vessel(points[triangles].mean(axis=1), *vessel) > 0.0
        triangles = triangles[outside]
    return Surface(points, triangles)


def mirrored(surface: Surface) -> Surface:
    """The surface and its mirror image in the plane y = 0."""
    image = surface.points * np.array([1.0, -1.0, 1.0])
    turned = surface.triangles[:, ::-1] + len(surface.points)
    return Surface(np.concatenate([surface.points, image]), np.concatenate([surface.triangles, turned]))


@lru_cache(maxsize=1)
def _unit_sphere() -> tuple[Surface, Floats]:
    """A sphere of radius 1, and the share of its surface that each point stands for."""
    sphere = pv.Icosphere(radius=1.0, nsub=4)
    points, triangles = np.asarray(sphere.points, dtype=float), np.asarray(sphere.faces).reshape(-1, 4)[:, 1:]
    sides = points[triangles]
    areas = 0.5 * np.linalg.norm(np.cross(sides[:, 1] - sides[:, 0], sides[:, 2] - sides[:, 0]), axis=1)
    each = np.bincount(triangles.ravel(), np.repeat(areas / 3.0, 3), minlength=len(points))
    return Surface(points, triangles.astype(np.int64)), each / each.sum()


@lru_cache(maxsize=2)
def _asked(is_mirrored: bool) -> tuple[Floats, Integers]:
    """Points of the unit sphere to ask for, mirror images once, and where each of its points is among them."""
    points = _unit_sphere()[0].points
    if not is_mirrored:
        return points, np.arange(len(points))
    folded = np.round(points, 6) * np.where(points[:, 1:2] < 0.0, np.array([1.0, -1.0, 1.0]), 1.0) + 0.0
    asked, back = np.unique(folded, axis=0, return_inverse=True)
    return asked, back.ravel()


def grid_margin(
    level: Floats, zone: Surface, places: Places, tumour_mm: float, vessel: tuple[float, float] | None = None
) -> GridMargin:
    """Margin of a zone round a spherical tumour in the origin.

    Parameters
    ----------
    level, places, vessel
        As for `zone_surface`.
    zone : Surface
        What that gives.
    tumour_mm : float
        Diameter of the tumour.

    Returns
    -------
    GridMargin
        Without a zone, every margin is minus the tumour's depth.
    """
    unit, area = _unit_sphere()
    radius = 0.5 * tumour_mm
    points = unit.points * radius
    margin = np.full(len(points), -radius)
    if not zone.is_empty:
        asked, back = _asked(places.mirrored)
        asked = radius * asked
        distance = TriangleSearch.of(zone.points[zone.triangles]).distance(asked)
        place = asked - np.array([X[0], places.y[0], Z[0]])
        here = map_coordinates(level, place.T, order=1, mode="nearest", prefilter=False)
        margin = np.where(here > 0.0, distance, -distance)[back]
    if vessel is not None:
        margin = np.where(outside_vessel(points, *vessel) > 0.0, margin, np.nan)
    told = ~np.isnan(margin)
    classes = np.digitize(margin[told], EDGES_MM)
    shares = np.bincount(classes, area[told], minlength=len(EDGES_MM) + 1)
    return GridMargin(Surface(points, unit.triangles), margin, shares / shares.sum())

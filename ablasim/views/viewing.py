"""Planes in which a run is best seen."""

from __future__ import annotations

import numpy as np

from ablasim.anatomy import Anatomy
from ablasim.geometry import point_polyline_distance
from ablasim.units import Floats, metres
from ablasim.views.cut import Plane, plane_through

_SAME = float(metres(0.01))
_VERTICAL = np.array([0.0, 0.0, 1.0])


def viewing_plane(anatomy: Anatomy) -> Plane:
    """Plane along the applicators, which point up, and through the vessel nearest to them, which lies to the right.

    With several needles it goes through the middle of them all; without a vessel through the first of them too. With
    plates alone it goes through the tumour's centre, or that of the organ, and square to the first of them.
    """
    origin, up = _middle(anatomy), _upward(anatomy)
    return plane_through(origin, np.cross(_aside(anatomy, origin, up), up), up)


def plane_across(anatomy: Anatomy) -> Plane:
    """Plane across the applicators through the middle of their active parts, the nearest vessel to the right."""
    origin, up = _middle(anatomy), _upward(anatomy)
    aside = _aside(anatomy, origin, up)
    return plane_through(origin, up, np.cross(up, aside))


def plane_words(anatomy: Anatomy) -> str:
    """Where `viewing_plane` lies, for a caption."""
    several = len(anatomy.needles) > 1
    if not anatomy.needles:
        return "in a plane through the source"
    if anatomy.centre_lines:
        what = "applicators and through the nearest vessel" if several else "applicator and nearest vessel"
        return f"in a plane along the {what}" if several else f"in the plane of {what}"
    return "in a plane along the applicators" if several else "in a plane through the applicator"


def towards_nearest_vessel(anatomy: Anatomy, origin: Floats) -> Floats:
    """Way from a place to the nearest point of any vessel's centre-line, m; zero without vessels."""
    ways = [point_polyline_distance(origin[None, :], vessel.points)[2][0] - origin for vessel in anatomy.centre_lines]
    return min(ways, key=lambda way: float(np.linalg.norm(way)), default=np.zeros(3))


def _middle(anatomy: Anatomy) -> Floats:
    """Middle of the middles of all active parts; without needles the tumour's centre, or that of the organ."""
    middles = [needle.active_middle for needle in anatomy.needles.values()]
    if middles:
        return np.asarray(np.mean(middles, axis=0))
    if anatomy.tumour is not None:
        return np.array(anatomy.tumour.centre)
    return np.array(anatomy.organ.centre) if anatomy.plates else np.zeros(3)


def _upward(anatomy: Anatomy) -> Floats:
    """Direction of the needle that the others lie most parallel to, the first of several such; without needles z."""
    directions = [_unit(np.array(needle.direction, dtype=float)) for needle in anatomy.needles.values()]
    if not directions:
        return _VERTICAL
    agreement = np.abs(np.array(directions) @ np.array(directions).T).sum(axis=1).round(9)
    return directions[int(np.argmax(agreement))]


def _aside(anatomy: Anatomy, origin: Floats, up: Floats) -> Floats:
    """Direction to the right, across `up`: to the nearest vessel, else to the last needle, a tine, a plate."""
    ways = [towards_nearest_vessel(anatomy, origin)]
    ways += [needle.active_middle - origin for needle in list(anatomy.needles.values())[::-1]]
    ways += [line[-1] - origin for needle in anatomy.needles.values() for line in needle.tine_lines()[:1]]
    ways += [np.asarray(plate.normal) for plate in anatomy.plates.values()]
    ways.append(np.cross(up, np.eye(3)[np.argmin(np.abs(up))]))
    across = (way - (way @ up) * up for way in ways)
    return next(way for way in across if np.linalg.norm(way) > _SAME)


def _unit(vector: Floats) -> Floats:
    scaled: Floats = vector / np.linalg.norm(vector)
    return scaled

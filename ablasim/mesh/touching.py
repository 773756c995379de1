"""Where the sides of bodies touch the surface of the tumour, and which way to move it off all of them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ablasim.geometry.segments import point_polyline_distance
from ablasim.mesh.expected import Shapes
from ablasim.mesh.outside import needle_length

Floats = NDArray[np.float64]

_NEARLY = 0.4e-3  # m: a side nearer to the tumour's surface than this, inside or outside it, may leave slivers


def away_from_touching_bodies(shapes: Shapes) -> Floats | None:
    """Direction in which the tumour moves off the sides of vessels and needles that touch its surface, or into them.

    With one such body that is the direction to it. Needles round a tumour may all touch it: a move towards one then
    goes along the sides of others, so that a direction is taken that is as far as can be from being square to any.

    Parameters
    ----------
    shapes : Shapes
        The geometry, m.

    Returns
    -------
    ndarray, shape (3,), or None
        Unit vector; None without a tumour or without bodies, or where the axis of the body that is nearest to touching
        runs through the tumour's centre.
    """
    axes = [(vessel.points, vessel.radius) for vessel in shapes.vessels]
    for needle in shapes.needles:
        tip = np.array(needle.tip)
        top = tip + needle_length(needle, shapes.organ, shapes.layers) * np.array(needle.direction)
        axes.append((np.stack([tip, top]), needle.radius))
    if shapes.tumour is None or not axes:
        return None
    centre = np.array(shapes.tumour.centre)
    feet = np.concatenate([point_polyline_distance(centre[None], points)[2] for points, _ in axes])
    radii = np.array([radius for _, radius in axes])
    gaps = np.abs(np.abs(shapes.tumour.signed_distance(feet)) - radii)
    ways, lengths = feet - centre, np.linalg.norm(feet - centre, axis=1)
    nearest = int(np.argmin(gaps))
    if lengths[nearest] == 0.0:
        return None
    touching = ways[(gaps < _NEARLY) & (lengths > 0.0)] / lengths[(gaps < _NEARLY) & (lengths > 0.0), None]
    if len(touching) < 2:
        nearest_way: Floats = ways[nearest] / lengths[nearest]
        return nearest_way
    return _least_square_to(touching)


def _least_square_to(directions: Floats) -> Floats:
    """Of some directions and those midway between two of them, the one that is farthest from square to any."""
    midway = [sign * one + other for one, other in combinations(directions, 2) for sign in (-1.0, 1.0)]
    thirds = [2.0 * sign * one + other for one in directions for other in directions for sign in (-1.0, 1.0)]
    candidates = np.array([*directions, *midway, *thirds])
    lengths = np.linalg.norm(candidates, axis=1)
    candidates = candidates[lengths > 0.1] / lengths[lengths > 0.1, None]
    along: Floats = candidates[np.argmax(np.abs(candidates @ directions.T).min(axis=1))]
    return along

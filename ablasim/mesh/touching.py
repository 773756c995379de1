"""Where the side of a body touches the surface of the tumour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ablasim.geometry.segments import point_polyline_distance
from ablasim.mesh.expected import Shapes
from ablasim.mesh.outside import needle_length

Floats = NDArray[np.float64]


def towards_touching_body(shapes: Shapes) -> Floats | None:
    """Direction from the tumour's centre to the vessel or needle whose side is nearest to touching its surface.

    Parameters
    ----------
    shapes : Shapes
        The geometry, m.

    Returns
    -------
    ndarray, shape (3,), or None
        Unit vector; None without a tumour or without bodies, or where the axis of that body runs through the
        tumour's centre.
    """
    axes = [(vessel.points, vessel.radius) for vessel in shapes.vessels]
    for needle in shapes.needles:
        tip = np.array(needle.tip)
        top = tip + needle_length(needle, shapes.organ) * np.array(needle.direction)
        axes.append((np.stack([tip, top]), needle.radius))
    if shapes.tumour is None or not axes:
        return None
    centre = np.array(shapes.tumour.centre)
    feet = np.concatenate([point_polyline_distance(centre[None], points)[2] for points, _ in axes])
    radii = np.array([radius for _, radius in axes])
    gaps = np.abs(np.abs(shapes.tumour.signed_distance(feet)) - radii)
    nearest = feet[np.argmin(gaps)] - centre
    length = np.linalg.norm(nearest)
    return None if length == 0.0 else nearest / length

"""How much of a tumour lies outside the organ, and whether any of it lies outside of needles and vessels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ablasim.geometry.applicators import Needle
from ablasim.geometry.organ import Floats, Organ
from ablasim.geometry.tumour import Tumour
from ablasim.geometry.vessels import Vessel

_SAMPLES_ACROSS = 150
_HALVINGS = 40
_FIRST_ACROSS, _LAST_ACROSS = 4, 40  # samples that tell most tumours from those within bodies, and all
_TOUCHING = 1e-6  # depth below the surface, of the tumour's size


def share_outside(tumour: Tumour, organ: Organ) -> float:
    """Share of a tumour's volume that lies outside the organ, 0 to 1.

    Volume is summed over cones from a point of the organ to each patch of the tumour's surface; as organs are convex, a
    cone leaves the organ once at most, and what lies beyond falls with the cube of where.

    Parameters
    ----------
    tumour : Tumour
        The tumour.
    organ : Organ
        The organ.

    Returns
    -------
    float
        Right to about 1e-4; exactly 0 for a tumour wholly inside.

    Examples
    --------
    >>> from ablasim.geometry import Box, Sphere
    >>> block = Box((0, 0, 0), (0.1, 0.1, 0.1))
    >>> share_outside(Sphere((0, 0, 0), 0.02), block), round(share_outside(Sphere((0.05, 0, 0), 0.02), block), 3)
    (0.0, 0.5)
    """
    low, high = tumour.bounds
    points, areas, normals = tumour.sample_surface(float(np.linalg.norm(high - low)) / _SAMPLES_ACROSS)
    is_inside = organ.contains(np.array(tumour.centre)[None])[0]
    apex = np.array(tumour.centre if is_inside else organ.centre)
    ways = points - apex
    cones = areas * np.sum(ways * normals, axis=1) / 3.0
    beyond = ~organ.contains(points)
    kept = _kept(apex, ways[beyond], organ)
    return float(np.clip(np.sum(cones[beyond] * (1.0 - kept**3)) / np.sum(cones), 0.0, 1.0))


def lies_within(tumour: Tumour, bodies: Sequence[Needle | Vessel]) -> bool:
    """Whether nothing of a tumour lies outside of some bodies, which its surface may touch.

    Examples
    --------
    >>> from ablasim.geometry import Sphere
    >>> needle = Needle("n", (0, 0, -0.01), (0, 0, 1), 0.002, 0.02)
    >>> lies_within(Sphere((0, 0, 0), 0.002), [needle]), lies_within(Sphere((0, 0, 0), 0.003), [needle])
    (True, False)
    """
    low, high = tumour.bounds
    size = float(np.linalg.norm(high - low))
    for across in (_FIRST_ACROSS, _LAST_ACROSS):
        points, _, normals = tumour.sample_surface(size / across)
        left = points - _TOUCHING * size * normals
        for body in bodies:
            left = left[~body.contains(left)]
        if len(left):
            return False
    return True


def _kept(start: Floats, ways: Floats, organ: Organ) -> Floats:
    """Share of each way out of the organ, from a point inside, that lies in it, shape (n,)."""
    inside, outside = np.zeros(len(ways)), np.ones(len(ways))
    for _ in range(_HALVINGS):
        middle = 0.5 * (inside + outside)
        is_inside = organ.contains(start + middle[:, None] * ways)
        inside, outside = np.where(is_inside, middle, inside), np.where(is_inside, outside, middle)
    return inside

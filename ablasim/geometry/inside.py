"""How much of a needle lies in the organ."""

from __future__ import annotations

import numpy as np

from ablasim.geometry.applicators import Needle
from ablasim.geometry.organ import Organ

_HALVINGS = 60


def length_inside(needle: Needle, organ: Organ) -> float:
    """Length from the tip to the end of the shaft, or to where the shaft leaves the organ, m.

    Organs are convex, so a needle whose tip is inside leaves it once at most.

    Parameters
    ----------
    needle : Needle
        A needle whose tip lies in the organ.
    organ : Organ
        The organ.

    Examples
    --------
    >>> from ablasim.geometry import Box
    >>> needle = Needle("n", (0, 0, -0.01), (0, 0, 1), 0.0015, 0.005)
    >>> round(length_inside(needle, Box((0, 0, 0), (0.06, 0.06, 0.06))), 9)
    0.04
    """
    low, high = organ.bounds
    tip, direction = np.array(needle.tip), np.array(needle.direction)
    inside, outside = 0.0, min(needle.length, 2.0 * float(np.linalg.norm(high - low)))
    if organ.contains((tip + outside * direction)[None, :])[0]:
        return outside
    for _ in range(_HALVINGS):
        middle = 0.5 * (inside + outside)
        if organ.contains((tip + middle * direction)[None, :])[0]:
            inside = middle
        else:
            outside = middle
    return inside

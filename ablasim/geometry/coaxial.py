"""Needles on one axis, as a needle lies before and after it is pulled back."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

SAME_DIRECTION = 1e-6
"""Angle up to which two directions are one, rad: a micrometre over a metre."""


def height_on_axis(
    tip: ArrayLike, direction: ArrayLike, other_tip: ArrayLike, other_direction: ArrayLike, *, within: float
) -> float | None:
    """Height of another needle's tip above a needle's own along its axis; None if they do not share one.

    Parameters
    ----------
    tip, other_tip : array_like, shape (3,)
        Tips, in any unit of length.
    direction, other_direction : array_like, shape (3,)
        Unit vectors up the shafts; they must be the same.
    within : float
        Distance of the other tip from the axis up to which it lies on it.

    Examples
    --------
    >>> height_on_axis((0, 0, -15), (0, 0, 1), (0, 0, 5), (0, 0, 1), within=1e-6)
    20.0
    >>> height_on_axis((0, 0, -15), (0, 0, 1), (1, 0, 5), (0, 0, 1), within=1e-6) is None
    True
    """
    axis = np.asarray(direction, dtype=float)
    if np.linalg.norm(axis - np.asarray(other_direction, dtype=float)) > SAME_DIRECTION:
        return None
    offset = np.asarray(other_tip, dtype=float) - np.asarray(tip, dtype=float)
    height = float(offset @ axis)
    return height if np.linalg.norm(offset - height * axis) <= within else None

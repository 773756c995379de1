"""Formulas of the ellipsoid: feet of perpendiculars, and a map from the unit square that keeps areas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import cumulative_trapezoid
from scipy.interpolate import RegularGridInterpolator

Floats = NDArray[np.float64]

_BISECTIONS = 90  # halvings of the bracket: below the rounding of a double
_SINGULAR = 1e-13  # relative; the foot's component along the shortest axis then follows from the others
_HEIGHTS, _ANGLES = 601, 513  # table of the equal-area map: areas to about 1e-5


def ellipsoid_foot(offset: Floats, semi_axes: Floats) -> Floats:
    """Place on an ellipsoid nearest each point of the first octant.

    Parameters
    ----------
    offset : ndarray, shape (n, 3)
        Points relative to the centre, no coordinate negative, m.
    semi_axes : ndarray, shape (3,)
        Semi-axes along x, y and z, m.

    Returns
    -------
    ndarray, shape (n, 3)
        Feet, relative to the centre, m.

    Notes
    -----
    The foot is x_i = r_i y_i / (t + r_i − 1), with r_i = (e_i / e_min)² and t ≥ 0 the only root of
    Σ (r_i y_i / (e_i (t + r_i − 1)))² = 1 [1]_. The left side falls with t, so bisection is safe.

    References
    ----------
    .. [1] Eberly, Distance from a Point to an Ellipse, an Ellipsoid, or a Hyperellipsoid, Geometric Tools,
       2013.
    """
    shortest = int(np.argmin(semi_axes))
    ratio = (semi_axes / semi_axes[shortest]) ** 2
    scaled = ratio * offset / semi_axes
    low = offset[:, shortest] / semi_axes[shortest]
    high = np.maximum(np.linalg.norm(scaled, axis=1), low)
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(_BISECTIONS):
            middle = 0.5 * (low + high)
            outside = np.nansum((scaled / (middle[:, None] + ratio - 1.0)) ** 2, axis=1) > 1.0
            low, high = np.where(outside, middle, low), np.where(outside, high, middle)
        divisor = 0.5 * (low + high)[:, None] + ratio - 1.0
        foot = np.where(divisor > _SINGULAR, ratio * offset / divisor, 0.0)
    on_medial_surface = divisor[:, shortest] <= _SINGULAR
    rest = np.clip(1.0 - np.sum((foot / semi_axes) ** 2, axis=1), 0.0, None)
    foot[on_medial_surface, shortest] = (semi_axes[shortest] * np.sqrt(rest))[on_medial_surface]
    return foot


def _area_element(semi_axes: Floats, z: Floats, phi: Floats) -> Floats:
    """Area of the ellipsoid per dz dφ, m²; height z and longitude φ are those of the unit sphere."""
    a, b, c = semi_axes
    ring_squared = 1.0 - z**2
    across = ring_squared * ((np.cos(phi) / a) ** 2 + (np.sin(phi) / b) ** 2)
    element: Floats = a * b * c * np.sqrt(across + (z / c) ** 2)
    return element


def ellipsoid_area(semi_axes: Floats) -> float:
    """Area of an ellipsoid, m², by Gauss–Legendre quadrature along z and the trapezium rule round it.

    Examples
    --------
    >>> round(ellipsoid_area(np.array([1.0, 1.0, 1.0])) / (4 * np.pi), 12)
    1.0
    """
    z, weight = np.polynomial.legendre.leggauss(128)
    phi = np.linspace(0.0, 2.0 * np.pi, 256, endpoint=False)
    element = _area_element(semi_axes, z[:, None], phi[None, :])
    return float(weight @ element.mean(axis=1) * 2.0 * np.pi)


def equal_area_map(semi_axes: Floats) -> Callable[[Floats], Floats]:
    """Map from the unit square to directions whose points on the ellipsoid keep areas.

    Parameters
    ----------
    semi_axes : ndarray, shape (3,)
        Semi-axes along x, y and z, m.

    Returns
    -------
    callable
        Takes (n, 2) numbers in [0, 1]: the share of the area below the point, and the share of the ring at
        its height passed going round. Returns (n, 3) points of the unit sphere; the semi-axes scale them.
    """
    z = -np.cos(np.linspace(0.0, np.pi, _HEIGHTS))
    phi = np.linspace(0.0, 2.0 * np.pi, _ANGLES)
    element = _area_element(semi_axes, z[:, None], phi[None, :])
    around = cumulative_trapezoid(element, phi, axis=1, initial=0.0)
    below = cumulative_trapezoid(around[:, -1], z, initial=0.0)
    share = np.linspace(0.0, 1.0, _ANGLES)
    angle_of_share = np.stack([np.interp(share, ring / ring[-1], phi) for ring in around])
    angle = RegularGridInterpolator((z, share), angle_of_share)

    def direction(square: Floats) -> Floats:
        height = np.interp(square[:, 0], below / below[-1], z)
        turn = angle(np.column_stack([height, square[:, 1]]))
        ring = np.sqrt(1.0 - height**2)
        return np.column_stack([ring * np.cos(turn), ring * np.sin(turn), height])

    return direction

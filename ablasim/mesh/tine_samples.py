"""Places inside and on tines, and the volume and area that they add to a needle, by quadrature."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ablasim.geometry.applicators import Needle
from ablasim.geometry.tines import Tines

Floats = NDArray[np.float64]

_ROUND, _RINGS = 24, 4  # samples round a tine, and along its radius
_STEP = 0.25  # between samples along a tine, of its radius
_ROUND_NEEDLE, _ALONG_NEEDLE, _NEEDLE_RINGS = 180, 400, 60  # samples on the bare part, round, along and on its tip
_HAIR = 1e-6  # of a radius: how far outside a surface it is looked for what covers it


def tine_volumes(needle: Needle, tines: Tines) -> Iterator[tuple[Floats, Floats]]:
    """Sample the inside of tines as far as it lies outside the rest of the needle.

    Yields
    ------
    places : ndarray, shape (n, 3)
        m.
    weights : ndarray, shape (n,)
        Volume that each stands for, m³.
    """
    radii = tines.radius * np.sqrt((np.arange(_RINGS) + 0.5) / _RINGS)
    area = np.pi * tines.radius**2 / (_RINGS * _ROUND)
    for azimuth in tines.azimuths.tolist():
        rings = [_tube(needle, tines, azimuth, radius) for radius in radii.tolist()]
        places = np.concatenate([places for places, _ in rings])
        weights = area * np.concatenate([lengths for _, lengths in rings])
        free = needle.distance_to_straight(places) > 0.0
        yield places[free], weights[free]


def tine_area(needle: Needle, tines: Tines) -> float:
    """Area that tines add to the surface of a needle's bare part, m²: their own, less what they cover of it."""
    girth = 2.0 * np.pi * tines.radius / _ROUND
    own = 0.0
    for azimuth in tines.azimuths.tolist():
        places, lengths = _tube(needle, tines, azimuth, tines.radius)
        own += girth * float(lengths[needle.distance_to_straight(places) > 0.0].sum())
    caps = tines.count * np.pi * tines.radius**2
    places, weights = _bare_surface(needle)
    return own + caps - float(weights[needle.distance_to_tines(places) == 0.0].sum())


def _tube(needle: Needle, tines: Tines, azimuth: float, radius: float) -> tuple[Floats, Floats]:
    """Places on a tube within a tine, and the length along the tube that each stands for, m."""
    stations = tines.stations(_STEP * tines.radius)
    angles = 2.0 * np.pi * (np.arange(_ROUND) + 0.5) / _ROUND
    aside = radius * np.cos(angles)
    in_plane = stations.places[:, None] + aside[:, None] * stations.asides[:, None]
    across = np.tile(radius * np.sin(angles), len(stations.places))
    lengths = stations.lengths[:, None] * (1.0 - stations.curvatures[:, None] * aside)
    return needle.from_half_plane(azimuth, in_plane.reshape(-1, 2), across), lengths.ravel()


def _bare_surface(needle: Needle) -> tuple[Floats, Floats]:
    """Places a hair outside mantle and tip of the bare part, m, and the area that each stands for, m²."""
    radius, length = needle.radius, needle.active_length
    azimuths = 2.0 * np.pi * (np.arange(_ROUND_NEEDLE) + 0.5) / _ROUND_NEEDLE
    heights = length * (np.arange(_ALONG_NEEDLE) + 0.5) / _ALONG_NEEDLE
    mantle = np.column_stack([np.full(_ALONG_NEEDLE, (1.0 + _HAIR) * radius), heights])
    radii = radius * np.sqrt((np.arange(_NEEDLE_RINGS) + 0.5) / _NEEDLE_RINGS)
    tip = np.column_stack([radii, np.full(_NEEDLE_RINGS, -_HAIR * radius)])
    line = np.concatenate([mantle, tip])
    share = np.concatenate(
        [
            np.full(_ALONG_NEEDLE, 2.0 * np.pi * radius * length / (_ALONG_NEEDLE * _ROUND_NEEDLE)),
            np.full(_NEEDLE_RINGS, np.pi * radius**2 / (_NEEDLE_RINGS * _ROUND_NEEDLE)),
        ]
    )
    places = np.concatenate([needle.from_half_plane(azimuth, line) for azimuth in azimuths.tolist()])
    return places, np.tile(share, _ROUND_NEEDLE)

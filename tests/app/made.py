"""A library of fields that are known in closed form."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ablasim.app.codec import packed_kelvin, packed_level
from ablasim.app.courses import HIGHEST, LOWEST
from ablasim.app.library import Library
from ablasim.app.modalities import MODALITIES
from ablasim.app.places import FROM_WALL

Floats = NDArray[np.float64]

STEEPNESS = 1.5
"""Change of level in a millimetre."""

REACH_MM = 4.0
BITE = 6.0
GAPS, DIAMETERS, SPEEDS = np.array([5.0, 12.0, 24.0]), np.array([3.0, 10.0]), np.array([50.0, 200.0])
POWERS = {"rf": np.array([12.0, 27.0]), "microwave": np.array([20.0, 65.0]), "ire": np.array([2000.0, 3000.0])}


def radius_mm(modality: str, power: float, time_s: float) -> float:
    """Radius of the zone without the vessel: grows with power, and evenly in time."""
    low, high = POWERS[modality]
    end = MODALITIES[modality].times_s[-1]
    return float((8.0 + 10.0 * (power - low) / (high - low)) * time_s / end)


def bite(away_mm: Floats) -> Floats:
    """What the vessel takes from the level at a distance from its wall."""
    return -BITE * np.exp(-away_mm / REACH_MM)


@cache
def made_library(name: str) -> Library:
    """A library of a modality: balls about the origin, and a bite that falls off exponentially from the wall."""
    modality = MODALITIES[name]
    places, times = modality.places, modality.times_s
    grid = places.grid()
    away = np.linalg.norm(grid, axis=1)
    powers = POWERS[name]
    free = np.array([[STEEPNESS * (radius_mm(name, p, t) - away) for t in times] for p in powers])
    shape = len(GAPS), len(DIAMETERS), len(SPEEDS), len(powers)
    polar = np.broadcast_to(bite(FROM_WALL)[:, None, None], places.polar_shape).ravel()
    difference = np.broadcast_to(polar, (*shape, len(times), polar.size))
    in_plane = int((np.abs(np.sin(places.angles)) < 1e-9).sum())
    plane = np.zeros((*shape, len(times), len(FROM_WALL) * in_plane * places.polar_shape[2]))
    across = grid[np.abs(grid[:, 1]) < 1e-9]
    free_plane = np.broadcast_to(
        np.maximum(60.0 - np.linalg.norm(across, axis=1), 0.0), (len(powers), len(times), len(across))
    )
    volumes = np.array([[4.0 / 3.0 * np.pi * radius_mm(name, p, t) ** 3 * 1e-3 for t in times] for p in powers])
    numbers = np.zeros((*shape, len(times), 5), dtype=np.float32)
    numbers[..., 0], numbers[..., 1] = 0.9 * volumes, volumes
    numbers[..., 2], numbers[..., 3], numbers[..., 4] = 25.0, 1.5, 90.0
    held_back = {"n_cases": 0, "margin_mm_mean": 0.0, "margin_mm_max": 0.0}
    return Library(
        modality,
        (GAPS, DIAMETERS, SPEEDS, powers),
        packed_level(np.clip(free, LOWEST, HIGHEST)),
        packed_level(difference),
        packed_kelvin(free_plane),
        packed_kelvin(plane),
        numbers,
        held_back,
    )

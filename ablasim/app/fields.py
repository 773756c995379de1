"""Damage and temperature at a moment, from what is kept of a run: of the library or of one just computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from ablasim.app.courses import HIGHEST, LOWEST
from ablasim.app.modalities import Modality
from ablasim.app.places import FROM_WALL, HEIGHTS, Places, X, Z

Floats = NDArray[np.float64]

BODY_C = 37.0


@dataclass(frozen=True)
class Numbers:
    """What a run and its twin say at a moment.

    Parameters
    ----------
    volume_ml, twin_volume_ml : float
        Dead tissue, with the vessel and without.
    delivered_w : float
        Power that tissue takes up.
    removed_w : float
        Power that the vessel carries away.
    hottest_c : float
        Highest temperature.
    """

    volume_ml: float
    twin_volume_ml: float
    delivered_w: float
    removed_w: float
    hottest_c: float


class Kept(Protocol):
    """What is kept of a case at the times of its modality, by the number of the time."""

    @property
    def gap_mm(self) -> float:
        """From the applicator's axis to the wall of the vessel."""

    @property
    def diameter_mm(self) -> float:
        """Of the vessel."""

    def free(self, time: int) -> Floats:
        """Damage level of the twin without the vessel on the grid, shape (n_grid,)."""

    def difference(self, time: int) -> Floats:
        """Damage level of the run minus that of its twin, about the vessel, shape (n_polar,)."""

    def free_plane(self, time: int) -> Floats:
        """Temperature of the twin in the plane y = 0, °C, shape (n_plane,)."""

    def plane_difference(self, time: int) -> Floats:
        """Temperature of the run minus that of its twin in that plane, about the vessel, K."""

    def numbers(self, time: int) -> Floats:
        """The entries of `Numbers`."""


@dataclass(frozen=True, eq=False)
class State:
    """A case at a moment.

    Parameters
    ----------
    level, free : ndarray, shape of the grid
        Damage level of the run and of its twin, dead where positive. Inside the vessel that of the wall.
    temperature_c : ndarray, shape (n_x, n_z)
        In the plane y = 0; NaN inside the vessel.
    numbers : Numbers
        What run and twin say.
    """

    level: Floats
    free: Floats
    temperature_c: Floats
    numbers: Numbers


def state(kept: Kept, modality: Modality, time_s: float) -> State:
    """A case at a moment, linear between the times that are kept; pulses change it in steps.

    Parameters
    ----------
    kept : Kept
        What is kept of it.
    modality : Modality
        Its modality.
    time_s : float
        The moment, s; beyond the last time kept, the last.
    """
    times, places = modality.times_s, modality.places
    before = int(np.clip(np.searchsorted(times, time_s * (1.0 + 1e-12), "right") - 1, 0, len(times) - 1))
    after = min(before + 1, len(times) - 1)
    share = (
        0.0 if after == before or modality.steps_in_time else (time_s - times[before]) / (times[after] - times[before])
    )

    def blend(what: str) -> Floats:
        early: Floats = getattr(kept, what)(before)
        return early if share == 0.0 else (1.0 - share) * early + share * getattr(kept, what)(after)

    radius = 0.5 * kept.diameter_mm
    free = blend("free")
    changed = places.from_polar(blend("difference").reshape(places.polar_shape), places.grid(), kept.gap_mm, radius)
    level = np.clip(free + changed, LOWEST, HIGHEST)
    temperature = blend("free_plane") + on_plane(places, blend("plane_difference"), kept.gap_mm, radius)
    inside = np.abs(X[:, None] - kept.gap_mm - radius) < radius
    plane = np.where(inside, np.nan, temperature.reshape(len(X), len(Z)))
    return State(
        level.reshape(places.shape), free.reshape(places.shape), plane, Numbers(*(float(v) for v in blend("numbers")))
    )


def on_plane(places: Places, values: Floats, gap: float, radius: float) -> Floats:
    """Values kept about the vessel in the plane y = 0, at the points of the grid in that plane, shape (n_plane,)."""
    in_plane = np.flatnonzero(np.abs(np.sin(places.angles)) < 1e-9)
    sides = np.cos(places.angles[in_plane])
    lines = values.reshape(len(FROM_WALL), len(in_plane), len(HEIGHTS))
    x, z = np.meshgrid(X, Z, indexing="ij")
    inward = gap + radius - x
    away = np.interp(np.abs(inward) - radius, FROM_WALL, np.arange(len(FROM_WALL)))
    height = (z - HEIGHTS[0]) / (HEIGHTS[1] - HEIGHTS[0])
    towards, beyond = (
        map_coordinates(lines[:, int(np.flatnonzero(sides * sign > 0.0)[0])], [away, height], order=1, mode="nearest")
        for sign in (1.0, -1.0)
    )
    return np.asarray(np.where(inward >= 0.0, towards, beyond).ravel())

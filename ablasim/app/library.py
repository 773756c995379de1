"""The shipped library: runs of a modality on a grid of settings, and what lies between them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.app.codec import Bytes, kelvin_of, level_of
from ablasim.app.fields import BODY_C
from ablasim.app.modalities import DATA, MODALITIES, Modality
from ablasim.app.settings import Setting
from ablasim.errors import OutputError

Floats = NDArray[np.float64]

AXES = ("gap_mm", "diameter_mm", "speed_mm_s", "power")
"""What the library varies, in the order of its arrays."""


@dataclass(frozen=True, eq=False)
class Library:
    """Runs of a modality.

    Parameters
    ----------
    modality : Modality
        The modality.
    axes : tuple of ndarray
        Values of each of `AXES`.
    free : ndarray of int8, shape (n_powers, n_times, n_grid)
        Damage level of the twin without the vessel.
    difference : ndarray of int8, shape (n_gaps, n_diameters, n_speeds, n_powers, n_times, n_polar)
        What the vessel changes in it, about the vessel.
    free_plane, plane_difference : ndarray of int8
        Temperature above that of the body, and what the vessel changes in it, in the plane y = 0.
    numbers : ndarray, shape (n_gaps, n_diameters, n_speeds, n_powers, n_times, 5)
        The entries of `ablasim.app.fields.Numbers`.
    held_back : mapping
        How far interpolation is off in runs that the library does not hold: see `studies.app_library`.
    """

    modality: Modality
    axes: tuple[Floats, Floats, Floats, Floats]
    free: Bytes
    difference: Bytes
    free_plane: Bytes
    plane_difference: Bytes
    numbers: NDArray[np.float32]
    held_back: Mapping[str, Any]

    def at(self, setting: Setting) -> Between:
        """What the library says of a setting; time and tumour are the reader's."""
        return Between(self, setting)

    def holds(self, setting: Setting) -> bool:
        """Whether a setting is one of the runs, so that nothing is interpolated but the moment."""
        said = (getattr(setting, name) for name in AXES)
        return all(len(axis) == 1 or bool((axis == value).any()) for axis, value in zip(self.axes, said, strict=True))


@dataclass(frozen=True, eq=False)
class Between:
    """A setting between runs of the library: linear in distance, diameter, power and the logarithm of the speed.

    It is one of `ablasim.app.fields.Kept`.
    """

    library: Library
    setting: Setting

    @property
    def gap_mm(self) -> float:
        """From the applicator's axis to the wall of the vessel."""
        return self.setting.gap_mm

    @property
    def diameter_mm(self) -> float:
        """Of the vessel."""
        return self.setting.diameter_mm

    @cached_property
    def _sides(self) -> tuple[tuple[tuple[int, float], ...], ...]:
        """Along each axis the runs on both sides, and their weights."""
        values = [getattr(self.setting, name) for name in AXES]
        return tuple(
            _weights(np.log(axis), np.log(value)) if name == "speed_mm_s" else _weights(axis, value)
            for name, axis, value in zip(AXES, self.library.axes, values, strict=True)
        )

    @cached_property
    def _corners(self) -> list[tuple[tuple[int, ...], float]]:
        corners = []
        for sides in product(*self._sides):
            weight = float(np.prod([side[1] for side in sides]))
            corners.append((tuple(side[0] for side in sides), weight))
        return corners

    def free(self, time: int) -> Floats:
        """Damage level of the twin on the grid."""
        return sum_of(weight * level_of(self.library.free[power, time]) for power, weight in self._sides[3])

    def difference(self, time: int) -> Floats:
        """What the vessel changes in it."""
        return sum_of(weight * level_of(self.library.difference[(*at, time)]) for at, weight in self._corners)

    def free_plane(self, time: int) -> Floats:
        """Temperature of the twin in the plane y = 0, °C."""
        return BODY_C + sum_of(weight * kelvin_of(self.library.free_plane[p, time]) for p, weight in self._sides[3])

    def plane_difference(self, time: int) -> Floats:
        """What the vessel changes in it, K."""
        return sum_of(weight * kelvin_of(self.library.plane_difference[(*at, time)]) for at, weight in self._corners)

    def numbers(self, time: int) -> Floats:
        """The entries of `ablasim.app.fields.Numbers`."""
        return sum_of(weight * self.library.numbers[(*at, time)].astype(float) for at, weight in self._corners)


def sum_of(terms: Any) -> Floats:
    """Sum of arrays, at least one."""
    first, *others = terms
    total: Floats = first
    for other in others:
        total = total + other
    return total


def _weights(axis: Floats, value: float) -> tuple[tuple[int, float], ...]:
    """Neighbours of a value on an axis and their weights; at an end, or on an axis of one value, one alone."""
    if len(axis) == 1:
        return ((0, 1.0),)
    upper = int(np.clip(np.searchsorted(axis, value), 1, len(axis) - 1))
    share = float(np.clip((value - axis[upper - 1]) / (axis[upper] - axis[upper - 1]), 0.0, 1.0))
    both = ((upper - 1, 1.0 - share), (upper, share))
    return tuple(side for side in both if side[1] > 0.0)


@cache
def shipped(modality: str) -> Library:
    """The library of a modality that the package brings along."""
    return read_library(MODALITIES[modality], DATA / f"{modality}.npz")


def read_library(modality: Modality, file: Path) -> Library:
    """Read a library.

    Raises
    ------
    OutputError
        If it is not there or cannot be read.
    """
    try:
        with np.load(file, allow_pickle=False) as content:
            said = json.loads(str(content["said"]))
            axes = tuple(np.array(said["axes"][name], dtype=float) for name in AXES)
            arrays = {
                name: content[name] for name in ("free", "difference", "free_plane", "plane_difference", "numbers")
            }
    except (OSError, ValueError, KeyError) as error:
        message = f"{file}: the library of the app cannot be read ({error}): install ablasim anew"
        raise OutputError(message) from error
    return Library(modality, (axes[0], axes[1], axes[2], axes[3]), **arrays, held_back=said["held_back"])

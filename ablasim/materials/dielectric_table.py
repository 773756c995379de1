"""Conductivity at a microwave frequency for every cell of a mesh in every step: looked up in a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece
from ablasim.constants import ZERO_CELSIUS_K
from ablasim.materials.dielectric import Dielectric

Floats = NDArray[np.float64]

_LOWEST_K = ZERO_CELSIUS_K
_STEP_K = 0.1
_N_STEPS = 3500  # to 350 °C, beyond what a run may reach


@dataclass(frozen=True, eq=False)
class ConductivityTable:
    """Conductivity of a tissue at one frequency, linear between temperatures 0.1 K apart.

    Linear interpolation of the laws is right to 1e-5 or better.

    Parameters
    ----------
    values : ndarray
        Conductivity from 0 to 350 °C, S/m; held beyond.
    """

    values: Floats

    def at(self, temperature: Floats) -> tuple[Floats, Floats]:
        """Conductivity, S/m, and how much less it is for each kelvin more, S/(m K), at least zero; from K."""
        conductivity, fall = np.empty(len(temperature)), np.empty(len(temperature))
        _look_up(temperature, _LOWEST_K, 1.0 / _STEP_K, self.values, conductivity, fall)
        return conductivity, fall


@lru_cache(maxsize=64)
def conductivity_table(dielectric: Dielectric) -> ConductivityTable:
    """Table of a tissue at its frequency."""
    temperature_c = np.linspace(0.0, _STEP_K * _N_STEPS, _N_STEPS + 1)
    return ConductivityTable(dielectric.law.conductivity(dielectric.at_body_temperature[1], temperature_c))


@compiled(fastmath=True, threaded=True)
def _look_up(
    temperature: Floats, lowest: float, steps_per_k: float, values: Floats, conductivity: Floats, fall: Floats
) -> None:
    n, last = len(temperature), len(values) - 2
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            place = max(0.0, (temperature[i] - lowest) * steps_per_k)
            step = min(int(place), last)
            rise = values[step + 1] - values[step]
            conductivity[i] = values[step] + min(place - step, 1.0) * rise
            fall[i] = max(0.0, -rise * steps_per_k)

"""Permittivity and conductivity at a microwave frequency, looked up in tables: for all cells in every step."""

from __future__ import annotations

from collections.abc import Sequence
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
_STEPS_PER_K = 10.0
_N_STEPS = 3500  # to 350 °C, beyond what a run may reach


@dataclass(frozen=True, eq=False)
class DielectricTable:
    """A tissue at one frequency, linear between temperatures 0.1 K apart.

    Linear interpolation of the laws is right to 1e-5 or better.

    Parameters
    ----------
    permittivity, conductivity : ndarray, shape (n_temperatures,)
        Relative, and S/m, from 0 to 350 °C; held beyond.
    """

    permittivity: Floats
    conductivity: Floats


@lru_cache(maxsize=64)
def dielectric_table(dielectric: Dielectric) -> DielectricTable:
    """Table of a tissue at its frequency."""
    temperature_c = np.arange(_N_STEPS + 1) / _STEPS_PER_K
    permittivity, conductivity = dielectric.at_body_temperature
    law = dielectric.law
    return DielectricTable(law.permittivity(permittivity, temperature_c), law.conductivity(conductivity, temperature_c))


class ConductivityField:
    """Conductivities of tissues at one frequency, for points that each lie in one of them.

    Parameters
    ----------
    dielectrics : sequence of Dielectric
        The tissues.
    tissue : ndarray of int8, shape (n_points,)
        Number of each point's tissue; −1 where nothing absorbs.
    """

    def __init__(self, dielectrics: Sequence[Dielectric], tissue: NDArray[np.int8]) -> None:
        self._tissue = tissue
        self._conductivity, self._fall = np.zeros(len(tissue)), np.zeros(len(tissue))
        self._tables = np.zeros((len(dielectrics), _N_STEPS + 1))
        for table, dielectric in zip(self._tables, dielectrics, strict=True):
            table[:] = dielectric_table(dielectric).conductivity

    def at(self, temperature: Floats) -> tuple[Floats, Floats]:
        """Conductivity, S/m, and how much less it is for each kelvin more, S/(m K), at least zero; from K.

        Both arrays hold until the next call, which fills them anew.
        """
        _look_up(temperature, self._tissue, self._tables, self._conductivity, self._fall)
        return self._conductivity, self._fall


@compiled()
def place_in_table(temperature: float) -> tuple[int, float]:
    """Row of a table that a temperature in K lies above, and how far on the way to the next: for use in kernels."""
    place = max(0.0, (temperature - _LOWEST_K) * _STEPS_PER_K)
    step = min(int(place), _N_STEPS - 1)
    return step, min(place - step, 1.0)


@compiled(fastmath=True, threaded=True)
def _look_up(temperature: Floats, tissue: NDArray[np.int8], tables: Floats, conductivity: Floats, fall: Floats) -> None:
    n = len(temperature)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            which = tissue[i]
            if which >= 0:
                step, rest = place_in_table(temperature[i])
                rise = tables[which, step + 1] - tables[which, step]
                conductivity[i] = tables[which, step] + rest * rise
                fall[i] = max(0.0, -rise * _STEPS_PER_K)

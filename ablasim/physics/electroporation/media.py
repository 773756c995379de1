"""Conductivity of every part of a mesh as a function of field, temperature and the highest field so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece
from ablasim.fem import Space
from ablasim.materials import electroporation
from ablasim.materials.electroporation_laws import LAW_NAMES, rise
from ablasim.physics.bioheat import Region

Floats = NDArray[np.float64]

_NOTHING = -1


@dataclass(frozen=True, eq=False)
class Conductivity:
    """Conductivity at the gradient points, and how it changes with the field.

    Parameters
    ----------
    sigma : ndarray, shape (n_gradient_points,)
        σ, S/m.
    stiffening : ndarray, shape (n_gradient_points,)
        (dσ/dE)/E, S m/V²: with it the conductivity along the field is σ + stiffening E². Zero below the highest field
        so far.
    """

    sigma: Floats
    stiffening: Floats


class Media:
    """Tissues and blood under pulses.

    Parameters
    ----------
    space : Space
        The space.
    regions : sequence of Region
        Disjoint regions; elsewhere the conductivity is zero.

    Raises
    ------
    ModelError
        If a tissue has no values for pulses; names it.
    """

    def __init__(self, space: Space, regions: Sequence[Region]) -> None:
        self._space = space
        present = [region for region in regions if region.cells.any()]
        self._tissues = [electroporation(region.material) for region in present]
        self._region = np.full(len(space.gradient_weights), _NOTHING, dtype=np.int16)
        for number, region in enumerate(present):
            self._region[space.on_gradient_points(region.cells)] = number
        self._laws = np.array([LAW_NAMES.index(tissue.law) for tissue in self._tissues], dtype=np.int64)
        rows = [(*tissue.constants, tissue.before, tissue.after) for tissue in self._tissues]
        self._constants = np.array(rows, dtype=float).reshape(-1, 4)

    @property
    def region_number(self) -> NDArray[np.int16]:
        """Number of the region of each gradient point; −1 outside all."""
        return self._region

    @property
    def irreversible_threshold(self) -> Floats:
        """Field from which cells die at each gradient point, V/m; NaN outside all regions."""
        return self._by_region([tissue.irreversible_threshold for tissue in self._tissues])

    @property
    def irreversible_range(self) -> tuple[Floats, Floats]:
        """Lowest and highest field that sources give for it, likewise."""
        low, high = zip(*(tissue.irreversible_range for tissue in self._tissues), strict=True)
        return self._by_region(low), self._by_region(high)

    @property
    def reversible_threshold(self) -> Floats:
        """Field from which cells open for a while, likewise."""
        return self._by_region([tissue.reversible_threshold for tissue in self._tissues])

    def warmth(self, temperature: Floats) -> Floats:
        """Factor of the conductivity at the gradient points for a nodal temperature, K."""
        within = self._space.at_gradient_points(temperature)
        factor = np.ones(len(within))
        for number, tissue in enumerate(self._tissues):
            rows = self._region == number
            factor[rows] = tissue.warmth(within[rows])
        return factor

    def conductivity(self, field_strength: Floats, warmth: Floats, highest: Floats | None = None) -> Conductivity:
        """Conductivity in a field.

        Parameters
        ----------
        field_strength : ndarray, shape (n_gradient_points,)
            |E|, V/m.
        warmth : ndarray, shape (n_gradient_points,)
            Of `warmth`.
        highest : ndarray, shape (n_gradient_points,), optional
            Highest |E| of earlier pulses, which stays in force, V/m.
        """
        sigma, stiffening = np.zeros_like(field_strength), np.zeros_like(field_strength)
        earlier = np.zeros(1) if highest is None else highest
        _evaluate(self._region, self._laws, self._constants, field_strength, warmth, earlier, sigma, stiffening)
        return Conductivity(sigma, stiffening)

    def _by_region(self, values: Sequence[float]) -> Floats:
        found: Floats = np.array([*values, np.nan])[self._region]  # the last one is where no region is
        return found


@compiled(threaded=True)
def _evaluate(
    region: NDArray[np.int16],
    laws: NDArray[np.int64],
    constants: Floats,
    field: Floats,
    warmth: Floats,
    earlier: Floats,
    sigma: Floats,
    stiffening: Floats,
) -> None:
    n = len(field)
    remembers = len(earlier) == n
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            number = region[i]
            if number < 0:
                continue
            p, q, before, after = constants[number]
            past = earlier[i] if remembers else 0.0
            share, slope = rise(laws[number], p, q, max(field[i], past))
            sigma[i] = (before + (after - before) * share) * warmth[i]
            if field[i] > past:
                stiffening[i] = (after - before) * slope * warmth[i] / field[i]

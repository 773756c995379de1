"""Stored heat as a piecewise linear function of temperature, at each value point."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece

Floats = NDArray[np.float64]

_TINY = float(np.finfo(float).tiny)


@dataclass(frozen=True, eq=False)
class EnthalpyCurve:
    """Heat content at each value point, continuous and strictly increasing in temperature.

    Parameters
    ----------
    breakpoints : ndarray, shape (n_breaks,)
        Temperatures at which a capacity jumps, K, increasing (99 and 100 °C where water boils off).
    capacities : ndarray, shape (n_breaks + 1, n_value_points)
        Heat capacity of each point below, between and above the breakpoints, J/K.
    reference : float
        Temperature of zero heat content, K, below the first breakpoint.
    """

    breakpoints: Floats
    capacities: Floats
    reference: float

    @property
    def arrays(self) -> tuple[Floats, Floats, float]:
        """Breakpoints, capacities and reference, for compiled loops."""
        return self.breakpoints, self.capacities, self.reference

    def heat(self, temperature: Floats) -> Floats:
        """Heat content, J, shape (n_value_points,)."""
        heat = np.empty_like(temperature)
        _heat(*self.arrays, temperature, heat)
        return heat

    def capacity(self, temperature: Floats) -> Floats:
        """Heat capacity, J/K: the slope of the heat content, shape (n_value_points,)."""
        slope = np.empty_like(temperature)
        _capacity(self.breakpoints, self.capacities, temperature, slope)
        return slope

    def extrapolated(self, temperature: Floats, heating_rate: Floats, warming_rate: Floats, time: float) -> Floats:
        """Temperature some time later, s, if every point kept gaining heat at its rate, W; K.

        No point moves more than twice as far as it would at its warming rate, K/s: one that has dried out takes its
        heat no further.
        """
        moved = np.empty_like(temperature)
        _extrapolate(*self.arrays, temperature, heating_rate, warming_rate, time, moved)
        return moved

    @cached_property
    def lowest_capacity(self) -> float:
        """Heat capacity of all points together below the first breakpoint, J/K."""
        return float(self.capacities[0].sum())

    @property
    def transition(self) -> tuple[float, float]:
        """First and last breakpoint, K; a transition that never comes where there are fewer than two."""
        if len(self.breakpoints) < 2:
            return 0.0, np.inf
        return float(self.breakpoints[0]), float(self.breakpoints[-1])

    def temperature(self, heat: Floats) -> Floats:
        """Temperature of a heat content, K, shape (n_value_points,); the inverse of `heat`."""
        temperature = np.empty_like(heat)
        _temperature(*self.arrays, heat, temperature)
        return temperature


@compiled()
def heat_at(breakpoints: Floats, capacities: Floats, reference: float, i: int, temperature: float) -> float:
    """Heat content of value point i, J."""
    total: float = 0.0
    lower = reference
    segment = 0
    while segment < len(breakpoints) and temperature > breakpoints[segment]:
        total += capacities[segment, i] * (breakpoints[segment] - lower)
        lower = breakpoints[segment]
        segment += 1
    slope: float = capacities[segment, i]
    return total + slope * (temperature - lower)


@compiled()
def _temperature_at(breakpoints: Floats, capacities: Floats, reference: float, i: int, heat: float) -> float:
    below: float = 0.0
    lower = reference
    segment = 0
    while segment < len(breakpoints) and heat - below > capacities[segment, i] * (breakpoints[segment] - lower):
        below += capacities[segment, i] * (breakpoints[segment] - lower)
        lower = breakpoints[segment]
        segment += 1
    slope: float = capacities[segment, i]
    return lower + (heat - below) / slope if slope > 0.0 else reference


@compiled()
def capacity_at(breakpoints: Floats, capacities: Floats, i: int, temperature: float) -> float:
    """Heat capacity of value point i, J/K."""
    segment = 0
    while segment < len(breakpoints) and temperature >= breakpoints[segment]:
        segment += 1
    slope: float = capacities[segment, i]
    return slope


@compiled(threaded=True)
def _heat(breakpoints: Floats, capacities: Floats, reference: float, temperature: Floats, heat: Floats) -> None:
    n = len(temperature)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            heat[i] = heat_at(breakpoints, capacities, reference, i, temperature[i])


@compiled(threaded=True)
def _temperature(breakpoints: Floats, capacities: Floats, reference: float, heat: Floats, temperature: Floats) -> None:
    n = len(heat)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            temperature[i] = _temperature_at(breakpoints, capacities, reference, i, heat[i])


@compiled(threaded=True)
def _capacity(breakpoints: Floats, capacities: Floats, temperature: Floats, slope: Floats) -> None:
    n = len(temperature)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            slope[i] = capacity_at(breakpoints, capacities, i, temperature[i])


@compiled(threaded=True)
def _extrapolate(
    breakpoints: Floats,
    capacities: Floats,
    reference: float,
    temperature: Floats,
    heating_rate: Floats,
    warming_rate: Floats,
    time: float,
    moved: Floats,
) -> None:
    n = len(temperature)
    blocks = n_blocks(n)
    for block in prange(blocks):
        gain_cautiously(
            block, blocks, breakpoints, capacities, reference, temperature, heating_rate, False, time, moved
        )
        for i in piece(block, blocks, n):
            furthest = 2.0 * time * abs(warming_rate[i])
            moved[i] = temperature[i] + min(max(moved[i] - temperature[i], -furthest), furthest)


@compiled()
def gain_cautiously(
    block: int,
    blocks: int,
    breakpoints: Floats,
    capacities: Floats,
    reference: float,
    temperature: Floats,
    gain: NDArray[np.floating],
    gain_is_warming: bool,
    time: float,
    moved: Floats,
) -> None:
    """Move points by what they gain in a time, temperature by their capacity, K/s, or heat, W, or less far.

    The curve alone throws a point far that leaves the boiling window (its capacity drops hundredfold there), the
    capacity alone one that enters it. The smaller of the two moves stays clear of both.
    """
    for i in piece(block, blocks, len(temperature)):
        here, move = temperature[i], 0.0
        gained = time * np.float64(gain[i])
        if gained != 0.0:
            slope = capacity_at(breakpoints, capacities, i, here)
            heat = slope * gained if gain_is_warming else gained
            by_capacity = gained if gain_is_warming else gained / max(slope, _TINY)
            move = by_capacity
            if len(breakpoints) > 0 and max(here, here + by_capacity) >= breakpoints[0]:
                after = heat_at(breakpoints, capacities, reference, i, here) + heat
                by_curve = _temperature_at(breakpoints, capacities, reference, i, after) - here
                move = by_curve if abs(by_curve) < abs(by_capacity) else by_capacity
        moved[i] = here + move

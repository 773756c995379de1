"""Stored heat as a piecewise linear function of temperature, at each value point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.compiled import compiled

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

    def heat(self, temperature: Floats) -> Floats:
        """Heat content, J, shape (n_value_points,)."""
        heat = np.empty_like(temperature)
        _heat(self.breakpoints, self.capacities, self.reference, temperature, heat)
        return heat

    def capacity(self, temperature: Floats) -> Floats:
        """Heat capacity, J/K: the slope of the heat content, shape (n_value_points,)."""
        slope = np.empty_like(temperature)
        _capacity(self.breakpoints, self.capacities, temperature, slope)
        return slope

    def cautiously_moved(self, temperature: Floats, heat: Floats) -> Floats:
        """Temperature after heat is added, K, never further than the present capacity or the curve itself says.

        The curve alone throws a node far that leaves the boiling window (its capacity drops hundredfold there), the
        capacity alone one that enters it. The smaller of the two moves stays clear of both.
        """
        moved = np.empty_like(temperature)
        _cautiously_moved(self.breakpoints, self.capacities, self.reference, temperature, heat, moved)
        return moved

    def transition_share(self, temperature: Floats) -> Floats:
        """Share of the way from the first to the last breakpoint, 0 to 1: how far a phase change has come."""
        if len(self.breakpoints) < 2:
            return np.zeros_like(temperature)
        first, last = self.breakpoints[0], self.breakpoints[-1]
        share: Floats = np.clip((temperature - first) / (last - first), 0.0, 1.0)
        return share

    def temperature(self, heat: Floats) -> Floats:
        """Temperature of a heat content, K, shape (n_value_points,); the inverse of `heat`."""
        temperature = np.empty_like(heat)
        _temperature(self.breakpoints, self.capacities, self.reference, heat, temperature)
        return temperature


@compiled()
def _heat_at(breakpoints: Floats, capacities: Floats, reference: float, i: int, temperature: float) -> float:
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
def _capacity_at(breakpoints: Floats, capacities: Floats, i: int, temperature: float) -> float:
    segment = 0
    while segment < len(breakpoints) and temperature >= breakpoints[segment]:
        segment += 1
    slope: float = capacities[segment, i]
    return slope


@compiled()
def _heat(breakpoints: Floats, capacities: Floats, reference: float, temperature: Floats, heat: Floats) -> None:
    for i in range(len(temperature)):
        heat[i] = _heat_at(breakpoints, capacities, reference, i, temperature[i])


@compiled()
def _temperature(breakpoints: Floats, capacities: Floats, reference: float, heat: Floats, temperature: Floats) -> None:
    for i in range(len(heat)):
        temperature[i] = _temperature_at(breakpoints, capacities, reference, i, heat[i])


@compiled()
def _capacity(breakpoints: Floats, capacities: Floats, temperature: Floats, slope: Floats) -> None:
    for i in range(len(temperature)):
        slope[i] = _capacity_at(breakpoints, capacities, i, temperature[i])


@compiled()
def _cautiously_moved(
    breakpoints: Floats, capacities: Floats, reference: float, temperature: Floats, heat: Floats, moved: Floats
) -> None:
    for i in range(len(temperature)):
        here = temperature[i]
        moved[i] = here
        if heat[i] == 0.0:
            continue
        by_capacity = heat[i] / max(_capacity_at(breakpoints, capacities, i, here), _TINY)
        if len(breakpoints) == 0 or max(here, here + by_capacity) < breakpoints[0]:
            moved[i] += by_capacity
            continue
        after = _heat_at(breakpoints, capacities, reference, i, here) + heat[i]
        by_curve = _temperature_at(breakpoints, capacities, reference, i, after) - here
        moved[i] += by_curve if abs(by_curve) < abs(by_capacity) else by_capacity

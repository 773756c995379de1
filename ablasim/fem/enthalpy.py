"""Stored heat as a piecewise linear function of temperature, at each value point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.compiled import compiled

Floats = NDArray[np.float64]


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
        segment = np.searchsorted(self.breakpoints, temperature, side="right")
        slope: Floats = np.take_along_axis(self.capacities, segment[None, :], axis=0)[0]
        return slope

    def cautiously_moved(self, temperature: Floats, heat: Floats) -> Floats:
        """Temperature after heat is added, K, never further than the present capacity or the curve itself says.

        The curve alone throws a node far that leaves the boiling window (its capacity drops hundredfold there), the
        capacity alone one that enters it. The smaller of the two moves stays clear of both.
        """
        by_capacity = heat / np.maximum(self.capacity(temperature), np.finfo(float).tiny)
        by_curve = self.temperature(self.heat(temperature) + heat) - temperature
        move = np.where(np.abs(by_curve) < np.abs(by_capacity), by_curve, by_capacity)
        moved: Floats = temperature + np.where(heat == 0.0, 0.0, move)
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
def _heat(breakpoints: Floats, capacities: Floats, reference: float, temperature: Floats, heat: Floats) -> None:
    n_breaks = len(breakpoints)
    for i in range(len(temperature)):
        total = 0.0
        lower = reference
        segment = 0
        while segment < n_breaks and temperature[i] > breakpoints[segment]:
            total += capacities[segment, i] * (breakpoints[segment] - lower)
            lower = breakpoints[segment]
            segment += 1
        heat[i] = total + capacities[segment, i] * (temperature[i] - lower)


@compiled()
def _temperature(breakpoints: Floats, capacities: Floats, reference: float, heat: Floats, temperature: Floats) -> None:
    n_breaks = len(breakpoints)
    for i in range(len(heat)):
        remaining = heat[i]
        lower = reference
        segment = 0
        while segment < n_breaks:
            room = capacities[segment, i] * (breakpoints[segment] - lower)
            if remaining <= room:
                break
            remaining -= room
            lower = breakpoints[segment]
            segment += 1
        capacity = capacities[segment, i]
        temperature[i] = lower + remaining / capacity if capacity > 0.0 else reference

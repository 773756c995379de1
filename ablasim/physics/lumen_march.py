"""The temperature over a vessel's cross-section, marched downstream.

    ρ c u(r) ∂T/∂s = k (1/r ∂/∂r (r ∂T/∂r) + 1/r² ∂²T/∂θ²)

Conduction along the vessel is left out, as for Péclet numbers above a hundred or so. Finite volumes on rings and
sectors and implicit Euler steps along s keep every temperature between those of inlet and wall. Nothing but the wall's
temperature depends on θ, so each Fourier mode in θ is marched by itself: that solves the same equations.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ablasim.compiled import compiled

Floats = NDArray[np.float64]
Modes = NDArray[np.complex128]
Profile = Literal["poiseuille", "plug"]

N_RINGS = 48
N_SECTORS = 24
_CROWDING = 2.0  # rings crowd at the wall: radii of their faces are R (1 - (1 - i/n)^_CROWDING)


@dataclass(frozen=True, eq=False)
class CrossSection:
    """Rings and sectors of a round lumen, and what flows through them.

    Parameters
    ----------
    radius : float
        m.
    conductivity : float
        Of blood, W/(m K).
    heat_capacity : float
        Volumetric, of blood, J/(m³ K).
    speed : float
        Mean over the cross-section, m/s.
    profile : {"poiseuille", "plug"}
        Of the speed.
    wall_conductance : float
        Of a layer between blood and wall, per area of the lumen's surface, W/(m² K); infinite without one.
    n_rings, n_sectors : int, optional
        Rings, crowding at the wall, and sectors.
    """

    radius: float
    conductivity: float
    heat_capacity: float
    speed: float
    profile: Profile = "poiseuille"
    wall_conductance: float = np.inf
    n_rings: int = N_RINGS
    n_sectors: int = N_SECTORS

    @cached_property
    def faces(self) -> Floats:
        """Radii between the rings, m, shape (n_rings + 1,)."""
        share = np.linspace(0.0, 1.0, self.n_rings + 1)
        radii: Floats = self.radius * (1.0 - (1.0 - share) ** _CROWDING)
        return radii

    @cached_property
    def flow(self) -> Floats:
        """Volume flow through each ring, m³/s, shape (n_rings,)."""
        inside = (self.faces / self.radius) ** 2
        passed = inside if self.profile == "plug" else 2.0 * inside - inside**2
        whole = np.pi * self.radius**2 * self.speed
        through: Floats = whole * np.diff(passed)
        return through

    @cached_property
    def rates(self) -> Floats:
        """Capacity rate of each ring per sector, W/K, shape (n_rings,)."""
        rates: Floats = self.heat_capacity * self.flow / self.n_sectors
        return rates

    @cached_property
    def radial(self) -> Floats:
        """Conductance between rings, per sector and length, W/(m K), shape (n_rings + 1,); the last to the wall."""
        centres = 0.5 * (self.faces[1:] + self.faces[:-1])
        sector = 2.0 * np.pi / self.n_sectors
        between = self.conductivity * sector * self.faces[1:-1] / np.diff(centres)
        to_wall = 1.0 / ((self.radius - centres[-1]) / self.conductivity + 1.0 / self.wall_conductance)
        return np.concatenate([[0.0], between, [to_wall * sector * self.radius]])

    @cached_property
    def angular(self) -> Floats:
        """Conductance between sectors, per length, W/(m K), shape (n_rings,)."""
        centres = 0.5 * (self.faces[1:] + self.faces[:-1])
        sector = 2.0 * np.pi / self.n_sectors
        across: Floats = self.conductivity * np.diff(self.faces) / (sector * centres)
        return across


@dataclass(frozen=True, eq=False)
class MarchedBlood:
    """Blood marched along a vessel.

    Parameters
    ----------
    wall_heat : ndarray, shape (n_steps, n_sectors)
        Heat that goes into the blood through each piece of wall, W.
    mean : ndarray, shape (n_steps + 1,)
        Mixed mean temperature at the stations, K.
    """

    wall_heat: Floats
    mean: Floats


def march_blood(section: CrossSection, stations: Floats, wall: Floats, inlet: float) -> MarchedBlood:
    """March the temperature of the blood along a vessel.

    Parameters
    ----------
    section : CrossSection
        The lumen.
    stations : ndarray, shape (n_steps + 1,)
        Places along the path, m, increasing.
    wall : ndarray, shape (n_steps, n_sectors)
        Temperature of the wall between the stations, K.
    inlet : float
        Temperature at the first station, uniform, K.

    Returns
    -------
    MarchedBlood
        Heat through the wall and the mixed mean temperature; they balance to rounding.
    """
    n_sectors = section.n_sectors
    modes = np.fft.rfft(wall - inlet, axis=1)
    angles = 2.0 * np.pi * np.arange(modes.shape[1]) / n_sectors
    spreading = 2.0 - 2.0 * np.cos(angles)
    heat, mean = np.empty_like(modes), np.empty(len(stations))
    _march_modes(np.diff(stations), section.rates, section.radial, section.angular, spreading, modes, heat, mean)
    mean = inlet + mean / n_sectors
    return MarchedBlood(np.fft.irfft(heat, n_sectors, axis=1), mean)


@compiled()
def _march_modes(
    steps: Floats,
    rates: Floats,
    radial: Floats,
    angular: Floats,
    spreading: Floats,
    wall: Modes,
    heat: Modes,
    mean: Floats,
) -> None:
    """March each mode; fills in the heat through the wall and the mean of mode zero."""
    n = len(rates)
    through = rates.sum()
    reduced, right = np.empty(n), np.empty(n, np.complex128)
    for mode in range(len(spreading)):
        temperature = np.zeros(n, np.complex128)
        if mode == 0:
            mean[0] = 0.0
        for step in range(len(steps)):
            ds = steps[step]
            for i in range(n):
                lower, upper = radial[i] * ds, radial[i + 1] * ds
                diagonal = rates[i] + lower + upper + spreading[mode] * angular[i] * ds
                load = rates[i] * temperature[i]
                if i == n - 1:
                    load += upper * wall[step, mode]
                pivot = diagonal if i == 0 else diagonal - lower * reduced[i - 1]
                reduced[i] = upper / pivot
                right[i] = load / pivot if i == 0 else (load + lower * right[i - 1]) / pivot
            temperature[n - 1] = right[n - 1]
            for i in range(n - 2, -1, -1):
                temperature[i] = right[i] + reduced[i] * temperature[i + 1]
            heat[step, mode] = radial[n] * ds * (wall[step, mode] - temperature[n - 1])
            if mode == 0:
                total = 0.0
                for i in range(n):
                    total += rates[i] * temperature[i].real
                mean[step + 1] = total / through

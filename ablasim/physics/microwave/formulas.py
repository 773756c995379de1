"""Given patterns of absorbed power by formula, for teaching."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import exp1

from ablasim.physics.microwave.patterns import on_lines

Floats = NDArray[np.float64]

_GROWTH = 1.08  # of the quadrature's steps away from a line
_ALONG = 41  # lines of the quadrature along it, where the power density does not change


@dataclass(frozen=True)
class GaussianPattern:
    """Ellipsoid that fades as e^(−(r/a)² − ((z − c)/b)²).

    Parameters
    ----------
    centre : float
        Height c of its centre above the tip, m.
    radial, axial : float
        Distances a and b from the centre at which 1/e of the power density is left, m.
    share : float
        Share of the forward power that boundless tissue absorbs.
    """

    centre: float
    radial: float
    axial: float
    share: float

    def density(self, places: Floats) -> Floats:
        """As in `PowerPattern`."""
        volume = np.pi**1.5 * self.radial**2 * self.axial
        exponent = (places[:, 0] / self.radial) ** 2 + ((places[:, 1] - self.centre) / self.axial) ** 2
        density: Floats = self.share / volume * np.exp(-exponent)
        return density

    def quadrature(self) -> tuple[Floats, Floats]:
        """As in `PowerPattern`; what it leaves out is below 1e-6 of the power."""
        reach = np.linspace(0.0, 4.0, 41)
        return on_lines(self.radial * reach, self.centre + self.axial * np.concatenate([-reach[:0:-1], reach]))


@dataclass(frozen=True)
class LinePattern:
    """Power density e^(−2αd)/d² at the distance d from a stretch of the axis, even within a radius.

    Parameters
    ----------
    start, length : float
        Height of the stretch's lower end above the tip, and its length, m.
    radius : float
        Distance within which the power density is that at this distance, m.
    attenuation : float
        α of the field, 1/m.
    share : float
        Share of the forward power that boundless tissue absorbs.
    """

    start: float
    length: float
    radius: float
    attenuation: float
    share: float

    def density(self, places: Floats) -> Floats:
        """As in `PowerPattern`."""
        along = np.clip(places[:, 1], self.start, self.start + self.length)
        distance = np.maximum(np.hypot(places[:, 0], places[:, 1] - along), self.radius)
        density: Floats = self.share / self._volume * self._form(distance)
        return density

    def quadrature(self) -> tuple[Floats, Floats]:
        """As in `PowerPattern`; what it leaves out is below 1e-5 of the power."""
        n_steps = int(np.ceil(np.log(self._reach / self.radius) / np.log(_GROWTH)))
        out = self.radius * np.concatenate([[0.0, 0.5], _GROWTH ** np.arange(n_steps + 1)])
        along = np.linspace(0.0, self.length, _ALONG)
        return on_lines(out, self.start + np.concatenate([-out[:0:-1], along[:-1], self.length + out]))

    @property
    def _reach(self) -> float:
        return self.radius + 6.0 / self.attenuation

    @property
    def _volume(self) -> float:
        """∫ of the form over space: within the radius, round the stretch, and round its ends, m."""
        a, twice = self.radius, 2.0 * self.attenuation
        within = float(self._form(a)) * (np.pi * a**2 * self.length + 4.0 / 3.0 * np.pi * a**3)
        round_ends = 4.0 * np.pi * np.exp(-twice * a) / twice
        return float(within + 2.0 * np.pi * self.length * exp1(twice * a) + round_ends)

    def _form(self, distance: Floats | float) -> Floats:
        form: Floats = np.exp(-2.0 * self.attenuation * np.asarray(distance)) / np.asarray(distance) ** 2
        return form

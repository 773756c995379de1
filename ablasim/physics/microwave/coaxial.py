"""The TEM wave of a coaxial line, also with a lossy filling.

E_r = V/(r ln(b/a)), H_φ = I/(2πr), V = Z0 I for a wave in the direction of the current. Amplitudes are peaks, the time
factor is e^{+jωt}. Source: Pozar, Microwave Engineering, 4th edition, sections 2.2 and 3.5 (from memory; tests hold the
formulas to the wave equation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.errors import ModelError
from ablasim.physics.microwave.waves import propagation_constant, wave_impedance


@dataclass(frozen=True)
class TemLine:
    """Coaxial line that carries a TEM wave.

    Parameters
    ----------
    inner_radius, outer_radius : float
        Radii of the filling, m.
    permittivity : complex
        Of the filling, ε_r − jσ/(ωε0), relative.
    frequency : float
        Hz.

    Raises
    ------
    ModelError
        If the radii are out of order or the frequency is not above zero.

    Examples
    --------
    >>> line = TemLine(0.135e-3, 0.47e-3, 2.03, 2.45e9)
    >>> round(line.impedance.real, 3), round(line.propagation.imag, 3)
    (52.496, 73.16)
    >>> round(abs(line.voltage(10.0)), 3)
    32.403
    """

    inner_radius: float
    outer_radius: float
    permittivity: complex
    frequency: float

    def __post_init__(self) -> None:
        if not 0.0 < self.inner_radius < self.outer_radius:
            message = f"coaxial line: radii {self.inner_radius:g} and {self.outer_radius:g} m: must rise from above 0"
            raise ModelError(message)
        if not (np.isfinite(self.frequency) and self.frequency > 0.0):
            message = f"frequency = {self.frequency:g} Hz: must be above 0"
            raise ModelError(message)

    @property
    def log_ratio(self) -> float:
        """ln(b/a)."""
        return float(np.log(self.outer_radius / self.inner_radius))

    @property
    def impedance(self) -> complex:
        """Characteristic impedance Z0 = η ln(b/a)/2π, Ω."""
        return wave_impedance(self.permittivity) * self.log_ratio / (2.0 * np.pi)

    @property
    def propagation(self) -> complex:
        """γ = α + jβ, 1/m and rad/m."""
        return propagation_constant(self.permittivity, self.frequency)

    def current(self, power: float) -> float:
        """Peak current of a wave that carries a power in W, A."""
        return float(np.sqrt(2.0 * power / self.impedance.real))

    def voltage(self, power: float) -> complex:
        """Peak voltage of a wave that carries a power in W, V."""
        return self.impedance * self.current(power)

    def power(self, forward: complex, backward: complex) -> float:
        """Net power of two waves, W.

        In a lossy line it is not the difference of the powers of either alone.

        Parameters
        ----------
        forward, backward : complex
            Peak currents of the two waves, both positive in the forward direction, A.
        """
        voltage = self.impedance * (forward - backward)
        return float(0.5 * (voltage * np.conj(forward + backward)).real)

    def radial_field(self, voltage: complex, radius: ArrayLike) -> NDArray[np.complex128]:
        """E_r at radii inside the filling, V/m."""
        return cast("NDArray[np.complex128]", voltage / (np.asarray(radius, dtype=complex) * self.log_ratio))

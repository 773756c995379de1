"""Arrhenius damage integral Ω = ∫ A exp(−E_a / (R T)) dt."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import prange
from numpy.typing import ArrayLike

from ablasim.compiled import compiled, n_blocks, piece
from ablasim.constants import GAS_CONSTANT_J_MOL_K
from ablasim.damage.arrhenius_sets import ArrheniusSet
from ablasim.damage.model import Floats, State, as_field, check_step

INTEGRAL_FLOOR = 1e-12
"""Ω taken in the logarithm of unheated tissue: 12 decades under Ω = 1, so never on a contour."""

_PANEL_LOG_WIDTH = 3.0
"""Largest change of ln(rate) over one panel: five Gauss points are then good to 1e-7."""

_SMALL_LOG_WIDTH = 0.1
"""Change of ln(rate) over a step up to which two Gauss points are good to 3e-8."""

_SQRT_12 = math.sqrt(12.0)
_GAUSS_POINTS, _GAUSS_WEIGHTS = np.polynomial.legendre.leggauss(5)


@compiled()
def _mean_rate(log_factor: float, activation_k: float, temperature_start: float, temperature_end: float) -> float:
    """Mean of A exp(−θ/T) over a step with T linear in time, by Gauss points on panels, 1/s."""
    log_width = activation_k * abs(1.0 / temperature_start - 1.0 / temperature_end)
    n_panels = int(log_width / _PANEL_LOG_WIDTH) + 1
    if log_width < 1e-9:
        return math.exp(log_factor - activation_k / temperature_start)
    if log_width < _SMALL_LOG_WIDTH:
        middle, offset = 0.5 * (temperature_start + temperature_end), (temperature_end - temperature_start) / _SQRT_12
        before = math.exp(log_factor - activation_k / (middle - offset))
        return 0.5 * (before + math.exp(log_factor - activation_k / (middle + offset)))
    slope = (temperature_end - temperature_start) / n_panels
    total = 0.0
    for panel in range(n_panels):
        for i in range(_GAUSS_POINTS.size):
            temperature = temperature_start + slope * (panel + 0.5 * (1.0 + _GAUSS_POINTS[i]))
            total += 0.5 * _GAUSS_WEIGHTS[i] * math.exp(log_factor - activation_k / temperature)
    return total / n_panels


@compiled(threaded=True)
def _add_integral(
    integral: Floats,
    temperature_start: Floats,
    temperature_end: Floats,
    dt: float,
    log_factor: float,
    activation_k: float,
) -> Floats:
    n = integral.size
    blocks = n_blocks(n)
    result = np.empty_like(integral)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            rate = _mean_rate(log_factor, activation_k, temperature_start[i], temperature_end[i])
            result[i] = integral[i] + dt * rate
    return result


@dataclass(frozen=True)
class Arrhenius:
    """First-order damage with one set of published parameters.

    Parameters
    ----------
    parameters : ArrheniusSet
        Frequency factor and activation energy, with their source.
    threshold : float, optional
        Arrhenius integral taken as death; Ω = 1 leaves exp(−1) = 37 % undamaged.

    Notes
    -----
    Temperature is linear in time over a step; the step is cut into panels over which ln(rate) changes by no
    more than 3, each integrated with five Gauss points, so one step of 50 K is as good as many. Two points do
    where ln(rate) changes by less than 0.1.

    Examples
    --------
    >>> from ablasim.damage import damage_model
    >>> model = damage_model("arrhenius_liver")
    >>> hot = np.array([333.15])
    >>> round(float(model.advance(model.start(1, hot), hot, hot, 3.4308)[0, 0]), 4)
    1.0
    """

    parameters: ArrheniusSet
    threshold: float = 1.0
    quantities: tuple[str, ...] = ("Arrhenius integral, 1",)

    @property
    def name(self) -> str:
        """Name in scenarios and results."""
        return f"arrhenius_{self.parameters.name}"

    @property
    def label(self) -> str:
        """Name on axes and in reports."""
        return f"Arrhenius Ω ≥ {self.threshold:g} ({self.parameters.name})"

    @property
    def source(self) -> str:
        """Citation of the parameters."""
        return self.parameters.source

    @property
    def process(self) -> str:
        """What was seen to be damaged."""
        return self.parameters.process

    @property
    def verified(self) -> bool:
        """Whether the parameters were checked at their source."""
        return self.parameters.verified

    @property
    def warning(self) -> str | None:
        """What a reader must know before trusting this set."""
        return self.parameters.warning

    @property
    def _log_factor(self) -> float:
        return math.log(self.parameters.frequency_factor_per_s)

    @property
    def _activation_k(self) -> float:
        return self.parameters.activation_energy_j_mol / GAS_CONSTANT_J_MOL_K

    def rate_per_s(self, temperature: float) -> float:
        """Damage rate at a constant temperature (K), 1/s."""
        return math.exp(self._log_factor - self._activation_k / temperature)

    def start(self, n_points: int, temperature: ArrayLike) -> State:
        """State of zero damage, shape (1, n_points)."""
        return np.zeros_like(as_field(n_points, temperature))[np.newaxis]

    def advance(self, state: State, temperature_start: Floats, temperature_end: Floats, dt: float) -> State:
        """State with the integral of a step of `dt` seconds added, temperatures in K."""
        check_step(state, temperature_start, temperature_end, dt)
        return _add_integral(state[0], temperature_start, temperature_end, dt, self._log_factor, self._activation_k)[
            np.newaxis
        ]

    def level(self, state: State) -> Floats:
        """Logarithm of Ω minus that of the threshold, shape (n_points,)."""
        excess: Floats = np.log(np.maximum(state[0], INTEGRAL_FLOOR)) - math.log(self.threshold)
        return excess

    def describe(self) -> dict[str, object]:
        """Name, label, source, warning, criterion and both parameters."""
        return {
            "name": self.name,
            "label": self.label,
            "source": self.source,
            "warning": self.warning,
            "threshold": self.threshold,
            "process": self.process,
            "frequency_factor_per_s": self.parameters.frequency_factor_per_s,
            "activation_energy_j_mol": self.parameters.activation_energy_j_mol,
            "verified": self.verified,
        }

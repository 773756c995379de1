"""Thermal dose: cumulative equivalent minutes at 43 °C."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import prange
from numpy.typing import ArrayLike

from ablasim.compiled import compiled, n_blocks, piece
from ablasim.damage.model import Floats, State, as_field, check_step
from ablasim.units import SECONDS_PER_MINUTE, kelvin

REFERENCE_TEMPERATURE = kelvin(43.0)
"""Temperature at which a minute counts as a minute, K (Sapareto and Dewey 1984)."""

R_ABOVE = 0.5
R_BELOW = 0.25
"""Time factor per kelvin above and below the reference (Sapareto and Dewey 1984, human cells)."""

STEEP_ABOVE = kelvin(50.0)
"""Temperature above which a factor of two per kelvin is too steep, K: cells of hepatocellular carcinoma followed 0.72
between 45 and 60 °C (Int. J. Hyperthermia 29:318-323, 2013)."""

DOSE_FLOOR_MIN = 1e-6
"""Dose taken in the logarithm of unheated tissue, minutes: 8 decades under 240 min, so never on a contour."""

_LOG_ABOVE = -math.log(R_ABOVE)
_LOG_BELOW = -math.log(R_BELOW)
_HOTTEST_K = 900.0
"""Excess over the reference beyond which the dose is held, K: 2^900 is finite and 2^1024 is not."""


@compiled()
def _mean_exp(start: float, end: float) -> float:
    """Mean of exp over the interval from `start` to `end`, without cancellation."""
    width = end - start
    if abs(width) < 1e-6:
        return math.exp(0.5 * (start + end))
    return math.exp(start) * math.expm1(width) / width


@compiled()
def _dose_rate(excess_start: float, excess_end: float) -> float:
    """Mean equivalent minutes per minute over a step, temperature linear; excess over the reference, K."""
    low = min(excess_start, excess_end)
    high = min(max(excess_start, excess_end), _HOTTEST_K)
    low = min(low, high)
    if low >= 0.0:
        return _mean_exp(_LOG_ABOVE * low, _LOG_ABOVE * high)
    if high <= 0.0:
        return _mean_exp(_LOG_BELOW * low, _LOG_BELOW * high)
    share_above = high / (high - low)
    below = (1.0 - share_above) * _mean_exp(_LOG_BELOW * low, 0.0)
    return below + share_above * _mean_exp(0.0, _LOG_ABOVE * high)


@compiled(threaded=True)
def _add_dose(dose: Floats, temperature_start: Floats, temperature_end: Floats, minutes: float) -> Floats:
    n = dose.size
    blocks = n_blocks(n)
    result = np.empty_like(dose)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            rate = _dose_rate(temperature_start[i] - REFERENCE_TEMPERATURE, temperature_end[i] - REFERENCE_TEMPERATURE)
            result[i] = dose[i] + minutes * rate
    return result


@dataclass(frozen=True)
class Cem43:
    """Cumulative equivalent minutes at 43 °C, in closed form and split at 43 °C [1]_.

    Parameters
    ----------
    threshold_min : float, optional
        Lethal dose, minutes. 240 min is the usual dose for complete necrosis of soft tissue [2]_.
    name : str, optional
        Name in scenarios and results.

    References
    ----------
    .. [1] Sapareto and Dewey, Int. J. Radiat. Oncol. Biol. Phys. 10:787-800, 1984.
    .. [2] Yarmolenko et al., Int. J. Hyperthermia 27:320-343, 2011.

    Examples
    --------
    >>> dose = Cem43()
    >>> hot = np.array([kelvin(45.0)])
    >>> float(dose.advance(dose.start(1, hot), hot, hot, 600.0)[0, 0])
    40.0
    """

    threshold_min: float = 240.0
    name: str = "cem43_240"
    source: str = (
        "Sapareto and Dewey, Int. J. Radiat. Oncol. Biol. Phys. 10:787-800, 1984 (R = 0.5 above, 0.25 below "
        "43 °C); dose: Yarmolenko et al., Int. J. Hyperthermia 27:320-343, 2011"
    )
    process: str = (
        "loss of clonogenic survival of human cells in culture (R); necrosis of muscle and tumours hours after "
        "heating (240 min)"
    )
    verified: bool = True
    warning: str | None = (
        "Above about 50 °C the dose grows too fast with temperature: where the edge of the zone is hotter than that "
        "(240 min in ablations of a minute or two), the zone comes out too large, which is the unsafe side."
    )
    quantities: tuple[str, ...] = ("thermal dose, CEM43 minutes",)

    @property
    def label(self) -> str:
        """Name on axes and in reports."""
        return f"CEM43 ≥ {self.threshold_min:g} min"

    def start(self, n_points: int, temperature: ArrayLike) -> State:
        """State of zero dose, shape (1, n_points)."""
        return np.zeros_like(as_field(n_points, temperature))[np.newaxis]

    def advance(self, state: State, temperature_start: Floats, temperature_end: Floats, dt: float) -> State:
        """State with the dose of a step of `dt` seconds added, temperatures in K."""
        check_step(state, temperature_start, temperature_end, dt)
        return _add_dose(state[0], temperature_start, temperature_end, dt / SECONDS_PER_MINUTE)[np.newaxis]

    def level(self, state: State) -> Floats:
        """Logarithm of the dose minus that of the lethal dose, shape (n_points,)."""
        excess: Floats = np.log(np.maximum(state[0], DOSE_FLOOR_MIN)) - math.log(self.threshold_min)
        return excess

    def describe(self) -> dict[str, object]:
        """Name, label, source, end point, warning, lethal dose and time factors."""
        return {
            "name": self.name,
            "label": self.label,
            "source": self.source,
            "process": self.process,
            "verified": self.verified,
            "warning": self.warning,
            "threshold_min": self.threshold_min,
            "r_above_43": R_ABOVE,
            "r_below_43": R_BELOW,
        }

"""Three-state cell death: alive, vulnerable, dead."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import prange
from numpy.typing import ArrayLike

from ablasim.compiled import compiled, n_blocks, piece
from ablasim.constants import ZERO_CELSIUS_K
from ablasim.damage.model import Floats, State, as_field, check_step

FORWARD_RATE_PER_S = 3.33e-3
BACKWARD_RATE_PER_S = 7.77e-3
EXPONENTIAL_SCALE_C = 40.5
"""k_f, k_b (1/s) and T_k (°C) of O'Neill et al. 2011, as two public codes give them (see `ThreeState`)."""

ALIVE_AT_START = 0.99
"""Alive share before heating; the rest is vulnerable. At exactly 1 nothing would ever die."""

SHARE_FLOOR = 1e-12
"""Dead share (and its complement) taken in the logit, so that the level is finite."""

_RATE_STEP = 0.25
"""Largest product of sub-step and forward rate: fourth-order Runge-Kutta is then good to 1e-5."""

_HOTTEST_C = 300.0
"""Temperature above which the rate is held, °C: a cell there is dead within a second."""


@compiled()
def _slopes(alive: float, dead: float, forward: float, backward: float) -> tuple[float, float]:
    """Time derivatives of the alive and the dead share, 1/s."""
    vulnerable = 1.0 - alive - dead
    pressure = forward * (1.0 - alive)
    return -pressure * alive + backward * vulnerable, pressure * vulnerable


@compiled()
def _advance_point(
    alive: float, dead: float, hot_start: float, hot_end: float, dt: float, rates: tuple[float, float, float]
) -> tuple[float, float]:
    """Shares after `dt` seconds, temperature (°C) linear from `hot_start` to `hot_end`."""
    forward_rate, backward, scale = rates
    fastest = max(forward_rate * math.exp(max(hot_start, hot_end) / scale), backward)
    n_steps = int(dt * fastest / _RATE_STEP) + 1
    h = dt / n_steps
    forward_end = forward_rate * math.exp(hot_start / scale)
    half_growth = math.exp(0.5 * (hot_end - hot_start) / (n_steps * scale))
    for _ in range(n_steps):
        forward = forward_end
        forward_mid = forward * half_growth
        forward_end = forward_mid * half_growth
        a1, d1 = _slopes(alive, dead, forward, backward)
        a2, d2 = _slopes(alive + 0.5 * h * a1, dead + 0.5 * h * d1, forward_mid, backward)
        a3, d3 = _slopes(alive + 0.5 * h * a2, dead + 0.5 * h * d2, forward_mid, backward)
        a4, d4 = _slopes(alive + h * a3, dead + h * d3, forward_end, backward)
        alive += h * (a1 + 2.0 * (a2 + a3) + a4) / 6.0
        dead += h * (d1 + 2.0 * (d2 + d3) + d4) / 6.0
    return alive, dead


@compiled(threaded=True)
def _advance(
    state: Floats,
    temperature_start: Floats,
    temperature_end: Floats,
    dt: float,
    rates: tuple[float, float, float],
) -> Floats:
    n = state.shape[1]
    blocks = n_blocks(n)
    result = np.empty_like(state)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            hot_start = min(temperature_start[i] - ZERO_CELSIUS_K, _HOTTEST_C)
            hot_end = min(temperature_end[i] - ZERO_CELSIUS_K, _HOTTEST_C)
            alive, dead = _advance_point(state[0, i], state[1, i], hot_start, hot_end, dt, rates)
            result[0, i] = min(max(alive, 0.0), 1.0)
            result[1, i] = min(max(dead, state[1, i]), 1.0)
    return result


@dataclass(frozen=True)
class ThreeState:
    """Alive, vulnerable and dead cells after O'Neill et al. [1]_.

    With A alive, D dead and V = 1 − A − D vulnerable, T in °C::

        dA/dt = −k_f exp(T/T_k) (1 − A) A + k_b V
        dD/dt =  k_f exp(T/T_k) (1 − A) V

    Parameters
    ----------
    dead_share : float, optional
        Dead share at which tissue counts as dead.
    name : str, optional
        Name in scenarios and results.
    forward_rate_per_s, backward_rate_per_s, scale_c : float, optional
        k_f (1/s), k_b (1/s) and T_k (°C).

    Notes
    -----
    The equations and the constants are those of two public codes by users of the model, Go-Smart's Elmer
    module and MITA-model, and the start A = 0.99, V = 0.01, D = 0 that of the second; of the original the
    abstract was seen. Go-Smart takes a tenth of the rate at 38.85 °C off the forward rate, which delays the
    death that the model predicts at body temperature; that is not done here. A sensitivity study [2]_ takes
    medians of 3.52e-3 1/s, 8.46e-3 1/s and 41.6 °C. Integrated by fourth-order Runge-Kutta with sub-steps of
    at most a quarter of the fastest time, temperature linear in time over a step.

    References
    ----------
    .. [1] O'Neill et al., Ann. Biomed. Eng. 39:570-579, 2011, doi:10.1007/s10439-010-0177-1.
    .. [2] Hall, Ooi and Payne, Int. J. Hyperthermia 31:538-550, 2015, doi:10.3109/02656736.2015.1032370.
    """

    dead_share: float = 0.8
    name: str = "three_state"
    forward_rate_per_s: float = FORWARD_RATE_PER_S
    backward_rate_per_s: float = BACKWARD_RATE_PER_S
    scale_c: float = EXPONENTIAL_SCALE_C
    source: str = "O'Neill et al., Ann. Biomed. Eng. 39:570-579, 2011, doi:10.1007/s10439-010-0177-1"
    process: str = "loss of viability of co-cultures of hepatocytes and lung fibroblasts"
    verified: bool = True
    warning: str | None = (
        "Fitted to cultured cells that outlived hot liver by far: after 5 minutes at 60 °C its dead share is below "
        "0.01. Users of the model also stop perfusion at a viability below 0.8 (dead share above 0.2): that zone is "
        "larger. At body temperature its dead share reaches 0.01 after 31 minutes and 0.8 after 64: runs longer than "
        "half an hour are outside its use."
    )
    quantities: tuple[str, ...] = ("alive share, 1", "dead share, 1")

    @property
    def label(self) -> str:
        """Name on axes and in reports."""
        return f"three-state dead share ≥ {self.dead_share:g}"

    def start(self, n_points: int, temperature: ArrayLike) -> State:
        """State of 99 % alive and 1 % vulnerable cells, shape (2, n_points)."""
        field = as_field(n_points, temperature)
        return np.stack([np.full_like(field, ALIVE_AT_START), np.zeros_like(field)])

    def advance(self, state: State, temperature_start: Floats, temperature_end: Floats, dt: float) -> State:
        """State after a step of `dt` seconds, temperatures in K."""
        check_step(state, temperature_start, temperature_end, dt)
        rates = (self.forward_rate_per_s, self.backward_rate_per_s, self.scale_c)
        return _advance(state, temperature_start, temperature_end, dt, rates)

    def level(self, state: State) -> Floats:
        """Logit of the dead share minus logit of its limit, shape (n_points,)."""
        dead = np.clip(state[1], SHARE_FLOOR, 1.0 - SHARE_FLOOR)
        excess: Floats = np.log(dead / (1.0 - dead)) - math.log(self.dead_share / (1.0 - self.dead_share))
        return excess

    def describe(self) -> dict[str, object]:
        """Name, label, source, end point, warning, criterion and constants."""
        return {
            "name": self.name,
            "label": self.label,
            "source": self.source,
            "process": self.process,
            "verified": self.verified,
            "warning": self.warning,
            "dead_share": self.dead_share,
            "forward_rate_per_s": self.forward_rate_per_s,
            "backward_rate_per_s": self.backward_rate_per_s,
            "scale_c": self.scale_c,
            "alive_at_start": ALIVE_AT_START,
        }

"""How wrong a time step is, relative to what is allowed."""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece
from ablasim.fem import StepResult
from ablasim.fem.vectors import plus_multiple
from ablasim.physics.bioheat import Bioheat, Floats

_LAG_SHARE = 4.0  # error of the mid-step temperature that counts as much as a time error of the tolerance: σ and with
# it the heat source follow temperature at 1.5 %/K
_LAG_SHARE_UNPOWERED = 30.0  # the same when only k depends on it, at 0.2 %/K
_DRYING_LAG = 0.2  # error of the mid-step share of water gone that counts as much, per kelvin of tolerance
_DRYING_LAG_YIELDING = 1.0  # the same where the source yields within the step
_CALM_BELOW_K = 353.15  # 80 °C
_LAG_EXPONENT = 1.5  # a lag falls with the square of the step, the controller works on the third power


def step_error(
    bioheat: Bioheat,
    start: Floats,
    middle: Floats,
    step: StepResult,
    tolerance: float,
    *,
    is_powered: bool,
    yields: bool = False,
) -> float:
    """Error of a step relative to what is allowed.

    Two things can be wrong: the time integration, and the temperature at which coefficients and sources were
    taken. Both are held where tissue stays below 80 °C. Hotter tissue is dead within moments by every model, and
    where it boils its temperature says nothing (it rests near 100 °C and jumps when the water is gone): there
    the share of water gone, on which the conductivity hangs, is held instead.

    Parameters
    ----------
    bioheat : Bioheat
        The problem.
    start, middle : ndarray, shape (n_nodes,)
        Temperature at the start of the step, and that at which coefficients and sources were taken, K.
    step : StepResult
        The step.
    tolerance : float
        Error allowed, K.
    is_powered : bool
        Whether a heat source follows the temperature.
    yields : bool, optional
        Whether its fall with temperature is part of the step, as that of microwaves is.

    Returns
    -------
    float
        1 where the step is as wrong as it may be.
    """
    curve = bioheat.enthalpy
    actual_middle = curve.temperature(plus_multiple(curve.heat(start), 0.5, step.stored))
    error, lag, drying_lag = _largest(
        bioheat.fixed, start, step.temperature, middle, actual_middle, step.error, *curve.transition
    )
    allowed_lag = (_LAG_SHARE if is_powered else _LAG_SHARE_UNPOWERED) * tolerance
    return float(
        max(
            error / tolerance,
            (lag / allowed_lag) ** _LAG_EXPONENT,
            (drying_lag / ((_DRYING_LAG_YIELDING if yields else _DRYING_LAG) * tolerance)) ** _LAG_EXPONENT,
        )
    )


@compiled(threaded=True)
def _largest(
    fixed: NDArray[np.bool_],
    start: Floats,
    end: Floats,
    middle: Floats,
    actual_middle: Floats,
    error: Floats,
    first: float,
    last: float,
) -> tuple[float, float, float]:
    """Largest error and largest lag where tissue stays calm, K, and largest lag of the share of water gone anywhere.

    Water goes between two temperatures.
    """
    n = len(start)
    blocks = n_blocks(n)
    errors, lags, drying_lags = np.zeros(blocks), np.zeros(blocks), np.zeros(blocks)
    for block in prange(blocks):
        of_error, of_lag, of_drying = 0.0, 0.0, 0.0
        for i in piece(block, blocks, n):
            if fixed[i]:
                continue
            actual, taken = actual_middle[i], middle[i]
            if max(start[i], end[i], taken) < _CALM_BELOW_K:
                of_error = max(of_error, abs(error[i]))
                of_lag = max(of_lag, abs(actual - taken))
            gone = min(max((actual - first) / (last - first), 0.0), 1.0)
            of_drying = max(of_drying, abs(gone - min(max((taken - first) / (last - first), 0.0), 1.0)))
        errors[block], lags[block], drying_lags[block] = of_error, of_lag, of_drying
    return float(errors.max()), float(lags.max()), float(drying_lags.max())

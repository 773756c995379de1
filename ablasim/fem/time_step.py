"""One implicit time step of stored heat that is a nonlinear function of temperature.

Two methods, both with coefficients and sources that the caller holds constant over the step, and both conserving: the
heat in, out and stored balance to solver tolerance whatever the step jumps over.

`advance_sdirk2`
    Alexander's two-stage method: second order, and L-stable, so a jump in a boundary temperature leaves no oscillation
    [1]_. The local error is estimated by comparison with an embedded formula of third order and filtered by the step's
    own matrix so that stiff components do not exaggerate it [2]_.
`advance_implicit_euler`
    The backward Euler method: first order, without an estimate of its error. For comparison with other codes.

References
----------
.. [1] R. Alexander, SIAM J. Numer. Anal. 14:1006-1021, 1977, doi:10.1137/0714068.
.. [2] M. E. Hosea and L. F. Shampine, Appl. Numer. Math. 20:21-37, 1996, doi:10.1016/0168-9274(95)00115-8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.fem.enthalpy import EnthalpyCurve
from ablasim.fem.guess import Guess
from ablasim.fem.heat_stage import HeatStages
from ablasim.fem.lumped_stage import LumpedStages
from ablasim.fem.operators import Diffusion
from ablasim.fem.space import Space
from ablasim.fem.vectors import combined, plus_multiple

Floats = NDArray[np.float64]

GAMMA = 1.0 - 1.0 / np.sqrt(2.0)
"""Diagonal coefficient of the stages; stage times are GAMMA and 1, weights 1 - GAMMA and GAMMA."""

_THIRD_1 = 1.0 / (12.0 * GAMMA**2 * (1.0 - GAMMA))
_THIRD_2 = 0.5 - GAMMA * _THIRD_1
_ERROR_WEIGHTS = (1.0 - _THIRD_1 - _THIRD_2, _THIRD_1 - (1.0 - GAMMA), _THIRD_2 - GAMMA)
"""Weights of the start and the two stages, of third order for problems linear in temperature, minus the method's own.

With weights w at times c = (0, γ, 1) and the method's matrix a, third order for constant coefficients and sources asks
for Σw = 1, Σw c = 1/2 and Σw a c = 1/6. (Quadrature of third order, Σw c² = 1/3, is for sources that change within the
step; with it the estimate would be a seventh of the error.)
"""


@dataclass(frozen=True, eq=False)
class StepResult:
    """What a step ends with.

    Parameters
    ----------
    temperature : ndarray, shape (n_nodes,)
        Temperature at the end, K.
    mean_temperature : ndarray, shape (n_nodes,)
        The method's own mean over the step, K: linear losses integrate with it exactly as the scheme saw them.
    stored : ndarray, shape (n_nodes,)
        Heat gained during the step, J.
    reaction : ndarray, shape (n_nodes,)
        Heat put in at the fixed nodes to hold their temperature, J; zero elsewhere.
    error : ndarray, shape (n_nodes,)
        Estimated local error of the temperature, K; zero at the fixed nodes, and where a method has no estimate.
    newton_iterations, linear_iterations : int
        Work done.
    """

    temperature: Floats
    mean_temperature: Floats
    stored: Floats
    reaction: Floats
    error: Floats
    newton_iterations: int
    linear_iterations: int


def advance_sdirk2(
    space: Space,
    curve: EnthalpyCurve,
    operator: Diffusion,
    load: Floats,
    fixed: NDArray[np.bool_],
    temperature: Floats,
    dt: float,
    *,
    tolerance: float,
    guess: Guess | None = None,
) -> StepResult:
    """Advance the temperature by one step of second order.

    Parameters
    ----------
    space : Space
        The space.
    curve : EnthalpyCurve
        Heat content at the value points.
    operator : Diffusion
        A: conduction and linear losses, W/K.
    load : ndarray, shape (n_nodes,)
        g: heat sources and the losses' reference, W.
    fixed : ndarray of bool, shape (n_nodes,)
        Nodes whose temperature is held (and nodes that take no part).
    temperature : ndarray, shape (n_nodes,)
        Temperature at the start, K, with the held values in place.
    dt : float
        Length of the step, s.
    tolerance : float
        Largest remaining error of the nonlinear iteration, K.
    guess : Guess, optional
        What the temperature may be within the step; only the number of iterations depends on it.

    Raises
    ------
    SolverError
        If the nonlinear or a linear iteration does not converge.
    """
    stages = _kind_of(space)(space, curve, operator, load, fixed, temperature, dt, GAMMA, tolerance)
    first = stages.solve(np.zeros_like(temperature), temperature if guess is None else guess.at(GAMMA * dt))
    first_rate = first.stored / (GAMMA * dt)
    end = first.temperature if guess is None else guess.beyond(dt, GAMMA * dt, first.temperature, first_rate)
    second = stages.solve((1.0 - GAMMA) * dt * first_rate, end)
    mean = plus_multiple(first.temperature, GAMMA, second.temperature - first.temperature)

    at_start, at_first, at_second = (dt * weight for weight in _ERROR_WEIGHTS)
    # The rate at the second stage is what it stored beyond the first's share, over GAMMA dt.
    at_first -= at_second * (1.0 - GAMMA) / GAMMA
    at_second /= GAMMA * dt
    defect = combined(at_start, stages.start_rate, at_first, first_rate, at_second, second.stored)
    error, error_iterations = stages.filtered(defect, second.temperature)
    return StepResult(
        temperature=second.temperature,
        mean_temperature=mean,
        stored=second.stored,
        reaction=stages.reaction(second.stored, mean, dt),
        error=error,
        newton_iterations=first.newton_iterations + second.newton_iterations,
        linear_iterations=first.linear_iterations + second.linear_iterations + error_iterations,
    )


def advance_implicit_euler(
    space: Space,
    curve: EnthalpyCurve,
    operator: Diffusion,
    load: Floats,
    fixed: NDArray[np.bool_],
    temperature: Floats,
    dt: float,
    *,
    tolerance: float,
    guess: Guess | None = None,
) -> StepResult:
    """Advance the temperature by one step of the backward Euler method; parameters as for `advance_sdirk2`.

    Raises
    ------
    SolverError
        If the nonlinear or a linear iteration does not converge.
    """
    stages = _kind_of(space)(space, curve, operator, load, fixed, temperature, dt, 1.0, tolerance)
    # A steady rate is nearer than one that goes on changing over steps as long as other codes take.
    end = stages.solve(np.zeros_like(temperature), temperature if guess is None else guess.straight(dt))
    return StepResult(
        temperature=end.temperature,
        mean_temperature=end.temperature,
        stored=end.stored,
        reaction=stages.reaction(end.stored, end.temperature, dt),
        error=np.zeros_like(temperature),
        newton_iterations=end.newton_iterations,
        linear_iterations=end.linear_iterations,
    )


def _kind_of(space: Space) -> type[HeatStages]:
    return LumpedStages if space.is_lumped else HeatStages

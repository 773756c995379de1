"""One implicit step of second order for stored heat that is a nonlinear function of temperature.

The semi-discrete problem is dE(T)/dt = g - A T with a symmetric operator A and a load g that are constant over the step
(their nonlinearity is taken at the middle of the step by the caller), and temperatures held at the fixed nodes. The
step is Alexander's two-stage SDIRK method: L-stable, so a jump in a boundary temperature leaves no oscillation, and
conserving, so the heat in, out and stored balance to solver tolerance whatever the step jumps over [1]_. The local
error is estimated by comparison with an embedded third-order quadrature and filtered by the step's own matrix so that
stiff components do not exaggerate it [2]_.

References
----------
.. [1] R. Alexander, SIAM J. Numer. Anal. 14:1006-1021, 1977, doi:10.1137/0714068.
.. [2] M. E. Hosea and L. F. Shampine, Appl. Numer. Math. 20:21-37, 1996, doi:10.1016/0168-9274(95)00115-8.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import SolverError
from ablasim.fem.conjugate_gradients import scaled_norm, solve_jacobi
from ablasim.fem.enthalpy import EnthalpyCurve
from ablasim.fem.operators import ConstrainedSystem, Diffusion, mass
from ablasim.fem.space import Space

Floats = NDArray[np.float64]

GAMMA = 1.0 - 1.0 / np.sqrt(2.0)
"""Diagonal coefficient of the stages; stage times are GAMMA and 1, weights 1 - GAMMA and GAMMA."""

_THIRD = 1.0 / (6.0 * GAMMA * (1.0 - GAMMA))  # weight of the first stage in the third-order quadrature 0, γ, 1
_ERROR_WEIGHTS = (
    -(1.0 - _THIRD - (0.5 - _THIRD * GAMMA)),
    (1.0 - GAMMA) - _THIRD,
    GAMMA - (0.5 - _THIRD * GAMMA),
)
_LINEAR_TOLERANCE = 1e-2  # per Newton correction; the residual is evaluated anew after each
_INCREMENT_SHARE = 1e-3  # of the step's own change of temperature: what the nonlinear iteration may leave over
_SMALLEST_TOLERANCE_K = 1e-7  # far above rounding
_UNBALANCED_SHARE = 3e-4  # of the heat that the step moves: what all nodes together may leave over
_SMALLEST_UNBALANCED_K = 1e-10  # the same as a change of temperature everywhere; far above rounding
_ERROR_TOLERANCE = 1e-1  # of the error estimate
_MAX_NEWTON = 60


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
        Estimated local error of the temperature, K; zero at the fixed nodes.
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


@dataclass(frozen=True, eq=False)
class _Stage:
    temperature: Floats
    stored: Floats
    newton_iterations: int
    linear_iterations: int


@dataclass(frozen=True)
class _Allowed:
    """What the nonlinear iteration of a stage may leave over.

    The largest correction bounds the error of each node. It does not bound the sum: heat left over in thousands of
    nodes that hardly warm adds up, always with the same sign where the guess was too hot. So the sum is held too.

    Parameters
    ----------
    correction : float
        At any node, as a temperature, K.
    heat : float
        At all nodes together, without regard to sign, J.
    """

    correction: float
    heat: float


def advance(
    space: Space,
    curve: EnthalpyCurve,
    operator: Diffusion,
    load: Floats,
    fixed: NDArray[np.bool_],
    temperature: Floats,
    dt: float,
    *,
    tolerance: float,
    predict: Callable[[float], Floats] | None = None,
) -> StepResult:
    """Advance the temperature by one step.

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
    predict : callable, optional
        Guess of the temperature a time after the start of the step, s, with the held values in place; only the
        number of iterations depends on it.

    Raises
    ------
    SolverError
        If the nonlinear or a linear iteration does not converge.
    """
    free = ~fixed
    systems = _StageSystems(space, operator, fixed, GAMMA * dt)
    start_values = curve.heat(space.at_values(temperature))
    start_rate = np.where(free, load - operator.apply(temperature), 0.0)
    start_capacity = space.from_values(curve.capacity(space.at_values(temperature)))
    rise = float(np.max(np.abs(dt * start_rate / (start_capacity + dt * systems.loss_rate))))
    allowed = _Allowed(
        correction=min(tolerance, max(_INCREMENT_SHARE * rise, _SMALLEST_TOLERANCE_K)),
        heat=max(
            _UNBALANCED_SHARE * GAMMA * dt * float(np.abs(start_rate).sum()),
            _SMALLEST_UNBALANCED_K * float(curve.capacities[0].sum()),
        ),
    )

    def solve_stage(base: Floats, guess: Floats) -> _Stage:
        return _solve_stage(space, curve, operator, load, systems, start_values, base, guess, allowed)

    first_guess = temperature if predict is None else predict(GAMMA * dt)
    first = solve_stage(np.zeros_like(temperature), first_guess)
    first_rate = first.stored / (GAMMA * dt)
    second_guess = first.temperature if predict is None else predict(dt) + first.temperature - first_guess
    second = solve_stage((1.0 - GAMMA) * dt * first_rate, second_guess)
    mean = (1.0 - GAMMA) * first.temperature + GAMMA * second.temperature
    reaction = np.where(fixed, second.stored - dt * (load - operator.apply(mean)), 0.0)

    second_rate = (second.stored - (1.0 - GAMMA) * dt * first_rate) / (GAMMA * dt)
    rates = (start_rate, first_rate, second_rate)
    defect = dt * sum(weight * rate for weight, rate in zip(_ERROR_WEIGHTS, rates, strict=True))
    system = systems.with_capacities(curve.capacity(space.at_values(second.temperature)))
    error, error_iterations = solve_jacobi(
        system, defect, tolerance=_ERROR_TOLERANCE, reference=scaled_norm(system, defect)
    )
    return StepResult(
        temperature=second.temperature,
        mean_temperature=mean,
        stored=second.stored,
        reaction=reaction,
        error=error,
        newton_iterations=first.newton_iterations + second.newton_iterations,
        linear_iterations=first.linear_iterations + second.linear_iterations + error_iterations,
    )


class _StageSystems:
    """Matrices C + w A of Newton's method, of which only the capacities C change within a step.

    Newton's corrections need few digits, for the residual is evaluated anew after each: single precision does.
    """

    def __init__(self, space: Space, operator: Diffusion, fixed: NDArray[np.bool_], weight: float) -> None:
        self.fixed = fixed
        self.weight = weight
        self._space = space
        self._operator = operator
        self._losses = operator.constrained(fixed, weight, np.float32)

    @property
    def loss_rate(self) -> Floats:
        """Diagonal of A, W/K; without meaning at the fixed nodes."""
        return self._losses.diagonal / self.weight

    def with_capacities(self, capacities: Floats) -> ConstrainedSystem:
        """The matrix for capacities at the value points, J/K."""
        if self._space.is_lumped:
            return self._losses.plus_diagonal(capacities)
        consistent = mass(self._space, self._operator.pattern, capacities).plus(self.weight, self._operator)
        return consistent.constrained(self.fixed, precision=np.float32)


def _solve_stage(
    space: Space,
    curve: EnthalpyCurve,
    operator: Diffusion,
    load: Floats,
    systems: _StageSystems,
    start_values: Floats,
    base: Floats,
    guess: Floats,
    allowed: _Allowed,
) -> _Stage:
    """Solve E(T) - E(T_start) - base = w (g - A T) for T by Newton's method."""
    temperature = guess
    free = ~systems.fixed
    linear_iterations = 0
    worst = np.inf
    for iteration in range(_MAX_NEWTON):
        values = space.at_values(temperature)
        stored = space.from_values(curve.heat(values) - start_values)
        residual = systems.weight * (load - operator.apply(temperature)) - (stored - base)
        capacities = curve.capacity(values)
        system = systems.with_capacities(capacities)
        worst = _largest_correction(space, curve, system, capacities, residual)
        if worst <= allowed.correction and float(np.abs(residual[free]).sum()) <= allowed.heat:
            return _Stage(temperature, stored, iteration, linear_iterations)
        correction, iterations = solve_jacobi(
            system, residual, tolerance=_LINEAR_TOLERANCE, reference=scaled_norm(system, residual)
        )
        linear_iterations += iterations
        temperature = _corrected(space, curve, temperature, capacities, correction)
    message = "Newton's method for the temperature did not converge"
    raise SolverError(message, iterations=_MAX_NEWTON, residual=worst / allowed.correction)


def _largest_correction(
    space: Space,
    curve: EnthalpyCurve,
    system: ConstrainedSystem,
    capacities: Floats,
    residual: Floats,
) -> float:
    """Largest temperature that the residual heat stands for, K, with the capacity of unboiled tissue."""
    diagonal = system.diagonal
    if space.is_lumped:
        diagonal = diagonal - capacities + np.minimum(capacities, curve.capacities[0])
    return float(np.max(np.abs(residual[~system.fixed] / diagonal[~system.fixed]), initial=0.0))


def _corrected(
    space: Space, curve: EnthalpyCurve, temperature: Floats, capacities: Floats, correction: Floats
) -> Floats:
    """Temperature after a Newton correction, K."""
    if not space.is_lumped:
        return temperature + correction
    return curve.cautiously_moved(temperature, capacities * correction)

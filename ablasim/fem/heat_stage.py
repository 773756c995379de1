"""One implicit stage of stored heat that is a nonlinear function of temperature, by Newton's method.

The semi-discrete problem is dE(T)/dt = g - A T with a symmetric operator A and a load g, both constant over the step,
and temperatures held at the fixed nodes. A stage solves E(T) - E(T_start) - base = w (g - A T), w being a share of the
step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import SolverError
from ablasim.fem.conjugate_gradients import solve_jacobi
from ablasim.fem.enthalpy import EnthalpyCurve
from ablasim.fem.heat_balance import Balance, heat_balance
from ablasim.fem.operators import Diffusion, mass
from ablasim.fem.space import Space
from ablasim.fem.vectors import size_of_free

Floats = NDArray[np.float64]

_FILTER_TOLERANCE = 1e-1  # of what is filtered
_LINEAR_TOLERANCE = 1e-2  # per Newton correction at most; the residual is evaluated anew after each
_LOOSEST_TOLERANCE = 0.3  # per Newton correction at least
_SHARE_OF_ALLOWED = 0.3  # of what may be left over: what the correction that should be the last aims at
_INCREMENT_SHARE = 1e-3  # of the step's own change of temperature: what the nonlinear iteration may leave over
_SMALLEST_SHARE = 0.1  # of the tolerance: less need not be left over however little the temperature changes
_UNBALANCED_SHARE = 3e-4  # of the heat that the stage moves: what all nodes together may leave over
_SMALLEST_UNBALANCED_K = 1e-10  # the same as a change of temperature everywhere; far above rounding
_MAX_NEWTON = 60


@dataclass(frozen=True, eq=False)
class Stage:
    """What a stage ends with.

    Parameters
    ----------
    temperature : ndarray, shape (n_nodes,)
        Temperature, K.
    stored : ndarray, shape (n_nodes,)
        Heat gained since the start of the step, J.
    newton_iterations, linear_iterations : int
        Work done.
    """

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

    def admits(self, correction: float, heat: float) -> bool:
        """Whether this much may be left over."""
        return correction <= self.correction and heat <= self.heat

    def share_of(self, correction: float, heat: float) -> float:
        """What may be left over as a share of what is there."""
        return min(self.correction / correction, self.heat / heat)


class HeatStages:
    """Stages of one step, all with the same w.

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
        Temperature at the start of the step, K, with the held values in place.
    dt : float
        Length of the step, s.
    share : float
        w over the length of the step.
    tolerance : float
        Largest remaining error of the nonlinear iteration, K.

    Attributes
    ----------
    start_rate : ndarray, shape (n_nodes,)
        Heat gained per second at the start, W; zero at the fixed nodes.
    """

    def __init__(
        self,
        space: Space,
        curve: EnthalpyCurve,
        operator: Diffusion,
        load: Floats,
        fixed: NDArray[np.bool_],
        temperature: Floats,
        dt: float,
        share: float,
        tolerance: float,
    ) -> None:
        self._space, self._curve, self._operator, self._load = space, curve, operator, load
        self._fixed = fixed
        self._weight = share * dt
        values = space.at_values(temperature)
        self._start_heat = space.from_values(curve.heat(values))
        self.start_rate = np.where(fixed, 0.0, load - operator.apply(temperature))
        heated_capacity = space.from_values(curve.capacity(values)) + dt * operator.diagonal
        rise, heat = size_of_free(dt * self.start_rate, heated_capacity, fixed)
        self._allowed = _Allowed(
            correction=min(tolerance, max(_INCREMENT_SHARE * rise, _SMALLEST_SHARE * tolerance)),
            heat=max(
                _UNBALANCED_SHARE * share * heat,
                _SMALLEST_UNBALANCED_K * curve.lowest_capacity,
            ),
        )

    def filtered(self, heat: Floats, temperature: Floats) -> tuple[Floats, int]:
        """Heat, J, as a change of temperature, K, by C + w A with the capacities at a temperature; and iterations."""
        capacities = self._curve.capacity(self._space.at_values(temperature))
        rise, iterations = solve_jacobi(*self._system(capacities), self._fixed, heat, tolerance=_FILTER_TOLERANCE)
        return rise.astype(float), iterations

    def reaction(self, stored: Floats, mean_temperature: Floats, dt: float) -> Floats:
        """Heat put in at the fixed nodes during the step to hold their temperature, J; zero elsewhere."""
        held = np.flatnonzero(self._fixed)
        gained = dt * (self._load[held] - self._operator.apply_at(held, mean_temperature))
        reaction = np.zeros_like(stored)
        reaction[held] = stored[held] - gained
        return reaction

    def solve(self, base: Floats | float, guess: Floats) -> Stage:
        """Solve E(T) - E(T_start) - base = w (g - A T) for T.

        Parameters
        ----------
        base : ndarray, shape (n_nodes,), or float
            Heat gained in earlier stages, J.
        guess : ndarray, shape (n_nodes,)
            First temperature, K, with the held values in place.

        Raises
        ------
        SolverError
            If the nonlinear or a linear iteration does not converge.
        """
        temperature = guess
        aimed = self._start_heat + base
        linear_iterations = 0
        worst = np.inf
        for iteration in range(_MAX_NEWTON):
            balance = self._balance(temperature, aimed)
            worst = balance.worst
            if self._allowed.admits(worst, balance.left):
                return Stage(temperature, balance.heat - self._start_heat, iteration, linear_iterations)
            # Few digits do, for the residual is evaluated anew after each correction: two, or as many as are missing.
            enough = _SHARE_OF_ALLOWED * self._allowed.share_of(worst, balance.left)
            tolerance = min(max(_LINEAR_TOLERANCE, enough), _LOOSEST_TOLERANCE)
            correction, iterations = solve_jacobi(*balance.system, self._fixed, balance.residual, tolerance=tolerance)
            linear_iterations += iterations
            temperature = self._corrected(temperature, correction)
        message = "Newton's method for the temperature did not converge"
        raise SolverError(message, iterations=_MAX_NEWTON, residual=worst / self._allowed.correction)

    def _balance(self, temperature: Floats, aimed: Floats) -> Balance:
        """Balance at a temperature, K; `aimed` is the heat content of the nodes without what the stage adds, J."""
        operator, load, fixed = self._operator, self._load, self._fixed
        if self._space.is_lumped:
            return heat_balance(self._curve, operator, load, fixed, self._weight, aimed, temperature)
        values = self._space.at_values(temperature)
        heat, capacity = self._space.from_values(self._curve.heat(values)), self._curve.capacity(values)
        residual = self._weight * (load - operator.apply(temperature)) - (heat - aimed)
        system = self._system(capacity)
        return Balance(residual, heat, system, *size_of_free(residual, system[2], fixed))

    def _system(self, capacities: Floats) -> tuple[Diffusion, float, Floats]:
        """C + w A for capacities at the value points, J/K: whose couplings, times what, and the diagonal."""
        if self._space.is_lumped:
            return self._operator, self._weight, capacities + self._weight * self._operator.diagonal
        whole = mass(self._space, self._operator.pattern, capacities).plus(self._weight, self._operator)
        return whole, 1.0, whole.diagonal

    def _corrected(self, temperature: Floats, correction: NDArray[np.float32]) -> Floats:
        """Temperature after a Newton correction, K."""
        if not self._space.is_lumped:
            return temperature + correction
        return self._curve.corrected(temperature, correction)

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
from ablasim.fem.allowance import Allowance, admits, linear_tolerance
from ablasim.fem.conjugate_gradients import solve_jacobi
from ablasim.fem.enthalpy import EnthalpyCurve
from ablasim.fem.operators import Diffusion, mass
from ablasim.fem.space import Space
from ablasim.fem.vectors import size_of_free

Floats = NDArray[np.float64]

MAX_NEWTON = 60
"""Corrections after which Newton's method is given up."""

_FILTER_TOLERANCE = 1e-1  # of what is filtered


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
        self._start_heat, self.start_rate, rise, heat = self._start(temperature, dt)
        self._allowed = Allowance.of_step(tolerance, rise, share * heat, curve.lowest_capacity)

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

    def solve(self, base: Floats, guess: Floats) -> Stage:
        """Solve E(T) - E(T_start) - base = w (g - A T) for T.

        Parameters
        ----------
        base : ndarray, shape (n_nodes,)
            Heat gained in earlier stages, J.
        guess : ndarray, shape (n_nodes,)
            First temperature, K, with the held values in place.

        Raises
        ------
        SolverError
            If the nonlinear or a linear iteration does not converge.
        """
        space, curve, operator, fixed = self._space, self._curve, self._operator, self._fixed
        allowed = self._allowed.correction, self._allowed.heat
        temperature = guess
        linear_iterations = 0
        worst = np.inf
        for iteration in range(MAX_NEWTON):
            values = space.at_values(temperature)
            stored = space.from_values(curve.heat(values)) - self._start_heat
            system = self._system(curve.capacity(values))
            residual = self._weight * (self._load - operator.apply(temperature)) - (stored - base)
            worst, left = size_of_free(residual, system[2], fixed)
            if admits(*allowed, worst, left):
                return Stage(temperature, stored, iteration, linear_iterations)
            tolerance = linear_tolerance(*allowed, worst, left)
            correction, iterations = solve_jacobi(*system, fixed, residual, tolerance=tolerance)
            linear_iterations += iterations
            temperature = temperature + correction
        raise self._not_converged(worst)

    def _start(self, temperature: Floats, dt: float) -> tuple[Floats, Floats, float, float]:
        """Heat content and heating at the start, the largest rise that this makes in a step, and the heat it moves."""
        values = self._space.at_values(temperature)
        rate = np.where(self._fixed, 0.0, self._load - self._operator.apply(temperature))
        heated_capacity = self._space.from_values(self._curve.capacity(values)) + dt * self._operator.diagonal
        return (
            self._space.from_values(self._curve.heat(values)),
            rate,
            *size_of_free(dt * rate, heated_capacity, self._fixed),
        )

    def _system(self, capacities: Floats) -> tuple[Diffusion, float, Floats]:
        """C + w A for capacities at the value points, J/K: whose couplings, times what, and the diagonal."""
        whole = mass(self._space, self._operator.pattern, capacities).plus(self._weight, self._operator)
        return whole, 1.0, whole.diagonal

    def _not_converged(self, worst: float) -> SolverError:
        message = "Newton's method for the temperature did not converge"
        return SolverError(message, iterations=MAX_NEWTON, residual=worst / self._allowed.correction)

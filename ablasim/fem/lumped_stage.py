"""The stages of a step where heat is stored at the nodes, in compiled loops.

They do what `HeatStages` does for any space, each in one kernel: between kernels threads fall asleep, and waking them
takes as long as a pass over a hundred thousand nodes. A correction moves each node as far as its enthalpy curve allows.
"""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import FINITE_OR_NOT, compiled, n_blocks, piece
from ablasim.errors import SolverError
from ablasim.fem.allowance import admits, linear_tolerance
from ablasim.fem.conjugate_gradients import MAX_ITERATIONS, jacobi_iterations
from ablasim.fem.enthalpy import capacity_at, gain_cautiously, heat_at
from ablasim.fem.heat_stage import MAX_NEWTON, HeatStages, Stage
from ablasim.fem.operators import Diffusion
from ablasim.fem.rows import Rows, row_exchange

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Mask = NDArray[np.bool_]


class LumpedStages(HeatStages):
    """Stages of one step of a lumped space; parameters and attributes as for `HeatStages`."""

    def solve(self, base: Floats, guess: Floats) -> Stage:
        """Solve E(T) - E(T_start) - base = w (g - A T) for T; as `HeatStages.solve`."""
        operator = self._operator
        temperature, stored = guess.copy(), np.empty_like(guess)
        newton_iterations, linear_iterations, worst, beyond = _solve(
            *_arrays(operator),
            operator.single_couplings,
            *self._curve.arrays,
            self._load,
            self._fixed,
            self._weight,
            self._start_heat,
            base,
            self._allowed.correction,
            self._allowed.heat,
            temperature,
            stored,
        )
        if beyond:
            message = "conjugate gradients of the heat problem did not converge"
            raise SolverError(message, iterations=linear_iterations, residual=beyond)
        if newton_iterations == MAX_NEWTON:
            raise self._not_converged(worst)
        return Stage(temperature, stored, newton_iterations, linear_iterations)

    def _start(self, temperature: Floats, dt: float) -> tuple[Floats, Floats, float, float]:
        heat, rate = np.empty_like(temperature), np.empty_like(temperature)
        arrays = (*_arrays(self._operator), *self._curve.arrays, self._load, self._fixed)
        return heat, rate, *_start(*arrays, temperature, dt, heat, rate)

    def _system(self, capacities: Floats) -> tuple[Diffusion, float, Floats]:
        return self._operator, self._weight, capacities + self._weight * self._operator.diagonal


def _arrays(operator: Diffusion) -> tuple[Rows, Floats, Floats, Floats]:
    return operator.pattern.rows, operator.couplings, operator.loss, operator.diagonal


@compiled(fastmath=FINITE_OR_NOT, threaded=True)
def _start(
    rows: Rows,
    couplings: Floats,
    loss: Floats,
    operator_diagonal: Floats,
    breakpoints: Floats,
    capacities: Floats,
    reference: float,
    load: Floats,
    fixed: Mask,
    temperature: Floats,
    dt: float,
    heat: Floats,
    rate: Floats,
) -> tuple[float, float]:
    """Heat content and heating at the start; the largest rise that this makes in a step, and the heat it moves."""
    n = len(temperature)
    blocks = n_blocks(n)
    largest, parts = np.zeros(blocks), np.zeros(blocks)
    for block in prange(blocks):
        worst, total = 0.0, 0.0
        for i in piece(block, blocks, n):
            here = temperature[i]
            heat[i] = heat_at(breakpoints, capacities, reference, i, here)
            rate[i] = 0.0 if fixed[i] else load[i] - _flow(rows, couplings, loss, temperature, i)
            if not fixed[i]:
                size = abs(dt * rate[i])
                capacity = capacity_at(breakpoints, capacities, i, here)
                worst = max(worst, size / (capacity + dt * operator_diagonal[i]))
                total += size
        largest[block], parts[block] = worst, total
    return float(largest.max()), float(parts.sum())


@compiled(fastmath=FINITE_OR_NOT, threaded=True)
def _solve(
    rows: Rows,
    couplings: Floats,
    loss: Floats,
    operator_diagonal: Floats,
    single_couplings: Singles,
    breakpoints: Floats,
    capacities: Floats,
    reference: float,
    load: Floats,
    fixed: Mask,
    weight: float,
    start_heat: Floats,
    base: Floats,
    allowed_correction: float,
    allowed_heat: float,
    temperature: Floats,
    stored: Floats,
) -> tuple[int, int, float, float]:
    """Newton's method from a temperature to that of the stage, and the heat stored there since the start.

    Returns its iterations, those of the linear solver, the largest correction left over, K, and by how many times the
    linear solver missed its target, zero if it never did.
    """
    n = len(temperature)
    blocks = n_blocks(n)
    largest, parts = np.zeros(blocks), np.zeros(blocks)
    residual, diagonal, correction = np.empty(n), np.empty(n), np.empty(n, dtype=np.float32)
    iteration, linear_iterations, worst = 0, 0, np.inf
    while iteration < MAX_NEWTON:
        for block in prange(blocks):
            largest[block], parts[block] = _balance(
                block, blocks, rows, couplings, loss, operator_diagonal, breakpoints, capacities, reference,
                load, fixed, weight, start_heat, base, temperature, stored, residual, diagonal,
            )  # fmt: skip
        worst, left = largest.max(), parts.sum()
        if admits(allowed_correction, allowed_heat, worst, left):
            break
        tolerance = linear_tolerance(allowed_correction, allowed_heat, worst, left)
        done, norm, target = jacobi_iterations(
            rows, single_couplings, np.float32(weight), diagonal, fixed, residual, correction, tolerance,
            MAX_ITERATIONS,
        )  # fmt: skip
        linear_iterations += done
        if not norm <= target:
            return iteration, linear_iterations, worst, norm / target
        for block in prange(blocks):
            gain_cautiously(
                block, blocks, breakpoints, capacities, reference, temperature, correction, True, 1.0, temperature
            )
        iteration += 1
    return iteration, linear_iterations, worst, 0.0


@compiled(fastmath=FINITE_OR_NOT)
def _balance(
    block: int,
    blocks: int,
    rows: Rows,
    couplings: Floats,
    loss: Floats,
    operator_diagonal: Floats,
    breakpoints: Floats,
    capacities: Floats,
    reference: float,
    load: Floats,
    fixed: Mask,
    weight: float,
    start_heat: Floats,
    base: Floats,
    temperature: Floats,
    stored: Floats,
    residual: Floats,
    diagonal: Floats,
) -> tuple[float, float]:
    """What the stage's heat balance leaves over, J, the diagonal of C + w A, J/K, and the heat stored, J.

    Returns the largest residual over the diagonal at a node that is not held, K, with the capacity of unboiled tissue
    at most, and the sum of the residuals there, without regard to sign, J.
    """
    worst, left = 0.0, 0.0
    for i in piece(block, blocks, len(temperature)):
        here = temperature[i]
        stored[i] = heat_at(breakpoints, capacities, reference, i, here) - start_heat[i]
        capacity = capacity_at(breakpoints, capacities, i, here)
        diagonal[i] = capacity + weight * operator_diagonal[i]
        flow = _flow(rows, couplings, loss, temperature, i)
        residual[i] = weight * (load[i] - flow) - (stored[i] - base[i])
        if not fixed[i]:
            size = abs(residual[i])
            worst = max(worst, size / (diagonal[i] - max(capacity - capacities[0, i], 0.0)))
            left += size
    return worst, left


@compiled(fastmath=FINITE_OR_NOT)
def _flow(rows: Rows, couplings: Floats, loss: Floats, temperature: Floats, i: int) -> float:
    """Heat that node i loses to its neighbours and by the linear losses, W."""
    flow: float = loss[i] * temperature[i] + row_exchange(rows, couplings, temperature, i)
    return flow

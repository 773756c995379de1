"""The steady state of a bioheat problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError, SolverError
from ablasim.fem import MultigridSolver
from ablasim.fem.vectors import free_norm
from ablasim.physics.bioheat import Bioheat
from ablasim.physics.vessels import Exchange, WallModel
from ablasim.physics.wall_coupling import WallCoupling

Floats = NDArray[np.float64]

_LINEAR_TOLERANCE = 1e-9


def solve_steady(
    bioheat: Bioheat,
    source: Callable[[Floats], tuple[Floats, Sequence[Exchange]]],
    walls: Sequence[WallModel],
    coolants: Sequence[Exchange],
    temperature: Floats,
    *,
    tolerance: float,
    max_iterations: int = 50,
) -> Floats:
    """Temperature at which everything balances, perfusion everywhere on.

    Fixed-point iteration: conductivities and sources are taken at the last temperature, blood by Anderson's method. A
    source that falls steeply with temperature would swing without end; its fall belongs to the operator.

    Parameters
    ----------
    bioheat : Bioheat
        The problem.
    source : callable
        For a nodal temperature, K: heat delivered around each gradient point, W, and how it falls where nodes become
        warmer than that, as heat given up to that temperature.
    walls : sequence of WallModel
        Walls of vessels.
    coolants : sequence of Exchange
        Exchange with coolants.
    temperature : ndarray, shape (n_nodes,)
        First guess, K.
    tolerance : float
        Largest change of the last iteration, K.
    max_iterations : int, optional
        Limit.

    Returns
    -------
    ndarray, shape (n_nodes,)
        Temperature, K.

    Raises
    ------
    ModelError
        If nothing carries heat away, so that there is no steady state.
    SolverError
        If the iteration does not settle.
    """
    coupling = WallCoupling(walls, temperature)
    exchanges = coupling.exchanges + tuple(coolants)
    losses = bioheat.perfusion.sum() + sum(exchange.conductance.sum() for exchange in exchanges)
    if losses == 0.0 and not np.any(bioheat.fixed & bioheat.active):
        message = "there is no steady state: no perfusion, vessel, coolant or outer face carries heat away"
        raise ModelError(message)
    solver = MultigridSolver("steady temperature")
    perfused = np.ones_like(bioheat.perfusion)
    temperature = bioheat.with_held_temperatures(temperature)
    change = np.inf
    for _ in range(max_iterations):
        heat, yielding = source(temperature)
        exchanges = (*coupling.exchanges, *coolants, *yielding)
        operator = bioheat.operator(temperature, perfused, exchanges)
        load = bioheat.load(heat, perfused, exchanges)
        system = operator.constrained(bioheat.fixed)
        residual = load - operator.apply(temperature)
        reference = free_norm(np.abs(residual) + np.abs(load) * 1e-6, bioheat.fixed)
        correction, _ = solver.solve(system, residual, tolerance=_LINEAR_TOLERANCE, reference=reference)
        temperature = temperature + correction
        change = float(np.max(np.abs(correction)))
        if change <= tolerance:
            return temperature
        coupling.respond(temperature)
    message = "the steady temperature did not settle"
    raise SolverError(message, iterations=max_iterations, residual=change / tolerance)

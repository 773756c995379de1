"""Conjugate gradients with a multigrid cycle, for systems that change slowly.

The hierarchy is kept while the matrix drifts, and built again once the iterations beyond those of a fresh one have cost
as much as a set-up. The cycle has single precision; the
iteration stays in double precision and decides what has converged.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log10
from threading import Lock

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece
from ablasim.errors import SolverError
from ablasim.fem.hierarchy import Hierarchy, make_hierarchy
from ablasim.fem.operators import ConstrainedSystem
from ablasim.fem.vectors import dot, free_norm

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Indices = NDArray[np.uint32]

COARSEST_SIZE = 400
WORTH_A_SETUP = 60
"""Iterations lost to an aged hierarchy after which it is built anew.

A set-up takes as long as about 30; as many are counted as lost because short solves begin slowly, whatever the age.
"""


class SharedHierarchy:
    """A hierarchy that is built once for like systems, such as those of a run and its twins.

    Parameters
    ----------
    system : callable
        Gives the system that it is built of: always the same one, so that no result hangs on who asks first.
    """

    def __init__(self, system: Callable[[], ConstrainedSystem]) -> None:
        self._system = system
        self._built: tuple[Hierarchy, NDArray[np.bool_]] | None = None
        self._lock = Lock()

    def lend(self, fixed: NDArray[np.bool_]) -> Hierarchy | None:
        """The hierarchy for a system with these fixed nodes; None if it has others than the one it is built of."""
        with self._lock:
            if self._built is None:
                system = self._system()
                self._built = make_hierarchy(system.matrix(), COARSEST_SIZE), system.fixed
            hierarchy, own = self._built
        return hierarchy.lent() if np.array_equal(own, fixed) else None


class MultigridSolver:
    """Solver for a sequence of slowly changing symmetric positive systems.

    Parameters
    ----------
    what : str
        What is solved, for messages.
    shared : SharedHierarchy, optional
        Hierarchy to begin with.

    Attributes
    ----------
    setups : int
        Hierarchies taken into use so far.
    iterations : int
        Iterations done so far.
    solves : int
        Systems solved so far.
    """

    def __init__(self, what: str, shared: SharedHierarchy | None = None) -> None:
        self.what = what
        self._shared = shared
        self.setups = 0
        self.iterations = 0
        self.solves = 0
        self._hierarchy: Hierarchy | None = None
        self._fresh_pace: float | None = None  # iterations for each tenfold fall of the residual, at first
        self._lost = 0.0  # iterations since the set-up beyond that pace

    def solve(
        self,
        system: ConstrainedSystem,
        right_side: Floats,
        *,
        tolerance: float,
        reference: float,
        max_iterations: int = 300,
    ) -> tuple[Floats, int]:
        """Solve for a correction that starts at zero.

        Parameters
        ----------
        system : ConstrainedSystem
            The matrix; the correction is zero at its fixed nodes.
        right_side : ndarray, shape (n_nodes,)
            The residual to remove.
        tolerance : float
            Target of the residual's Euclidean norm, relative to `reference`.
        reference : float
            Norm that the tolerance refers to.
        max_iterations : int, optional
            Limit.

        Returns
        -------
        correction : ndarray, shape (n_nodes,)
            The solution.
        iterations : int
            Iterations done.

        Raises
        ------
        SolverError
            If the tolerance is not reached even with a hierarchy of the present matrix.
        """
        target = tolerance * reference
        aged = self._hierarchy if self._lost < WORTH_A_SETUP else None
        found = iterate(aged or self._build(system), system, right_side, target, max_iterations)
        if not found[2] <= target and aged is not None:
            found = iterate(self._build(system), system, right_side, target, max_iterations)
        correction, iterations, residual = found
        if not residual <= target:
            message = f"multigrid conjugate gradients of the {self.what} problem did not converge"
            raise SolverError(message, iterations=iterations, residual=residual / target)
        self.solves += 1
        self.iterations += iterations
        self._note_pace(iterations, free_norm(right_side, system.fixed), residual)
        return correction, iterations

    def _note_pace(self, iterations: int, start: float, end: float) -> None:
        """Count the iterations that a fresh hierarchy would have saved."""
        if iterations == 0 or end == 0.0:
            return
        decades = log10(start / end)
        if self._fresh_pace is None:
            self._fresh_pace = iterations / decades
        self._lost += max(iterations - self._fresh_pace * decades, 0.0)

    def _build(self, system: ConstrainedSystem) -> Hierarchy:
        lent = self._shared.lend(system.fixed) if self._shared is not None and self.setups == 0 else None
        self._hierarchy = make_hierarchy(system.matrix(), COARSEST_SIZE) if lent is None else lent
        self._fresh_pace = None
        self._lost = 0.0
        self.setups += 1
        return self._hierarchy


def iterate(
    hierarchy: Hierarchy,
    system: ConstrainedSystem,
    right_side: Floats,
    target: float,
    max_iterations: int,
) -> tuple[Floats, int, float]:
    """Conjugate gradients from zero, preconditioned by one cycle.

    Parameters
    ----------
    hierarchy : Hierarchy
        Of a matrix like that of the system; it may have other fixed nodes.
    system : ConstrainedSystem
        The system.
    right_side : ndarray, shape (n_nodes,)
        The residual to remove.
    target : float
        Euclidean norm of the residual to come to.
    max_iterations : int
        Limit.

    Returns
    -------
    solution : ndarray, shape (n_nodes,)
        The solution; zero at the fixed nodes.
    iterations : int
        Iterations done.
    norm : float
        Of the residual; above the target if the limit was reached.
    """
    operator, fixed = system.operator, system.fixed
    pattern, diagonal = operator.pattern, operator.diagonal
    residual = np.where(fixed, 0.0, right_side)
    solution = np.zeros_like(residual)
    norm = float(np.sqrt(dot(residual, residual)))
    if norm <= target:
        return solution, 0, norm
    scale = 1.0 / norm  # keeps single precision in range
    scaled = np.empty(len(residual), dtype=np.float32)
    _scaled_copy(residual, scale, scaled)
    preconditioned = hierarchy.cycle(scaled)
    direction = np.where(fixed, 0.0, preconditioned)
    product = np.empty_like(residual)
    power = dot(residual, preconditioned)
    iteration = 0
    while iteration < max_iterations:
        curvature = _multiply_and_dot(
            pattern.row_starts, pattern.columns, operator.couplings, diagonal, direction, product
        )
        square = _step_solution(power / curvature, scale, fixed, solution, residual, direction, product, scaled)
        norm = float(np.sqrt(square))
        iteration += 1
        if norm <= target or not np.isfinite(norm):
            break
        preconditioned = hierarchy.cycle(scaled)
        new_power = dot(residual, preconditioned)
        _turn_direction(new_power / power, fixed, preconditioned, direction)
        power = new_power
    return solution, iteration, norm


@compiled(fastmath=True)
def _scaled_copy(vector: Floats, scale: float, result: Singles) -> None:
    for i in range(len(vector)):
        result[i] = scale * vector[i]


@compiled(fastmath=True, threaded=True)
def _multiply_and_dot(
    starts: Indices,
    columns: Indices,
    couplings: NDArray[np.floating],
    diagonal: Floats,
    direction: Floats,
    product: Floats,
) -> float:
    n = len(direction)
    blocks = n_blocks(n)
    parts = np.zeros(blocks)
    for block in prange(blocks):
        curvature = 0.0
        for i in piece(block, blocks, n):
            total = diagonal[i] * direction[i]
            for entry in range(starts[i], starts[i + 1]):
                total += couplings[entry] * direction[columns[entry]]
            product[i] = total
            curvature += total * direction[i]
        parts[block] = curvature
    return float(parts.sum())


@compiled(fastmath=True, threaded=True)
def _step_solution(
    step: float,
    scale: float,
    fixed: NDArray[np.bool_],
    solution: Floats,
    residual: Floats,
    direction: Floats,
    product: Floats,
    scaled: Singles,
) -> float:
    n = len(solution)
    blocks = n_blocks(n)
    parts = np.zeros(blocks)
    for block in prange(blocks):
        norm_squared = 0.0
        for i in piece(block, blocks, n):
            solution[i] += step * direction[i]
            r = 0.0 if fixed[i] else residual[i] - step * product[i]
            residual[i] = r
            scaled[i] = scale * r
            norm_squared += r * r
        parts[block] = norm_squared
    return float(parts.sum())


@compiled(fastmath=True, threaded=True)
def _turn_direction(ratio: float, fixed: NDArray[np.bool_], preconditioned: Singles, direction: Floats) -> None:
    n = len(direction)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            direction[i] = 0.0 if fixed[i] else preconditioned[i] + ratio * direction[i]

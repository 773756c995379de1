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

from ablasim.compiled import FINITE_OR_NOT, compiled, n_blocks, piece
from ablasim.errors import SolverError
from ablasim.fem.cycle import cycle
from ablasim.fem.hierarchy import Hierarchy, make_hierarchy
from ablasim.fem.operators import ConstrainedSystem
from ablasim.fem.rows import Rows, row_product
from ablasim.fem.vectors import free_norm

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

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
                del self._system  # it may hold this as well, and both would stay in memory until they are looked for
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
        start = free_norm(right_side, system.fixed)
        aged = self._hierarchy if self._lost < WORTH_A_SETUP else None
        found = iterate(aged or self._build(system), system, right_side, start, target, max_iterations)
        if not found[2] <= target and aged is not None:
            found = iterate(self._build(system), system, right_side, start, target, max_iterations)
        correction, iterations, residual = found
        if not residual <= target:
            message = f"multigrid conjugate gradients of the {self.what} problem did not converge"
            raise SolverError(message, iterations=iterations, residual=residual / target)
        self.solves += 1
        self.iterations += iterations
        self._note_pace(iterations, start, residual)
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
    start: float,
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
    start, target : float
        Euclidean norm of the residual over the nodes that are not fixed, and that to come to.
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
    operator = system.operator
    solution = np.empty_like(right_side)
    matrix = (operator.pattern.rows, operator.couplings, operator.diagonal)
    iterations, norm = _iterate(*matrix, system.fixed, right_side, hierarchy, start, target, max_iterations, solution)
    return solution, iterations, norm


@compiled(fastmath=FINITE_OR_NOT, threaded=True)
def _iterate(
    rows: Rows,
    couplings: NDArray[np.floating],
    diagonal: Floats,
    fixed: NDArray[np.bool_],
    right_side: Floats,
    hierarchy: Hierarchy,
    norm: float,
    target: float,
    max_iterations: int,
    solution: Floats,
) -> tuple[int, float]:
    n = len(solution)
    blocks = n_blocks(n)
    parts = np.zeros(blocks)
    residual, direction, product = np.empty(n), np.empty(n), np.empty(n)
    # The finest level's right side and solution are those of the preconditioner.
    scaled, preconditioned = hierarchy.right_sides[:n], hierarchy.solutions[:n]
    scale = 1.0 / norm  # keeps single precision in range
    power = 1.0
    for block in prange(blocks):
        _begin(block, blocks, scale, fixed, right_side, residual, scaled, solution, direction)
    iteration = 0
    while norm > target and iteration < max_iterations:
        cycle(hierarchy)
        for block in prange(blocks):
            parts[block] = _dot(block, blocks, residual, preconditioned)
        new_power = parts.sum()
        ratio = new_power / power
        power = new_power
        for block in prange(blocks):
            _turn(block, blocks, ratio, fixed, preconditioned, direction)
        for block in prange(blocks):
            parts[block] = _multiply(block, blocks, rows, couplings, diagonal, direction, product)
        step = power / parts.sum()
        for block in prange(blocks):
            parts[block] = _go(block, blocks, step, scale, fixed, direction, product, solution, residual, scaled)
        norm = np.sqrt(parts.sum())
        iteration += 1
    return iteration, norm


@compiled(fastmath=FINITE_OR_NOT)
def _begin(
    block: int,
    blocks: int,
    scale: float,
    fixed: NDArray[np.bool_],
    right_side: Floats,
    residual: Floats,
    scaled: Singles,
    solution: Floats,
    direction: Floats,
) -> None:
    for i in piece(block, blocks, len(residual)):
        residual[i] = 0.0 if fixed[i] else right_side[i]
        scaled[i] = scale * residual[i]
        solution[i], direction[i] = 0.0, 0.0


@compiled(fastmath=True)
def _dot(block: int, blocks: int, residual: Floats, preconditioned: Singles) -> float:
    total = 0.0
    for i in piece(block, blocks, len(residual)):
        total += residual[i] * np.float64(preconditioned[i])
    return total


@compiled(fastmath=True)
def _turn(
    block: int, blocks: int, ratio: float, fixed: NDArray[np.bool_], preconditioned: Singles, direction: Floats
) -> None:
    for i in piece(block, blocks, len(direction)):
        direction[i] = 0.0 if fixed[i] else np.float64(preconditioned[i]) + ratio * direction[i]


@compiled(fastmath=True)
def _multiply(
    block: int,
    blocks: int,
    rows: Rows,
    couplings: NDArray[np.floating],
    diagonal: Floats,
    direction: Floats,
    product: Floats,
) -> float:
    curvature = 0.0
    for i in piece(block, blocks, len(product)):
        total = diagonal[i] * direction[i] + row_product(rows, couplings, direction, i)
        product[i] = total
        curvature += total * direction[i]
    return curvature


@compiled(fastmath=FINITE_OR_NOT)
def _go(
    block: int,
    blocks: int,
    step: float,
    scale: float,
    fixed: NDArray[np.bool_],
    direction: Floats,
    product: Floats,
    solution: Floats,
    residual: Floats,
    scaled: Singles,
) -> float:
    """Go a step along the direction; the square of what is then left over."""
    norm_squared = 0.0
    for i in piece(block, blocks, len(solution)):
        solution[i] += step * direction[i]
        residual[i] = 0.0 if fixed[i] else residual[i] - step * product[i]
        scaled[i] = scale * residual[i]
        norm_squared += residual[i] * residual[i]
    return norm_squared

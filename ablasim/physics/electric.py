"""Quasi-static electric potential and Joule heat.

∇·(σ ∇φ) = 0 between an active electrode and what its current returns to, valid at 500 kHz where displacement currents
in tissue are small [1]_. The potential is solved once for 1 V; everything the generator holds scales from it.

References
----------
.. [1] Plonsey and Heppner, Bull. Math. Biophys. 29:657-664, 1967, doi:10.1007/BF02476917.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError
from ablasim.fem import ConstrainedSystem, Diffusion, MultigridSolver, SharedHierarchy, Space
from ablasim.fem.operators import Pattern
from ablasim.fem.vectors import dot, plus_multiple, total
from ablasim.physics.potential import Conduction, current_from

Floats = NDArray[np.float64]

TOLERANCE = 1e-5
"""Residual of the potential that a time step leaves over, relative to the load.

On problem R1 of the benchmarks it moves no node by more than 2 mK and the voltage by 3e-6 (against 1e-9).
"""

TIGHT_TOLERANCE = 1e-8
"""The same where an iteration must come to rest, or a potential stands for itself."""

_CHANGES_KEPT = 2
_NEARLY_ALIKE = 1e-10  # changes that differ by less count as one


@dataclass(frozen=True, eq=False)
class UnitPotential:
    """Potential for 1 V between active electrode and ground, which is all that the current returns to.

    Parameters
    ----------
    potential : ndarray, shape (n_nodes,)
        φ, V.
    joule_heat : ndarray, shape (n_gradient_points,)
        Heat made around each gradient point, W.
    conductance : float
        Sum of the Joule heat, W at 1 V, that is the conductance, S.
    electrode_current, ground_current : float
        Currents leaving the electrode and entering the ground at 1 V, A, from the consistent reactions of the nodes.
    """

    potential: Floats
    joule_heat: Floats
    conductance: float
    electrode_current: float
    ground_current: float

    @property
    def current_imbalance(self) -> float:
        """Electrode current minus ground current, relative to the former."""
        return abs(self.electrode_current - self.ground_current) / self.electrode_current

    @property
    def power_imbalance(self) -> float:
        """Joule heat minus voltage (1 V) times electrode current, relative to the latter."""
        return abs(self.conductance - self.electrode_current) / self.electrode_current


class ElectricProblem:
    """Potential between an active electrode and ground on a fixed mesh, for a drifting conductivity.

    Parameters
    ----------
    space : Space
        The space.
    pattern : Pattern
        Its sparsity.
    active_nodes, ground_nodes : ndarray of int
        Nodes held at 1 V and at 0 V.
    conducting_cells : ndarray of bool, shape (n_cells,)
        Cells that carry current; the bodies of applicators do not.
    shared : SharedHierarchy, optional
        Hierarchy of a like problem to begin with.

    Raises
    ------
    ModelError
        If no node is active or none grounded.
    """

    def __init__(
        self,
        space: Space,
        pattern: Pattern,
        active_nodes: NDArray[np.int64],
        ground_nodes: NDArray[np.int64],
        conducting_cells: NDArray[np.bool_],
        shared: SharedHierarchy | None = None,
    ) -> None:
        if len(active_nodes) == 0 or len(ground_nodes) == 0:
            message = "the electric problem needs an active electrode and a ground"
            raise ModelError(message)
        self._conduction = Conduction(space, pattern, conducting_cells)
        self._ground = np.setdiff1d(ground_nodes, active_nodes)
        self._active = active_nodes
        self._fixed = self._conduction.fixed(active_nodes, ground_nodes)
        near = np.concatenate([pattern.neighbours(node) for node in active_nodes])
        self._beside_active = np.setdiff1d(near, np.flatnonzero(self._fixed))
        self._at_active = np.zeros(space.n_nodes)
        self._at_active[active_nodes] = 1.0
        self._potential = np.zeros(space.n_nodes)
        self._potential[active_nodes] = 1.0
        self._changes: list[Floats] = []  # of the last solutions, the newest first
        self.solver = MultigridSolver("electric potential", shared)

    def system(self, conductivity: Floats) -> ConstrainedSystem:
        """Matrix of the potential for a conductivity at the gradient points, S/m."""
        conduction = self._conduction
        return conduction.operator(conduction.within(conductivity)).constrained(self._fixed)

    def solve(self, conductivity: Floats, tolerance: float = TIGHT_TOLERANCE) -> UnitPotential:
        """Solve for 1 V.

        Parameters
        ----------
        conductivity : ndarray, shape (n_gradient_points,)
            σ, S/m.
        tolerance : float, optional
            Norm of the residual to come to, relative to that of the load.

        Raises
        ------
        SolverError
            If the solve does not converge.
        """
        sigma = self._conduction.within(conductivity)
        operator = self._conduction.operator(sigma)
        system = operator.constrained(self._fixed)
        reference = float(np.linalg.norm(operator.apply_at(self._beside_active, self._at_active)))
        guess, residual = self._guess(operator)
        correction, _ = self.solver.solve(system, residual, tolerance=tolerance, reference=reference)
        before, self._potential = self._potential, guess + correction
        if self.solver.solves > 1:
            self._changes = [self._potential - before, *self._changes][:_CHANGES_KEPT]
        joule_heat = self._conduction.joule_heat(self._potential, sigma)
        return UnitPotential(
            potential=self._potential,
            joule_heat=joule_heat,
            conductance=total(joule_heat),
            electrode_current=current_from(operator, self._active, self._potential),
            ground_current=-current_from(operator, self._ground, self._potential),
        )

    def _guess(self, operator: Diffusion) -> tuple[Floats, Floats]:
        """First guess and its residual: the last potential, moved along its last changes to the least power.

        The potential is that of least power among all that have the electrodes' values, and changes are zero there.
        """
        guess, residual = self._potential, -operator.apply(self._potential)
        if not self._changes:
            return guess, residual
        images = [operator.apply(change) for change in self._changes]
        powers = np.array([[dot(change, image) for image in images] for change in self._changes])
        slopes = np.array([dot(change, residual) for change in self._changes])
        lengths = np.linalg.lstsq(powers, slopes, rcond=_NEARLY_ALIKE)[0]
        for length, change, image in zip(lengths, self._changes, images, strict=True):
            guess = plus_multiple(guess, float(length), change)
            residual = plus_multiple(residual, -float(length), image)
        return guess, residual

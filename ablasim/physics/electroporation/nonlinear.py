"""The potential in tissue whose conductivity follows the field: ∇·(σ(|∇φ|, T) ∇φ) = 0.

No law lets the conductivity fall with the field, so the current σ(E) E grows with E and the potential is the minimum of
a convex functional. Newton's method, kept to steps along which that functional falls, therefore finds it from anywhere:
the slope of the functional along a step is the residual times the step, and a step is cut back by the secant rule where
the slope has turned. Bodies of metal that are not held float: one unknown each, no net current
(`ablasim.fem.contraction`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError, SolverError
from ablasim.fem import Diffusion, MultigridSolver, Space
from ablasim.fem.contraction import contracted
from ablasim.fem.gradients import Gradients, lengths, with_directed
from ablasim.fem.operators import Pattern
from ablasim.fem.vectors import dot, free_norm
from ablasim.physics.electroporation.media import Conductivity, Media
from ablasim.physics.potential import Conduction, current_from

Floats = NDArray[np.float64]
Nodes = NDArray[np.int64]

TOLERANCE = 1e-6
"""Residual to come to, relative to the load of the held potentials."""

MAX_ITERATIONS = 100

_LOOSEST = 0.1  # residual that the linear solves leave over, relative to the nonlinear one
_TIGHTEST = 1e-4
_TURNED = 0.5  # share of the slope at the start up to which the slope at the end of a step may have turned
_CUTS = 6


@dataclass(frozen=True, eq=False)
class Potential:
    """A potential and what belongs to it.

    Parameters
    ----------
    potential : ndarray, shape (n_nodes,)
        φ, V; floating metal included.
    electric_field : ndarray, shape (n_gradient_points, 3)
        E, V/m; zero where nothing conducts.
    field_strength : ndarray, shape (n_gradient_points,)
        |E|, V/m.
    conductivity : ndarray, shape (n_gradient_points,)
        σ, S/m.
    joule_heat : ndarray, shape (n_gradient_points,)
        σE² around each gradient point, W.
    iterations : int
        Newton steps.
    linear_iterations : int
        Iterations of the linear solver in all.
    residuals : tuple of float
        Norm of the residual over that of the load, before each step and at the end.
    """

    potential: Floats
    electric_field: Floats
    field_strength: Floats
    conductivity: Floats
    joule_heat: Floats
    iterations: int
    linear_iterations: int
    residuals: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class _State:
    """A trial potential, its conductivity and what is missing."""

    unknowns: Floats
    gradient: Floats
    field_strength: Floats
    conductivity: Conductivity
    operator: Diffusion
    residual: Floats


class NonlinearPotential:
    """Potentials on one mesh, between any of its nodes.

    Parameters
    ----------
    space : Space
        The space.
    media : Media
        Conductivity of its parts.
    conducting_cells : ndarray of bool, shape (n_cells,)
        Cells that carry current.
    metals : sequence of ndarray of int, optional
        Nodes of each body of metal, whose potential is the same everywhere: held if one of its nodes is, else floating.

    Raises
    ------
    ModelError
        If two bodies share a node.
    """

    def __init__(
        self, space: Space, media: Media, conducting_cells: NDArray[np.bool_], metals: Sequence[Nodes] = ()
    ) -> None:
        self._space = space
        self._media = media
        self._tied = contracted(space, metals)
        self._conduction = Conduction(self._tied.space, Pattern.of(self._tied.space), conducting_cells)
        self._gradients = Gradients.of(space)
        self.solver = MultigridSolver("potential of the pulses")

    def solve(
        self,
        nodes: Nodes,
        values: Floats,
        temperature: Floats,
        *,
        highest: Floats | None = None,
        start: Floats | None = None,
        tolerance: float = TOLERANCE,
        max_iterations: int = MAX_ITERATIONS,
    ) -> Potential:
        """Solve with given potentials at some nodes.

        Parameters
        ----------
        nodes : ndarray of int
            Nodes that are held; one of a body of metal holds all of it.
        values : ndarray, of their length
            Their potentials, V.
        temperature : ndarray, shape (n_nodes,)
            K.
        highest : ndarray, shape (n_gradient_points,), optional
            Highest |E| of earlier pulses whose conductivity stays, V/m.
        start : ndarray, shape (n_nodes,), optional
            Potential to begin with; by default that of the conductivity without a field of its own.
        tolerance : float, optional
            Norm of the residual to come to, relative to that of the load.
        max_iterations : int, optional
            Limit of Newton steps.

        Raises
        ------
        ModelError
            If no held node differs from the others.
        SolverError
            If the tolerance is not reached.
        """
        held = self._tied.representative[nodes]
        fixed = self._conduction.fixed(held)
        warmth = self._media.warmth(temperature)
        before = self.solver.iterations
        at_held = np.zeros(self._space.n_nodes)
        at_held[held] = values
        resting = self._media.conductivity(np.zeros(len(warmth)), warmth, highest)
        operator = self._conduction.operator(self._conduction.within(resting.sigma))
        load = operator.apply(at_held)
        reference = free_norm(load, fixed)
        if reference == 0.0:
            message = (
                "nothing drives a current: the potentials of all held nodes are the same, or nothing conducts there"
            )
            raise ModelError(message)
        if start is None:
            correction, _ = self.solver.solve(
                operator.constrained(fixed), -load, tolerance=_LOOSEST**2, reference=reference
            )
            unknowns = at_held + correction
        else:
            unknowns = np.where(fixed, at_held, start)
        state = self._state(unknowns, warmth, highest)
        residuals = [self._relative(state, fixed, reference)]
        while residuals[-1] > tolerance and len(residuals) <= max_iterations:
            state = self._step(state, fixed, residuals[-1], tolerance, warmth, highest)
            residuals.append(self._relative(state, fixed, reference))
        if not residuals[-1] <= tolerance:
            message = "Newton's method for the potential of the pulses did not converge"
            raise SolverError(message, iterations=len(residuals) - 1, residual=residuals[-1] / tolerance)
        sigma = self._conduction.within(state.conductivity.sigma)
        return Potential(
            potential=self._tied.expanded(state.unknowns),
            electric_field=np.where(self._conduction.conducting[:, None], -state.gradient, 0.0),
            field_strength=np.where(self._conduction.conducting, state.field_strength, 0.0),
            conductivity=sigma,
            joule_heat=sigma * state.field_strength**2 * self._space.gradient_weights,
            iterations=len(residuals) - 1,
            linear_iterations=self.solver.iterations - before,
            residuals=tuple(residuals),
        )

    def current(self, nodes: Nodes, found: Potential) -> float:
        """Current that leaves some nodes into the tissue, A, from the consistent reactions."""
        operator = self._conduction.operator(found.conductivity)
        return current_from(operator, np.unique(self._tied.representative[nodes]), found.potential)

    def _state(self, unknowns: Floats, warmth: Floats, highest: Floats | None) -> _State:
        gradient = self._gradients.of_field(self._tied.expanded(unknowns))
        strength = lengths(gradient)
        conductivity = self._media.conductivity(strength, warmth, highest)
        operator = self._conduction.operator(self._conduction.within(conductivity.sigma))
        return _State(unknowns, gradient, strength, conductivity, operator, -operator.apply(unknowns))

    def _step(
        self,
        state: _State,
        fixed: NDArray[np.bool_],
        relative: float,
        tolerance: float,
        warmth: Floats,
        highest: Floats | None,
    ) -> _State:
        """State after one Newton step, cut back where the functional has begun to rise."""
        stiffening = self._conduction.within(state.conductivity.stiffening) * self._space.gradient_weights
        tied, pattern = self._tied.space, self._conduction.pattern
        jacobian = with_directed(state.operator, tied, pattern, stiffening, self._gradients.along(state.gradient))
        forcing = max(min(_LOOSEST, relative), _TIGHTEST, 0.3 * tolerance / relative)
        norm = free_norm(state.residual, fixed)
        step, _ = self.solver.solve(jacobian.constrained(fixed), state.residual, tolerance=forcing, reference=norm)
        slope = dot(state.residual, step)  # a step is zero at the fixed nodes
        share = 1.0
        for _ in range(_CUTS):
            trial = self._state(state.unknowns + share * step, warmth, highest)
            turned = dot(trial.residual, step)
            if turned >= -_TURNED * slope:
                break
            share *= slope / (slope - turned)
        return trial

    @staticmethod
    def _relative(state: _State, fixed: NDArray[np.bool_], reference: float) -> float:
        return free_norm(state.residual, fixed) / reference

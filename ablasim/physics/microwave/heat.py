"""Heat of the antennas in the mesh: ½σ|E|², σ of each cell's own tissue at its own temperature."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.physics.microwave.budget import PowerBudget, power_budget
from ablasim.physics.microwave.field import AntennaField
from ablasim.physics.microwave.in_mesh import AntennaInMesh, sampled_cells
from ablasim.physics.microwave.samples import CellSamples

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

Conductivity = Callable[[Floats, float], Floats]
"""Of the mesh's cells, S/m, from nodal temperatures in K and a frequency in Hz; zero where nothing absorbs."""


@dataclass(frozen=True)
class AntennaPoint:
    """An antenna at a moment.

    Parameters
    ----------
    s11 : complex
        Reflected over incident voltage at its port.
    budget : PowerBudget
        Where its forward power goes.
    correction : float
        Factor on the power laid into the mesh with which it is that of the half-plane's solution.
    beyond_w : float
        Of the power absorbed, what lies outside the mesh, W.
    """

    s11: complex
    budget: PowerBudget
    correction: float
    beyond_w: float


@dataclass(frozen=True)
class MicrowavePoint:
    """All antennas at a moment.

    Parameters
    ----------
    antennas : mapping of str to AntennaPoint
        By name.
    laid_w : float
        Power laid into the mesh's tissue and lumens, W.
    lost_in_bodies_w : float
        Power that the antennas' own bodies absorb, W.
    """

    antennas: Mapping[str, AntennaPoint]
    laid_w: float
    lost_in_bodies_w: float

    @property
    def residual_share(self) -> float:
        """Forward power that no part of the budgets accounts for, relative, without regard to sign."""
        residual = sum(abs(point.budget.residual_w) for point in self.antennas.values())
        return residual / self.total("forward_w")

    def total(self, part: str) -> float:
        """Sum over the antennas of a part of their `PowerBudget`, W."""
        return sum(float(getattr(point.budget, part)) for point in self.antennas.values())


@dataclass(eq=False)
class _Solved:
    """An antenna's field, and the medium it was solved in."""

    field: AntennaField
    medium: tuple[Floats, Floats]
    at_points: Complexes
    correction: float
    beyond: float


class MicrowaveHeat:
    """The antennas of a run or of one of its twins.

    Parameters
    ----------
    antennas : sequence of AntennaInMesh
        The antennas.
    samples : CellSamples
        Points of the cells.
    volumes : ndarray, shape (n_cells,)
        Of the cells, m³.
    absorbing : callable
        Conductivity of the cells of this variant.
    bodies : mapping of str to ndarray, shape (n_cells,)
        How each antenna's own losses are shared out to the cells of its body, summing to one; zero if it has none.
    tolerance : float
        Change of the permittivity, `AntennaInMesh.moved`, from which a field is solved anew.

    Attributes
    ----------
    solves : int
        Fields solved so far.
    """

    def __init__(
        self,
        antennas: Sequence[AntennaInMesh],
        samples: CellSamples,
        volumes: Floats,
        absorbing: Conductivity,
        bodies: Mapping[str, Floats],
        tolerance: float,
    ) -> None:
        self._antennas = {antenna.name: antenna for antenna in antennas}
        self._samples, self._volumes, self._absorbing = samples, volumes, absorbing
        self._bodies, self._tolerance = bodies, tolerance
        self._solved: dict[str, _Solved] = {}
        self._squares: dict[Hashable, Floats] = {}
        self.solves = 0

    def at(self, forward: Mapping[str, float], temperature: Floats, *, coherent: bool) -> tuple[MicrowavePoint, Floats]:
        """What the antennas deliver.

        Parameters
        ----------
        forward : mapping of str to float
            Forward power of each antenna that is on, W.
        temperature : ndarray, shape (n_nodes,)
            K.
        coherent : bool
            Whether the antennas share a clock, so that their fields add, or only their powers do.

        Returns
        -------
        point : MicrowavePoint
            The antennas' state.
        heat : ndarray, shape (n_cells,)
            Made in each cell, W.

        Raises
        ------
        SolverError
            If a field cannot be solved.
        """
        for name in forward:
            self._follow(name, temperature)
        budgets = {
            name: power_budget(self._solved[name].field, power, self._antennas[name].feed)
            for name, power in forward.items()
        }
        incident = {name: budget.incident_w for name, budget in budgets.items()}
        groups = [incident] if coherent else [{name: power} for name, power in incident.items()]
        heat = np.zeros(len(self._volumes))
        for group in groups:
            frequency = self._antennas[next(iter(group))].frequency
            heat += 0.5 * self._absorbing(temperature, frequency) * self._squares_of(group)
        heat *= self._volumes
        laid = float(heat.sum())
        lost = {name: budget.lost_in_antenna_w for name, budget in budgets.items()}
        for name, power in lost.items():
            heat += power * self._bodies[name]
        points = {
            name: AntennaPoint(
                self._solved[name].field.s11,
                budgets[name],
                self._solved[name].correction,
                incident[name] * self._solved[name].beyond,
            )
            for name in forward
        }
        return MicrowavePoint(points, laid, sum(lost.values())), heat

    def _follow(self, name: str, temperature: Floats) -> None:
        """Solve an antenna's field, unless what it lies in has hardly changed since it was solved."""
        antenna = self._antennas[name]
        medium = antenna.medium(temperature)
        known = self._solved.get(name)
        if known is not None and antenna.moved(known.medium, medium, known.field) < self._tolerance:
            return
        field = antenna.model.solve(antenna.frequency, *medium)
        at_points = antenna.field_at_points(field)
        covered, beyond = antenna.covered_squares(field, medium[1])
        laid = float(sampled_cells(self._samples, at_points) @ self._volumes)
        self._solved[name] = _Solved(field, medium, at_points, covered / laid, beyond)
        self._squares.clear()
        self.solves += 1

    def _squares_of(self, incident: Mapping[str, float]) -> Floats:
        """Mean of |E|² over each cell, peak, V²/m², of antennas whose fields add."""
        if len(incident) == 1:
            ((name, power),) = incident.items()
            if (name, 1.0) not in self._squares:
                self._squares[name, 1.0] = sampled_cells(self._samples, self._solved[name].at_points)
            return power * self._solved[name].correction * self._squares[name, 1.0]
        key = tuple(sorted(incident.items()))
        if key not in self._squares:
            total = np.zeros((len(self._samples.cell), 3), dtype=complex)
            for name, power in incident.items():
                solved, antenna = self._solved[name], self._antennas[name]
                amplitude = np.sqrt(power * solved.correction) * np.exp(1j * antenna.phase)
                total += amplitude * antenna.vectors(solved.at_points)
            self._squares[key] = sampled_cells(self._samples, total)
        return self._squares[key]

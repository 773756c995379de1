"""Heat of the antennas in the mesh: ½σ|E|², σ of each cell's own tissue at its own temperature.

E is an antenna's own field in its half-plane, solved anew when the permittivity round it has moved. In between, and
for what mesh and half-plane do not have in common, it is scaled so that the tissue of the mesh absorbs what the
half-plane's solution has there. Blood absorbs with its own conductivity in the field that tissue would have: this
changes only what is deposited in the lumen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ablasim.physics.microwave.budget import PowerBudget, power_budget
from ablasim.physics.microwave.field import AntennaField
from ablasim.physics.microwave.in_mesh import AntennaInMesh
from ablasim.physics.microwave.samples import CellSamples

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

Absorbing = Callable[[Floats, float], tuple[Floats, Floats]]
"""Conductivity of the mesh's cells, S/m, from nodal temperatures in K and a frequency in Hz; zero where nothing
absorbs; and by how much less it is for each kelvin more, S/(m K), zero where it is more."""


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
        Factor on the power laid into the mesh when the field was solved, with which it is that of the half-plane.
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
        Those that are on, by name.
    laid_w : float
        Power laid into the mesh's tissue and lumens, W. With fields that add, it is not the sum of what the antennas
        absorb alone.
    interference_w : float
        Part of it that comes from adding fields instead of powers, W: negative where the fields cancel more than they
        add. No budget of an antenna knows of it, as antennas are computed each by itself.
    """

    antennas: Mapping[str, AntennaPoint]
    laid_w: float
    interference_w: float

    @property
    def residual_share(self) -> float:
        """Forward power that no part of the budgets accounts for, relative, without regard to sign."""
        residual = sum(abs(point.budget.residual_w) for point in self.antennas.values())
        return residual / self.total("forward_w")

    def total(self, part: str) -> float:
        """Sum over the antennas of a part of their `PowerBudget`, W."""
        return sum(float(getattr(point.budget, part)) for point in self.antennas.values())


@dataclass(frozen=True, eq=False)
class MicrowaveDelivery:
    """What the antennas deliver.

    Parameters
    ----------
    point : MicrowavePoint
        The antennas' state.
    heat : ndarray, shape (n_cells,)
        Made in each cell, W.
    yielding : ndarray, shape (n_cells,)
        By how much this falls for each kelvin that a cell is warmer, W/K.
    """

    point: MicrowavePoint
    heat: Floats
    yielding: Floats


@dataclass(frozen=True, eq=False)
class _Solved:
    """An antenna's field for 1 W at its port, and what it is in the mesh.

    Parameters
    ----------
    field : AntennaField
        In the half-plane.
    medium : tuple of ndarray
        Permittivity and conductivity in which it was solved.
    squares : ndarray, shape (n_cells,)
        Mean of |E|² over each cell, peak, V²/m².
    in_tissue, beyond : float
        Power that it leaves in the tissue of the mesh, vessels apart, and outside the mesh, W.
    correction : float
        As in `AntennaPoint`.
    """

    field: AntennaField
    medium: tuple[Floats, Floats]
    squares: Floats
    in_tissue: float
    beyond: float
    correction: float


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
    tissue : ndarray of bool, shape (n_cells,)
        Cells of the tissue that the antennas' half-planes know of.
    absorbing : callable
        Conductivity of the cells of this variant.
    bodies : mapping of str to ndarray of bool, shape (n_cells,)
        Cells of the body of each antenna that has one: its own losses heat them evenly.
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
        tissue: Mask,
        absorbing: Absorbing,
        bodies: Mapping[str, Mask],
        tolerance: float,
    ) -> None:
        self._antennas = {antenna.name: antenna for antenna in antennas}
        self._samples, self._volumes, self._absorbing = samples, volumes, absorbing
        self._tissue_volumes = np.where(tissue, volumes, 0.0)
        self._tolerance = tolerance
        self._bodies = {name: np.where(cells, volumes, 0.0) for name, cells in bodies.items()}
        self._solved: dict[str, _Solved] = {}
        self._products: dict[tuple[str, str], Floats] = {}
        self.solves = 0

    def at(self, forward: Mapping[str, float], temperature: Floats, *, coherent: bool) -> MicrowaveDelivery:
        """What the antennas deliver.

        Parameters
        ----------
        forward : mapping of str to float
            Forward power of each antenna that is on, W.
        temperature : ndarray, shape (n_nodes,)
            K.
        coherent : bool
            Whether the antennas share a clock, so that their fields add; otherwise their powers do. They then have one
            frequency.

        Returns
        -------
        MicrowaveDelivery
            The antennas' state, and the heat that they make.

        Raises
        ------
        SolverError
            If a field cannot be solved.
        """
        frequencies = {self._antennas[name].frequency for name in forward}
        absorbing = {frequency: self._absorbing(temperature, frequency) for frequency in frequencies}
        heat, yielding = np.zeros(len(self._volumes)), np.zeros(len(self._volumes))
        points: dict[str, AntennaPoint] = {}
        amplitudes: dict[str, float] = {}
        interference = 0.0
        for name, power in forward.items():
            sigma, fall = absorbing[self._antennas[name].frequency]
            solved = self._follow(name, temperature, sigma)
            budget = power_budget(solved.field, power, self._antennas[name].feed)
            squares = budget.incident_w * self._factor(solved, sigma)
            heat += 0.5 * squares * sigma * solved.squares
            yielding += 0.5 * squares * fall * solved.squares
            amplitudes[name] = float(np.sqrt(squares))
            points[name] = AntennaPoint(solved.field.s11, budget, solved.correction, budget.incident_w * solved.beyond)
        if coherent:
            for one, other in combinations(forward, 2):
                both = amplitudes[one] * amplitudes[other] * self._product(one, other)
                sigma, fall = absorbing[self._antennas[one].frequency]
                heat += both * sigma
                yielding += both * fall
                interference += float((both * sigma) @ self._volumes)
        heat *= self._volumes
        yielding *= self._volumes
        laid = float(heat.sum())
        for name, point in points.items():
            if name in self._bodies:
                heat += point.budget.lost_in_antenna_w / self._bodies[name].sum() * self._bodies[name]
        return MicrowaveDelivery(MicrowavePoint(points, laid, interference), heat, yielding)

    def _follow(self, name: str, temperature: Floats, sigma: Floats) -> _Solved:
        """An antenna's field, solved anew if what it lies in has moved enough since it was solved."""
        antenna, known = self._antennas[name], self._solved.get(name)
        medium = antenna.medium(temperature)
        if known is not None and antenna.moved(known.medium, medium, known.field) < self._tolerance:
            return known
        field = antenna.model.solve(antenna.frequency, *medium)
        at_points = antenna.field_at_points(field)
        squares = self._samples.mean(np.sum(at_points.real**2 + at_points.imag**2, axis=1))
        in_tissue, beyond = antenna.absorbed(field)
        correction = in_tissue / self._in_tissue(squares, sigma)
        self._solved[name] = _Solved(field, medium, squares, in_tissue, beyond, correction)
        self._products = {pair: product for pair, product in self._products.items() if name not in pair}
        self.solves += 1
        return self._solved[name]

    def _factor(self, solved: _Solved, sigma: Floats) -> float:
        """Factor on |E|² with which the tissue of the mesh absorbs what the half-plane's solution has in it."""
        return solved.in_tissue / self._in_tissue(solved.squares, sigma)

    def _in_tissue(self, squares: Floats, sigma: Floats) -> float:
        return 0.5 * float((squares * sigma) @ self._tissue_volumes)

    def _product(self, one: str, other: str) -> Floats:
        """Mean of Re(E_one · E_other*) over each cell with the phases of their feeds, V²/m², shape (n_cells,)."""
        if (one, other) not in self._products:
            antennas = [self._antennas[name] for name in (one, other)]
            fields = [
                antenna.vectors(antenna.field_at_points(self._solved[antenna.name].field)) for antenna in antennas
            ]
            turn = np.exp(1j * (antennas[0].phase - antennas[1].phase))
            product = np.sum(fields[0] * fields[1].conj(), axis=1) * turn
            self._products[one, other] = self._samples.mean(product.real)
        return self._products[one, other]

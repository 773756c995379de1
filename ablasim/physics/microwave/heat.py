"""Heat of the antennas in the mesh: ½σ|E|², σ of each cell's own tissue at its own temperature.

E is an antenna's own field in its half-plane, which follows the permittivity round it (`FollowedField`). For what mesh
and half-plane do not have in common it is scaled so that the tissue of the mesh absorbs what the half-plane's solution
has there. Blood absorbs with its own conductivity in the field that tissue would have: this
changes only what is deposited in the lumen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ablasim.physics.microwave.absorption import absorbed_power, add_absorbed
from ablasim.physics.microwave.budget import PowerBudget
from ablasim.physics.microwave.follow import FieldInMesh, FollowedField
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
        Change of the permittivity from which a field is solved anew: that of `FollowedField`.
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
        self._bodies = {name: np.where(cells, volumes, 0.0) for name, cells in bodies.items()}
        self._fields = {antenna.name: FollowedField(antenna, samples, tolerance) for antenna in antennas}
        self._corrections: dict[str, tuple[int, float]] = {}
        self._products: dict[tuple[str, ...], tuple[tuple[int, ...], Floats]] = {}

    @property
    def solves(self) -> int:
        """Fields solved so far."""
        return sum(field.solves for field in self._fields.values())

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
        fields: dict[str, FieldInMesh] = {}
        amplitudes: dict[str, float] = {}
        interference = 0.0
        for name, power in forward.items():
            sigma, fall = absorbing[self._antennas[name].frequency]
            field = self._fields[name].at(temperature, power, extend=not coherent)
            factor = self._factor(field, sigma)
            incident = field.budget.incident_w
            add_absorbed(0.5 * incident * factor, field.squares, sigma, fall, self._volumes, heat, yielding)
            correction = self._correction(name, field, factor)
            points[name] = AntennaPoint(field.s11, field.budget, correction, incident * field.beyond)
            fields[name], amplitudes[name] = field, float(np.sqrt(incident * factor))
        if coherent:
            for one, other in combinations(forward, 2):
                product = self._product({name: fields[name] for name in (one, other)})
                sigma, fall = absorbing[self._antennas[one].frequency]
                both = amplitudes[one] * amplitudes[other]
                add_absorbed(both, product, sigma, fall, self._volumes, heat, yielding)
                interference += 2.0 * both * absorbed_power(sigma, product, self._volumes)
        laid = float(heat.sum())
        for name, point in points.items():
            if name in self._bodies:
                heat += point.budget.lost_in_antenna_w / self._bodies[name].sum() * self._bodies[name]
        return MicrowaveDelivery(MicrowavePoint(points, laid, interference), heat, yielding)

    def _correction(self, name: str, field: FieldInMesh, factor: float) -> float:
        """The factor at the time the field was solved: what mesh and half-plane do not have in common."""
        known = self._corrections.get(name)
        if known is None or known[0] != field.solution:
            known = self._corrections[name] = (field.solution, factor)
        return known[1]

    def _factor(self, field: FieldInMesh, sigma: Floats) -> float:
        """Factor on |E|² with which the tissue of the mesh absorbs what the half-plane's solution has in it."""
        return field.in_tissue / absorbed_power(sigma, field.squares, self._tissue_volumes)

    def _product(self, fields: Mapping[str, FieldInMesh]) -> Floats:
        """Mean of Re(E_one · E_other*) over each cell with the phases of two feeds, V²/m², shape (n_cells,)."""
        names = tuple(fields)
        solutions = tuple(field.solution for field in fields.values())
        known = self._products.get(names)
        if known is None or known[0] != solutions:
            one, other = (self._antennas[name] for name in names)
            vectors = [
                antenna.vectors(antenna.field_at_points(field.field))
                for antenna, field in zip((one, other), fields.values(), strict=True)
            ]
            turn = np.exp(1j * (one.phase - other.phase))
            product = np.sum(vectors[0] * vectors[1].conj(), axis=1) * turn
            known = self._products[names] = (solutions, self._samples.mean(product.real))
        return known[1]

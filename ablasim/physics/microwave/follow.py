"""The field of an antenna while what it lies in changes: solved anew where it must be, extended in between.

Between two solutions the permittivity of the tissue mostly goes on as it came. So a field is extended along the way
from the last solution but one to the last one, as far as the permittivity has gone on along that way; it is solved
anew once the permittivity has left the way. Held fixed instead, it would jump whenever it is solved, and time steps
would be short to follow the jumps.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ablasim.physics.microwave.absorption import extended
from ablasim.physics.microwave.budget import PowerBudget, power_budget
from ablasim.physics.microwave.field import AntennaField
from ablasim.physics.microwave.in_mesh import AntennaInMesh
from ablasim.physics.microwave.samples import CellSamples
from ablasim.physics.microwave.waves import complex_permittivity

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
T = TypeVar("T", float, complex)

_FURTHEST = 1.0
"""How far a field is extended, in lengths of the way between its last two solutions."""


@dataclass(frozen=True, eq=False)
class FieldInMesh:
    """An antenna's field in the cells of a mesh.

    Parameters
    ----------
    solution : int
        Number of the last solution it rests on.
    field : AntennaField
        That solution.
    s11 : complex
        Reflected over incident voltage.
    budget : PowerBudget
        Where the forward power goes.
    squares : ndarray, shape (n_cells,)
        Mean of |E|² over each cell for 1 W at the port, peak, V²/m².
    in_tissue, beyond : float
        Power that 1 W at the port leaves in the tissue of the mesh, vessels apart, and outside the mesh, W.
    """

    solution: int
    field: AntennaField
    s11: complex
    budget: PowerBudget
    squares: Floats
    in_tissue: float
    beyond: float


@dataclass(frozen=True, eq=False)
class _Solution:
    field: AntennaField
    permittivity: Complexes
    squares: Floats
    in_tissue: float
    beyond: float


class FollowedField:
    """The field of an antenna in a mesh, along a run.

    Parameters
    ----------
    antenna : AntennaInMesh
        The antenna.
    samples : CellSamples
        Points of the cells.
    tolerance : float
        Mean relative change of the complex permittivity, weighted with the power that each place absorbs, that a field
        does not follow: from there on it is solved anew.

    Attributes
    ----------
    solves : int
        Fields solved so far.
    """

    def __init__(self, antenna: AntennaInMesh, samples: CellSamples, tolerance: float) -> None:
        self._antenna, self._samples, self._tolerance = antenna, samples, tolerance
        self._last: _Solution | None = None
        self._before: _Solution | None = None
        self.solves = 0

    def at(self, temperature: Floats, forward: float, *, extend: bool = True) -> FieldInMesh:
        """The field.

        Parameters
        ----------
        temperature : ndarray, shape (n_nodes,)
            K.
        forward : float
            Power of the generator, W.
        extend : bool, optional
            Whether the field may be extended from its last two solutions; otherwise it stays as last solved.

        Raises
        ------
        SolverError
            If it cannot be solved.
        """
        medium = self._antenna.medium(temperature)
        permittivity = complex_permittivity(*medium, self._antenna.frequency)
        last, before = self._last, self._before if extend else None
        ahead = 0.0
        if last is not None:
            ahead, off = _along(permittivity, last, before, self._antenna.model.tissue_volumes)
        if last is None or not off < self._tolerance:
            self._before, self._last = self._last, self._solved(medium, permittivity)
            self.solves += 1
            last, ahead = self._last, 0.0
        return self._extended(last, before if ahead else None, ahead, forward)

    def _solved(self, medium: tuple[Floats, Floats], permittivity: Complexes) -> _Solution:
        antenna = self._antenna
        field = antenna.model.solve(antenna.frequency, *medium)
        squares = antenna.mean_squares(field, self._samples)
        return _Solution(field, permittivity, squares, *antenna.absorbed(field))

    def _extended(self, last: _Solution, before: _Solution | None, ahead: float, forward: float) -> FieldInMesh:
        def budget(solution: _Solution) -> PowerBudget:
            return power_budget(solution.field, forward, self._antenna.feed)

        if before is None:
            parts = (last.field.s11, budget(last), last.squares, last.in_tissue, last.beyond)
            return FieldInMesh(self.solves, last.field, *parts)

        return FieldInMesh(
            self.solves,
            last.field,
            _line(before.field.s11, last.field.s11, ahead),
            _budget_on_line(budget(before), budget(last), ahead),
            extended(before.squares, last.squares, ahead),
            _line(before.in_tissue, last.in_tissue, ahead),
            _line(before.beyond, last.beyond, ahead),
        )


def _along(now: Complexes, last: _Solution, before: _Solution | None, volumes: Floats) -> tuple[float, float]:
    """How far a permittivity has gone on along the way that it came to the last solution, and how far off it is.

    Both weigh a place by the power that it absorbs. Off is the mean relative distance from the way's nearest point.
    """
    weight = last.field.tissue_density * volumes
    gone = (now - last.permittivity) / last.permittivity
    ahead = 0.0
    if before is not None:
        way = (last.permittivity - before.permittivity) / last.permittivity
        length = float(weight @ np.abs(way) ** 2)
        if length > 0.0:
            nearest = float((weight @ (way.conj() * gone)).real) / length
            ahead = min(max(nearest, -1.0), _FURTHEST)
            gone = gone - ahead * way
    return ahead, float(weight @ np.abs(gone) / weight.sum())


def _line(before: T, last: T, ahead: float) -> T:
    """A value so far ahead of the last one on the line from the one before it."""
    return last + ahead * (last - before)


def _budget_on_line(before: PowerBudget, last: PowerBudget, ahead: float) -> PowerBudget:
    """The same for each part of a budget; the parts add up as those of both do."""
    names = [field.name for field in fields(PowerBudget)]
    return PowerBudget(**{name: _line(getattr(before, name), getattr(last, name), ahead) for name in names})

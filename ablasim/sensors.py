"""Sensors as points in the mesh, and what each reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ablasim.margins.distance import CellSearch
from ablasim.mesh import Mesh
from ablasim.scenario import Scenario, located_error
from ablasim.scenario.sensor_checks import sensor_places_mm
from ablasim.units import metres

Floats = NDArray[np.float64]


class Reading(NamedTuple):
    """What a sensor reads at a moment.

    Parameters
    ----------
    temperature : float
        K.
    damage_level : float or None
        Of the headline model: positive where dead; None where there is nothing that can die.
    field_strength : float or None
        |∇φ|, V/m: rms while a radiofrequency electrode is driven, that of a pulse while a pair is pulsed; None else.
    absorption : float or None
        Heat delivered by all sources, averaged over pulses and pauses, W/kg: the specific absorption rate; None before
        the first step and in the body of an applicator.
    """

    temperature: float
    damage_level: float | None = None
    field_strength: float | None = None
    absorption: float | None = None


@dataclass(frozen=True, eq=False)
class Sensors:
    """The sensors of a scenario on its mesh.

    Parameters
    ----------
    names : tuple of str
        Their names.
    points : ndarray, shape (n, 3)
        Places, m.
    cells : ndarray of int, shape (n,)
        Cell that each lies in.
    nodes, weights : ndarray, shape (n, 4)
        Nodes of that cell, and the values of their basis functions at the sensor.
    lies_in : tuple of str
        What is there: ``organ``, ``tumour``, or the name of a vessel, layer or applicator.
    """

    names: tuple[str, ...]
    points: Floats
    cells: NDArray[np.int64]
    nodes: NDArray[np.int32]
    weights: Floats
    lies_in: tuple[str, ...]

    @classmethod
    def of(cls, mesh: Mesh, names: tuple[str, ...], points: Floats) -> Sensors:
        """Find the cells that points lie in, -1 outside the mesh; on the surface of a body that of the tissue."""
        cells, weights = np.full(len(names), -1, dtype=np.int64), np.full((len(names), 4), np.nan)
        in_tissue = mesh.cells_of_body("")
        for mask in (in_tissue, ~in_tissue):
            rows, lost = np.flatnonzero(mask), np.flatnonzero(cells < 0)
            if len(rows) and len(lost):
                found, shares = CellSearch.of(mesh.points, mesh.cells[rows]).locate(points[lost])
                inside = found >= 0
                cells[lost[inside]], weights[lost[inside]] = rows[found[inside]], shares[inside]
        regions = mesh.cell_region[cells]
        lies_in = tuple(str(mesh.cell_bodies[k] or mesh.cell_tissues[k]) for k in regions)
        return cls(names, points, cells, mesh.cells[cells], weights, lies_in)

    def at(self, nodal: Floats) -> Floats:
        """A nodal field at the sensors, shape (n,)."""
        values: Floats = np.einsum("ij,ij->i", self.weights, nodal[self.nodes])
        return values


def place_sensors(scenario: Scenario, mesh: Mesh) -> Sensors:
    """The sensors of a scenario on its mesh.

    Raises
    ------
    ScenarioError
        If one lies in no cell.
    """
    names = tuple(sensor.name for sensor in scenario.sensors)
    sensors = Sensors.of(mesh, names, metres(sensor_places_mm(scenario)))
    for name, cell in zip(names, sensors.cells, strict=True):
        if cell < 0:
            message = "lies in no cell of the mesh: must lie in the organ or a layer on it"
            raise located_error(scenario, f"sensors.{name}", message)
    return sensors

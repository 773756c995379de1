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
    """

    temperature: float
    damage_level: float | None = None


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

    def at(self, nodal: Floats) -> Floats:
        """A nodal field at the sensors, shape (n,)."""
        values: Floats = np.einsum("ij,ij->i", self.weights, nodal[self.nodes])
        return values


def place_sensors(scenario: Scenario, mesh: Mesh) -> Sensors:
    """Find the cells that the sensors of a scenario lie in; on the surface of a body they lie in the tissue.

    Raises
    ------
    ScenarioError
        If one lies in no cell.
    """
    names = tuple(sensor.name for sensor in scenario.sensors)
    points = metres(sensor_places_mm(scenario))
    cells, weights = np.full(len(names), -1, dtype=np.int64), np.full((len(names), 4), np.nan)
    in_tissue = mesh.cells_of_body("")
    for mask in (in_tissue, ~in_tissue):
        rows, lost = np.flatnonzero(mask), np.flatnonzero(cells < 0)
        if len(rows) and len(lost):
            found, shares = CellSearch.of(mesh.points, mesh.cells[rows]).locate(points[lost])
            inside = found >= 0
            cells[lost[inside]], weights[lost[inside]] = rows[found[inside]], shares[inside]
    for name in (name for name, cell in zip(names, cells, strict=True) if cell < 0):
        message = "lies in no cell of the mesh: must lie in the organ or a layer on it"
        raise located_error(scenario, f"sensors.{name}", message)
    regions = mesh.cell_region[cells]
    lies_in = tuple(str(mesh.cell_bodies[k] or mesh.cell_tissues[k]) for k in regions)
    return Sensors(names, points, cells, mesh.cells[cells], weights, lies_in)

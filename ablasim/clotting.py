"""Vessels whose blood coagulates when heat has reached their wall all round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.build import Case
from ablasim.damage import Shutdown
from ablasim.damage.model import State

Floats = NDArray[np.float64]
Doses = Mapping[str, State]
"""State of the law at the nodes of each wall that may clot, by vessel."""

_RING_DIAMETERS = 0.5  # length of wall that counts as one ring, in diameters; at least two facets


@dataclass(frozen=True, eq=False)
class ClottingWall:
    """Wall of a vessel that may clot.

    Parameters
    ----------
    law : Shutdown
        Damage model and criterion.
    nodes : ndarray of int, shape (n,)
        Nodes of the wall.
    facets : ndarray of int, shape (n_facets, 3)
        Its facets, as positions in `nodes`.
    ring : ndarray of int, shape (n_facets,)
        Ring that each facet belongs to, along the vessel.
    """

    law: Shutdown
    nodes: NDArray[np.int64]
    facets: NDArray[np.int64]
    ring: NDArray[np.int64]

    def is_closed(self, dose: State) -> bool:
        """Whether a ring of the wall has passed the criterion all round."""
        if self.law.model is None:
            return False
        spared = ~(self.law.model.level(dose) >= 0.0)[self.facets].all(axis=1)
        spared_facets = np.bincount(self.ring, spared, minlength=int(self.ring.max()) + 1)
        return bool((spared_facets[np.unique(self.ring)] == 0).any())


class Clotting:
    """All vessels of a case whose blood may coagulate.

    Parameters
    ----------
    case : Case
        The case.
    """

    def __init__(self, case: Case) -> None:
        self._walls = {
            vessel.name: _wall(case, vessel.name, case.clotting_laws[vessel.name])
            for vessel in case.scenario.vessels
            if vessel.name in case.clotting_laws
        }

    def start(self, temperature: Floats) -> Doses:
        """Doses before any heating, nodal temperature in K."""
        return {name: wall.law.start(len(wall.nodes), temperature[wall.nodes]) for name, wall in self._walls.items()}

    def advance(self, doses: Doses, start: Floats, end: Floats, dt: float) -> Doses:
        """Doses after a step of dt seconds between two nodal temperatures, K."""
        return {
            name: wall.law.advance(doses[name], start[wall.nodes], end[wall.nodes], dt)
            for name, wall in self._walls.items()
        }

    def closed(self, doses: Doses) -> frozenset[str]:
        """Vessels in which a ring of the wall has passed the criterion all round."""
        return frozenset(name for name, wall in self._walls.items() if wall.is_closed(doses[name]))


def _wall(case: Case, name: str, law: Shutdown) -> ClottingWall:
    triangles = case.mesh.facets_of(name)
    corners = case.mesh.points[triangles]
    shape = case.anatomy.vessels[name]
    edge = float(np.linalg.norm(corners[:, 1] - corners[:, 0], axis=1).mean())
    length = max(_RING_DIAMETERS * shape.diameter, 2.0 * edge)
    nodes, facets = np.unique(triangles, return_inverse=True)
    ring = (shape.arc_length(corners.mean(axis=1)) / length).astype(np.int64)
    return ClottingWall(law, nodes.astype(np.int64), facets.reshape(-1, 3), ring)

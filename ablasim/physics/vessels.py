"""How a vessel's wall takes heat from the tissue: one interface for every vessel model.

A model answers one question: *given the wall's temperature, to which blood temperature and through which film does each
wall node lose heat?* Where blood stays at its inlet temperature the answer is always the same; where it is warmed along
its path the step is repeated until tissue and blood agree (`settled`), and the tissue solver does not change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.fem.vectors import dot
from ablasim.mesh.tetrahedra import triangle_areas

Floats = NDArray[np.float64]

_SETTLED_SHARE = 1e-3  # of the heat through a wall: what may still move when tissue and blood agree
_SETTLED_K = 2e-4  # the same as a temperature of the blood, for walls that carry next to nothing


@dataclass(frozen=True, eq=False)
class Exchange:
    """Heat given up at nodes in proportion to their excess over a reference temperature.

    Parameters
    ----------
    name : str
        Of the vessel or applicator that takes the heat.
    conductance : ndarray, shape (n_nodes,)
        Film coefficient times area (or times volume), W/K; zero away from the wall.
    reference : float or ndarray, shape (n_nodes,)
        Temperature of the blood or coolant, K; where it is warmed along its way, at each node.
    inlet, outlet : float or None
        Mixed mean temperature with which the blood enters and leaves the vessel, K; None where the model does not
        follow it.
    carried : float or None
        Heat that the blood carries off, W: what its mixed mean temperature gains times its capacity rate, found
        without the wall's temperature; None where the model does not follow it.
    """

    name: str
    conductance: Floats
    reference: float | Floats
    inlet: float | None = None
    outlet: float | None = None
    carried: float | None = None

    def power(self, temperature: Floats) -> float:
        """Heat given up, W, at a nodal temperature in K."""
        return dot(self.conductance, temperature - self.reference)

    @property
    def warming(self) -> float | None:
        """Rise of the blood's mean temperature on its way, K; None where the model does not follow it."""
        return None if self.inlet is None or self.outlet is None else self.outlet - self.inlet

    def heat(self, temperature: Floats) -> Floats:
        """Heat given up at each node, W, at a nodal temperature in K."""
        loss: Floats = self.conductance * (temperature - self.reference)
        return loss


WallModel = Callable[[Floats], tuple[Exchange, ...]]
"""Exchanges of one or more vessels for a nodal temperature, K, in the same order each time."""


def wall_exchanges(walls: Sequence[WallModel], temperature: Floats) -> tuple[Exchange, ...]:
    """Exchanges of all vessels for a nodal temperature, K."""
    return tuple(exchange for model in walls for exchange in model(temperature))


def wall_exchange(
    name: str,
    points: Floats,
    triangles: NDArray[np.int32],
    coefficient: Floats,
    blood_temperature: float,
) -> Exchange:
    """Exchange through a wall with one film coefficient per facet, its area shared by the facet's nodes.

    Parameters
    ----------
    name : str
        Of the vessel.
    points : ndarray, shape (n_nodes, 3)
        Coordinates, m.
    triangles : ndarray, shape (n_facets, 3)
        Facets of the wall.
    coefficient : ndarray, shape (n_facets,)
        Film coefficient, W/(m² K).
    blood_temperature : float
        K.
    """
    shares = np.repeat(triangle_areas(points, triangles) * coefficient / 3.0, 3)
    conductance: Floats = np.bincount(triangles.ravel(), shares, minlength=len(points)).astype(float)
    return Exchange(name, conductance, blood_temperature)


def constant_wall(exchange: Exchange) -> WallModel:
    """Model of a wall whose exchange does not depend on its temperature."""
    return lambda temperature: (exchange,)


def settled(assumed: Sequence[Exchange], found: Sequence[Exchange], temperature: Floats) -> bool:
    """Whether the heat through each wall is what its blood answers to the temperature that came of it.

    Parameters
    ----------
    assumed, found : sequence of Exchange
        What the temperature was found with, and what the models answer to it; in the same order.
    temperature : ndarray, shape (n_nodes,)
        K.
    """
    for before, after in zip(assumed, found, strict=True):
        if before is after:
            continue
        heat = after.heat(temperature)
        moved = float(np.abs(heat - before.heat(temperature)).sum())
        floor = _SETTLED_K * float(after.conductance.sum())
        if moved > _SETTLED_SHARE * float(np.abs(heat).sum()) + floor:
            return False
    return True

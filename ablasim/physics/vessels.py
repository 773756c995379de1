"""How a vessel's wall takes heat from the tissue: one interface for every vessel model.

A model answers one question: *given the wall's temperature, to which blood temperature and through which film does each
wall node lose heat?* The models here answer without looking at the wall (blood stays at its inlet temperature); models
that warm the blood along its path answer anew during the run, and the tissue solver does not change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.fem.vectors import dot
from ablasim.mesh.tetrahedra import triangle_areas

Floats = NDArray[np.float64]


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
    """

    name: str
    conductance: Floats
    reference: float | Floats

    def power(self, temperature: Floats) -> float:
        """Heat given up, W, at a nodal temperature in K."""
        return dot(self.conductance, temperature - self.reference)


WallModel = Callable[[Floats], Exchange]
"""Exchange of a vessel for the present nodal temperature, K."""


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
    return lambda temperature: exchange

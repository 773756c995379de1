"""A vessel whose cross-section is resolved: the wall's uneven heat is kept all round.

The nodes of the wall, unrolled into length and angle, give the wall's temperature at the pieces of the marched lumen;
the heat through each piece goes back to the nodes with the same weights, so that not a joule is lost between the two.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from ablasim.errors import ModelError
from ablasim.physics.lumen_march import CrossSection, march_blood
from ablasim.physics.transport import BloodCourse, Inflow, mixed
from ablasim.physics.vessels import Exchange

Floats = NDArray[np.float64]

_STIFFER = 1.5  # of the film: a node's own answer to its temperature may be steeper than the mean film


class ResolvedLumen:
    """A vessel whose blood is followed over the cross-section.

    Parameters
    ----------
    name : str
        Of the vessel.
    section : CrossSection
        Its lumen.
    film : Exchange
        What a cheaper model says of the wall: how steeply a node's heat follows its temperature, which makes tissue and
        blood agree sooner and changes no result.
    nodes : ndarray of int, shape (n,)
        Nodes of the wall.
    arc_length, angle : ndarray, shape (n,)
        Where they lie along the path, m, and round it, rad.
    stations : ndarray, shape (n_steps + 1,)
        Places along the path that the blood is marched through, m.
    """

    def __init__(
        self,
        name: str,
        section: CrossSection,
        film: Exchange,
        nodes: NDArray[np.int64],
        arc_length: Floats,
        angle: Floats,
        stations: Floats,
    ) -> None:
        self._name, self._section, self._stations, self._nodes = name, section, stations, nodes
        self._conductance = _STIFFER * film.conductance
        middles = 0.5 * (stations[1:] + stations[:-1])
        angles = 2.0 * np.pi * np.arange(section.n_sectors) / section.n_sectors
        self._weights = _unrolled_weights(arc_length, angle, section.radius, middles, angles)

    def course(self, temperature: Floats, inlet: float, joining: Sequence[Sequence[Inflow]]) -> BloodCourse:
        """Follow the blood along the wall; parameters as for `TransportLumen.course`.

        Raises
        ------
        ModelError
            If vessels join or leave on the way.
        """
        if len(joining) != 1:
            message = f"vessel {self._name}: model 'resolved' takes branches at its ends only; take 'transport'"
            raise ModelError(message)
        rate = float(self._section.rates.sum()) * self._section.n_sectors
        start = mixed(inlet, rate, joining[0])
        shape = (len(self._stations) - 1, self._section.n_sectors)
        wall = (self._weights @ temperature[self._nodes]).reshape(shape)
        blood = march_blood(self._section, self._stations, wall, start)
        heat = np.zeros(len(temperature))
        heat[self._nodes] = self._weights.T @ blood.wall_heat.ravel()
        there = self._conductance > 0.0
        reference = np.array(temperature)
        reference[there] -= heat[there] / self._conductance[there]
        outlet = float(blood.mean[-1])
        return BloodCourse(
            exchange=Exchange(self._name, self._conductance, reference, outlet=outlet, carried=rate * (outlet - start)),
            arc_length=self._stations,
            temperature=blood.mean,
        )


def stations_between(first: float, last: float, section: CrossSection) -> Floats:
    """Stations from the first to the last place of a wall, m: fine enough for the implicit steps.

    Steps are at most an eighth of a diameter, 1/400 of the length, and 1/1500 of the length D Re Pr over which the
    profile develops: the developed Nusselt number is then 1 % off at most.
    """
    diameter = 2.0 * section.radius
    developing = diameter**2 * section.speed * section.heat_capacity / section.conductivity
    step = min(diameter / 8.0, (last - first) / 400.0, developing / 1500.0)
    return np.linspace(first, last, int(np.ceil((last - first) / step)) + 1)


def _unrolled_weights(arc_length: Floats, angle: Floats, radius: float, along: Floats, around: Floats) -> sp.csr_array:
    """Linear interpolation from scattered wall nodes to a grid along and around, shape (n_grid, n_nodes).

    The wall is unrolled three times side by side, so that triangles join across the seam; beyond the first and the last
    node along the vessel the nearest place between them counts.
    """
    n = len(angle)
    turns = np.concatenate([angle - 2.0 * np.pi, angle, angle + 2.0 * np.pi])
    places = np.stack([np.tile(arc_length, 3), radius * turns], axis=1)
    triangulation = Delaunay(places)
    grid = np.stack(np.meshgrid(along, radius * around, indexing="ij"), axis=-1).reshape(-1, 2)
    simplex = triangulation.find_simplex(grid)
    outside = simplex < 0
    transform = triangulation.transform[simplex]
    first_two = np.einsum("nij,nj->ni", transform[:, :2], grid - transform[:, 2])
    shares = np.column_stack([first_two, 1.0 - first_two.sum(axis=1)])
    corners = triangulation.simplices[simplex]
    if outside.any():
        gaps = np.linalg.norm(grid[outside][:, None] - places[None], axis=2)
        corners[outside] = np.argmin(gaps, axis=1)[:, None]
        shares[outside] = np.array([1.0, 0.0, 0.0])
    rows = np.repeat(np.arange(len(grid)), 3)
    return sp.csr_array((shares.ravel(), (rows, corners.ravel() % n)), shape=(len(grid), n))

"""A vessel whose cross-section is resolved: the wall's uneven heat is kept all round.

The nodes of the wall, unrolled into length and angle, give the wall's temperature at the pieces of the marched lumen;
each piece answers with the blood temperature that its heat stands for behind a given film, and the nodes take the mean
of these with the same weights. So not a joule is lost between the two, and where the wall is warm the blood is.
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

_STIFFER = 2.0  # a wall answers more steeply to waves of temperature along it than to its mean


class ResolvedLumen:
    """A vessel whose blood is followed over the cross-section.

    Parameters
    ----------
    name : str
        Of the vessel.
    section : CrossSection
        Its lumen.
    nodes : ndarray of int, shape (n,)
        Nodes of the wall.
    arc_length, angle : ndarray, shape (n,)
        Where they lie along the path, m, and round it, rad.
    stations : ndarray, shape (n_steps + 1,)
        Places along the path that the blood is marched through, m.
    film : ndarray, shape (n_steps,)
        Heat-transfer coefficient that a cheaper model gives between the stations, per area of the meshed wall,
        W/(m² K). Tissue and blood agree sooner the better it is; their heat does not depend on it.
    wall_radius : float
        Of the meshed wall, m.
    n_nodes : int
        Of the mesh.
    """

    def __init__(
        self,
        name: str,
        section: CrossSection,
        nodes: NDArray[np.int64],
        arc_length: Floats,
        angle: Floats,
        stations: Floats,
        film: Floats,
        wall_radius: float,
        n_nodes: int,
    ) -> None:
        self._name, self._section, self._stations, self._nodes = name, section, stations, nodes
        middles = 0.5 * (stations[1:] + stations[:-1])
        angles = 2.0 * np.pi * np.arange(section.n_sectors) / section.n_sectors
        weights = _unrolled_weights(arc_length, angle, wall_radius, middles, angles)
        pieces = 2.0 * np.pi * wall_radius / section.n_sectors * np.diff(stations) * _STIFFER * film
        self._films = np.repeat(pieces, section.n_sectors)  # W/K
        self._weights = weights
        at_nodes = weights.T @ self._films
        self._conductance = np.zeros(n_nodes)
        self._conductance[nodes] = at_nodes
        self._shares = np.divide(1.0, at_nodes, out=np.zeros_like(at_nodes), where=at_nodes > 0.0)

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
        behind_film = wall - blood.wall_heat / self._films.reshape(shape)
        reference = np.array(temperature)
        reference[self._nodes] = self._shares * (self._weights.T @ (self._films * behind_film.ravel()))
        outlet = float(blood.mean[-1])
        carried = rate * (outlet - start)
        return BloodCourse(
            exchange=Exchange(self._name, self._conductance, reference, inlet=start, outlet=outlet, carried=carried),
            arc_length=self._stations,
            temperature=blood.mean,
        )


def stations_between(first: float, last: float, section: CrossSection) -> Floats:
    """Stations from the first to the last place of a wall, m: fine enough for the implicit steps.

    Steps are at most an eighth of a diameter, 1/400 of the length, and 1/3000 of the length D Re Pr over which the
    profile develops: the developed Nusselt number is then 0.3 % off at most.
    """
    diameter = 2.0 * section.radius
    developing = diameter**2 * section.speed * section.heat_capacity / section.conductivity
    step = min(diameter / 8.0, (last - first) / 400.0, developing / 3000.0)
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

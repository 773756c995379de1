"""An antenna in a mesh of the anatomy: its field follows the temperature round it and is looked up in every cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.materials.dielectric import Dielectric
from ablasim.materials.dielectric_table import dielectric_table
from ablasim.physics.microwave.antenna import AntennaModel
from ablasim.physics.microwave.budget import Feed
from ablasim.physics.microwave.field import AntennaField
from ablasim.physics.microwave.placement import POINTS_ON_RING, Axis, Rings
from ablasim.physics.microwave.samples import CellSamples

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Ints = NDArray[np.int32]

_ONTO_TISSUE = (1.01, 1.03, 1.1)
"""Factors by which points just inside the antenna are moved away from its axis: the mesh has a polygon for a circle."""


@dataclass(frozen=True, eq=False)
class FieldPoints:
    """Where the points of a mesh's cells lie in an antenna's half-plane.

    Parameters
    ----------
    cells : ndarray of int32, shape (n_points,)
        Triangle of each point; -1 outside the tissue of the half-plane.
    places : ndarray, shape (n_points, 2)
        Place in it.
    outward : ndarray, shape (n_points, 3)
        Unit vector away from the axis.
    """

    cells: Ints
    places: Floats
    outward: Floats

    @classmethod
    def of(cls, model: AntennaModel, axis: Axis, points: Floats) -> FieldPoints:
        """Find points, m; those that the polygon of the mesh leaves just inside the antenna count to its surface."""
        half_plane = axis.half_plane(points)
        cells, places = model.recovery.locator.find(half_plane)
        low, high = model.mesh.points.min(axis=0), model.mesh.points.max(axis=0)
        for factor in _ONTO_TISSUE:
            lost = np.flatnonzero((cells < 0) & np.all((half_plane >= low) & (half_plane <= high), axis=1))
            cells[lost], places[lost] = model.recovery.locator.find(half_plane[lost] * [factor, 1.0])
        return cls(cells, places, axis.outward(points))


@dataclass(frozen=True, eq=False)
class AntennaInMesh:
    """An antenna with its place in a mesh, shared by a run and its twins.

    Parameters
    ----------
    name : str
        Of the antenna.
    model : AntennaModel
        Its half-plane.
    frequency : float
        Hz.
    axis : Axis
        Where it lies.
    feed : Feed
        What lies between generator and antenna.
    phase : float
        Of its feed, rad.
    rings : Rings
        Rings through the tissue points of the half-plane.
    dielectrics : mapping of str to Dielectric
        Kinds of tissue that the rings may pass through.
    background : tuple of float
        Relative permittivity, and conductivity in S/m, where a ring passes through none of them.
    points : FieldPoints
        Points of the cells of the mesh.
    """

    name: str
    model: AntennaModel
    frequency: float
    axis: Axis
    feed: Feed
    phase: float
    rings: Rings
    dielectrics: Mapping[str, Dielectric]
    background: tuple[float, float]
    points: FieldPoints

    def medium(self, temperature: Floats) -> tuple[Floats, Floats]:
        """Permittivity and conductivity at the half-plane's tissue points, from nodal temperatures in K.

        They are azimuthal means of what the tissues have at their temperatures. (Those at the mean temperature would
        not keep the power: laws fall so steeply that a dry side would make a wet one count as dry.)
        """
        n = len(self.model.tissue_points)
        epsilon, sigma = np.zeros(n), np.zeros(n)
        for kind, part in self.rings.parts.items():
            dielectric = self.dielectrics[kind]
            highest = part.add(temperature, dielectric_table(dielectric), epsilon, sigma)
            dielectric.check_range(highest)
        number = POINTS_ON_RING * self.rings.in_tissue
        elsewhere = number == 0.0
        epsilon[elsewhere], sigma[elsewhere] = self.background
        number[elsewhere] = 1.0
        return epsilon / number, sigma / number

    def field_at_points(self, field: AntennaField) -> Complexes:
        """E_r and E_z at the points of the cells for 1 W at the port, V/m, shape (n_points, 2)."""
        return self.model.recovery.evaluate(self.points.cells, self.points.places, field.nodal)

    def mean_squares(self, field: AntennaField, samples: CellSamples) -> Floats:
        """Mean of |E|² over each cell for 1 W at the port, peak, V²/m², shape (n_cells,)."""
        means = np.zeros(samples.n_cells)
        points, recovery = self.points, self.model.recovery
        recovery.add_squares(points.cells, points.places, field.nodal, samples.cell, samples.weight, means)
        return means

    def vectors(self, in_half_plane: Complexes) -> Complexes:
        """The same as vectors of space, shape (n_points, 3)."""
        vectors: Complexes = in_half_plane[:, :1] * self.points.outward + in_half_plane[:, 1:] * self.axis.direction
        return vectors

    def absorbed(self, field: AntennaField) -> tuple[float, float]:
        """What the half-plane's solution has in the tissue of the mesh, vessels apart, and beyond the mesh, W."""
        power = field.tissue_density * self.model.tissue_volumes
        return float(power @ self.rings.in_tissue), float(power @ (1.0 - self.rings.covered))

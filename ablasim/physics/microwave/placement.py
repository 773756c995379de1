"""Where an antenna lies in three dimensions, and what of its surroundings a ring round its axis passes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ablasim.compiled import compiled
from ablasim.materials.dielectric_table import DielectricTable, place_in_table
from ablasim.mesh import Mesh

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

Locate = Callable[[Floats], tuple[NDArray[np.int64], Floats]]
"""Cell of each point, -1 outside the mesh, and its barycentric coordinates there."""

POINTS_ON_RING = 8


@dataclass(frozen=True, eq=False)
class Axis:
    """Frame of an antenna: z runs from its outermost tip up the shaft.

    Parameters
    ----------
    tip : ndarray, shape (3,)
        m.
    direction : ndarray, shape (3,)
        Unit vector from the tip up the shaft.
    """

    tip: Floats
    direction: Floats

    def half_plane(self, points: Floats) -> Floats:
        """Distance from the axis and height above the tip of points, shape (n_points, 2), m."""
        away = points - self.tip
        height = away @ self.direction
        distance = np.linalg.norm(away - height[:, None] * self.direction, axis=1)
        return np.stack([distance, height], axis=1)

    def outward(self, points: Floats) -> Floats:
        """Unit vectors away from the axis at points, shape (n_points, 3); zero on it."""
        away = points - self.tip
        across = away - (away @ self.direction)[:, None] * self.direction
        length = np.linalg.norm(across, axis=1, keepdims=True)
        unit: Floats = np.divide(across, length, out=np.zeros_like(across), where=length > 0.0)
        return unit

    def ring_points(self, places: Floats) -> Floats:
        """Points on the rings through places of the half-plane, shape (n_places, POINTS_ON_RING, 3), m."""
        one, other = np.linalg.svd(self.direction[None, :])[2][1:]
        angles = 2.0 * np.pi * (np.arange(POINTS_ON_RING) + 0.5) / POINTS_ON_RING
        circle = np.cos(angles)[:, None] * one + np.sin(angles)[:, None] * other
        on_axis = self.tip + places[:, 1, None] * self.direction
        points: Floats = on_axis[:, None, :] + places[:, 0, None, None] * circle
        return points


@dataclass(frozen=True, eq=False)
class RingPart:
    """What of the rings lies in one kind of tissue.

    Parameters
    ----------
    ring : ndarray of int, shape (n_points,)
        Ring of each point that lies in it.
    nodes : ndarray of int, shape (n_points, 4)
        Nodes of the cell that the point lies in.
    weights : ndarray, shape (n_points, 4)
        Values of their basis functions there.
    """

    ring: NDArray[np.int64]
    nodes: NDArray[np.int32]
    weights: Floats

    def add(self, temperature: Floats, table: DielectricTable, permittivity: Floats, conductivity: Floats) -> float:
        """Add to sums over each ring what a tissue has at the points.

        Parameters
        ----------
        temperature : ndarray, shape (n_nodes,)
            K.
        table : DielectricTable
            The tissue.
        permittivity, conductivity : ndarray, shape (n_rings,)
            Sums over rings; they are added to.

        Returns
        -------
        float
            Highest temperature at any of the points, K.
        """
        tables = table.permittivity, table.conductivity
        return _add(temperature, self.ring, self.nodes, self.weights, *tables, permittivity, conductivity)


@dataclass(frozen=True, eq=False)
class Rings:
    """Rings round an antenna's axis through places of its half-plane, as the mesh sees them.

    Parameters
    ----------
    covered : ndarray, shape (n_rings,)
        Share of each ring that lies in the mesh and in no applicator.
    parts : mapping of str to RingPart
        What lies in each kind of tissue, vessels apart.
    """

    covered: Floats
    parts: Mapping[str, RingPart]

    @classmethod
    def of(cls, axis: Axis, places: Floats, locate: Locate, mesh: Mesh, kinds: Mapping[str, Mask], free: Mask) -> Rings:
        """Look where rings pass.

        Parameters
        ----------
        axis : Axis
            Of the antenna.
        places : ndarray, shape (n_rings, 2)
            Distance from the axis and height above the tip, m.
        locate : callable
            Finds the cells that points lie in.
        mesh : Mesh
            The mesh.
        kinds : mapping of str to ndarray of bool, shape (n_cells,)
            Cells of each kind of tissue.
        free : ndarray of bool, shape (n_cells,)
            Cells that belong to no applicator.
        """
        cell, barycentric = locate(axis.ring_points(places).reshape(-1, 3))
        ring = np.repeat(np.arange(len(places)), POINTS_ON_RING)
        inside = cell >= 0
        parts = {}
        for name, mask in kinds.items():
            chosen = inside & mask[cell]
            parts[name] = RingPart(ring[chosen], mesh.cells[cell[chosen]], barycentric[chosen])
        covered = np.bincount(ring[inside & free[cell]], minlength=len(places)) / POINTS_ON_RING
        return cls(covered, parts)

    @cached_property
    def in_tissue(self) -> Floats:
        """Share of each ring that lies in any of the tissues, shape (n_rings,)."""
        counts = [np.bincount(part.ring, minlength=len(self.covered)) for part in self.parts.values()]
        share: Floats = sum(counts, np.zeros(len(self.covered))) / POINTS_ON_RING
        return share


@compiled()
def _add(
    temperature: Floats,
    ring: NDArray[np.int64],
    nodes: NDArray[np.int32],
    weights: Floats,
    permittivities: Floats,
    conductivities: Floats,
    permittivity: Floats,
    conductivity: Floats,
) -> float:
    highest = 0.0
    for i in range(len(ring)):
        there = 0.0
        for j in range(4):
            there += weights[i, j] * temperature[nodes[i, j]]
        highest = max(highest, there)
        step, rest = place_in_table(there)
        permittivity[ring[i]] += (1.0 - rest) * permittivities[step] + rest * permittivities[step + 1]
        conductivity[ring[i]] += (1.0 - rest) * conductivities[step] + rest * conductivities[step + 1]
    return highest

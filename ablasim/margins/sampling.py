"""The tumour as the margins see it: points all over its surface, and the shells round it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from ablasim.errors import ModelError
from ablasim.margins.clip import Floats, Indices
from ablasim.margins.domain import Domain
from ablasim.margins.rules import RULE_SHELLS
from ablasim.mesh.corners import corners_in

SURFACE_SPACING = 0.5e-3
"""Spacing of the points on the tumour's surface, m: a margin changes by less than this between neighbours."""


class HasSurface(Protocol):
    """A shape that knows how far a point is from its surface."""

    def signed_distance(self, points: Floats, /) -> Floats:
        """Distance of points to the surface, m, negative inside."""


class Tumour(HasSurface, Protocol):
    """What the margins ask of a tumour's shape."""

    @property
    def centre(self) -> Sequence[float] | Floats:
        """Centre, m, shape (3,)."""

    @property
    def depth(self) -> float:
        """Largest distance of a point inside from the surface, m."""

    def sample_surface(self, spacing: float, /) -> tuple[Floats, Floats, Floats]:
        """Points on the surface, the area of each, m², and outward normals."""


class Shell(NamedTuple):
    """A shell of tissue round a tumour, as cells of a mesh.

    Parameters
    ----------
    whole, cut : ndarray of int
        Cells that lie wholly in it, and those that its outer surface cuts.
    depth : ndarray, shape (n_cut, 4)
        Distance of the nodes of the latter from that surface, positive within the shell, m.
    """

    whole: Indices
    cut: Indices
    depth: Floats


@dataclass(frozen=True, eq=False)
class SampledTumour:
    """A tumour's surface as points in a mesh. A run and its twins share one.

    Parameters
    ----------
    tumour : Tumour
        The shape.
    domain : Domain
        The mesh.
    spacing : float
        Spacing of the points, m.
    points, normals : ndarray, shape (n, 3)
        Points on the surface that lie in tissue, m, and outward normals.
    areas : ndarray, shape (n,)
        Area each point stands for, m².
    cell, barycentric : ndarray
        Cell each point lies in, and the coordinates in it.
    excluded_fraction : float
        Share of the surface left out: it lies in a lumen, in an applicator or outside the organ.
    targets : tuple of float
        Margins asked for, m.
    distance : ndarray, shape (n_points,)
        Distance of the mesh points to the tumour, m; infinite where it is beyond every shell.
    """

    tumour: Tumour
    domain: Domain
    spacing: float
    points: Floats
    normals: Floats
    areas: Floats
    cell: Indices
    barycentric: Floats
    excluded_fraction: float
    targets: tuple[float, ...]
    distance: Floats

    @property
    def centre(self) -> Sequence[float] | Floats:
        """Centre of the tumour, m, shape (3,)."""
        return self.tumour.centre

    @cached_property
    def shells_in_mesh(self) -> Mapping[float, Shell]:
        """The tissue of each of `shells` as cells of the mesh, by thickness, m."""
        domain = self.domain
        outside = domain.is_tissue & ~domain.is_tumour
        outside_cells = np.flatnonzero(outside)
        distance = self.distance[domain.cells[outside_cells]]
        nearest, farthest = distance.min(axis=1), distance.max(axis=1)
        found = {}
        for thickness in self.shells:
            cut = (nearest < thickness) & (farthest >= thickness)
            found[thickness] = Shell(
                whole=outside_cells[farthest < thickness],
                cut=outside_cells[cut],
                depth=thickness - distance[cut],
            )
        return found

    @property
    def shells(self) -> tuple[float, ...]:
        """Thickness of every shell that is measured, m: the margins asked for, and those that rules ask for."""
        return tuple(sorted({*self.targets, *RULE_SHELLS}))


def sample_tumour(
    domain: Domain,
    tumour: Tumour,
    *,
    targets: Sequence[float] = (5e-3, 10e-3),
    spacing: float = SURFACE_SPACING,
) -> SampledTumour:
    """Place points all over the tumour's surface in the mesh.

    Parameters
    ----------
    domain : Domain
        The mesh.
    tumour : Tumour
        The tumour's shape.
    targets : sequence of float
        Margins asked for, whose shells are reported, m.
    spacing : float
        Spacing of the points, m.

    Returns
    -------
    SampledTumour
        The points in tissue, and what is needed for the shells.

    Raises
    ------
    ModelError
        If no point of the surface lies in tissue.
    """
    points, areas, normals = tumour.sample_surface(spacing)
    cell, barycentric = domain.locate_in_tissue(points)
    kept = cell >= 0
    if not kept.any():
        message = f"none of {len(points)} points on the tumour's surface lies in tissue: there is no margin"
        raise ModelError(message)
    return SampledTumour(
        tumour=tumour,
        domain=domain,
        spacing=spacing,
        points=points[kept],
        normals=normals[kept],
        areas=areas[kept],
        cell=cell[kept],
        barycentric=barycentric[kept],
        excluded_fraction=float(areas[~kept].sum() / areas.sum()),
        targets=tuple(float(target) for target in targets),
        distance=_distance_near(domain, tumour, points, max(*targets, *RULE_SHELLS)),
    )


def _distance_near(domain: Domain, tumour: Tumour, surface: Floats, reach: float) -> Floats:
    """Distance to the tumour of all points in cells that can lie within reach of it, infinite elsewhere."""
    low, high = surface.min(axis=0) - reach, surface.max(axis=0) + reach
    inside = ((domain.points >= low) & (domain.points <= high)).all(axis=1)
    near = domain.points_of(corners_in(domain.cells, inside) > 0)
    distance = np.full(len(domain.points), np.inf)
    distance[near] = tumour.signed_distance(domain.points[near])
    return distance

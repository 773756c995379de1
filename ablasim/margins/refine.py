"""The smallest margin between the sampled points of the tumour's surface."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from ablasim.margins.clip import Floats, Indices
from ablasim.margins.sampling import HasSurface

_N_CANDIDATES = 32
_N_KEPT = 6
_HALF_WIDTH = 3  # steps of a patch on either side of its centre
_STAGES = 3  # each divides the spacing by _HALF_WIDTH: 0.5 mm becomes 19 µm
_ON_SURFACE = 1e-6  # m; patch points that do not come this near to the tumour's surface are dropped


class SampledSurface(Protocol):
    """What is asked of a sampled surface."""

    @property
    def tumour(self) -> HasSurface:
        """The shape whose surface it is."""

    @property
    def points(self) -> Floats:
        """Points on the surface, m, shape (n, 3)."""

    @property
    def normals(self) -> Floats:
        """Outward normals, shape (n, 3)."""


def refine_minimum(
    sampled: SampledSurface, values: Floats, margin: Callable[[Floats], Floats], *, spacing: float
) -> tuple[float, Floats]:
    """Smallest margin, looked for on ever finer patches of the tumour's surface.

    Margins are distances, so between neighbours they differ by less than the spacing: the candidates are
    spread over all the places whose sampled margin lies within one spacing of the smallest.

    Parameters
    ----------
    sampled : SampledSurface
        The sampled surface.
    values : ndarray, shape (n,)
        Margins at its points, m.
    margin : callable
        Margin, m, at any points of shape (n, 3); NaN where there is none.
    spacing : float
        Spacing of the sampled points, m.

    Returns
    -------
    minimum : float
        Smallest margin found, m; never above the smallest sampled one.
    place : ndarray, shape (3,)
        Where it is, m.
    """
    chosen = _spread(sampled.points, values, spacing)
    points, normals, found = sampled.points[chosen], sampled.normals[chosen], values[chosen]
    step = spacing
    for _ in range(_STAGES):
        step /= _HALF_WIDTH
        patch, patch_normals = _patches(points, normals, step)
        patch = _pull_to_surface(sampled, patch, patch_normals)
        patch_values = margin(patch)
        off = np.abs(sampled.tumour.signed_distance(patch)) > _ON_SURFACE
        patch_values[off | np.isnan(patch_values)] = np.inf
        points = np.concatenate([points, patch])
        normals = np.concatenate([normals, patch_normals])
        found = np.concatenate([found, patch_values])
        best = np.argsort(found, kind="stable")[:_N_KEPT]
        points, normals, found = points[best], normals[best], found[best]
    return float(found[0]), points[0]


def _spread(points: Floats, values: Floats, spacing: float) -> Indices:
    """Lowest points within one spacing of the minimum, each farther than 1.5 spacings from lower ones."""
    order = np.argsort(values, kind="stable")
    order = order[values[order] <= values[order[0]] + spacing]
    chosen: list[int] = []
    while len(order) and len(chosen) < _N_CANDIDATES:
        chosen.append(int(order[0]))
        apart = np.linalg.norm(points[order] - points[order[0]], axis=1) > 1.5 * spacing
        order = order[apart]
    return np.array(chosen, dtype=np.int64)


def _patches(points: Floats, normals: Floats, step: float) -> tuple[Floats, Floats]:
    """Square grids in the tangent planes, and the normal of each of their points."""
    helper = np.eye(3)[np.abs(normals).argmin(axis=1)]
    first = np.cross(normals, helper)
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(normals, first)
    ticks = step * np.arange(-_HALF_WIDTH, _HALF_WIDTH + 1)
    u, v = (grid.ravel() for grid in np.meshgrid(ticks, ticks))
    patch = points[:, None] + first[:, None] * u[:, None] + second[:, None] * v[:, None]
    return patch.reshape(-1, 3), np.repeat(normals, len(u), axis=0)


def _pull_to_surface(sampled: SampledSurface, points: Floats, normals: Floats) -> Floats:
    """Move points along fixed normals onto the tumour's surface."""
    for _ in range(4):
        points = points - sampled.tumour.signed_distance(points)[:, None] * normals
    return points

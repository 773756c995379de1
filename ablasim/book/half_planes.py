"""Rectangles of the half-plane with exact answers: coaxial lines and annuli."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ablasim.mesh.half_plane import HalfPlaneMesh, outline_edges

Floats = NDArray[np.float64]


def rectangle(
    radii: Floats, heights: Floats, regions: Sequence[str], sides: tuple[str, str, str, str]
) -> HalfPlaneMesh:
    """Triangulate a rectangle of the half-plane.

    Parameters
    ----------
    radii, heights : ndarray
        Grid lines, m.
    regions : sequence of str
        Name of each row between two heights, from below.
    sides : tuple of str
        Names of the left, right, lower and upper side.
    """
    n_r, n_z = len(radii), len(heights)
    points = np.stack(np.meshgrid(radii, heights, indexing="ij"), axis=-1).reshape(-1, 2)
    i, j = (index.ravel() for index in np.meshgrid(np.arange(n_r - 1), np.arange(n_z - 1), indexing="ij"))
    a, b, c, d = i * n_z + j, (i + 1) * n_z + j, (i + 1) * n_z + j + 1, i * n_z + j + 1
    cells = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]).astype(np.int32)
    names = tuple(sorted(set(regions)))
    region = np.array([names.index(name) for name in regions], dtype=np.int32)[np.tile(j, 2)]
    edges, _ = outline_edges(cells)
    ends = points[edges]
    lines = [(0, radii[0]), (0, radii[-1]), (1, heights[0]), (1, heights[-1])]
    parts: dict[str, list[NDArray[np.int32]]] = {}
    for side, (axis, value) in zip(sides, lines, strict=True):
        parts.setdefault(side, []).append(edges[np.all(ends[..., axis] == value, axis=1)])
    return HalfPlaneMesh(points, cells, region, names, {name: np.concatenate(found) for name, found in parts.items()})


def coaxial_line(
    inner: float, outer: float, lengths: Sequence[tuple[str, float]], n_cells: int, far_end: str, n_across: int = 3
) -> HalfPlaneMesh:
    """Triangulate a coaxial line whose port is on top.

    Parameters
    ----------
    inner, outer : float
        Radii of the filling, m.
    lengths : sequence of (str, float)
        Name of each filling and its length, m, from the far end up.
    n_cells : int
        Number of rows of cells, all of about one length.
    far_end : str
        Name of the lower side: ``metal`` for a short, any other name for an open part.
    n_across : int, optional
        Number of cells across.
    """
    heights, regions = [0.0], list[str]()
    total = sum(length for _, length in lengths)
    for region, length in lengths:
        n_here = max(1, round(n_cells * length / total))
        heights += (heights[-1] + length * np.arange(1, n_here + 1) / n_here).tolist()
        regions += [region] * n_here
    radii = np.geomspace(inner, outer, n_across + 1)
    return rectangle(radii, np.array(heights), regions, ("metal", "metal", far_end, "port"))

"""Rectangles of the half-plane with exact answers: coaxial lines and annuli."""

import numpy as np

from ablasim.mesh.half_plane import HalfPlaneMesh, outline_edges


def rectangle(radii, heights, regions, sides):
    """Triangulate a rectangle.

    `radii` and `heights` are the grid lines; `regions` gives a name to each row between heights; `sides` names left,
    right, bottom and top.
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
    parts = {}
    for side, (axis, value) in zip(sides, lines, strict=True):
        parts.setdefault(side, []).append(edges[np.all(ends[..., axis] == value, axis=1)])
    return HalfPlaneMesh(points, cells, region, names, {name: np.concatenate(found) for name, found in parts.items()})


def coaxial_line(inner, outer, lengths, n_cells, far_end, n_across=3):
    """A line whose port is on top: [(region, length), ...] from the far end up, all cells of about one length."""
    heights, regions = [0.0], []
    total = sum(length for _, length in lengths)
    for region, length in lengths:
        n_here = max(1, round(n_cells * length / total))
        heights += (heights[-1] + length * np.arange(1, n_here + 1) / n_here).tolist()
        regions += [region] * n_here
    radii = np.geomspace(inner, outer, n_across + 1)
    return rectangle(radii, np.array(heights), regions, ("metal", "metal", far_end, "port"))

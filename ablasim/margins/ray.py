"""How far along a ray the zone reaches."""

from __future__ import annotations

import numpy as np

from ablasim.compiled import compiled
from ablasim.margins.clip import Floats, Integers, Mask

_ROUNDING = 1e-9  # barycentric; a ray along an edge must not slip between the tetrahedra that share it
_GAP = 1e-7  # m; a gap narrower than 0.1 µm between two stretches is rounding, not living tissue


def ray_exit(points: Floats, cells: Integers, level: Floats, origin: Floats, direction: Floats) -> float | None:
    """Distance along a ray from its origin to its first exit from where a nodal field is positive.

    Parameters
    ----------
    points : ndarray, shape (n_points, 3)
        Coordinates, m.
    cells : ndarray of int, shape (n_cells, 4)
        Point indices of the tetrahedra that may belong to the zone; all else is outside.
    level : ndarray, shape (n_points,)
        Nodal field, linear in each tetrahedron.
    origin, direction : ndarray, shape (3,)
        Start of the ray, m, and its direction (any length but zero).

    Returns
    -------
    float or None
        Distance, m, exact for the linear field; None if the origin is outside.

    Raises
    ------
    ValueError
        If the direction has no length.
    """
    stretches = ray_stretches(points, cells, level, origin, direction)
    return float(stretches[0, 1]) if starts_inside(stretches) else None


def starts_inside(stretches: Floats) -> bool:
    """Whether the stretches that `ray_stretches` found begin at the ray's origin."""
    return len(stretches) > 0 and float(stretches[0, 0]) <= _GAP


def ray_stretches(points: Floats, cells: Integers, level: Floats, origin: Floats, direction: Floats) -> Floats:
    """Stretches of a ray on which a nodal field is positive.

    Parameters
    ----------
    points, cells, level, origin, direction
        As for `ray_exit`.

    Returns
    -------
    ndarray, shape (n, 2)
        Distances from the origin at which each stretch begins and ends, m, in their order; exact for the linear field.

    Raises
    ------
    ValueError
        If the direction has no length.
    """
    length = float(np.linalg.norm(direction))
    if not length > 0.0:
        message = f"direction of the ray is {direction}: must have a length"
        raise ValueError(message)
    unit = direction / length
    near = cells[_boxes_on_line(points, cells, origin, unit)]
    start, end = _positive_stretches(points[near], level[near], origin, unit)
    ahead = end >= np.maximum(start, 0.0)
    return _joined(np.maximum(start[ahead], 0.0), end[ahead])


def _boxes_on_line(points: Floats, cells: Integers, origin: Floats, unit: Floats) -> Mask:
    """Tetrahedra whose box, seen along the line, holds the line."""
    one, other = np.linalg.svd(unit[None, :])[2][1:]
    return cut_by_plane(points, cells, origin, one) & cut_by_plane(points, cells, origin, other)


def cut_by_plane(points: Floats, cells: Integers, origin: Floats, normal: Floats) -> Mask:
    """Tetrahedra that a plane cuts or touches, shape (n_cells,).

    Parameters
    ----------
    points, cells
        As for `ray_exit`.
    origin, normal : ndarray, shape (3,)
        A point of the plane, m, and its unit normal.
    """
    height = (points - origin) @ normal
    cut = np.empty(len(cells), dtype=bool)
    _mark_cut(height, cells, cut)
    return cut


@compiled()
def _mark_cut(height: Floats, cells: Integers, cut: Mask) -> None:
    for i in range(len(cells)):
        low = high = height[cells[i, 0]]
        for corner in range(1, 4):
            here = height[cells[i, corner]]
            low, high = min(low, here), max(high, here)
        cut[i] = low <= _GAP and high >= -_GAP


def _positive_stretches(corners: Floats, level: Floats, origin: Floats, unit: Floats) -> tuple[Floats, Floats]:
    """Stretch of the line in each tetrahedron with a positive field; start > end where there is none.

    Along the line the barycentric coordinates and the field are linear, so all five conditions read a + b t
    >= 0.
    """
    edges = np.swapaxes(corners[:, 1:] - corners[:, :1], 1, 2)
    right = np.stack([origin - corners[:, 0], np.broadcast_to(unit, (len(corners), 3))], axis=2)
    last_three = np.linalg.solve(edges, right)
    first = np.array([1.0, 0.0]) - last_three.sum(axis=1)
    barycentric = np.concatenate([first[:, None, :], last_three], axis=1)
    field = np.einsum("ij,ijk->ik", level, barycentric)
    a = np.column_stack([barycentric[:, :, 0] + _ROUNDING, field[:, 0]])
    b = np.column_stack([barycentric[:, :, 1], field[:, 1]])
    with np.errstate(divide="ignore", invalid="ignore"):
        root = -a / b
    never = ((b == 0.0) & (a <= 0.0)).any(axis=1)
    start = np.where(b > 0.0, root, -np.inf).max(axis=1)
    end = np.where(b < 0.0, root, np.inf).min(axis=1)
    return np.where(never, np.inf, start), np.where(never, -np.inf, end)


def _joined(start: Floats, end: Floats) -> Floats:
    """Stretches without a gap between them as one."""
    if len(start) == 0:
        return np.zeros((0, 2))
    order = np.argsort(start)
    start, reach = start[order], np.maximum.accumulate(end[order])
    gaps = np.flatnonzero(start[1:] > reach[:-1] + _GAP)
    return np.column_stack([start[[0, *(gaps + 1)]], reach[[*gaps, -1]]])

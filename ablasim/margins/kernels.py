"""Compiled searches through a tree of boxes: the nearest triangle, the tetrahedron that holds a point."""

from __future__ import annotations

import numpy as np

from ablasim.compiled import compiled
from ablasim.margins.clip import Floats, Indices

_STACK_SIZE = 128  # a depth-first walk holds one node per level: far more than 2**100 items would need
_INSIDE_TOLERANCE = 1e-9  # barycentric; a point on a shared face must not fall between two tetrahedra
_FLAT_SINE_SQUARED = 1e-20  # a triangle flatter than this has no usable normal: its edges alone are measured

# The kernels take whole arrays and an index, rather than views of rows whose references must be counted.


@compiled()
def _side_distance_squared(p: Floats, corners: Floats, t: int, a: int, b: int) -> float:
    along, length, squared = 0.0, 0.0, 0.0
    for i in range(3):
        side = corners[t, b, i] - corners[t, a, i]
        along += (p[i] - corners[t, a, i]) * side
        length += side * side
    share = min(1.0, max(0.0, along / length)) if length > 0.0 else 0.0
    for i in range(3):
        squared += (p[i] - corners[t, a, i] - share * (corners[t, b, i] - corners[t, a, i])) ** 2
    return squared


@compiled()
def _triangle_distance_squared(p: Floats, corners: Floats, t: int) -> float:
    a0, a1, a2 = corners[t, 0, 0], corners[t, 0, 1], corners[t, 0, 2]
    u0, u1, u2 = corners[t, 1, 0] - a0, corners[t, 1, 1] - a1, corners[t, 1, 2] - a2
    v0, v1, v2 = corners[t, 2, 0] - a0, corners[t, 2, 1] - a1, corners[t, 2, 2] - a2
    w0, w1, w2 = p[0] - a0, p[1] - a1, p[2] - a2
    n0, n1, n2 = u1 * v2 - u2 * v1, u2 * v0 - u0 * v2, u0 * v1 - u1 * v0
    nn = n0 * n0 + n1 * n1 + n2 * n2
    uu, vv = u0 * u0 + u1 * u1 + u2 * u2, v0 * v0 + v1 * v1 + v2 * v2
    if nn > _FLAT_SINE_SQUARED * uu * vv:
        # Foot of the perpendicular: barycentric coordinates, times nn, of the second and the third corner.
        third = (u1 * w2 - u2 * w1) * n0 + (u2 * w0 - u0 * w2) * n1 + (u0 * w1 - u1 * w0) * n2
        second = (w1 * v2 - w2 * v1) * n0 + (w2 * v0 - w0 * v2) * n1 + (w0 * v1 - w1 * v0) * n2
        if second >= 0.0 and third >= 0.0 and second + third <= nn:
            height = w0 * n0 + w1 * n1 + w2 * n2
            plane: float = height * height / nn
            return plane
    sides: float = min(
        _side_distance_squared(p, corners, t, 0, 1),
        _side_distance_squared(p, corners, t, 1, 2),
        _side_distance_squared(p, corners, t, 2, 0),
    )
    return sides


@compiled()
def _box_distance_squared(p: Floats, low: Floats, high: Floats, node: int) -> float:
    total = 0.0
    for i in range(3):
        gap = max(low[node, i] - p[i], p[i] - high[node, i], 0.0)
        total += gap * gap
    return total


@compiled()
def nearest_triangle(
    points: Floats, corners: Floats, low: Floats, high: Floats, items: Indices, leaf_size: int
) -> tuple[Floats, Indices]:
    """Squared distance from each point to the nearest triangle, and which it is (-1: none), down a `BoxTree`."""
    n_leaves, n_items = len(low) // 2, len(items)
    best_of, nearest = np.empty(len(points)), np.full(len(points), -1, np.int64)
    nodes, gaps = np.empty(_STACK_SIZE, np.int64), np.empty(_STACK_SIZE)
    for k in range(len(points)):
        p, best = points[k], np.inf
        nodes[0], gaps[0], depth = 1, 0.0, 1
        while depth > 0:
            depth -= 1
            node = nodes[depth]
            if gaps[depth] >= best:
                continue
            if node >= n_leaves:
                first = (node - n_leaves) * leaf_size
                for i in range(first, min(first + leaf_size, n_items)):
                    squared = _triangle_distance_squared(p, corners, items[i])
                    if squared < best:
                        best, nearest[k] = squared, items[i]
                continue
            near, far = 2 * node, 2 * node + 1
            near_gap = _box_distance_squared(p, low, high, near)
            far_gap = _box_distance_squared(p, low, high, far)
            if far_gap < near_gap:
                near, far, near_gap, far_gap = far, near, far_gap, near_gap
            nodes[depth], gaps[depth] = far, far_gap
            nodes[depth + 1], gaps[depth + 1] = near, near_gap
            depth += 2
        best_of[k] = best
    return best_of, nearest


@compiled()
def _volume(p: Floats, corners: Floats, t: int, a: int, b: int, c: int) -> float:
    """Six times the signed volume of the tetrahedron of a point and three corners of another."""
    u0, u1, u2 = corners[t, a, 0] - p[0], corners[t, a, 1] - p[1], corners[t, a, 2] - p[2]
    v0, v1, v2 = corners[t, b, 0] - p[0], corners[t, b, 1] - p[1], corners[t, b, 2] - p[2]
    w0, w1, w2 = corners[t, c, 0] - p[0], corners[t, c, 1] - p[1], corners[t, c, 2] - p[2]
    volume: float = u0 * (v1 * w2 - v2 * w1) + u1 * (v2 * w0 - v0 * w2) + u2 * (v0 * w1 - v1 * w0)
    return volume


@compiled()
def _barycentric(p: Floats, corners: Floats, t: int, out: Floats) -> float:
    """Write the barycentric coordinates of a point, and return the smallest."""
    out[0] = _volume(p, corners, t, 1, 2, 3)
    out[1] = -_volume(p, corners, t, 0, 2, 3)
    out[2] = _volume(p, corners, t, 0, 1, 3)
    out[3] = -_volume(p, corners, t, 0, 1, 2)
    whole = out[0] + out[1] + out[2] + out[3]
    smallest = np.inf
    for i in range(4):
        out[i] /= whole
        smallest = min(smallest, out[i])
    return smallest


@compiled()
def locate_in_cells(
    points: Floats, corners: Floats, low: Floats, high: Floats, items: Indices, leaf_size: int
) -> tuple[Indices, Floats]:
    """Tetrahedron that holds each point (-1: none) and the barycentric coordinates there, by a `BoxTree`."""
    n_leaves, n_items = len(low) // 2, len(items)
    cell, barycentric = np.full(len(points), -1, np.int64), np.full((len(points), 4), np.nan)
    nodes, trial = np.empty(_STACK_SIZE, np.int64), np.empty(4)
    for k in range(len(points)):
        p, best = points[k], -_INSIDE_TOLERANCE
        nodes[0], depth = 1, 1
        while depth > 0:
            depth -= 1
            node = nodes[depth]
            size = 0.0
            for i in range(3):
                size = max(size, high[node, i] - low[node, i])
            if not _box_distance_squared(p, low, high, node) <= (_INSIDE_TOLERANCE * size) ** 2:
                continue
            if node < n_leaves:
                nodes[depth], nodes[depth + 1] = 2 * node, 2 * node + 1
                depth += 2
                continue
            first = (node - n_leaves) * leaf_size
            for i in range(first, min(first + leaf_size, n_items)):
                smallest = _barycentric(p, corners, items[i], trial)
                if smallest > best:
                    best, cell[k] = smallest, items[i]
                    barycentric[k] = trial
    return cell, barycentric

"""Exact distances to a set of triangles, with the sign of the side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_POINTS_AT_ONCE = 2000
_EDGES = ((0, 1), (1, 2), (2, 0))
_ON_FEATURE = 1e-9  # barycentric coordinate below which the nearest place counts as on an edge or corner


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Floats = vectors / np.where(lengths == 0.0, 1.0, lengths)
    return unit


def nearest_barycentric(places: Floats, corners: Floats) -> Floats:
    """Barycentric coordinates of the place of triangle i nearest point i.

    Parameters
    ----------
    places : ndarray, shape (n, 3)
        Points, m.
    corners : ndarray, shape (n, 3, 3)
        Corners of one triangle per point, m; of non-zero area.

    Returns
    -------
    ndarray, shape (n, 3)
        Coordinates, all at least 0, summing to 1.
    """
    origin, u, v = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    offset = places - origin
    uu, uv, vv = (np.einsum("ij,ij->i", p, q) for p, q in ((u, u), (u, v), (v, v)))
    uw, vw = np.einsum("ij,ij->i", u, offset), np.einsum("ij,ij->i", v, offset)
    determinant = uu * vv - uv * uv
    second, third = (vv * uw - uv * vw) / determinant, (uu * vw - uv * uw) / determinant
    best = np.stack([1.0 - second - third, second, third], axis=1)
    outside = (best < 0.0).any(axis=1)
    nearest = np.full(len(places), np.inf)
    for start, end in _EDGES:
        edge = corners[:, end] - corners[:, start]
        along = np.einsum("ij,ij->i", places - corners[:, start], edge) / np.einsum("ij,ij->i", edge, edge)
        along = np.clip(along, 0.0, 1.0)
        distance = np.linalg.norm(places - corners[:, start] - along[:, None] * edge, axis=1)
        nearer = outside & (distance < nearest)
        nearest[nearer] = distance[nearer]
        candidate = np.zeros_like(best)
        candidate[:, start], candidate[:, end] = 1.0 - along, along
        best[nearer] = candidate[nearer]
    return best


class TriangleDistance:
    """Signed distance to a closed surface of triangles wound outwards.

    Parameters
    ----------
    points : ndarray, shape (n_points, 3)
        Corners, m.
    triangles : ndarray of int, shape (n_triangles, 3)
        Corners of each triangle, anticlockwise seen from outside.

    Notes
    -----
    The sign comes from the normal of the nearest triangle, edge (mean of two) or corner (mean weighted by the
    angles), which is right everywhere [1]_.

    References
    ----------
    .. [1] Bærentzen and Aanæs, IEEE Trans. Vis. Comput. Graph. 11:243-253, 2005, doi:10.1109/TVCG.2005.49.
    """

    def __init__(self, points: Floats, triangles: Ints) -> None:
        self._corners = points[triangles]
        centroids = self._corners.mean(axis=1)
        reach = np.linalg.norm(self._corners - centroids[:, None], axis=2).max()
        self._centroids, self._reach = cKDTree(centroids), float(reach)
        self._normals = feature_normals(points, triangles)

    def signed(self, places: Floats) -> Floats:
        """Distance of points to the surface, m, shape (n,); negative inside."""
        chunks = range(0, len(places), _POINTS_AT_ONCE)
        parts = [self._signed_chunk(places[start : start + _POINTS_AT_ONCE]) for start in chunks]
        return np.concatenate(parts) if parts else np.empty(0)

    def _signed_chunk(self, places: Floats) -> Floats:
        bound, _ = self._centroids.query(places)
        lists = self._centroids.query_ball_point(places, bound + self._reach * (1.0 + 1e-9))
        counts = np.array([len(candidates) for candidates in lists])
        triangle = np.concatenate([np.asarray(candidates, dtype=np.int64) for candidates in lists])
        place = np.repeat(np.arange(len(places)), counts)
        barycentric = nearest_barycentric(places[place], self._corners[triangle])
        distance = np.linalg.norm(places[place] - np.einsum("ij,ijk->ik", barycentric, self._corners[triangle]), axis=1)
        order = np.lexsort((distance, place))
        nearest = order[np.concatenate([[0], np.cumsum(counts)[:-1]])]
        outward = side_of(places, self._corners, self._normals, triangle[nearest], barycentric[nearest])
        signed: Floats = np.where(outward < 0.0, -distance[nearest], distance[nearest])
        return signed


def side_of(places: Floats, corners: Floats, normals: Floats, triangle: Ints, barycentric: Floats) -> Floats:
    """On which side of a closed surface points lie, from the place on it that is nearest to each.

    Parameters
    ----------
    places : ndarray, shape (n, 3)
        Points, m.
    corners : ndarray, shape (n_triangles, 3, 3)
        Corners of the surface's triangles, m.
    normals : ndarray, shape (n_triangles, 7, 3)
        Their `feature_normals`.
    triangle : ndarray of int, shape (n,)
        Triangle nearest each point.
    barycentric : ndarray, shape (n, 3)
        Place on it that is nearest, as of `nearest_barycentric`.

    Returns
    -------
    ndarray, shape (n,)
        Negative inside.
    """
    foot = np.einsum("ij,ijk->ik", barycentric, corners[triangle])
    normal = normals[triangle, _feature(barycentric)]
    side: Floats = np.einsum("ij,ij->i", places - foot, normal)
    return side


def _feature(barycentric: Floats) -> Ints:
    """Which part of its triangle a place lies on: 0 inside, 1-3 the edges in order, 4-6 the corners."""
    zero = barycentric < _ON_FEATURE
    number_zero = zero.sum(axis=1)
    opposite_edge = np.array([2, 3, 1])  # corner 0 faces edge (1, 2), and so on round
    on_edge = opposite_edge[np.argmax(zero, axis=1)]
    on_corner = 4 + np.argmax(barycentric, axis=1)
    feature: Ints = np.where(number_zero == 0, 0, np.where(number_zero == 1, on_edge, on_corner))
    return feature


def feature_normals(points: Floats, triangles: Ints) -> Floats:
    """Outward normals of each triangle's inside, three edges and three corners, shape (n_triangles, 7, 3)."""
    corners = points[triangles]
    face = _unit(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))
    at_corner = np.zeros_like(points)
    for i in range(3):
        one = _unit(corners[:, (i + 1) % 3] - corners[:, i])
        other = _unit(corners[:, (i + 2) % 3] - corners[:, i])
        angle = np.arccos(np.clip(np.einsum("ij,ij->i", one, other), -1.0, 1.0))
        np.add.at(at_corner, triangles[:, i], angle[:, None] * face)
    edges = np.sort(np.concatenate([triangles[:, pair] for pair in _EDGES]), axis=1)
    _, edge = np.unique(edges, axis=0, return_inverse=True)
    at_edge = np.zeros((edge.max() + 1, 3))
    np.add.at(at_edge, edge.ravel(), np.tile(face, (3, 1)))
    on_edges = at_edge[edge.reshape(3, -1)].transpose(1, 0, 2)
    return np.concatenate([face[:, None], on_edges, at_corner[triangles]], axis=1)


def split_centroids(k: int) -> Floats:
    """Barycentric coordinates of the centroids of the k² equal parts of a triangle, shape (k², 3)."""
    up = [(i + 1 / 3, j + 1 / 3) for i in range(k) for j in range(k - i)]
    down = [(i + 2 / 3, j + 2 / 3) for i in range(k - 1) for j in range(k - 1 - i)]
    pair = np.array(up + down) / k
    return np.column_stack([pair, 1.0 - pair.sum(axis=1)])

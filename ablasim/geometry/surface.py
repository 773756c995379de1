"""Closed surfaces of triangles, as segmented tumours, zones and organs come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.errors import ModelError
from ablasim.geometry.checks import as_points, check_positive
from ablasim.geometry.pieces import piece_numbers, signed_volume, wound_outwards
from ablasim.geometry.triangles import TriangleDistance, split_centroids

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

_DEPTH_GRID = 11  # points along each edge of the search grid
_DEPTH_ROUNDS = 12  # each halves the grid round the deepest point


@dataclass(frozen=True, eq=False)
class Surface:
    """Closed surface of triangles; wound outwards if it was given wound inwards.

    Parameters
    ----------
    points : array_like, shape (n_points, 3)
        Corners, m.
    triangles : array_like of int, shape (n_triangles, 3)
        Corners of each triangle.
    name : str, optional
        What it is, for messages.
    one_piece : bool, optional
        Whether several pieces are refused; else pieces within others are cavities.

    Raises
    ------
    ModelError
        If the surface is not closed, not wound one way, has triangles of no area, or is in several pieces that
        are not allowed or intersect; the message says which, and how often.
    """

    points: Floats
    triangles: Ints
    name: str = "tumour surface"
    one_piece: bool = True

    def __post_init__(self) -> None:
        points = as_points(self.points, name=f"{self.name}: points")
        triangles = np.array(self.triangles, dtype=np.int64)
        _check_closed(points, triangles, self.name, one_piece=self.one_piece)
        triangles = wound_outwards(points, triangles, self.name)
        triangles.setflags(write=False)
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "triangles", triangles)

    @cached_property
    def volume(self) -> float:
        """Volume, m³."""
        return signed_volume(self.points, self.triangles)

    @cached_property
    def n_pieces(self) -> int:
        """Number of pieces, cavities included."""
        return int(piece_numbers(self.triangles).max()) + 1

    @cached_property
    def centre(self) -> tuple[float, float, float]:
        """Centre of gravity of the volume inside, m."""
        corners = self.points[self.triangles]
        weights = np.linalg.det(corners)
        x, y, z = (weights @ corners.sum(axis=1) / (4.0 * weights.sum())).tolist()
        return x, y, z

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """Lowest and highest corner of the enclosing box, m, each of shape (3,)."""
        used = self.points[np.unique(self.triangles)]
        return used.min(axis=0), used.max(axis=0)

    @cached_property
    def depth(self) -> float:
        """Largest distance of an inside point to the surface, m, searched on a closing grid."""
        low, high = self.bounds
        best, centre, half = 0.0, 0.5 * (low + high), 0.5 * (high - low)
        unit = np.stack(np.meshgrid(*[np.linspace(-1.0, 1.0, _DEPTH_GRID)] * 3), axis=-1).reshape(-1, 3)
        for _ in range(_DEPTH_ROUNDS):
            grid = centre + unit * half
            depth = -self.signed_distance(grid)
            if depth.max() > best:
                best, centre = float(depth.max()), grid[np.argmax(depth)]
            half = 0.5 * half
        return best

    @cached_property
    def _distance(self) -> TriangleDistance:
        return TriangleDistance(self.points, self.triangles)

    def moved(self, shift: ArrayLike) -> Surface:
        """Copy of the surface, moved by `shift`, m, shape (3,)."""
        return replace(self, points=self.points + np.asarray(shift, dtype=float))

    def contains(self, points: ArrayLike) -> Mask:
        """Mask of the points inside or on the surface, shape (n,)."""
        return self.signed_distance(points) <= 0.0

    def signed_distance(self, points: ArrayLike) -> Floats:
        """Distance of points to the surface, m, shape (n,); negative inside; exact for these triangles."""
        return self._distance.signed(np.asarray(points, dtype=float))

    def sample_surface(self, spacing: float) -> tuple[Floats, Floats, Floats]:
        """Points over the triangles, each triangle split into equal ones no longer than `spacing`.

        Parameters
        ----------
        spacing : float
            Longest edge of the small triangles, m.

        Returns
        -------
        points : ndarray, shape (n, 3)
            Centroids of the small triangles, m.
        area_weights : ndarray, shape (n,)
            Their areas, m²; they sum to the area of the surface.
        normals : ndarray, shape (n, 3)
            Outward unit normals.
        """
        check_positive(spacing, name="spacing")
        corners = self.points[self.triangles]
        longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
        splits = np.maximum(1, np.ceil(longest / spacing)).astype(int)
        doubled = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        area = 0.5 * np.linalg.norm(doubled, axis=1)
        parts = [
            np.einsum("pk,tkx->tpx", split_centroids(k), corners[splits == k]).reshape(-1, 3) for k in np.unique(splits)
        ]
        by_splits = np.argsort(splits, kind="stable")
        repeats = splits[by_splits] ** 2
        weights = np.repeat((area / splits**2)[by_splits], repeats)
        normals = np.repeat((doubled / (2.0 * area)[:, None])[by_splits], repeats, axis=0)
        return np.concatenate(parts), weights, normals


def _check_closed(points: Floats, triangles: Ints, name: str, *, one_piece: bool) -> None:
    """Raise ModelError unless the triangles make one closed surface wound one way."""
    if triangles.ndim != 2 or triangles.shape[1] != 3 or len(triangles) < 4:
        message = f"{name}: needs at least four triangles of three corners, not shape {triangles.shape}"
        raise ModelError(message)
    if triangles.min() < 0 or triangles.max() >= len(points):
        message = f"{name}: triangles name corners outside 0..{len(points) - 1}"
        raise ModelError(message)
    corners = points[triangles]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    problems = _edge_problems(triangles)
    if one_piece and (n_pieces := int(piece_numbers(triangles).max()) + 1) > 1:
        problems.append(f"it is in {n_pieces} pieces that do not touch")
    if n_flat := int(np.sum(area <= 1e-12 * area.max())):
        problems.append(f"{n_flat} triangles have no area")
    if problems:
        message = f"{name}: {'; '.join(problems)}; mend the surface so that it is closed"
        raise ModelError(message)


def _edge_problems(triangles: Ints) -> list[str]:
    """Say in words what is wrong with the way the triangles meet."""
    directed = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    _, edge, uses = np.unique(np.sort(directed, axis=1), axis=0, return_inverse=True, return_counts=True)
    balance = np.bincount(edge.ravel(), weights=np.where(directed[:, 0] < directed[:, 1], 1.0, -1.0))
    counted = {
        "edges border one triangle only (a hole)": np.sum(uses == 1),
        "edges border more than two triangles": np.sum(uses > 2),
        "edges border two triangles wound opposite ways": np.sum((uses == 2) & (balance != 0.0)),
    }
    return [f"{count} {words}" for words, count in counted.items() if count]


def read_stl(path: str | Path, unit: str) -> Surface:
    """Read a closed surface from an STL file, merging corners that coincide.

    Parameters
    ----------
    path : str or Path
        STL file, text or binary.
    unit : {"m", "cm", "mm"}
        Unit of its coordinates; STL files do not say.

    Returns
    -------
    Surface
        The surface, in metres.

    Raises
    ------
    ModelError
        If the file cannot be read, the unit is unknown or the surface is not closed.
    """
    import meshio  # heavy, and needed here only

    scale = {"m": 1.0, "cm": 1e-2, "mm": 1e-3}.get(unit)
    if scale is None:
        message = f"{path}: unit = {unit}: must be m, cm or mm"
        raise ModelError(message)
    try:
        content = meshio.read(path, file_format="stl")
    except (OSError, ValueError, meshio.ReadError) as error:
        message = f"{path}: cannot be read as STL: {error}"
        raise ModelError(message) from error
    raw = np.asarray(content.points, dtype=float) * scale
    points, index = np.unique(np.round(raw, 9), axis=0, return_inverse=True)
    triangles = index.ravel()[content.cells_dict.get("triangle", np.empty((0, 3), dtype=np.int64))]
    return Surface(points, triangles)

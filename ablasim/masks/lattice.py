"""Tetrahedra on a regular lattice: the surface on which a field is zero, and cells to integrate over."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from ablasim.margins.clip import Floats, Indices, Mask
from ablasim.margins.contour import Contour, contour


def kuhn_cells(shape: tuple[int, ...], chosen: Mask) -> Indices:
    """Six tetrahedra for each of the chosen cubes of a lattice, split along their diagonals.

    Parameters
    ----------
    shape : tuple of int, length 3
        Points of the lattice along each axis.
    chosen : ndarray of bool, shape (nx − 1, ny − 1, nz − 1)
        The cubes.

    Returns
    -------
    ndarray of int, shape (n_cells, 4)
        Numbers of the lattice points, the last axis running fastest; positively oriented.

    Examples
    --------
    >>> len(kuhn_cells((2, 2, 3), np.ones((1, 1, 2), dtype=bool)))
    12
    """
    step = np.array([shape[1] * shape[2], shape[2], 1])
    first = np.argwhere(chosen) @ step
    cells = []
    for order in permutations(range(3)):
        path = np.concatenate([[0], np.cumsum(step[list(order)])])
        is_odd = sum(order[i] > order[j] for i in range(3) for j in range(i + 1, 3)) % 2 == 1
        cells.append(first[:, None] + (path[[0, 2, 1, 3]] if is_odd else path))
    tetrahedra: Indices = np.concatenate(cells).astype(np.int64)
    return tetrahedra


def zero_surface(level: Floats) -> Contour:
    """Surface on which a field on a lattice is zero, by marching tetrahedra, in lattice coordinates.

    Every edge of it borders two triangles, also where a cube is cut in a way that marching cubes leave ambiguous.

    Parameters
    ----------
    level : ndarray, shape (nx, ny, nz)
        Field, positive inside; negative all over the lattice's outside if the surface shall be closed.

    Returns
    -------
    Contour
        The surface, its points in units of the lattice.
    """
    inside = level > 0.0
    corners = np.stack([inside[_corner(i)] for i in range(8)])
    mixed: Mask = np.asarray(corners.any(axis=0) & ~corners.all(axis=0))
    cells = kuhn_cells(level.shape, mixed)
    used, compact = np.unique(cells, return_inverse=True)
    points = np.column_stack(np.unravel_index(used, level.shape)).astype(float)
    return contour(points, compact.reshape(-1, 4), level.ravel()[used])


def _corner(number: int) -> tuple[slice, ...]:
    """Slices that take one of the eight corners of every cube."""
    return tuple(slice(1, None) if number >> axis & 1 else slice(None, -1) for axis in range(3))

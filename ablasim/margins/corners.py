"""How many corners of each cell are in a set: one pass over the cells, where numpy makes three."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ablasim.compiled import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.integer]
Mask = NDArray[np.bool_]
Counts = NDArray[np.uint8]


def corners_in(cells: Integers, member: Mask) -> Counts:
    """Number of corners of each cell that are members of a set of points.

    Parameters
    ----------
    cells : ndarray of int, shape (n_cells, n_corners)
        Point indices.
    member : ndarray of bool, shape (n_points,)
        The set.

    Returns
    -------
    ndarray of uint8, shape (n_cells,)
        The numbers.

    Examples
    --------
    >>> corners_in(np.array([[0, 1, 2, 3], [1, 2, 3, 4]]), np.array([True, True, False, False, False])).tolist()
    [2, 1]
    """
    found = np.empty(len(cells), dtype=np.uint8)
    _count_members(cells, member, found)
    return found


def dead_corners(level: Floats) -> Counts:
    """Number of corners of each cell at which a field, shape (n_cells, n_corners), is positive, shape (n_cells,)."""
    found = np.empty(len(level), dtype=np.uint8)
    _count_positive(level, found)
    return found


@compiled()
def _count_members(cells: Integers, member: Mask, found: Counts) -> None:
    for cell in range(len(cells)):
        total = 0
        for corner in range(cells.shape[1]):
            total += member[cells[cell, corner]]
        found[cell] = total


@compiled()
def _count_positive(level: Floats, found: Counts) -> None:
    for cell in range(len(level)):
        total = 0
        for corner in range(level.shape[1]):
            total += level[cell, corner] > 0.0
        found[cell] = total

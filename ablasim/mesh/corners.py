"""Corners of cells, in one pass over the cells where numpy makes three."""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece

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


def points_of(cells: Integers, chosen: Mask, n_points: int) -> Mask:
    """Points of the chosen cells, shape (n_points,)."""
    mask = np.zeros(n_points, dtype=np.bool_)
    _mark_corners(cells, chosen, mask)
    return mask


@compiled()
def _mark_corners(cells: Integers, chosen: Mask, mask: Mask) -> None:
    for cell in range(len(cells)):
        if chosen[cell]:
            for corner in range(cells.shape[1]):
                mask[cells[cell, corner]] = True


@compiled(threaded=True)
def _count_members(cells: Integers, member: Mask, found: Counts) -> None:
    n = len(cells)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for cell in piece(block, blocks, n):
            total = 0
            for corner in range(cells.shape[1]):
                total += member[cells[cell, corner]]
            found[cell] = total


@compiled(threaded=True)
def _count_positive(level: Floats, found: Counts) -> None:
    n = len(level)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for cell in piece(block, blocks, n):
            total = 0
            for corner in range(level.shape[1]):
                total += level[cell, corner] > 0.0
            found[cell] = total

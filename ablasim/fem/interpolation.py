"""From nodes to points inside cells and back, by the values of a cell's basis functions."""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece

Floats = NDArray[np.float64]
Cells = NDArray[np.int32]
Indices = NDArray[np.uint32]


def interpolated(cells: Cells, basis: Floats, field: Floats) -> Floats:
    """A nodal field at the points of every cell.

    Parameters
    ----------
    cells : ndarray of int32, shape (n_cells, n_local)
        Nodes of the cells.
    basis : ndarray, shape (n_points_per_cell, n_local)
        Values of the basis functions at a cell's points.
    field : ndarray, shape (n_nodes,)
        The field.

    Returns
    -------
    ndarray, shape (n_cells * n_points_per_cell,)
        Its values.
    """
    values = np.empty(len(cells) * len(basis))
    if is_mean(basis):
        _mean_of_four(cells.view(np.uint32), field, values)
    else:
        _interpolate(cells, basis, field, values)
    return values


def shared_out(starts: Indices, cells: Indices, amounts: Floats) -> Floats:
    """Amounts of cells, a quarter for each of their four nodes: `distributed` where a cell's point is its middle.

    Parameters
    ----------
    starts : ndarray, shape (n_nodes + 1,)
        Where each node's cells start.
    cells : ndarray
        The cells of each node.
    amounts : ndarray, shape (n_cells,)
        The amounts.

    Returns
    -------
    ndarray, shape (n_nodes,)
        Amount of each node.
    """
    shares = np.empty(len(starts) - 1)
    _quarter_each(starts, cells, amounts, shares)
    return shares


def distributed(cells: Cells, basis: Floats, amounts: Floats, n_nodes: int) -> Floats:
    """Amounts at the points of every cell, shared out to its nodes: the transpose of `interpolated`.

    Parameters
    ----------
    cells, basis : ndarray
        As for `interpolated`.
    amounts : ndarray, shape (n_cells * n_points_per_cell,)
        The amounts.
    n_nodes : int
        Number of nodes.

    Returns
    -------
    ndarray, shape (n_nodes,)
        Amount of each node.
    """
    shares = np.zeros(n_nodes)
    _distribute(cells, basis, amounts, shares)
    return shares


def is_mean(basis: Floats) -> bool:
    """Whether there is one point a cell, in the middle of four nodes: the case that matters for speed."""
    return basis.shape == (1, 4) and bool(np.all(basis == 0.25))


@compiled(fastmath=True, threaded=True)
def _mean_of_four(cells: NDArray[np.uint32], field: Floats, values: Floats) -> None:
    n = len(cells)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for c in piece(block, blocks, n):
            total = field[cells[c, 0]] + field[cells[c, 1]] + field[cells[c, 2]] + field[cells[c, 3]]
            values[c] = 0.25 * total


@compiled(fastmath=True, threaded=True)
def _quarter_each(starts: Indices, cells: Indices, amounts: Floats, shares: Floats) -> None:
    n = len(shares)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            total = 0.0
            for entry in range(starts[i], starts[i + 1]):
                total += amounts[cells[entry]]
            shares[i] = 0.25 * total


@compiled(fastmath=True, threaded=True)
def _interpolate(cells: Cells, basis: Floats, field: Floats, values: Floats) -> None:
    n_points, n_local = basis.shape
    n = len(cells)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for cell in piece(block, blocks, n):
            for point in range(n_points):
                total = 0.0
                for local in range(n_local):
                    total += basis[point, local] * field[cells[cell, local]]
                values[cell * n_points + point] = total


@compiled(fastmath=True)
def _distribute(cells: Cells, basis: Floats, amounts: Floats, shares: Floats) -> None:
    n_points, n_local = basis.shape
    for cell in range(len(cells)):
        for local in range(n_local):
            total = 0.0
            for point in range(n_points):
                total += basis[point, local] * amounts[cell * n_points + point]
            shares[cells[cell, local]] += total

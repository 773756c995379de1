"""Loops over the cells of a mesh for the heat ½σ|E|²: one pass each, for such arrays are slow to make."""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from ablasim.compiled import compiled, n_blocks, piece

Floats = NDArray[np.float64]


@compiled(fastmath=True)
def absorbed_power(conductivity: Floats, squares: Floats, volumes: Floats) -> float:
    """Power that cells absorb, W, from their conductivity, S/m, the mean of |E|², V²/m², and volume, m³."""
    power = 0.0
    for cell in range(len(volumes)):
        power += conductivity[cell] * squares[cell] * volumes[cell]
    return 0.5 * power


def extended(before: Floats, last: Floats, ahead: float) -> Floats:
    """Means of |E|² so far ahead of the last ones on the line from those before; not below zero."""
    squares = np.empty_like(last)
    _extend(before, last, ahead, squares)
    return squares


@compiled(fastmath=True, threaded=True)
def _extend(before: Floats, last: Floats, ahead: float, squares: Floats) -> None:
    n = len(last)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for cell in piece(block, blocks, n):
            squares[cell] = max(last[cell] + ahead * (last[cell] - before[cell]), 0.0)


@compiled(fastmath=True, threaded=True)
def add_absorbed(
    factor: float,
    squares: Floats,
    conductivity: Floats,
    fall: Floats,
    volumes: Floats,
    heat: Floats,
    yielding: Floats,
) -> None:
    """Add factor · σ · squares · volume to the heat of each cell, and the same with the fall of σ to what yields."""
    n = len(volumes)
    blocks = n_blocks(n)
    for block in prange(blocks):
        for cell in piece(block, blocks, n):
            part = factor * squares[cell] * volumes[cell]
            heat[cell] += part * conductivity[cell]
            yielding[cell] += part * fall[cell]

"""A tree of bounding boxes over triangles or tetrahedra, for exact searches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ablasim.margins.clip import Floats, Indices

_LEAF_SIZE = 2
_BITS_PER_AXIS = 16


@dataclass(frozen=True, eq=False)
class BoxTree:
    """A complete binary tree of boxes: node i has children 2i and 2i + 1, the root is node 1.

    Parameters
    ----------
    low, high : ndarray, shape (2 n_leaves, 3)
        Corners of the boxes, m; an empty node has low = inf and high = -inf.
    items : ndarray of int, shape (n_items,)
        Items in the order of the leaves.
    leaf_size : int
        Items per leaf: leaf k holds items ``leaf_size * k`` to ``leaf_size * (k + 1)``.
    """

    low: Floats
    high: Floats
    items: Indices
    leaf_size: int


def build_tree(corners: Floats) -> BoxTree:
    """Build the tree of boxes of items given by their corners.

    Items are sorted along a space-filling (Morton) curve, so that neighbours share boxes.

    Parameters
    ----------
    corners : ndarray, shape (n_items, n_corners, 3)
        Corners of the items, m.

    Returns
    -------
    BoxTree
        The tree; its depth is log2(n_items / leaf_size), rounded up.
    """
    item_low, item_high = corners.min(axis=1), corners.max(axis=1)
    items = np.argsort(_morton_code(0.5 * (item_low + item_high)), kind="stable")
    n_leaves = 1 << max(0, int(np.ceil(np.log2(max(1, len(items)) / _LEAF_SIZE))))
    low = np.full((2 * n_leaves, 3), np.inf)
    high = np.full((2 * n_leaves, 3), -np.inf)
    low[n_leaves:] = _leaf_corners(item_low[items], n_leaves, np.inf).min(axis=1)
    high[n_leaves:] = _leaf_corners(item_high[items], n_leaves, -np.inf).max(axis=1)
    first = n_leaves
    while first > 1:
        parents = slice(first // 2, first)
        low[parents] = low[first : 2 * first].reshape(-1, 2, 3).min(axis=1)
        high[parents] = high[first : 2 * first].reshape(-1, 2, 3).max(axis=1)
        first //= 2
    return BoxTree(low, high, items, _LEAF_SIZE)


def _leaf_corners(values: Floats, n_leaves: int, filler: float) -> Floats:
    padded = np.full((n_leaves * _LEAF_SIZE, 3), filler)
    padded[: len(values)] = values
    return padded.reshape(n_leaves, _LEAF_SIZE, 3)


def _morton_code(centres: Floats) -> Indices:
    if len(centres) == 0:
        return np.empty(0, dtype=np.int64)
    span = float(np.ptp(centres, axis=0).max())
    scale = (2**_BITS_PER_AXIS - 1) / span if span > 0.0 else 0.0
    grid = ((centres - centres.min(axis=0)) * scale).astype(np.int64)
    code = np.zeros(len(centres), dtype=np.int64)
    for bit in range(_BITS_PER_AXIS):
        for axis in range(3):
            code |= ((grid[:, axis] >> bit) & 1) << (3 * bit + axis)
    return code

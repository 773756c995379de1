"""Triangles of the (r, z) half-plane of a body of revolution, with named regions and edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import MeshError

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

AXIS = "axis"
PORT = "port"
METAL = "metal"
TISSUE = "tissue"


@dataclass(frozen=True, eq=False)
class HalfPlaneMesh:
    """Conforming triangles at r ≥ 0 with named regions.

    Parameters
    ----------
    points : ndarray, shape (n_points, 2)
        Coordinates r and z, m.
    cells : ndarray of int32, shape (n_cells, 3)
        Corners of the triangles, counter-clockwise.
    cell_region : ndarray of int32, shape (n_cells,)
        Index into `region_names`.
    region_names : tuple of str
        Names of the regions.
    edges : mapping of str to ndarray of int32, shape (n_edges, 2)
        Ends of the edges of each part of the outline: ``axis``, ``port``, ``metal``, and the open parts by any other
        name.

    Raises
    ------
    MeshError
        If an edge of the outline has no name or two, or an edge that is named is not part of the outline.
    """

    points: Floats
    cells: Ints
    cell_region: Ints
    region_names: tuple[str, ...]
    edges: Mapping[str, Ints]

    def __post_init__(self) -> None:
        outline = _keys(outline_edges(self.cells)[0], len(self.points))
        named = _keys(np.concatenate(list(self.edges.values())), len(self.points))
        if not np.array_equal(np.sort(outline), np.sort(named)):
            message = f"the outline has {len(outline)} edges, {len(named)} are named: each must have one name"
            raise MeshError(message)

    @property
    def open_parts(self) -> list[str]:
        """Names of the parts of the outline through which waves leave."""
        return sorted(name for name in self.edges if name not in (AXIS, PORT, METAL))

    def cells_of(self, region: str) -> NDArray[np.bool_]:
        """Mask of the cells of a region, shape (n_cells,); none if there is no such region."""
        mask: NDArray[np.bool_] = (np.array(self.region_names) == region)[self.cell_region]
        return mask

    def cells_beside(self, edges: Ints) -> Ints:
        """The cell that has each edge of the outline, shape (n_edges,)."""
        outline, beside = outline_edges(self.cells)
        keys = _keys(outline, len(self.points))
        order = np.argsort(keys)
        found: Ints = beside[order[np.searchsorted(keys[order], _keys(edges, len(self.points)))]]
        return found


def outline_edges(cells: Ints) -> tuple[Ints, Ints]:
    """Edges that only one triangle has, shape (n_edges, 2), and that triangle, shape (n_edges,)."""
    edges = cells[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
    _, first, count = np.unique(_keys(edges, int(cells.max()) + 1), return_index=True, return_counts=True)
    alone = np.sort(first[count == 1])
    return edges[alone], (alone // 3).astype(np.int32)


def _keys(edges: Ints, n_points: int) -> NDArray[np.int64]:
    """A number for each edge that does not depend on its direction."""
    ends = np.sort(edges.astype(np.int64), axis=1)
    keys: NDArray[np.int64] = ends[:, 0] * n_points + ends[:, 1]
    return keys

"""From raw points, cells and facets to a `Mesh` in good order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from ablasim.errors import MeshError
from ablasim.mesh.tetrahedra import Mesh, tetrahedron_volumes

Floats = NDArray[np.float64]
AnyInts = NDArray[np.integer]

_PAIRS = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))  # edges of a tetrahedron
_WINDOW = 128  # points; any number from 64 to 512 serves
_NO_VOLUME = 1e-9  # of the cube of the cell's longest edge


def assemble_mesh(
    points: Floats,
    cells: AnyInts,
    cell_region: AnyInts,
    cell_region_names: Sequence[str],
    facets: AnyInts,
    facet_region: AnyInts,
    facet_region_names: Sequence[str],
) -> Mesh:
    """Make a mesh: points of no cell dropped, cells turned to positive volume, all in good order.

    Points are numbered by the reverse Cuthill–McKee order of their neighbourhood and, within windows of 128, by the
    number of their neighbours; cells by their smallest point, facets by region and then smallest point. So neighbours
    in space are neighbours in memory, and the same input always gives the same mesh. Regions that hold nothing are left
    out.

    Parameters
    ----------
    points : ndarray, shape (n_points, 3)
        Coordinates, m.
    cells : ndarray of int, shape (n_cells, 4)
        Points of each tetrahedron, in any orientation.
    cell_region : ndarray of int, shape (n_cells,)
        Index into `cell_region_names`.
    cell_region_names : sequence of str
        Names of the cell regions.
    facets : ndarray of int, shape (n_facets, 3)
        Points of the named triangles.
    facet_region : ndarray of int, shape (n_facets,)
        Index into `facet_region_names`.
    facet_region_names : sequence of str
        Names of the facet regions.

    Returns
    -------
    Mesh
        The mesh.

    Raises
    ------
    MeshError
        If there are no cells, a cell has no volume, or a facet uses points of no cell.
    """
    if len(cells) == 0:
        message = "the mesh has no tetrahedra"
        raise MeshError(message)
    order = _point_order(cells, len(points))
    number = np.full(len(points), -1, dtype=np.int64)
    number[order] = np.arange(len(order))
    if len(facets) and number[facets].min() < 0:
        message = "the mesh has named facets that are no faces of its tetrahedra"
        raise MeshError(message)
    points, cells, facets = points[order], number[cells], number[facets.reshape(-1, 3)]
    cells = _positive(points, cells)
    by_point = np.lexsort((cells[:, 3], cells[:, 2], cells[:, 1], cells[:, 0], cells.min(axis=1)))
    cells, cell_region = cells[by_point], cell_region[by_point]
    cell_region, names = _used_regions(cell_region, cell_region_names)
    facet_region, facet_names = _used_regions(facet_region, facet_region_names)
    by_region = np.lexsort((facets.max(axis=1), facets.sum(axis=1), facets.min(axis=1), facet_region))
    return Mesh(
        points=np.ascontiguousarray(points, dtype=np.float64),
        cells=np.ascontiguousarray(cells, dtype=np.int32),
        cell_region=cell_region.astype(np.int32),
        cell_region_names=names,
        facets=np.ascontiguousarray(facets[by_region], dtype=np.int32),
        facet_region=facet_region[by_region].astype(np.int32),
        facet_region_names=facet_names,
    )


def cell_faces(cells: AnyInts) -> AnyInts:
    """Points of the four faces of each tetrahedron, outwards if it is positive, shape (n_cells, 4, 3)."""
    faces: AnyInts = cells[:, [[1, 2, 3], [0, 3, 2], [0, 1, 3], [0, 2, 1]]]
    return faces


def face_keys(faces: AnyInts) -> NDArray[np.int64]:
    """One number per triangle, the same for any order of its corners; for up to two million points."""
    low, middle, high = np.sort(faces, axis=1).astype(np.int64).T
    keys: NDArray[np.int64] = (low << 42) + (middle << 21) + high
    return keys


def boundary_faces(cells: AnyInts) -> AnyInts:
    """Faces that belong to one tetrahedron only, outwards, shape (n, 3).

    Raises
    ------
    MeshError
        If a face belongs to more than two tetrahedra.
    """
    faces = cell_faces(cells).reshape(-1, 3)
    _, first, uses = np.unique(face_keys(faces), return_index=True, return_counts=True)
    if uses.max() > 2:
        message = f"the mesh is not conforming: {np.sum(uses > 2)} faces belong to more than two tetrahedra"
        raise MeshError(message)
    outside: AnyInts = faces[np.sort(first[uses == 1])]
    return outside


def _point_order(cells: AnyInts, n_points: int) -> NDArray[np.int64]:
    """Points that cells use, in reverse Cuthill–McKee order, and within short windows by number of neighbours.

    Loops over the rows of a matrix then have the same number of entries many times in a row, which processors
    foresee: they take half the time.
    """
    used = np.flatnonzero(np.bincount(cells.ravel(), minlength=n_points))
    number = np.zeros(n_points, dtype=np.int64)
    number[used] = np.arange(len(used))
    local = number[cells]
    rows, columns = (
        np.concatenate([local[:, i] for i, _ in _PAIRS]),
        np.concatenate([local[:, j] for _, j in _PAIRS]),
    )
    links = coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(len(used),) * 2).tocsr()
    neighbours = (links + links.T).tocsr()
    near = reverse_cuthill_mckee(neighbours, symmetric_mode=True)
    window = np.arange(len(near)) // _WINDOW
    order: NDArray[np.int64] = used[near[np.lexsort((np.diff(neighbours.indptr)[near], window))]]
    return order


def _positive(points: Floats, cells: AnyInts) -> AnyInts:
    """Turn the cells of negative volume; refuse those of none."""
    volume = tetrahedron_volumes(points, cells)
    longest = np.max([np.linalg.norm(points[cells[:, i]] - points[cells[:, j]], axis=1) for i, j in _PAIRS], axis=0)
    flat = np.abs(volume) <= _NO_VOLUME * longest**3
    if flat.any():
        x, y, z = 1e3 * points[cells[np.argmax(flat)]].mean(axis=0)
        message = f"{flat.sum()} tetrahedra have no volume, one of them at ({x:.2f}, {y:.2f}, {z:.2f}) mm"
        raise MeshError(message)
    turned = cells.copy()
    negative = volume < 0.0
    turned[negative] = turned[negative][:, [0, 1, 3, 2]]
    return turned


def _used_regions(region: AnyInts, names: Sequence[str]) -> tuple[AnyInts, tuple[str, ...]]:
    """Region indices and names with the empty regions left out."""
    used, renumbered = np.unique(region, return_inverse=True)
    return renumbered.ravel(), tuple(names[i] for i in used)

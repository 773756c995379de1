"""Connected pieces of dead and living tissue: the sleeve round an applicator, and the zone filled with it."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix, diags_array
from scipy.sparse.linalg import spsolve

from ablasim.compiled import compiled
from ablasim.margins.clip import Floats, Indices, Integers, Mask
from ablasim.margins.domain import Domain
from ablasim.mesh.corners import corners_in

_REGULARISATION = 1e-12  # relative; an applicator point with no tissue anywhere near gets level 0, outside the zone


def label_pieces(cells: Integers, member: Mask) -> Indices:
    """Label the connected pieces of a set of points, linked by the edges of cells.

    Within a cell both the dead and the living part of a linear field are convex, so the pieces of its dead
    (living) points are the pieces of the dead (living) tissue.

    Parameters
    ----------
    cells : ndarray of int, shape (n_cells, 4)
        Point indices of the tetrahedra.
    member : ndarray of bool, shape (n_points,)
        The set.

    Returns
    -------
    ndarray of int, shape (n_points,)
        Number of the piece, from 0; -1 for points that are not members.

    Examples
    --------
    >>> label_pieces(np.array([[0, 1, 2, 3]]), np.array([True, True, False, False, True])).tolist()
    [0, 0, -1, -1, 1]
    """
    labels = _lowest_of_pieces(cells, member)
    numbers = np.full(len(member), -1, dtype=np.int64)
    numbers[member] = np.unique(labels[member], return_inverse=True)[1]
    return numbers


@compiled()
def _lowest_of_pieces(cells: Integers, member: Mask) -> Indices:
    """Lowest member of the piece that each member belongs to, by merging trees of points."""
    lowest = np.arange(len(member))
    for cell in cells:
        first = -1
        for point in cell:
            if member[point]:
                root = _root(lowest, point)
                if first < 0:
                    first = root
                elif root < first:
                    lowest[first] = root
                    first = root
                else:
                    lowest[root] = first
    for point in range(len(lowest)):
        lowest[point] = _root(lowest, point)
    return lowest


@compiled()
def _root(lowest: Indices, point: int) -> int:
    while lowest[point] != point:
        lowest[point] = lowest[lowest[point]]
        point = lowest[point]
    return point


def sleeve_points(domain: Domain, level: Floats, tissue: Mask) -> Mask:
    """Living points of the sleeves that the zone encloses round applicators, or round the tracks they left.

    A sleeve is a connected piece of living tissue that touches an applicator, or lies in its track, and is
    otherwise bounded by dead tissue alone: it reaches neither beyond the zone nor to a lumen nor to the organ's
    outside. A living island that touches no applicator or track is no sleeve; it stays a hole in the zone.

    Parameters
    ----------
    domain : Domain
        The mesh.
    level : ndarray, shape (n_points,)
        Damage level, dead where positive.
    tissue : ndarray of bool, shape (n_cells,)
        Cells that are tissue in this run.

    Returns
    -------
    ndarray of bool, shape (n_points,)
        The sleeves' points.
    """
    in_tissue = domain.points_of(tissue)
    dead = in_tissue & (level > 0.0)
    if not (dead.any() and domain.sleeved_points.any()):
        return np.zeros(len(level), dtype=bool)
    low, high = domain.points[dead].min(axis=0), domain.points[dead].max(axis=0)
    within = ((domain.points >= low) & (domain.points <= high)).all(axis=1)
    near = tissue & (corners_in(domain.cells, within) > 0)
    labels = label_pieces(domain.cells[near], in_tissue & ~dead)
    is_open = ~within | domain.points_of(~(tissue | domain.is_applicator))
    is_open[domain.outer_points] = True
    touching = np.unique(labels[domain.sleeved_points])
    sleeves = np.setdiff1d(touching[touching >= 0], labels[is_open])
    return np.isin(labels, sleeves)


def filled_level(domain: Domain, level: Floats, tissue: Mask, sleeves: Mask) -> Floats:
    """Level of the filled zone: the zone, the sleeves it encloses and the applicators within.

    The sign is turned in the sleeves. Inside applicators the level is the harmonic (graph Laplacian)
    continuation of its values on their surface, so that the filled zone cuts a shaft across where it meets
    it.

    Parameters
    ----------
    domain : Domain
        The mesh.
    level : ndarray, shape (n_points,)
        Damage level, dead where positive.
    tissue : ndarray of bool, shape (n_cells,)
        Cells that are tissue in this run.
    sleeves : ndarray of bool, shape (n_points,)
        Points of the enclosed sleeves.

    Returns
    -------
    ndarray, shape (n_points,)
        Positive inside the filled zone; NaN at points of neither tissue nor applicator.
    """
    in_tissue = domain.points_of(tissue)
    filled = np.where(in_tissue, level, np.nan)
    smallest = np.finfo(float).tiny
    filled[sleeves] = np.maximum(np.abs(level[sleeves]), smallest)
    unknown = domain.applicator_points & ~in_tissue
    if unknown.any():
        filled[unknown] = _harmonic(domain.applicator_edges, filled, unknown)
    return filled


def _harmonic(edges: Indices, values: Floats, unknown: Mask) -> Floats:
    """Mean-value continuation of nodal values along edges into their unknown points."""
    pairs = np.concatenate([edges, edges[:, ::-1]])
    pairs = pairs[unknown[pairs[:, 0]]]
    number = np.cumsum(unknown) - 1
    n = int(unknown.sum())
    rows, inner = number[pairs[:, 0]], unknown[pairs[:, 1]]
    degree = np.bincount(rows, minlength=n) * (1.0 + _REGULARISATION)
    links = coo_matrix((np.ones(inner.sum()), (rows[inner], number[pairs[inner, 1]])), shape=(n, n))
    known = np.bincount(rows[~inner], weights=values[pairs[~inner, 1]], minlength=n)
    solution: Floats = np.atleast_1d(spsolve((diags_array(degree) - links).tocsc(), known))
    return solution

"""Thin vessels embedded in a mesh that does not resolve them: which nodes they touch, and through what resistance.

The vessel is cut into short pieces. Points on the circle of its wall, evaluated in the basis functions of the cells
that they lie in, give each piece weights over nodes that sum to one. A source of one per metre, spread with these
weights, makes the nodal potential ψ; the true potential of the wall is U, that of a line in free space. So a node's
temperature differs from the wall's by q'(U - ψ)/k, where the mesh alone would make no difference between them. As the
equivalent radius of a well in the grid of a reservoir [1]_, the difference ln(r_eq/R)/2π hangs on the mesh and not on
the vessel. It is solved for on the mesh as it is, close to the vessel, with the potential of the line as boundary
value.

References
----------
.. [1] D. W. Peaceman, SPE J. 18:183-194, 1978, doi:10.2118/6893-PA.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ablasim.fem import MultigridSolver, Space
from ablasim.fem.operators import Pattern, stiffness
from ablasim.fem.vectors import dot
from ablasim.geometry.trees import VesselTree
from ablasim.physics.line_potential import line_potential

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

Locate = Callable[[Floats], tuple[Ints, Floats]]
"""Cell of each point, -1 outside the mesh, and the values there of the basis functions of the cell's nodes."""

_PIECE_SHARE = 0.4  # of the local mesh size: length of a piece
_ON_CIRCLE = 8
_LAYERS = 4  # of cells round the nodes that a vessel touches, within which ψ is solved for
_LOOK_EVERY = 1e-3  # m along a segment: where the mesh size is looked at
_TOLERANCE = 1e-8


@dataclass(frozen=True, eq=False)
class EmbeddedTree:
    """A tree of vessels as the mesh feels it: pieces, and their links to nodes.

    Parameters
    ----------
    tree : VesselTree
        The tree.
    segment : ndarray of int, shape (n_pieces,)
        Segment of each piece; pieces follow each other from the root on.
    centres : ndarray, shape (n_pieces, 3)
        Their middles, m.
    lengths, along : ndarray, shape (n_pieces,)
        Their lengths, and the way from the root's side of their branch to their middle, m.
    mesh_size : ndarray, shape (n_pieces,)
        Mean edge length of the mesh there, m.
    cells : ndarray of int, shape (n_pieces,)
        A cell of tissue that they pass; -1 where they pass none.
    piece, node : ndarray of int, shape (n_links,)
        What each link joins.
    weight : ndarray, shape (n_links,)
        Its weight: those of a piece sum to the share of its wall that lies in tissue.
    shape : ndarray, shape (n_links,)
        U - ψ: resistance between wall and node times conductivity and length, without a unit.
    """

    tree: VesselTree
    segment: Ints
    centres: Floats
    lengths: Floats
    along: Floats
    mesh_size: Floats
    cells: Ints
    piece: Ints
    node: Ints
    weight: Floats
    shape: Floats

    @property
    def radii(self) -> Floats:
        """Radius of the vessel at each piece, m, shape (n_pieces,)."""
        return self.tree.segment_radii[self.segment]

    @property
    def in_tissue(self) -> Floats:
        """Share of each piece's wall that lies in tissue, shape (n_pieces,)."""
        return np.bincount(self.piece, self.weight, minlength=len(self.segment)).astype(float)

    @property
    def equivalent_radius(self) -> Floats:
        """Radius at which the temperature is that of a piece's nodes, weighted, m, shape (n_pieces,); NaN outside."""
        total = np.bincount(self.piece, self.weight * self.shape, minlength=len(self.segment))
        with np.errstate(invalid="ignore"):
            radius: Floats = self.radii * np.exp(2.0 * np.pi * total / self.in_tissue)
        return radius


def embed_tree(
    tree: VesselTree, space: Space, pattern: Pattern, locate: Locate, tissue: Mask, ends: Ints
) -> EmbeddedTree:
    """Cut a tree into pieces and link them to the nodes of a mesh.

    Parameters
    ----------
    tree : VesselTree
        The tree; what lies outside the mesh has no links.
    space, pattern : Space, Pattern
        First-order elements on the mesh, and their sparsity.
    locate : callable
        Finds the cells that points lie in.
    tissue : ndarray of bool, shape (n_cells,)
        Cells that exchange heat with the blood.
    ends : ndarray of int
        Nodes where the mesh ends.
    """
    size = _nodal_size(space)
    nodes_near = cKDTree(space.points)
    segment, share, lengths = _cut(tree, lambda places: size[nodes_near.query(places)[1]])
    tangents = (tree.points[1:] - tree.starts) / tree.segment_lengths[:, None]
    centres = tree.starts[segment] + (share * tree.segment_lengths[segment])[:, None] * tangents[segment]
    wall = _circles(centres, tangents[segment], tree.segment_radii[segment])
    cell, basis = locate(wall.reshape(-1, 3))
    weights = _weights(space, cell, basis, cell >= 0)
    in_tissue = (cell >= 0) & tissue[cell]
    links = _weights(space, cell, basis, in_tissue).tocoo()
    line = (tree.starts, tree.points[1:], tree.segment_radii)
    nodal = _nodal_potential(space, pattern, np.asarray(weights.T @ lengths), line, ends)
    at_wall = line_potential(wall.reshape(-1, 3), *line).reshape(-1, _ON_CIRCLE).mean(axis=1)
    piece, node = (np.asarray(index, dtype=np.int64) for index in links.coords)
    by_piece = np.where(in_tissue, cell, -1).reshape(-1, _ON_CIRCLE).max(axis=1)
    return EmbeddedTree(
        tree=tree,
        segment=segment,
        centres=centres,
        lengths=lengths,
        along=_branch_starts(tree)[segment] + share * tree.segment_lengths[segment],
        mesh_size=size[nodes_near.query(centres)[1]],
        cells=by_piece,
        piece=piece,
        node=node,
        weight=np.asarray(links.data, dtype=float),
        shape=at_wall[piece] - nodal[node],
    )


def _nodal_size(space: Space) -> Floats:
    """Mean length of the edges at each node, m."""
    edges = np.linalg.norm(space.points[space.pairs[:, 0]] - space.points[space.pairs[:, 1]], axis=1)
    both = space.pairs.T.ravel()
    count = np.bincount(both, minlength=space.n_nodes)
    size: Floats = np.bincount(both, np.tile(edges, 2), minlength=space.n_nodes) / np.maximum(count, 1)
    return size


def _cut(tree: VesselTree, size_at: Callable[[Floats], Floats]) -> tuple[Ints, Floats, Floats]:
    """Segment, relative place in it, and length of each piece."""
    segments, shares, lengths = [], [], []
    for number, (start, end, length) in enumerate(zip(tree.starts, tree.points[1:], tree.segment_lengths, strict=True)):
        looks = np.linspace(0.0, 1.0, 2 + int(length / _LOOK_EVERY))
        finest = float(size_at(start + looks[:, None] * (end - start)).min())
        n = int(np.ceil(length / (_PIECE_SHARE * finest)))
        segments.append(np.full(n, number))
        shares.append((np.arange(n) + 0.5) / n)
        lengths.append(np.full(n, length / n))
    return np.concatenate(segments), np.concatenate(shares), np.concatenate(lengths)


def _circles(centres: Floats, tangents: Floats, radii: Floats) -> Floats:
    """Points on the wall's circle round each centre, shape (n, _ON_CIRCLE, 3)."""
    aside = np.eye(3)[np.argmin(np.abs(tangents), axis=1)]
    first = np.cross(tangents, aside)
    first /= np.linalg.norm(first, axis=1)[:, None]
    second = np.cross(tangents, first)
    angles = 2.0 * np.pi * (np.arange(_ON_CIRCLE) + 0.5) / _ON_CIRCLE
    ways = np.cos(angles)[None, :, None] * first[:, None] + np.sin(angles)[None, :, None] * second[:, None]
    circles: Floats = centres[:, None] + radii[:, None, None] * ways
    return circles


def _weights(space: Space, cell: Ints, basis: Floats, chosen: Mask) -> sp.csr_array:
    """Weights of the nodes for each piece from the chosen points of its circle, shape (n_pieces, n_nodes)."""
    rows = np.repeat(np.flatnonzero(chosen) // _ON_CIRCLE, basis.shape[1])
    nodes = space.cells[cell[chosen]].ravel()
    values = np.maximum(basis[chosen], 0.0).ravel() / _ON_CIRCLE
    return sp.csr_array((values, (rows, nodes)), shape=(len(cell) // _ON_CIRCLE, space.n_nodes))


def _nodal_potential(
    space: Space, pattern: Pattern, source: Floats, line: tuple[Floats, Floats, Floats], ends: Ints
) -> Floats:
    """ψ at the nodes near a line source; zero elsewhere."""
    columns = pattern.rows.columns.astype(np.int32)
    matrix = sp.csr_array((np.ones(len(columns)), columns, pattern.rows.starts.astype(np.int32)))
    solved = source > 0.0
    for _ in range(_LAYERS):
        solved = matrix @ solved.astype(float) > 0.0
    known = matrix @ solved.astype(float) > 0.0
    free_space = np.zeros(space.n_nodes)
    free_space[known] = line_potential(space.points[known], *line)
    solved[ends] = False
    if not solved.any():
        return free_space
    operator = stiffness(space, pattern, np.ones(len(space.gradient_weights)))
    correction, _ = MultigridSolver("potential of a line vessel").solve(
        operator.constrained(~solved),
        source - operator.apply(free_space),
        tolerance=_TOLERANCE,
        reference=float(np.sqrt(dot(source, source))),
    )
    return free_space + correction


def _branch_starts(tree: VesselTree) -> Floats:
    """Way from the start of its branch to the start of each segment, m, shape (n_segments,)."""
    way = np.zeros(tree.n_segments)
    branch = tree.branch_of_segment
    for segment, parent in enumerate(tree.parents[1:]):
        if parent > 0 and branch[parent - 1] == branch[segment]:
            way[segment] = way[parent - 1] + tree.segment_lengths[parent - 1]
    return way

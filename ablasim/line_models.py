"""From a vessel that is taken as lines to the model of its heat exchange on a mesh."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ablasim.fem import Space
from ablasim.fem.operators import Pattern
from ablasim.geometry import Needle, point_segment_distance
from ablasim.line_plans import LinePlan
from ablasim.margins.distance import CellSearch
from ablasim.materials import Blood
from ablasim.mesh import Mesh
from ablasim.mesh.tetrahedra import boundary_triangles
from ablasim.physics.blood_flow import local_nusselt
from ablasim.physics.line_embedding import EmbeddedTree, embed_tree
from ablasim.physics.line_vessels import LineVessel
from ablasim.walls import HEATED_WITHIN

Floats = NDArray[np.float64]


class LineBuilder:
    """What the line vessels of a case share.

    Parameters
    ----------
    mesh, space, pattern : Mesh, Space, Pattern
        Of the case.
    tissue : ndarray of bool, shape (n_cells,)
        Cells of tissue: lumens and applicators exchange no heat with a line.
    conductivity : ndarray, shape (n_cells,)
        Thermal conductivity at the start, W/(m K).
    blood : Blood
        Properties of blood.
    needles : sequence of Needle
        Where heat comes from: thermal boundary layers begin in their neighbourhood.
    """

    def __init__(
        self,
        mesh: Mesh,
        space: Space,
        pattern: Pattern,
        *,
        tissue: NDArray[np.bool_],
        conductivity: Floats,
        blood: Blood,
        needles: tuple[Needle, ...],
    ) -> None:
        self._space, self._pattern = space, pattern
        self._tissue, self._conductivity, self._blood = tissue, conductivity, blood
        self._needles = needles
        self._search = CellSearch.of(mesh.points, mesh.cells)
        self._ends = np.unique(boundary_triangles(mesh.cells)).astype(np.int64)

    def vessel(self, plan: LinePlan) -> LineVessel:
        """Model of a vessel or tree."""
        embedded = embed_tree(plan.tree, self._space, self._pattern, self._search.locate, self._tissue, self._ends)
        conductivity = np.where(embedded.cells >= 0, self._conductivity[embedded.cells], self._conductivity.max())
        return LineVessel(
            embedded,
            plan.flow,
            towards_root=plan.towards_root,
            inlet=plan.inlet,
            nusselt=self._nusselt(plan, embedded),
            conductivity=conductivity,
            blood=self._blood,
            n_nodes=self._space.n_nodes,
        )

    def _nusselt(self, plan: LinePlan, embedded: EmbeddedTree) -> Floats:
        """Nusselt number at each piece.

        Thermal boundary layers begin at each fork, and where a branch comes near an active applicator.
        """
        branch = plan.tree.branch_of_segment[embedded.segment]
        length = np.bincount(plan.tree.branch_of_segment, plan.tree.segment_lengths)[branch]
        behind = length - embedded.along if plan.towards_root else embedded.along
        apart = self._distance(embedded.centres)
        least = np.full(int(branch.max()) + 1, np.inf)
        np.minimum.at(least, branch, apart)
        near = apart <= HEATED_WITHIN * least[branch]
        start = np.full(len(least), np.inf)
        np.minimum.at(start, branch[near], behind[near])
        distance = behind - np.where(np.isfinite(start), start, 0.0)[branch]
        nusselt = np.empty(len(behind))
        for segment in range(plan.tree.n_segments):
            here = embedded.segment == segment
            diameter = 2.0 * float(plan.tree.segment_radii[segment])
            nusselt[here] = local_nusselt(distance[here], diameter, float(plan.speed[segment]), self._blood)
        return nusselt

    def _distance(self, places: Floats) -> Floats:
        """Distance to the nearest active part, m; without needles infinite."""
        apart = np.full(len(places), np.inf)
        for needle in self._needles:
            for segment in needle.active_segments:
                apart = np.minimum(apart, point_segment_distance(places, *segment))
        return apart

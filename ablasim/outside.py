"""The outer faces of a mesh: which are cuts through the patient, which are real, and what happens on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.anatomy import Anatomy
from ablasim.geometry import Box
from ablasim.geometry.layers import axis_of, outermost
from ablasim.mesh import Mesh
from ablasim.mesh.tetrahedra import OUTER
from ablasim.physics.bioheat import Hold
from ablasim.physics.vessels import Exchange, wall_exchange
from ablasim.scenario import Scenario
from ablasim.units import kelvin

Mask = NDArray[np.bool_]

_ON_FACE = 1e-6  # of the organ's size: how near a face a node counts as on it


@dataclass(frozen=True, eq=False)
class Outside:
    """The outer faces.

    Parameters
    ----------
    scenario : Scenario
        What was asked.
    anatomy : Anatomy
        Its shapes, m.
    mesh : Mesh
        The mesh.
    """

    scenario: Scenario
    anatomy: Anatomy
    mesh: Mesh

    def holds(self) -> tuple[Hold, ...]:
        """Nodes that are held at a temperature."""
        boundary = self.scenario.boundary
        faces = tuple(
            Hold(OUTER, self._nodes_of_face(name), kelvin(self.scenario.face_temperature_c(face)))
            for name, face in boundary.faces.items()
            if face.thermal == "fixed"
        )
        if boundary.thermal != "fixed":
            return faces
        return (Hold(OUTER, self.cut_nodes(), kelvin(self.scenario.boundary_temperature_c)), *faces)

    def grounded_nodes(self) -> NDArray[np.int64]:
        """Nodes at zero volt."""
        boundary = self.scenario.boundary
        cuts = [self.cut_nodes()] if boundary.electric == "ground" else []
        faces = [self._nodes_of_face(name) for name, face in boundary.faces.items() if face.electric == "ground"]
        return np.unique(np.concatenate([np.zeros(0, np.int64), *cuts, *faces]))

    def films(self) -> tuple[Exchange, ...]:
        """Exchange through the films of the organ's real faces."""
        return tuple(
            wall_exchange(
                OUTER,
                self.mesh.points,
                triangles,
                np.full(len(triangles), face.film_coefficient_w_m2_k),
                kelvin(self.scenario.face_temperature_c(face)),
            )
            for name, face in self.scenario.boundary.faces.items()
            if face.thermal == "film" and len(triangles := self.triangles_of_face(name))
        )

    def cut_nodes(self) -> NDArray[np.int64]:
        """Nodes on the artificial faces: where organ and layers are cut out of the patient, vessels included."""
        ends = [f"{name}.end" for name in self.anatomy.vessels if self.mesh.has_facets(f"{name}.end")]
        if not self.scenario.boundary.faces:
            return self.mesh.points_of_facets(OUTER, *ends)
        triangles = self.mesh.facets_of(OUTER)
        real = np.zeros(len(triangles), dtype=bool)
        for face in self.scenario.boundary.faces:
            real |= self._is_on_face(triangles, face)
        return np.union1d(triangles[~real], self.mesh.facets_of(*ends)).astype(np.int64)

    def triangles_of_face(self, face: str) -> NDArray[np.int32]:
        """Triangles of the outermost surface above a face of the organ, shape (n_triangles, 3)."""
        triangles = self.mesh.facets_of(OUTER)
        on_face: NDArray[np.int32] = triangles[self._is_on_face(triangles, face)]
        return on_face

    def _nodes_of_face(self, face: str) -> NDArray[np.int64]:
        return np.unique(self.triangles_of_face(face)).astype(np.int64)

    def _is_on_face(self, triangles: NDArray[np.int32], face: str) -> Mask:
        """Whether triangles lie on the outermost surface above a face of the organ, shape (n_triangles,)."""
        organ = self.anatomy.organ
        assert isinstance(organ, Box)
        axis, _ = axis_of(face)
        corners = self.mesh.points[triangles]
        away = np.abs(corners[:, :, axis] - outermost(organ, self.anatomy.layers, face))
        low, high = organ.bounds
        middle = np.delete(corners.mean(axis=1), axis, axis=1)  # the sides of layers on other faces lie beyond
        above = (middle > np.delete(low, axis)) & (middle < np.delete(high, axis))
        on_face: Mask = np.all(away < _ON_FACE * max(organ.size), axis=1) & above.all(axis=1)
        return on_face

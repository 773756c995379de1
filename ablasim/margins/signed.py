"""Signed distances to closed surfaces of triangles."""

from __future__ import annotations

from dataclasses import dataclass

from ablasim.geometry.surface import Surface
from ablasim.geometry.triangles import feature_normals, nearest_barycentric, side_of
from ablasim.margins.clip import Floats
from ablasim.margins.distance import TriangleSearch


@dataclass(frozen=True, eq=False)
class SignedSearch:
    """A closed surface prepared for signed distances, with the search that the zones of runs use.

    Parameters
    ----------
    search : TriangleSearch
        Its triangles.
    normals : ndarray, shape (n_triangles, 7, 3)
        Their outward normals, as of `feature_normals`.
    """

    search: TriangleSearch
    normals: Floats

    @classmethod
    def of(cls, surface: Surface) -> SignedSearch:
        """Prepare a surface."""
        corners: Floats = surface.points[surface.triangles]
        return cls(TriangleSearch.of(corners), feature_normals(surface.points, surface.triangles))

    def depth(self, points: Floats) -> Floats:
        """Distance of points to the surface, m, shape (n_points,); positive inside; exact to rounding."""
        distance, triangle = self.search.nearest(points)
        corners = self.search.corners
        barycentric = nearest_barycentric(points, corners[triangle])
        outside = side_of(points, corners, self.normals, triangle, barycentric) >= 0.0
        signed: Floats = distance.copy()
        signed[outside] *= -1.0
        return signed

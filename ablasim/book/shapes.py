"""Meshes of shapes that a scenario has no word for, such as a ball as electrode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ablasim.mesh import Mesh
from ablasim.mesh.structured import ball_mesh
from ablasim.mesh.tetrahedra import boundary_triangles

_CORE = 0.4  # the electrode's inside has one layer of points, at this share of its radius


def ball_electrode_mesh(radii: Sequence[float], layers: Sequence[int], subdivisions: int, *, name: str) -> Mesh:
    """A ball as electrode in the middle of a ball of organ, with or without a tumour round it.

    Parameters
    ----------
    radii : sequence of float, length 2 or 3
        Of the electrode, of the tumour if there is one, and of the organ, m.
    layers : sequence of int
        Layers of cells of the tumour if there is one, and of the organ; each layer is thicker than the one inside it
        by the same factor, so that the potential is equally well resolved everywhere.
    subdivisions : int
        As for `ball_mesh`.
    name : str
        Of the electrode; its surface becomes the facet region ``<name>.active``.
    """
    tissues = ["tumour", "organ"][-len(layers) :]
    shells = [np.geomspace(radii[i], radii[i + 1], n + 1)[1:] for i, n in enumerate(layers)]
    levels = np.concatenate([[_CORE * radii[0], radii[0]], *shells])
    names = [tissue for tissue, n in zip(tissues, layers, strict=True) for _ in range(n)]
    body = f"{name}.{names[0]}"
    mesh = ball_mesh(levels, subdivisions, region_names=[body, body, *names])
    surface = boundary_triangles(mesh.cells[mesh.cells_of_body(name)])
    added = np.full(len(surface), len(mesh.facet_region_names), dtype=mesh.facet_region.dtype)
    return replace(
        mesh,
        facets=np.concatenate([mesh.facets, surface]),
        facet_region=np.concatenate([mesh.facet_region, added]),
        facet_region_names=(*mesh.facet_region_names, f"{name}.active"),
    )

"""Tetrahedral meshes with named regions: made from shapes, read from files, checked and kept."""

from __future__ import annotations

from ablasim.mesh.cache import cached_mesh, mesh_key
from ablasim.mesh.gmsh_model import build_mesh
from ablasim.mesh.quality import MeshQuality, cell_quality, check_quality, mesh_quality
from ablasim.mesh.read import read_mesh, write_mesh
from ablasim.mesh.sizes import MeshSizes
from ablasim.mesh.tetrahedra import Mesh

__all__ = [
    "Mesh",
    "MeshQuality",
    "MeshSizes",
    "build_mesh",
    "cached_mesh",
    "cell_quality",
    "check_quality",
    "mesh_key",
    "mesh_quality",
    "read_mesh",
    "write_mesh",
]

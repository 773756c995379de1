"""A gmsh model with our options; the one module that imports gmsh (GPL)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

_OPTIONS = {
    "General.Terminal": 0,
    "General.Verbosity": 0,
    "General.NumThreads": 1,  # more threads, and the same input gives different meshes
    "Mesh.MeshSizeFromPoints": 0,
    "Mesh.MeshSizeFromCurvature": 0,
    "Mesh.MeshSizeExtendFromBoundary": 0,
    "Mesh.Algorithm": 6,  # frontal Delaunay on surfaces
}
_lock = Lock()


@contextmanager
def gmsh_model() -> Iterator[Any]:
    """Give an empty gmsh model with our options; one thread at a time, because gmsh is one for all."""
    import gmsh

    with _lock:
        gmsh.initialize(readConfigFiles=False, interruptible=False)
        try:
            for option, value in _OPTIONS.items():
                gmsh.option.setNumber(option, value)
            gmsh.model.add("ablasim")
            yield gmsh
        finally:
            gmsh.finalize()

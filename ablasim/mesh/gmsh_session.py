"""A gmsh model with our options; the one module that imports gmsh (GPL)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from ablasim.errors import MeshError

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


@contextmanager
def told_as_mesh_errors() -> Iterator[None]:
    """Tell failures of gmsh, which raises plain exceptions, as errors of the mesh."""
    try:
        yield
    except MeshError:
        raise
    except Exception as error:  # gmsh raises nothing narrower
        message = f"the mesh generator failed: {str(error).strip() or 'no reason given'}"
        raise MeshError(message) from error

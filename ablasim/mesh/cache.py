"""Meshes kept on disk, found again by what they were made from."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from ablasim.mesh.gmsh_model import MODEL_VERSION
from ablasim.mesh.tetrahedra import Mesh

_logger = logging.getLogger(__name__)

_ARRAYS = ("points", "cells", "cell_region", "facets", "facet_region")
_NAMES = ("cell_region_names", "facet_region_names")


def mesh_key(*parts: object) -> str:
    """Hash of all that determines a mesh.

    Parameters
    ----------
    *parts
        Shapes, sizes and anything else made of dataclasses, arrays, sequences, mappings and plain values;
        arrays and numbers count to the last bit.

    Returns
    -------
    str
        SHA-256 in hexadecimal; it also covers the version of the mesh generator's recipe.

    Examples
    --------
    >>> mesh_key(1.0, "vein") == mesh_key(1.0, "vein"), mesh_key(1.0) == mesh_key(1.0 + 1e-15)
    (True, False)
    """
    digest = sha256()
    for token in _tokens((MODEL_VERSION, *parts)):
        digest.update(len(token).to_bytes(8, "little") + token)
    return digest.hexdigest()


def _tokens(part: object) -> Iterable[bytes]:
    """Bytes that stand for a value and its structure."""
    if isinstance(part, np.ndarray):
        yield f"array {part.dtype.str} {part.shape}".encode()
        yield np.ascontiguousarray(part).tobytes()
    elif is_dataclass(part) and not isinstance(part, type):
        yield f"dataclass {type(part).__name__}".encode()
        for field in fields(part):
            yield field.name.encode()
            yield from _tokens(getattr(part, field.name))
    elif isinstance(part, Mapping):
        yield f"mapping {len(part)}".encode()
        for key, value in part.items():
            yield from _tokens(key)
            yield from _tokens(value)
    elif isinstance(part, (list, tuple)):
        yield f"sequence {len(part)}".encode()
        for item in part:
            yield from _tokens(item)
    else:
        yield repr(part).encode()


def default_folder() -> Path:
    """Folder of cached meshes: ``$XDG_CACHE_HOME/ablasim/meshes``, or ``~/.cache/ablasim/meshes``."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "ablasim" / "meshes"


def cached_mesh(key: str, build: Callable[[], Mesh], folder: Path | None = None) -> Mesh:
    """Mesh from the cache, or built and put there.

    A file that is damaged is built anew; a folder that cannot be searched or written costs time, not the run.

    Parameters
    ----------
    key : str
        Name in the cache, from `mesh_key`.
    build : callable
        Makes the mesh.
    folder : Path, optional
        Folder of cached meshes; `default_folder` by default.

    Returns
    -------
    Mesh
        The mesh.
    """
    path = (default_folder() if folder is None else folder) / f"{key}.npz"
    stored = _load(path)
    if stored is not None:
        return stored
    mesh = build()
    try:
        _store(mesh, path)
    except OSError as error:
        _logger.warning("mesh not cached in %s: %s", path.parent, error)
    return mesh


def _load(path: Path) -> Mesh | None:
    """Mesh from a file of the cache, None if there is none or it cannot be read."""
    try:
        with np.load(path, allow_pickle=False) as content:
            points, cells, cell_region, facets, facet_region = (content[name] for name in _ARRAYS)
            region_names, facet_names = (tuple(content[name].tolist()) for name in _NAMES)
        return Mesh(points, cells, cell_region, region_names, facets, facet_region, facet_names)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except Exception as error:  # a damaged file fails in any of numpy's, zipfile's and the tokenizer's ways
        _logger.warning("cached mesh %s cannot be read and is made anew: %s", path, error)
        return None


def _store(mesh: Mesh, path: Path) -> None:
    """Write under a temporary name, then rename: a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {name: getattr(mesh, name) for name in _ARRAYS}
    content |= {name: np.array(getattr(mesh, name), dtype=np.str_) for name in _NAMES}
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".npz")
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, **content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise

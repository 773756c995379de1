"""The meshes of problem R1: s and m are kept in the repository, l is made here and cached.

A mesh is kept as an ``.npz`` that every code of the comparison can read: ``points`` (n, 3) in metres, ``cells`` (n, 4),
``facets`` (n, 3) with ``facet_tag`` as in `TAGS`. Points are in the order that ablasim gives every mesh (reverse
Cuthill-McKee), so that no code is slowed by scattered memory.
"""

from __future__ import annotations

import os
import sys
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import MeshError
from ablasim.geometry import Box, Needle, Vessel
from ablasim.mesh import Mesh, MeshSizes, build_mesh, mesh_key, write_mesh
from ablasim.mesh.assemble import assemble_mesh
from ablasim.mesh.cache import default_folder
from ablasim.units import metres

NAMES = ("s", "m", "l")
N_POINTS = {"s": 19_514, "m": 101_522, "l": 415_323}
"""Points of the meshes; l has this many within 3 %, as gmsh's version wants it."""

TAGS = {"outer": 1, "electrode.active": 2, "electrode.shaft": 3, "vein": 4}
"""Number of each named surface in the files; the tissue is the region ``organ``."""

KEPT = Path(__file__).resolve().parents[1] / "meshes"

_SIZES_OF_L = MeshSizes(needle=0.45e-3, vessel=0.5e-3, tumour=6e-3, shell=6e-3, far=6e-3, growth=0.0193)
_END = b"$EndElements\n"  # of a mesh file
_RECIPE = "holes 1"  # changed whenever l would be made otherwise of the same shapes and sizes


def array_file(name: str) -> Path:
    """File with the arrays of a mesh, for the peers; l is made if it is not yet cached, or only half of it.

    Parameters
    ----------
    name : {"s", "m", "l"}
        The mesh.

    Raises
    ------
    MeshError
        If there is no mesh of that name.
    """
    if name not in NAMES:
        message = f"mesh '{name}': must be one of {', '.join(NAMES)}"
        raise MeshError(message)
    if name != "l":
        return KEPT / f"r1_{name}.npz"
    path = cache_folder() / f"r1_l_{mesh_key(_RECIPE, *_shapes(), _SIZES_OF_L)[:12]}.npz"
    if not zipfile.is_zipfile(path):  # whose list of contents stands at its end
        write_arrays(make_l(), path)
    return path


def scenario_file(name: str) -> Path:
    """The same mesh as a file for ``numerics.mesh_file``, written into the cache where it is not yet, or only half."""
    arrays = array_file(name)
    path = cache_folder() / f"r1_{name}_{sha256(arrays.read_bytes()).hexdigest()[:12]}.msh"
    if not _has_its_end(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{os.getpid()}.{path.name}")
        write_mesh(read_arrays(arrays), part)
        part.replace(path)
    return path


def _has_its_end(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - len(_END), 0))
        return file.read() == _END


def cache_folder() -> Path:
    """Folder of what is made for benchmarks, in the user's cache folder."""
    return default_folder().parent / "benchmarks"


def read_arrays(path: Path) -> Mesh:
    """A mesh from its arrays, with named regions."""
    with np.load(path) as arrays:
        cells, tag = arrays["cells"], arrays["facet_tag"]
        in_organ = np.zeros(len(cells), dtype=np.int64)
        return assemble_mesh(arrays["points"], cells, in_organ, ["organ"], arrays["facets"], tag - 1, list(TAGS))


def write_arrays(mesh: Mesh, path: Path) -> None:
    """Write the arrays of a mesh, packed as small as zip files can be (LZMA), each file like the last to the byte."""
    tag_of_region = np.array([TAGS[name] for name in mesh.facet_region_names], dtype=np.int8)
    arrays: dict[str, NDArray[Any]] = {
        "points": mesh.points,
        "cells": mesh.cells,
        "facets": mesh.facets,
        "facet_tag": tag_of_region[mesh.facet_region],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{os.getpid()}.{path.name}")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_LZMA) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy")  # without the time of day
            entry.compress_type = zipfile.ZIP_LZMA
            with archive.open(entry, "w", force_zip64=True) as member:
                np.save(member, array)
    part.replace(path)


def make_l() -> Mesh:
    """Make mesh l with ablasim's own mesher, and leave out the cells of electrode and vessel."""
    organ, vessel, needle = _shapes()
    whole = build_mesh(organ, None, [vessel], [needle], _SIZES_OF_L)
    tissue = whole.cells_of_body("")
    surfaces = np.isin(whole.facet_region, [whole.facet_region_names.index(name) for name in TAGS])
    return assemble_mesh(
        whole.points,
        whole.cells[tissue],
        whole.cell_region[tissue],
        whole.cell_region_names,
        whole.facets[surfaces],
        whole.facet_region[surfaces],
        whole.facet_region_names,
    )


def _shapes() -> tuple[Box, Vessel, Needle]:
    organ = Box((0.0, 0.0, 0.0), (0.08, 0.08, 0.08))
    vessel = Vessel("vein", metres(np.array([[-40.0, 10.0, 0.0], [40.0, 10.0, 0.0]])), 5e-3)
    needle = Needle("electrode", (0.0, 0.0, -0.015), (0.0, 0.0, 1.0), 1.5e-3, 0.03, None)
    return organ, vessel, needle


def main() -> None:
    """Print the two files of the mesh that is named: a process of its own, so that its memory is not the caller's."""
    name = sys.argv[1]
    sys.stdout.write(f"{array_file(name)}\n{scenario_file(name)}\n")


if __name__ == "__main__":
    main()

"""Mesh files with named regions, read and written through meshio."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import MeshError
from ablasim.mesh.assemble import assemble_mesh, cell_faces, face_keys
from ablasim.mesh.tetrahedra import Mesh

Ints = NDArray[np.int64]

_UNITS = {"m": 1.0, "cm": 1e-2, "mm": 1e-3}
_CORNERS = {"tetra": 4, "triangle": 3}
_DIMENSION = {"tetra": 3, "triangle": 2}
_PHYSICAL = "gmsh:physical"


def read_mesh(path: str | Path, length_unit: str = "m") -> Mesh:
    """Read a mesh file of any format that meshio knows.

    Names of regions come from gmsh's physical groups or from cell sets (Abaqus, XDMF and others). Tetrahedra
    must each have one; triangles without a name are left out. Tetrahedra of negative volume are turned, and
    points of no tetrahedron dropped.

    Parameters
    ----------
    path : str or Path
        The file.
    length_unit : {"m", "cm", "mm"}
        Unit of its coordinates.

    Returns
    -------
    Mesh
        The mesh, in metres.

    Raises
    ------
    MeshError
        If the file cannot be read, has no tetrahedra of first order or no named triangles, if tetrahedra have
        no region name or two, or no volume, or if named triangles are no faces of tetrahedra.
    """
    import meshio  # heavy, and needed here only

    if length_unit not in _UNITS:
        message = f"{path}: length unit '{length_unit}': must be one of {', '.join(_UNITS)}"
        raise MeshError(message)
    try:
        content = meshio.read(path)
    except (OSError, ValueError, KeyError, IndexError, meshio.ReadError) as error:
        message = f"{path}: cannot be read as a mesh: {error or 'unknown content'}"
        raise MeshError(message) from error
    except SystemExit as error:  # how meshio ends when no format fits
        message = f"{path}: cannot be read as a mesh: no format that meshio knows fits it"
        raise MeshError(message) from error
    try:
        return _to_mesh(content, _UNITS[length_unit])
    except MeshError as error:
        message = f"{path}: {error}"
        raise MeshError(message) from error


def write_mesh(mesh: Mesh, path: str | Path) -> None:
    """Write a mesh as gmsh 2.2 (binary), coordinates in metres, regions as physical groups.

    Parameters
    ----------
    mesh : Mesh
        The mesh.
    path : str or Path
        File to write; its name usually ends in ``.msh``.

    Raises
    ------
    MeshError
        If the file cannot be written.
    """
    import meshio

    n_cell_regions = len(mesh.cell_region_names)
    groups = [(name, 3) for name in mesh.cell_region_names] + [(name, 2) for name in mesh.facet_region_names]
    tags = [mesh.cell_region + 1, mesh.facet_region + 1 + n_cell_regions]
    content = meshio.Mesh(
        mesh.points,
        [("tetra", mesh.cells), ("triangle", mesh.facets)],
        cell_data={_PHYSICAL: tags, "gmsh:geometrical": tags},
        field_data={name: np.array([tag, dim]) for tag, (name, dim) in enumerate(groups, start=1)},
    )
    try:
        meshio.write(path, content, file_format="gmsh22", binary=True)
    except OSError as error:
        message = f"{path}: cannot be written: {error}"
        raise MeshError(message) from error


def _to_mesh(content: Any, scale: float) -> Mesh:
    cells, cell_names = _named_elements(content, "tetra")
    if len(cells) == 0:
        higher = sorted({block.type for block in content.cells if block.type.startswith("tetra")})
        hint = f"; write it with first-order elements instead of {', '.join(higher)}" if higher else ""
        message = f"the mesh has no tetrahedra{hint}"
        raise MeshError(message)
    if n_nameless := int(np.sum(cell_names == "")):
        message = (
            f"{n_nameless} of {len(cells)} tetrahedra have no region name; name every volume, such as "
            "'organ', 'tumour' or 'vein.organ' (a physical group in gmsh)"
        )
        raise MeshError(message)
    facets, facet_names = _named_elements(content, "triangle")
    facets, facet_names = facets[facet_names != ""], facet_names[facet_names != ""]
    if len(facets) == 0:
        message = "the mesh has no named surfaces; name at least the organ's outside 'outer'"
        raise MeshError(message)
    if strays := np.sum(~_are_faces(facets, cells)):
        message = f"{strays} triangles of named surfaces are no faces of tetrahedra"
        raise MeshError(message)
    cell_known, cell_region = np.unique(cell_names, return_inverse=True)
    facet_known, facet_region = np.unique(facet_names, return_inverse=True)
    points = scale * np.asarray(content.points, dtype=float)
    return assemble_mesh(
        points,
        cells,
        cell_region.ravel(),
        cell_known.tolist(),
        facets,
        facet_region.ravel(),
        facet_known.tolist(),
    )


def _are_faces(triangles: Ints, cells: Ints) -> NDArray[np.bool_]:
    """Whether triangles are faces of tetrahedra; by sorting, for `numpy.isin` takes ten times as long."""
    known, asked = np.sort(face_keys(cell_faces(cells).reshape(-1, 3))), face_keys(triangles)
    found: NDArray[np.bool_] = known[np.minimum(np.searchsorted(known, asked), len(known) - 1)] == asked
    return found


def _named_elements(content: Any, kind: str) -> tuple[Ints, NDArray[np.str_]]:
    """Elements of one kind and the region name of each, '' for none."""
    elements = [np.empty((0, _CORNERS[kind]), dtype=np.int64)]
    names: list[NDArray[np.object_]] = [np.empty(0, dtype=object)]
    for index, block in enumerate(content.cells):
        if block.type == kind:
            elements.append(np.asarray(block.data, dtype=np.int64))
            names.append(_block_names(content, index, _DIMENSION[kind]))
    return np.concatenate(elements), np.concatenate(names).astype(str)


def _block_names(content: Any, index: int, dimension: int) -> NDArray[np.object_]:
    """Region name of each element of one block: from physical groups, then from cell sets."""
    names = np.full(len(content.cells[index].data), "", dtype=object)
    if _PHYSICAL in content.cell_data:
        tags = np.asarray(content.cell_data[_PHYSICAL][index])
        for name, (tag, tag_dimension) in content.field_data.items():
            if tag_dimension == dimension:
                names[tags == tag] = name
    for name, members in content.cell_sets.items():
        chosen = members[index]
        if name.startswith("gmsh:") or chosen is None or len(chosen) == 0:
            continue
        chosen = np.asarray(chosen, dtype=np.int64)
        if clash := [other for other in set(names[chosen]) - {"", name} if other]:
            message = f"regions '{clash[0]}' and '{name}' share elements"
            raise MeshError(message)
        names[chosen] = name
    return names

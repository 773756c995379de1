"""Triangles of polygons that share edges, made by gmsh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import MeshError
from ablasim.mesh.gmsh_session import gmsh_model, told_as_mesh_errors
from ablasim.units import MM_PER_M, metres

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Point = tuple[float, float]
Polygon = Sequence[Point]

_TRIANGLE = 2  # gmsh's number for it
_DIGITS = 9  # of coordinates in m: points nearer than a nanometre are one


@dataclass(frozen=True)
class PlanarSizes:
    """Edge lengths of a planar mesh, m.

    Parameters
    ----------
    formula : str
        Edge length in mm as a gmsh expression of x and y in mm.
    within : mapping of str to float
        Longest edges in polygons and on their edges, m.
    corners : tuple of (float, float)
        Points where edges are shortest, m.
    corner_size : float
        Edge length there, m.
    growth : float
        Growth of the edge length per distance from a corner.
    largest : float
        Longest edge, m.
    """

    formula: str
    within: Mapping[str, float]
    corners: tuple[Point, ...]
    corner_size: float
    growth: float
    largest: float


def mesh_polygons(polygons: Mapping[str, Polygon], sizes: PlanarSizes) -> tuple[Floats, Ints, Ints, tuple[str, ...]]:
    """Mesh polygons that touch along edges, conformingly.

    Parameters
    ----------
    polygons : mapping of str to sequence of (float, float)
        Corners of each named polygon in order, m. A corner may lie on another polygon's edge; edges may not cross.
    sizes : PlanarSizes
        Edge lengths.

    Returns
    -------
    points : ndarray, shape (n_points, 2)
        m.
    cells : ndarray of int32, shape (n_cells, 3)
        Corners of the triangles, counter-clockwise.
    cell_region : ndarray of int32, shape (n_cells,)
        Number of the polygon of each triangle.
    names : tuple of str
        Names of the polygons by number.

    Raises
    ------
    MeshError
        If gmsh fails, or the triangles of a polygon do not fill it.
    """
    loops = {name: _with_all_corners(polygon, polygons) for name, polygon in polygons.items()}
    with gmsh_model() as gmsh:
        with told_as_mesh_errors():
            surfaces, corners = _build(gmsh, loops)
            _set_sizes(gmsh, sizes, surfaces, corners)
            gmsh.model.mesh.generate(2)
        tags, coordinates, _ = gmsh.model.mesh.getNodes()
        number = np.zeros(int(tags.max()) + 1, dtype=np.int32)
        number[tags] = np.arange(len(tags), dtype=np.int32)
        parts = [
            number[gmsh.model.mesh.getElementsByType(_TRIANGLE, tag)[1]].reshape(-1, 3) for tag in surfaces.values()
        ]
    points = metres(coordinates.reshape(-1, 3)[:, :2])
    cells, names = np.concatenate(parts), tuple(polygons)
    region = np.repeat(np.arange(len(parts), dtype=np.int32), [len(part) for part in parts])
    areas = _areas(points, cells)
    cells[areas < 0.0] = cells[areas < 0.0][:, ::-1]
    _check_areas([float(np.abs(areas[region == k]).sum()) for k in range(len(names))], loops)
    return points, cells, region, names


def _with_all_corners(polygon: Polygon, polygons: Mapping[str, Polygon]) -> list[Point]:
    """Corners of a polygon, with the corners of others that lie on its edges."""
    everywhere = np.unique(np.round([corner for other in polygons.values() for corner in other], _DIGITS), axis=0)
    loop: list[Point] = []
    for start, end in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        a, b = np.round(start, _DIGITS), np.round(end, _DIGITS)
        along, offset = b - a, everywhere - a
        share = offset @ along / (along @ along)
        aside = np.abs(along[0] * offset[:, 1] - along[1] * offset[:, 0]) / np.hypot(*along)
        on_edge = (share > 0.0) & (share < 1.0) & (aside < 10.0**-_DIGITS)
        inner = everywhere[on_edge][np.argsort(share[on_edge])]
        loop += [(float(x), float(y)) for x, y in [a, *inner]]
    return loop


def _build(gmsh: Any, loops: Mapping[str, list[Point]]) -> tuple[dict[str, int], dict[Point, int]]:
    """Make points, lines that neighbours share, and surfaces; give the surfaces by name and the points."""
    geo = gmsh.model.geo
    corners: dict[Point, int] = {}
    lines: dict[tuple[int, int], int] = {}
    surfaces: dict[str, int] = {}
    for name, loop in loops.items():
        for x, y in loop:
            if (x, y) not in corners:
                corners[x, y] = geo.addPoint(MM_PER_M * x, MM_PER_M * y, 0.0)
        ends = [corners[corner] for corner in loop]
        signed = []
        for a, b in zip(ends, [*ends[1:], ends[0]], strict=True):
            if (a, b) not in lines:
                lines[a, b] = geo.addLine(a, b)
                lines[b, a] = -lines[a, b]
            signed.append(lines[a, b])
        surfaces[name] = geo.addPlaneSurface([geo.addCurveLoop(signed)])
    geo.synchronize()
    return surfaces, corners


def _set_sizes(gmsh: Any, sizes: PlanarSizes, surfaces: Mapping[str, int], corners: Mapping[Point, int]) -> None:
    """Give gmsh the edge lengths as fields, which it evaluates without calling back."""
    field = gmsh.model.mesh.field
    everywhere, distance, near, smallest = (field.add(kind) for kind in ("MathEval", "Distance", "Threshold", "Min"))
    field.setString(everywhere, "F", sizes.formula)
    found = [corners[round(x, _DIGITS), round(y, _DIGITS)] for x, y in sizes.corners]
    field.setNumbers(distance, "PointsList", found)
    for name, value in {
        "InField": distance,
        "SizeMin": MM_PER_M * sizes.corner_size,
        "SizeMax": MM_PER_M * sizes.largest,
        "DistMin": 0.0,
        "DistMax": MM_PER_M * (sizes.largest - sizes.corner_size) / sizes.growth,
    }.items():
        field.setNumber(near, name, value)
    caps = []
    for name, size in sizes.within.items():
        caps.append(field.add("Constant"))
        field.setNumbers(caps[-1], "SurfacesList", [surfaces[name]])
        field.setNumber(caps[-1], "VIn", MM_PER_M * size)
        field.setNumber(caps[-1], "VOut", MM_PER_M * sizes.largest)
    field.setNumbers(smallest, "FieldsList", [everywhere, near, *caps])
    field.setAsBackgroundMesh(smallest)
    gmsh.option.setNumber("Mesh.MeshSizeMax", MM_PER_M * sizes.largest)


def _areas(points: Floats, cells: Ints) -> Floats:
    """Areas of triangles, positive where counter-clockwise."""
    one, two = points[cells[:, 1]] - points[cells[:, 0]], points[cells[:, 2]] - points[cells[:, 0]]
    areas: Floats = 0.5 * (one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0])
    return areas


def _check_areas(areas: Sequence[float], loops: Mapping[str, list[Point]]) -> None:
    """Check that the triangles of each polygon have its area."""
    for area, (name, loop) in zip(areas, loops.items(), strict=True):
        x, y = np.array(loop).T
        expected = 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))
        if abs(area - expected) > 1e-6 * expected:
            message = f"region {name} has an area of {area:g} m², its outline {expected:g} m²"
            raise MeshError(message)

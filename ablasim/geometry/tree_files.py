"""Trees of vessels read from centre-line files: CSV tables and VTK poly-lines (.vtp)."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError
from ablasim.geometry.trees import VesselTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

UNITS = {"mm": 1e-3, "m": 1.0}
FLOW_COLUMN = "flow_ml_min"
RADIUS_ARRAYS = ("radius", "MaximumInscribedSphereRadius")
"""Names of the point array with the radii that are looked for, the second being that of VMTK's centre-lines."""

_SAME_PLACE = 1e-6  # m: points of poly-lines nearer than that are one
_NO_PARENT = ("", "-1")
_M3_S_PER_ML_MIN = 1e-6 / 60.0


@dataclass(frozen=True, eq=False)
class TreeFile:
    """What a centre-line file says.

    Parameters
    ----------
    tree : VesselTree
        The tree.
    flow : ndarray, shape (n_segments,), or None
        Blood flow in each segment, m³/s, where the file gives it; NaN where a row leaves it out.
    labels : tuple of str
        What to call each point in messages: its row, or its poly-line.
    """

    tree: VesselTree
    flow: Floats | None
    labels: tuple[str, ...]


def read_tree(path: str | Path, name: str, unit: str = "mm") -> TreeFile:
    """Read a tree of vessels.

    A CSV table has a row for each point with the columns ``id``, ``parent`` (an id; empty or -1 for the root),
    ``x_mm``, ``y_mm``, ``z_mm`` and ``radius_mm`` (``x_m`` and so on where the unit is m): the radius is that of the
    segment between the point and its parent, and the root's may be empty. A column ``flow_ml_min`` may give the flow
    in that segment. Lines that start with ``#`` are comments. In a ``.vtp`` file each poly-line runs away from the
    root; points at the same place are one, and the radii are the point array ``radius``.

    Parameters
    ----------
    path : str or Path
        File with the suffix ``.csv`` or ``.vtp``.
    name : str
        Name of the tree.
    unit : {"mm", "m"}
        Unit of coordinates and radii.

    Raises
    ------
    ModelError
        If the file cannot be read or is no tree; the message names row and column, or poly-line and point.
    """
    file = Path(path)
    if unit not in UNITS:
        message = f"{path}: unit = {unit}: must be {' or '.join(UNITS)}"
        raise ModelError(message)
    if file.suffix.lower() == ".csv":
        return _read_csv(file, name, unit)
    if file.suffix.lower() == ".vtp":
        return _read_vtp(file, name, unit)
    message = f"{path}: must be a table (.csv) or VTK poly-lines (.vtp)"
    raise ModelError(message)


def _read_csv(path: Path, name: str, unit: str) -> TreeFile:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read as a table: {error}"
        raise ModelError(message) from error
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if line.strip() and line[0] != "#"]
    table = list(csv.reader(line for _, line in numbered))
    header = [column.strip() for column in table[0]] if table else []
    needed = ["id", "parent", *(f"{axis}_{unit}" for axis in "xyz"), f"radius_{unit}"]
    if missing := [column for column in needed if column not in header]:
        message = f"{path}: column {', '.join(missing)} missing: must have {', '.join(needed)}; has {', '.join(header)}"
        raise ModelError(message)
    rows = [
        _Row(path, number, dict(zip(header, (cell.strip() for cell in cells), strict=False)))
        for (number, _), cells in zip(numbered[1:], table[1:], strict=True)
    ]
    number_of: dict[str, int] = {}
    for index, row in enumerate(rows):
        if row.cells.get("id", "") in {"", *number_of}:
            allowed = "must be there, and different in each row"
            raise row.error(column="id", allowed=allowed)
        number_of[row.cells["id"]] = index
    parents = np.array([_parent(row, number_of) for row in rows], dtype=np.int64)
    labels = [f"row {row.number}" for row in rows]
    order = _from_the_root(path, parents, labels)
    scale = UNITS[unit]
    points = scale * np.array([[row.value(f"{axis}_{unit}") for axis in "xyz"] for row in rows]).reshape(-1, 3)
    radii = scale * np.array(
        [0.0 if parent < 0 else row.positive(f"radius_{unit}") for row, parent in zip(rows, parents, strict=True)]
    )
    flow = None
    if FLOW_COLUMN in header:
        given = [row.positive(FLOW_COLUMN) if row.cells.get(FLOW_COLUMN) else np.nan for row in rows]
        flow = _M3_S_PER_ML_MIN * np.array(given)
    return _ordered(path, name, points, parents, radii, flow, labels, order)


@dataclass(frozen=True)
class _Row:
    path: Path
    number: int
    cells: dict[str, str]

    def error(self, column: str, allowed: str) -> ModelError:
        given = self.cells.get(column, "")
        return ModelError(f"{self.path}: row {self.number}, column {column} = '{given}': {allowed}")

    def value(self, column: str) -> float:
        try:
            value = float(self.cells.get(column, ""))
        except ValueError:
            raise self.error(column, "must be a number") from None
        if not np.isfinite(value):
            raise self.error(column, "must be a number")
        return value

    def positive(self, column: str) -> float:
        value = self.value(column)
        if value <= 0.0:
            raise self.error(column, "must be above 0")
        return value


def _parent(row: _Row, number_of: dict[str, int]) -> int:
    said = row.cells.get("parent", "")
    if said in number_of and said != row.cells["id"]:
        return number_of[said]
    if said in _NO_PARENT:
        return -1
    allowed = "must be the id of another row, or -1 or empty for the root"
    raise row.error(column="parent", allowed=allowed)


def _read_vtp(path: Path, name: str, unit: str) -> TreeFile:
    from vtkmodules.util.numpy_support import vtk_to_numpy  # heavy, and needed here only
    from vtkmodules.vtkIOXML import vtkXMLPolyDataReader

    reader = vtkXMLPolyDataReader()
    if not path.is_file() or not reader.CanReadFile(str(path)):
        message = f"{path}: cannot be read as VTK poly-lines (XML, .vtp)"
        raise ModelError(message)
    reader.SetFileName(str(path))
    reader.Update()
    content = reader.GetOutput()
    arrays = content.GetPointData()
    array = next((found for key in RADIUS_ARRAYS if (found := arrays.GetArray(key)) is not None), None)
    if array is None or content.GetNumberOfLines() == 0:
        has = ", ".join(str(arrays.GetArrayName(i)) for i in range(arrays.GetNumberOfArrays())) or "none"
        message = (
            f"{path}: must have poly-lines and a point array {' or '.join(RADIUS_ARRAYS)}; it has "
            f"{content.GetNumberOfLines()} poly-lines and the point arrays {has}"
        )
        raise ModelError(message)
    scale = UNITS[unit]
    places = scale * np.asarray(vtk_to_numpy(content.GetPoints().GetData()), dtype=float)
    radii = scale * np.asarray(vtk_to_numpy(array), dtype=float)
    lines = content.GetLines()
    starts, ids = vtk_to_numpy(lines.GetOffsetsArray()), vtk_to_numpy(lines.GetConnectivityArray())
    polylines = [np.asarray(ids[a:b], dtype=np.int64) for a, b in pairwise(starts)]
    return _joined(path, name, places, radii, polylines)


def _joined(path: Path, name: str, places: Floats, radii: Floats, polylines: Sequence[Ints]) -> TreeFile:
    """Tree of poly-lines that share places: the full paths from the root to each end, or a line for each branch."""
    used = np.concatenate(polylines)
    _, first, merged = np.unique(np.round(places[used] / _SAME_PLACE), axis=0, return_index=True, return_inverse=True)
    place_of = dict(zip(used.tolist(), merged.ravel().tolist(), strict=True))
    parents = np.full(len(first), -1, dtype=np.int64)
    labels = [""] * len(first)
    for number, line in enumerate(polylines):
        for position, (before, after) in enumerate(pairwise(line)):
            start, end = place_of[int(before)], place_of[int(after)]
            label = f"poly-line {number}, point {position + 1}"
            labels[start] = labels[start] or f"poly-line {number}, point {position}"
            labels[end] = labels[end] or label
            if start == end:
                message = f"{path}: {label}: must lie away from the point before it"
                raise ModelError(message)
            if parents[end] not in (-1, start):
                message = (
                    f"{path}: {label}: comes from two places: poly-lines must run away from the root and only part"
                )
                raise ModelError(message)
            parents[end] = start
    order = _from_the_root(path, parents, labels)
    for point in np.flatnonzero(parents >= 0):
        if not radii[used[first[point]]] > 0.0:
            message = f"{path}: {labels[point]}: radius = {radii[used[first[point]]]:g}: must be above 0"
            raise ModelError(message)
    return _ordered(path, name, places[used[first]], parents, radii[used[first]], None, labels, order)


def _from_the_root(path: Path, parents: Ints, labels: Sequence[str]) -> list[int]:
    """Points in an order in which parents come before their children.

    Raises
    ------
    ModelError
        If there is not one root from which all points are reached.
    """
    roots = np.flatnonzero(parents < 0)
    if len(roots) != 1:
        named = ", ".join(labels[root] for root in roots[:3]) or "none"
        message = f"{path}: has {len(roots)} roots ({named}): must be one tree, with one point without a parent"
        raise ModelError(message)
    children: dict[int, list[int]] = {}
    for point, parent in enumerate(parents.tolist()):
        children.setdefault(parent, []).append(point)
    order, waiting = [], [int(roots[0])]
    while waiting:
        point = waiting.pop()
        order.append(point)
        waiting.extend(reversed(children.get(point, [])))
    if len(order) < len(parents):
        lost = next(point for point in range(len(parents)) if point not in set(order))
        message = f"{path}: {labels[lost]}: its parents lead round in a circle, not to the root"
        raise ModelError(message)
    return order


def _ordered(
    path: Path,
    name: str,
    points: Floats,
    parents: Ints,
    radii: Floats,
    flow: Floats | None,
    labels: Sequence[str],
    order: list[int],
) -> TreeFile:
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    renamed = np.where(parents[order] < 0, -1, place[parents[order]])
    named: tuple[Any, ...] = tuple(labels[point] for point in order)
    for point in range(1, len(order)):
        if np.array_equal(points[order[point]], points[parents[order[point]]]):
            message = f"{path}: {named[point]}: must lie away from its parent"
            raise ModelError(message)
    try:
        tree = VesselTree(name, points[order], renamed, radii[order])
    except ModelError as error:
        message = f"{path}: {error}"
        raise ModelError(message) from error
    return TreeFile(tree, None if flow is None else flow[order][1:], named)

"""Maps of absorbed power per mass (SAR) from files: CSV tables on a grid, and VTK triangles."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError
from ablasim.physics.microwave.maps import GridPattern, TrianglePattern
from ablasim.physics.microwave.patterns import PowerPattern
from ablasim.units import metres

Floats = NDArray[np.float64]

COLUMNS = ("r_mm", "z_mm", "sar_w_kg")
ARRAY = "sar_w_kg"
UNITS = {"mm": 1e-3, "m": 1.0}

_FLAT = 1e-9  # m: how far the points of a half-plane may lie off it


def read_sar_map(path: Path, unit: str, scale: float) -> PowerPattern:
    """Read a map of absorbed power in the half-plane of an antenna.

    A CSV table has the columns ``r_mm`` and ``z_mm``, the distance from the axis and the height above the tip, and
    ``sar_w_kg``, W/kg; a row for each crossing of a rectangular grid, in any order. An empty ``sar_w_kg`` is a place
    without tissue: the antenna. Lines that start with ``#`` are comments. A VTK file (``.vtu``, ``.vtk``) has
    triangles or quadrilaterals whose first two coordinates are r and z, and a point array ``sar_w_kg``.

    Parameters
    ----------
    path : Path
        The file.
    unit : {"mm", "m"}
        Unit of the coordinates of a VTK file.
    scale : float
        Power density for 1 W forward that 1 W/kg stands for, W/m³.

    Raises
    ------
    ModelError
        If the file cannot be read, is no map, or holds what cannot be; the message names line or point.
    """
    kind = path.suffix.lower()
    if kind == ".csv":
        return _read_csv(path, scale)
    if kind in (".vtu", ".vtk"):
        return _read_vtk(path, UNITS[unit], scale)
    message = f"{path}: must be a table (.csv) or VTK cells (.vtu, .vtk)"
    raise ModelError(message)


def _read_csv(path: Path, scale: float) -> GridPattern:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read as a table: {error}"
        raise ModelError(message) from error
    numbered = [(k, line) for k, line in enumerate(text.splitlines(), start=1) if line.strip() and line[0] != "#"]
    table = list(csv.reader(line for _, line in numbered))
    header = [column.strip() for column in table[0]] if table else []
    if missing := [column for column in COLUMNS if column not in header]:
        has = ", ".join(header) or "none"
        message = f"{path}: column {', '.join(missing)} missing: must have {', '.join(COLUMNS)}; has {has}"
        raise ModelError(message)
    lines = np.array([number for number, _ in numbered[1:]], dtype=np.int64)
    order = [header.index(column) for column in COLUMNS]
    cells = [[row[k].strip() if k < len(row) else "" for k in order] for row in table[1:]]
    values = np.array(
        [
            [_number(f"{path}:{line}", column, cell) for column, cell in zip(COLUMNS, row, strict=True)]
            for line, row in zip(lines, cells, strict=True)
        ]
    ).reshape(-1, 3)
    return _to_grid(path, lines, values, scale)


def _number(where: str, column: str, cell: str) -> float:
    if column == ARRAY and not cell:
        return float("nan")
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value) or (value < 0.0 and column != "z_mm"):
        allowed = "must be a number" if not np.isfinite(value) else "must be at least 0"
        empty = ", or empty where there is no tissue" if column == ARRAY else ""
        message = f"{where}: {column} = {cell or 'nothing'}: {allowed}{empty}"
        raise ModelError(message)
    return value


def _to_grid(path: Path, lines: NDArray[np.int64], values: Floats, scale: float) -> GridPattern:
    """Sort rows onto the crossings of their grid lines."""
    r, i = np.unique(values[:, 0], return_inverse=True)
    z, j = np.unique(values[:, 1], return_inverse=True)
    if len(r) < 2 or len(z) < 2:
        message = f"{path}: {len(r)} values of r_mm and {len(z)} of z_mm: must be two of each at least"
        raise ModelError(message)
    row = np.full((len(r), len(z)), -1, dtype=np.int64)
    for k, place in enumerate(zip(i.tolist(), j.tolist(), strict=True)):
        if row[place] >= 0:
            message = (
                f"{path}:{lines[k]}: r_mm = {values[k, 0]:g}, z_mm = {values[k, 1]:g}: must be there once: "
                f"line {lines[row[place]]} has it"
            )
            raise ModelError(message)
        row[place] = k
    if (row < 0).any():
        first = np.argwhere(row < 0)[0]
        message = (
            f"{path}: not a grid: {len(r)} values of r_mm and {len(z)} of z_mm make {row.size} places, {len(lines)} "
            f"are given; missing is r_mm = {r[first[0]]:g}, z_mm = {z[first[1]]:g}"
        )
        raise ModelError(message)
    sar = values[row, 2]
    _check_power(path, sar)
    return GridPattern(metres(r), metres(z), scale * sar)


def _check_power(path: Path, sar: Floats) -> None:
    if not np.nansum(sar) > 0.0:
        message = f"{path}: {ARRAY}: 0 everywhere: must be above 0 somewhere"
        raise ModelError(message)


def _read_vtk(path: Path, length: float, scale: float) -> TrianglePattern:
    import meshio  # heavy, and needed here only

    try:
        content = meshio.read(path)
    except (OSError, ValueError, KeyError, IndexError, meshio.ReadError) as error:
        message = f"{path}: cannot be read as VTK cells: {error or 'unknown content'}"
        raise ModelError(message) from error
    except SystemExit as error:  # how meshio ends when no format fits
        message = f"{path}: cannot be read as VTK cells"
        raise ModelError(message) from error
    cells = _triangles(content)
    if ARRAY not in content.point_data or len(cells) == 0:
        arrays = ", ".join(content.point_data) or "none"
        kinds = ", ".join(sorted({block.type for block in content.cells})) or "none"
        message = (
            f"{path}: must have triangles or quadrilaterals and a point array {ARRAY}; it has cells of kind {kinds} "
            f"and the point arrays {arrays}"
        )
        raise ModelError(message)
    points = length * np.asarray(content.points, dtype=float)
    sar = np.asarray(content.point_data[ARRAY], dtype=float)
    used = np.unique(cells)
    _check_point(path, used, points, sar)
    corners = points[cells][..., :2]
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    turned = one[:, 0] * two[:, 1] < one[:, 1] * two[:, 0]
    cells[turned] = cells[turned][:, ::-1]
    _check_power(path, sar[used])
    return TrianglePattern(np.ascontiguousarray(points[:, :2]), cells, scale * sar)


def _triangles(content: Any) -> NDArray[np.int32]:
    """Corners of the triangles, quadrilaterals cut into two."""
    parts = [np.empty((0, 3), dtype=np.int32)]
    for block in content.cells:
        if block.type.startswith("triangle"):
            parts.append(np.asarray(block.data[:, :3]))
        elif block.type.startswith("quad"):
            parts += [np.asarray(block.data[:, [0, 1, 2]]), np.asarray(block.data[:, [0, 2, 3]])]
    return np.concatenate(parts).astype(np.int32)


def _check_point(path: Path, used: NDArray[np.int32], points: Floats, sar: Floats) -> None:
    """Check values and places of the points that cells use."""
    if sar.ndim != 1:
        message = f"{path}: {ARRAY} has {sar.shape[-1]} components: must have one"
        raise ModelError(message)
    off = points[:, 2] if points.shape[1] > 2 else np.zeros(len(points))
    for values, wrong, what in (
        (points[:, 0], ~(points[:, 0] >= -_FLAT), "first coordinate (r)|at least 0"),
        (off, ~(np.abs(off) <= _FLAT), "third coordinate|0: r and z are the first two"),
        (sar, ~(np.isfinite(sar) & (sar >= 0.0)), f"{ARRAY}|at least 0"),
    ):
        if wrong[used].any():
            first = used[wrong[used]][0]
            name, _, allowed = what.partition("|")
            message = f"{path}: point {first}: {name} = {values[first]:g}: must be {allowed}"
            raise ModelError(message)

"""Maps of absorption from files: what is read, and what is refused, with line or point."""

from __future__ import annotations

from pathlib import Path

import meshio
import numpy as np
import pytest

from ablasim.errors import ModelError
from ablasim.physics.microwave.patterns import absorbed_share
from ablasim.sar_files import read_sar_map

R_MM, Z_MM = (0.0, 1.0, 4.0, 10.0), (-5.0, 0.0, 20.0)
ROWS = [f"{r},{z},{100.0 + 10.0 * r + z}" for r in R_MM for z in Z_MM]
HEADER = "r_mm,z_mm,sar_w_kg"


def write(folder: Path, *lines: str) -> Path:
    file = folder / "map.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def write_vtu(folder: Path, points: object, cells: object, sar: object, name: str = "map.vtu") -> Path:
    file = folder / name
    meshio.write(file, meshio.Mesh(np.asarray(points, dtype=float), cells, point_data={"sar_w_kg": np.asarray(sar)}))
    return file


def test_rows_may_come_in_any_order_with_comments_and_other_columns(tmp_path):
    plain = read_sar_map(write(tmp_path, HEADER, *ROWS), "mm", 35.0)
    swapped = [",".join([row.split(",")[1], "x", row.split(",")[0], row.split(",")[2]]) for row in reversed(ROWS)]
    other = read_sar_map(write(tmp_path, "# of a paper", "z_mm, note, r_mm, sar_w_kg", "", *swapped), "mm", 35.0)
    places = np.array([[2e-3, 5e-3], [0.0, -5e-3], [9.9e-3, 19e-3]])
    assert plain.density(places) == pytest.approx([35.0 * 125.0, 35.0 * 95.0, 35.0 * 218.0])
    assert other.density(places).tolist() == plain.density(places).tolist()


@pytest.mark.parametrize(("unit", "per_mm"), [("mm", 1.0), ("m", 1e-3)])
@pytest.mark.parametrize("name", ["map.vtu", "map.vtk"])
def test_a_vtk_map_says_the_same_as_the_table(tmp_path, unit, per_mm, name):
    table = read_sar_map(write(tmp_path, HEADER, *ROWS), "mm", 1000.0 / 30.0)
    points = [[r * per_mm, z * per_mm, 0.0] for r in R_MM for z in Z_MM]
    sar = [float(row.rpartition(",")[2]) for row in ROWS]
    n = len(Z_MM)
    corner = np.array([i * n + j for i in range(len(R_MM) - 1) for j in range(n - 1)])
    quads = np.column_stack([corner, corner + 1, corner + n + 1, corner + n])  # clockwise: must be turned
    triangles = [("triangle", quads[:2, [0, 1, 2]]), ("triangle", quads[:2, [0, 2, 3]]), ("quad", quads[2:])]
    found = read_sar_map(write_vtu(tmp_path, points, triangles, sar, name), unit, 1000.0 / 30.0)
    places = np.random.default_rng(0).uniform([0.0, -5e-3], [10e-3, 20e-3], (50, 2))
    assert found.density(places) == pytest.approx(table.density(places), rel=1e-9)
    assert absorbed_share(found) == pytest.approx(absorbed_share(table), rel=1e-9)


FAULTS = {
    "no column": (["r_mm,z_mm,sar", *ROWS], r"map\.csv: column sar_w_kg missing: .*has r_mm, z_mm, sar$"),
    "empty file": ([""], r"map\.csv: column r_mm, z_mm, sar_w_kg missing: .*has none"),
    "negative": ([HEADER, *ROWS[:3], "1.0,-5.0,-3", *ROWS[4:]], r"map\.csv:5: sar_w_kg = -3: must be at least 0"),
    "no number": (
        [HEADER, *ROWS[:3], "1.0,-5.0,many", *ROWS[4:]],
        r"map\.csv:5: sar_w_kg = many: must be a number, or",
    ),
    "infinite": ([HEADER, *ROWS[:3], "1.0,-5.0,inf", *ROWS[4:]], r"map\.csv:5: sar_w_kg = inf: must be a number, or"),
    "no place": ([HEADER, *ROWS[:3], ",-5.0,3", *ROWS[4:]], r"map\.csv:5: r_mm = nothing: must be a number$"),
    "beyond the axis": ([HEADER, *ROWS[:3], "-1,-5.0,3", *ROWS[4:]], r"map\.csv:5: r_mm = -1: must be at least 0$"),
    "twice": (["# x", HEADER, *ROWS, ROWS[2]], r"map\.csv:15: r_mm = 0, z_mm = 20: must be there once: line 5 has it"),
    "a hole": (
        [HEADER, *ROWS[:4], *ROWS[5:]],
        r"not a grid: 4 values of r_mm and 3 of z_mm make 12 places, 11 are given; missing is r_mm = 1, z_mm = 0",
    ),
    "a line": ([HEADER, *ROWS[:3]], r"map\.csv: 1 values of r_mm and 3 of z_mm: must be two of each at least"),
    "zero": ([HEADER, *(row.rpartition(",")[0] + ",0" for row in ROWS)], r"sar_w_kg: 0 everywhere: must be above 0"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_table_that_is_no_map_is_refused_with_its_line(tmp_path, name):
    lines, message = FAULTS[name]
    with pytest.raises(ModelError, match=message):
        read_sar_map(write(tmp_path, *lines), "mm", 1.0)


SQUARE, TWO = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], [("triangle", [[0, 1, 2], [0, 2, 3]])]


@pytest.mark.parametrize(
    ("points", "cells", "sar", "message"),
    [
        (SQUARE, TWO, [1, 2, -3, 4.0], r"map\.vtu: point 2: sar_w_kg = -3: must be at least 0"),
        (SQUARE, TWO, [1, 2, np.nan, 4], r"map\.vtu: point 2: sar_w_kg = nan: must be at least 0"),
        ([[-1, 0, 0], *SQUARE[1:]], TWO, [1.0] * 4, r"point 0: first coordinate \(r\) = -0\.001: must be at least 0"),
        ([*SQUARE[:3], [0, 1, 2]], TWO, [1.0] * 4, r"point 3: third coordinate = 0\.002: must be 0: r and z are the f"),
        (SQUARE, TWO, [[1.0, 2.0]] * 4, r"sar_w_kg has 2 components: must have one"),
        (SQUARE, [("line", [[0, 1]])], [1.0] * 4, r"must have triangles or quadrilaterals .* cells of kind line"),
        (SQUARE, TWO, [0.0] * 4, r"sar_w_kg: 0 everywhere"),
    ],
)
def test_vtk_cells_that_are_no_map_are_refused_with_their_point(tmp_path, points, cells, sar, message):
    with pytest.raises(ModelError, match=message):
        read_sar_map(write_vtu(tmp_path, points, cells, sar), "mm", 1.0)


def test_other_files_are_refused(tmp_path):
    with pytest.raises(ModelError, match=r"map\.txt: must be a table \(\.csv\) or VTK cells"):
        read_sar_map(tmp_path / "map.txt", "mm", 1.0)
    with pytest.raises(ModelError, match=r"map\.csv: cannot be read as a table"):
        read_sar_map(tmp_path / "map.csv", "mm", 1.0)
    (tmp_path / "map.vtu").write_text("no XML")
    with pytest.raises(ModelError, match=r"map\.vtu: cannot be read as VTK cells"):
        read_sar_map(tmp_path / "map.vtu", "mm", 1.0)

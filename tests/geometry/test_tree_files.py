"""Trees of vessels from CSV tables and VTK poly-lines."""

from __future__ import annotations

import numpy as np
import pytest

from ablasim.errors import ModelError
from ablasim.geometry.tree_files import read_tree

HEADER = "id,parent,x_mm,y_mm,z_mm,radius_mm"
ROWS = ("a,,0,0,0,", "b,a,0,0,10,0.5", "c,b,3,0,14,0.4", "d,b,-3,0,14,0.3")


@pytest.fixture
def table(tmp_path):
    def write(*lines):
        file = tmp_path / "tree.csv"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    return write


@pytest.fixture
def polylines(tmp_path):
    def write(points, lines, radius, name="radius"):
        import pyvista

        cells = np.concatenate([[len(line), *line] for line in lines])
        data = pyvista.PolyData(np.asarray(points, dtype=float), lines=cells)
        data.point_data[name] = np.asarray(radius, dtype=float)
        file = tmp_path / "tree.vtp"
        data.save(file)
        return file

    return write


def as_set(tree):
    """Segments of a tree, whatever the order of its points: start, end and radius, mm."""
    return {
        (*np.round(1e3 * a, 6).tolist(), *np.round(1e3 * b, 6).tolist(), round(1e3 * r, 6))
        for a, b, r in zip(tree.starts, tree.points[1:], tree.segment_radii, strict=True)
    }


def test_a_table_becomes_a_tree_in_metres(table):
    read = read_tree(table("# a fork", HEADER, *ROWS), "fork")
    assert read.tree.name == "fork"
    assert as_set(read.tree) == {
        (0, 0, 0, 0, 0, 10, 0.5),
        (0, 0, 10, 3, 0, 14, 0.4),
        (0, 0, 10, -3, 0, 14, 0.3),
    }
    assert read.flow is None


def test_the_order_of_rows_and_columns_does_not_matter(table):
    shuffled = [
        "radius_mm,z_mm,id,x_mm,parent,y_mm",
        "0.3,14,d,-3,b,0",
        "0.5,10,b,0,a,0",
        "0.4,14,c,3,b,0",
        ",0,a,0,-1,0",
    ]
    assert as_set(read_tree(table(*shuffled), "fork").tree) == as_set(read_tree(table(HEADER, *ROWS), "fork").tree)


def test_a_table_in_metres_is_told_by_its_columns(table):
    in_metres = [HEADER.replace("_mm", "_m"), "a,,0,0,0,", "b,a,0,0,0.01,0.0005"]
    tree = read_tree(table(*in_metres), "line", "m").tree
    assert tree.segment_lengths.tolist() == [0.01]
    with pytest.raises(ModelError, match=r"column x_mm, y_mm, z_mm, radius_mm missing: must have id, parent, x_mm"):
        read_tree(table(*in_metres), "line", "mm")


def test_flows_of_a_table_are_read_in_cubic_metres_per_second(table):
    rows = [HEADER + ",flow_ml_min", "a,,0,0,0,,", "b,a,0,0,10,0.5,", "c,b,3,0,14,0.4,6", "d,b,-3,0,14,0.3,3"]
    flow = read_tree(table(*rows), "fork").flow
    assert flow[1:] == pytest.approx([1e-7, 0.5e-7])
    assert np.isnan(flow[0])


@pytest.mark.parametrize(
    ("line", "wrong", "said"),
    [
        (1, "a,,0,zero,0,", "row 2, column y_mm = 'zero': must be a number"),
        (2, "b,a,0,0,nan,0.5", "row 3, column z_mm = 'nan': must be a number"),
        (3, "c,b,3,0,14,-0.4", "row 4, column radius_mm = '-0.4': must be above 0"),
        (3, "c,b,3,0,14,", "row 4, column radius_mm = '': must be a number"),
        (3, "c,q,3,0,14,0.4", "row 4, column parent = 'q': must be the id of another row, or -1 or empty for the root"),
        (3, "c,c,3,0,14,0.4", "row 4, column parent = 'c': must be the id of another row"),
        (4, "c,b,-3,0,14,0.3", "row 5, column id = 'c': must be there, and different in each row"),
        (4, "d,b,0,0,10,0.3", "row 5: must lie away from its parent"),
        (4, "d,,-3,0,14,0.3", "has 2 roots (row 2, row 5): must be one tree"),
        (4, "d", "has 2 roots (row 2, row 5)"),
    ],
)
def test_a_faulty_table_is_refused_with_row_and_column(table, line, wrong, said):
    lines = [HEADER, *ROWS]
    lines[line] = wrong
    with pytest.raises(ModelError) as error:
        read_tree(table(*lines), "fork")
    assert said in str(error.value)
    assert "tree.csv" in str(error.value)


def test_a_circle_is_no_tree(table):
    with pytest.raises(ModelError, match=r"row 3: its parents lead round in a circle"):
        read_tree(table(HEADER, "a,,0,0,0,", "b,c,0,0,1,1", "c,b,0,0,2,1"), "ring")


def test_polylines_are_joined_where_they_share_a_place(polylines):
    # as VMTK writes them: the full way from the root to each end
    points = [[0, 0, 0], [0, 0, 10], [3, 0, 14], [0, 0, 0], [0, 0, 10], [-3, 0, 14]]
    file = polylines(points, [[0, 1, 2], [3, 4, 5]], [0.6, 0.5, 0.4, 0.6, 0.5, 0.3])
    assert as_set(read_tree(file, "fork").tree) == {
        (0, 0, 0, 0, 0, 10, 0.5),
        (0, 0, 10, 3, 0, 14, 0.4),
        (0, 0, 10, -3, 0, 14, 0.3),
    }


def test_polylines_of_branches_that_share_points_make_the_same_tree(polylines):
    points = [[0, 0, 0], [0, 0, 10], [3, 0, 14], [-3, 0, 14]]
    file = polylines(points, [[0, 1], [1, 2], [1, 3]], [0.6, 0.5, 0.4, 0.3], name="MaximumInscribedSphereRadius")
    assert read_tree(file, "fork").tree.n_segments == 3
    assert read_tree(file, "fork", "m").tree.segment_lengths.max() == 10.0


@pytest.mark.parametrize(
    ("lines", "radius", "said"),
    [
        ([[0, 2], [1, 2], [2, 3]], [1, 1, 1, 1], "poly-line 1, point 1: comes from two places"),
        ([[0, 1], [2, 3]], [1, 1, 1, 1], "has 2 roots (poly-line 0, point 0, poly-line 1, point 0)"),
        ([[0, 1], [1, 2], [1, 3]], [1, 1, 0, 1], "poly-line 1, point 1: radius = 0: must be above 0"),
    ],
)
def test_faulty_polylines_are_refused_with_line_and_point(polylines, lines, radius, said):
    points = [[0, 0, 0], [0, 0, 10], [3, 0, 14], [-3, 0, 14]]
    with pytest.raises(ModelError) as error:
        read_tree(polylines(points, lines, radius), "fork")
    assert said in str(error.value)


def test_polylines_without_radii_are_refused(polylines):
    with pytest.raises(ModelError, match="must have poly-lines and a point array radius or MaximumInscribed"):
        read_tree(polylines([[0, 0, 0], [0, 0, 1]], [[0, 1]], [1, 1], name="thickness"), "line")


def test_other_files_are_refused(tmp_path):
    with pytest.raises(ModelError, match=r"must be a table \(\.csv\) or VTK poly-lines \(\.vtp\)"):
        read_tree(tmp_path / "tree.swc", "tree")
    (tmp_path / "tree.vtp").write_text("no XML", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be read as VTK poly-lines"):
        read_tree(tmp_path / "tree.vtp", "tree")

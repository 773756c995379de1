from dataclasses import replace

import numpy as np
import pytest

from ablasim.errors import MeshError
from ablasim.mesh import Mesh, cell_quality, check_quality, mesh_quality
from ablasim.mesh.structured import box_mesh


def one_cell(points):
    empty = np.empty((0, 3), dtype=np.int32)
    cells, region = np.array([[0, 1, 2, 3]], dtype=np.int32), np.zeros(1, dtype=np.int32)
    return Mesh(np.array(points, dtype=float), cells, region, ("organ",), empty, empty[:, 0], ())


def test_a_regular_tetrahedron_has_quality_one():
    regular = one_cell([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    assert cell_quality(regular)[0] == pytest.approx(1.0)


def test_the_corner_of_a_cube_has_the_known_quality():
    corner = one_cell([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert cell_quality(corner)[0] == pytest.approx(np.sqrt(3) - 1)  # r = 1/(3+√3), R = √3/2


def test_quality_falls_to_nothing_as_a_cell_goes_flat():
    flat = one_cell([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0.3, 0.3, 1e-6]])
    assert 0.0 < cell_quality(flat)[0] < 1e-5


def test_figures_fit_the_mesh(small_mesh):
    figures = mesh_quality(small_mesh)
    assert (figures.n_points, figures.n_cells) == (small_mesh.n_points, small_mesh.n_cells)
    assert 0.1 < figures.min_quality < figures.mean_quality < 1.0
    assert check_quality(small_mesh) == figures


def test_a_sliver_is_refused_naming_its_region_and_place_in_millimetres():
    mesh = box_mesh((0.02, 0.02, 0.02), (2, 2, 2))
    middle = int(np.argmin(np.linalg.norm(mesh.points, axis=1)))
    points = mesh.points.copy()
    points[middle] += 0.00999 * np.array([1.0, 0.0, 0.0])
    with pytest.raises(MeshError, match=r"mesh quality .* is below 0.02 in organ at \(\d+\.\d\d, .* mm"):
        check_quality(replace(mesh, points=points))

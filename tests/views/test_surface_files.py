import numpy as np
import pytest

from ablasim.errors import OutputError
from ablasim.results.files import write_surface_vtp
from ablasim.views.surface_files import read_surface

POINTS = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
TRIANGLES = np.array([[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]])
MARGIN = np.array([1.0, 2.0, 3.0, 4.0])


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "tumour_margin.vtp"
    write_surface_vtp(file, POINTS, TRIANGLES, {"margin_mm": MARGIN})
    return file


def test_a_surface_is_read_as_it_was_written(file):
    surface, values = read_surface(file, "margin_mm")
    np.testing.assert_array_equal(surface.points, POINTS)
    np.testing.assert_array_equal(surface.triangles, TRIANGLES)
    np.testing.assert_array_equal(values, MARGIN)


def test_an_empty_surface_is_whole(file):
    write_surface_vtp(file, np.empty((0, 3)), np.empty((0, 3), dtype=int))
    assert len(read_surface(file).surface.triangles) == 0


@pytest.mark.parametrize("kept", [0, 30, 150, 300, 500, 700])
def test_a_file_cut_short_is_refused(file, capfd, kept):
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(OutputError, match=r"tumour_margin\.vtp: damaged"):
        read_surface(file, "margin_mm")
    assert capfd.readouterr().err == ""


def test_a_file_without_the_array_is_refused(file):
    with pytest.raises(OutputError, match="damaged"):
        read_surface(file, "depth_mm")


def test_triangles_of_points_that_are_not_there_are_refused(file):
    write_surface_vtp(file, POINTS, TRIANGLES + 1)
    with pytest.raises(OutputError, match="damaged"):
        read_surface(file)

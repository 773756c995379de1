import json

import numpy as np
import pytest
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkIOXML import vtkXMLPolyDataReader

from ablasim.results.files import plain, write_columns_csv, write_json, write_surface_vtp


def test_json_keeps_order_and_full_precision_and_has_null_for_nan(tmp_path):
    path = tmp_path / "summary.json"
    write_json(path, {"z": np.float64(0.1) + 0.2, "a": [np.nan, np.int32(3)], "place": tmp_path, "ok": np.True_})
    read = json.loads(path.read_text(encoding="utf-8"))
    assert list(read) == ["z", "a", "place", "ok"]
    assert read == {"z": 0.1 + 0.2, "a": [None, 3], "place": str(tmp_path), "ok": True}


def test_json_refuses_what_it_cannot_hold():
    with pytest.raises(TypeError, match="complex"):
        plain({"a": 1j})


def test_history_has_unit_bearing_headers_and_round_trips(tmp_path):
    path = tmp_path / "history.csv"
    columns = {"time_s": np.array([0.0, 0.1]), "power_w": np.array([np.nan, 40.0])}
    write_columns_csv(path, columns)
    assert path.read_text().splitlines() == ["time_s,power_w", "0.0,", "0.1,40.0"]
    read = np.genfromtxt(path, delimiter=",", names=True)
    np.testing.assert_array_equal(read["power_w"], columns["power_w"])


def test_history_columns_of_different_length_are_refused(tmp_path):
    with pytest.raises(ValueError, match="one length"):
        write_columns_csv(tmp_path / "history.csv", {"time_s": np.zeros(2), "power_w": np.zeros(3)})


@pytest.fixture
def square():
    points = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0.5]])
    return points, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32)


def read_vtp(path):
    reader = vtkXMLPolyDataReader()
    reader.SetFileName(str(path))
    reader.Update()
    return reader.GetOutput()


def test_vtk_reads_the_surface_and_its_values(tmp_path, square):
    points, triangles = square
    values = {
        "margin_mm": np.array([1.0, 2, 3, 4]),
        "normal": points.astype(np.float32),
        "is_dead": points[:, 0] > 0,
    }
    write_surface_vtp(tmp_path / "a.vtp", points, triangles, values)
    surface = read_vtp(tmp_path / "a.vtp")
    np.testing.assert_array_equal(vtk_to_numpy(surface.GetPoints().GetData()), points)
    connectivity = vtk_to_numpy(surface.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    np.testing.assert_array_equal(connectivity, triangles)
    for name, expected in values.items():
        np.testing.assert_array_equal(vtk_to_numpy(surface.GetPointData().GetArray(name)), expected)


def test_an_empty_surface_is_a_valid_file(tmp_path):
    write_surface_vtp(tmp_path / "a.vtp", np.zeros((0, 3)), np.zeros((0, 3), dtype=int))
    assert read_vtp(tmp_path / "a.vtp").GetNumberOfPolys() == 0


def test_point_data_that_does_not_fit_is_refused(tmp_path, square):
    with pytest.raises(ValueError, match="3 values for 4 points"):
        write_surface_vtp(tmp_path / "a.vtp", *square, {"margin_mm": np.zeros(3)})

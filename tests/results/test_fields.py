import errno
import subprocess
import sys

import h5py
import numpy as np
import pytest
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkIOHDF import vtkHDFReader

from ablasim.results.fields import LEVEL_BITS, FieldsWriter, rounded

ROUNDING = 2.0**-16 + 2.0**-24  # half a unit of the 16 significant bits that are kept, and of the single
TIMES_S = (0.0, 2.5, 10.0)


def temperature(points, time_s):
    return (37.0 + 1e3 * points[:, 0] * time_s).astype(np.float32)


@pytest.fixture
def written(tmp_path, two_tetrahedra):
    points, cells = two_tetrahedra
    path = tmp_path / "fields.vtkhdf"
    regions = {"region": np.array([3, 7], dtype=np.int32)}
    constant = {"largest": np.array([1.0, 2.0, np.nan, 4.0, 5.0])}
    names = ("organ", "tumour")
    with FieldsWriter(path, points, cells, regions, region_names=names, constant_data=constant) as fields:
        for time_s in TIMES_S:
            fields.append(time_s, {"temperature_c": temperature(points, time_s), "zone_level": points[:, 2]})
    return path


@pytest.fixture
def reader(written):
    reader = vtkHDFReader()
    reader.SetFileName(str(written))
    reader.UpdateInformation()
    return reader


def read_step(reader, step):
    reader.SetStep(step)
    reader.Update()
    return reader.GetOutputDataObject(0)


def test_vtk_finds_every_time(reader):
    key = reader.GetExecutive().TIME_STEPS()
    assert reader.GetOutputInformation(0).Get(key) == TIMES_S


def test_vtk_reads_the_values_of_every_step(reader, two_tetrahedra):
    points, _ = two_tetrahedra
    for step, time_s in enumerate(TIMES_S):
        data = read_step(reader, step).GetPointData()
        read = vtk_to_numpy(data.GetArray("temperature_c"))
        np.testing.assert_allclose(read, temperature(points, time_s), rtol=ROUNDING)
        np.testing.assert_allclose(vtk_to_numpy(data.GetArray("zone_level")), points[:, 2], rtol=ROUNDING)


def test_vtk_reads_what_stays_the_same_at_every_step_though_it_is_stored_once(reader, written):
    for step in range(len(TIMES_S)):
        read = vtk_to_numpy(read_step(reader, step).GetPointData().GetArray("largest"))
        np.testing.assert_array_equal(read, [1.0, 2.0, np.nan, 4.0, 5.0])
    with h5py.File(written) as file:
        assert file["VTKHDF/PointData/largest"].shape == (5,)


def test_vtk_reads_mesh_and_regions_at_the_last_step(reader, two_tetrahedra):
    points, cells = two_tetrahedra
    grid = read_step(reader, len(TIMES_S) - 1)
    np.testing.assert_array_equal(vtk_to_numpy(grid.GetPoints().GetData()), points)
    np.testing.assert_array_equal(vtk_to_numpy(grid.GetCells().GetConnectivityArray()).reshape(-1, 4), cells)
    np.testing.assert_array_equal(vtk_to_numpy(grid.GetCellData().GetArray("region")), [3, 7])


def test_the_mesh_is_stored_once_whatever_the_number_of_steps(written):
    with h5py.File(written) as file:
        assert file["VTKHDF/Points"].shape == (5, 3)
        assert file["VTKHDF/PointData/temperature_c"].shape == (5 * len(TIMES_S),)
        assert list(file["VTKHDF/CellData"].attrs["region_names"]) == ["organ", "tumour"]


def test_only_filters_that_vtk_knows_are_used(written):
    with h5py.File(written) as file:
        compressions = []
        file.visititems(lambda _, item: compressions.append(getattr(item, "compression", None)))
    assert set(compressions) <= {None, "gzip"}


def test_a_run_that_fails_half_way_still_leaves_a_readable_file(tmp_path, two_tetrahedra):
    points, cells = two_tetrahedra
    path = tmp_path / "fields.vtkhdf"

    def fail_after_one_step():
        with FieldsWriter(path, points, cells) as fields:
            fields.append(1.0, {"temperature_c": points[:, 0]})
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fail_after_one_step()
    with h5py.File(path) as file:
        assert file["VTKHDF/Steps/Values"][:].tolist() == [1.0]


def test_rounding_keeps_sixteen_bits_and_what_is_not_finite():
    values = np.random.default_rng(1).uniform(-1e3, 1e3, 1000)
    assert np.max(np.abs(rounded(values) / values - 1.0)) <= ROUNDING
    np.testing.assert_array_equal(rounded(np.array([np.nan, np.inf, -np.inf, 0.0])), [np.nan, np.inf, -np.inf, 0.0])


def test_an_edge_between_rounded_levels_moves_by_two_thousandths_of_it_at_most():
    dead, alive = np.exp(np.random.default_rng(2).uniform(-12, 10, (2, 100_000))) * [[1.0], [-1.0]]
    place = dead / (dead - alive)
    dead, alive = (rounded(level, LEVEL_BITS).astype(float) for level in (dead, alive))
    assert (dead > 0.0).all()
    assert (alive < 0.0).all()
    moved = np.abs(dead / (dead - alive) - place)
    assert 0.001 < moved.max() < 0.002


@pytest.mark.parametrize(
    ("time_s", "fields", "words"),
    [
        (1.0, {"temperature_c": np.zeros(5)}, "time must increase"),
        (2.0, {"temperature_c": np.zeros(4)}, "the mesh asks for"),
        (2.0, {"other": np.zeros(5)}, "same fields"),
    ],
)
def test_a_step_that_does_not_fit_is_refused(tmp_path, two_tetrahedra, time_s, fields, words):
    with FieldsWriter(tmp_path / "fields.vtkhdf", *two_tetrahedra) as writer:
        writer.append(1.0, {"temperature_c": np.zeros(5)})
        with pytest.raises(ValueError, match=words):
            writer.append(time_s, fields)
        assert writer.n_steps == 1


def test_cell_data_of_the_wrong_length_is_refused(tmp_path, two_tetrahedra):
    with pytest.raises(ValueError, match="cell data 'region'"):
        FieldsWriter(tmp_path / "fields.vtkhdf", *two_tetrahedra, {"region": np.zeros(3)})


def test_point_data_that_stays_the_same_must_fit_the_mesh(tmp_path, two_tetrahedra):
    with pytest.raises(ValueError, match="field 'largest'"):
        FieldsWriter(tmp_path / "fields.vtkhdf", *two_tetrahedra, constant_data={"largest": np.zeros(2)})


FULL = """
import resource, sys
import numpy as np
from ablasim.results.fields import FieldsWriter

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
n = 5000
points, cells = np.random.default_rng(1).random((n, 3)), np.zeros((n, 4), int)
try:
    with FieldsWriter(sys.argv[1], points, cells) as fields:
        for time in range(int(sys.argv[2])):
            fields.append(time, {"temperature_c": points[:, 0] * time, "zone_level": points[:, 1]})
except OSError as error:
    print(error.errno, error.filename)
"""


@pytest.mark.parametrize(("n_steps", "room"), [(0, 1), (0, 20_000), (3, 20_000), (200, 300_000)])
def test_a_file_that_finds_no_room_ends_in_one_error_and_not_in_a_crash(tmp_path, n_steps, room):
    path = tmp_path / "fields.vtkhdf"
    command = [sys.executable, "-c", FULL, path, str(n_steps), str(room)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert ended.stderr == ""
    assert ended.stdout == f"{errno.EFBIG} {path}\n"

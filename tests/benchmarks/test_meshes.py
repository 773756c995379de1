"""The meshes of problem R1 are whole."""

from __future__ import annotations

import numpy as np
import pytest

from ablasim.errors import MeshError
from ablasim.mesh import read_mesh
from ablasim.mesh.assemble import boundary_faces, face_keys
from ablasim.mesh.tetrahedra import triangle_areas
from benchmarks.meshes import KEPT, N_POINTS, TAGS, array_file, make_l, read_arrays, scenario_file, write_arrays

KEPT_NAMES = ("s", "m")


@pytest.fixture(scope="module", params=KEPT_NAMES)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def mesh(name):
    return read_arrays(array_file(name))


def test_it_has_its_number_of_points_and_its_regions(name, mesh):
    assert mesh.n_points == N_POINTS[name]
    assert mesh.cell_region_names == ("organ",)
    assert mesh.facet_region_names == tuple(TAGS)


def test_it_fills_the_box_but_for_electrode_and_vessel(mesh):
    """Flat facets inside a cylinder leave out up to 1 % of it at nine edges round or more."""
    cylinders = np.pi * (0.75e-3**2 * 55e-3 + 2.5e-3**2 * 80e-3)
    assert 0.08**3 - mesh.cell_volumes.sum() == pytest.approx(cylinders, rel=0.015)


@pytest.mark.parametrize(
    ("surface", "area"),
    [
        ("electrode.active", np.pi * (1.5e-3 * 30e-3 + 0.75e-3**2)),
        ("electrode.shaft", np.pi * 1.5e-3 * 25e-3),
        ("vein", np.pi * 5e-3 * 80e-3),
        ("outer", 6 * 0.08**2 - np.pi * (0.75e-3**2 + 2 * 2.5e-3**2)),
    ],
)
def test_its_surfaces_have_the_area_of_the_shapes(mesh, surface, area):
    assert triangle_areas(mesh.points, mesh.facets_of(surface)).sum() == pytest.approx(area, rel=0.02)


def test_its_named_surfaces_are_its_whole_boundary(mesh):
    named, boundary = (np.sort(face_keys(faces)) for faces in (mesh.facets, boundary_faces(mesh.cells)))
    np.testing.assert_array_equal(named, boundary)


def test_ablasim_reads_the_same_mesh_as_the_peers():
    mesh, read = read_arrays(array_file("s")), read_mesh(scenario_file("s"))
    assert (read.n_points, read.n_cells) == (mesh.n_points, mesh.n_cells)
    assert set(read.facet_region_names) == set(mesh.facet_region_names)
    for tag in TAGS:
        areas = [triangle_areas(each.points, each.facets_of(tag)).sum() for each in (mesh, read)]
        assert areas[0] == pytest.approx(areas[1], rel=1e-12)


def test_a_mesh_file_of_which_half_is_cached_is_written_anew():
    path = scenario_file("s")
    whole = path.read_bytes()
    for half in (whole[: len(whole) // 2], whole[:3], b""):
        path.write_bytes(half)
        assert scenario_file("s") == path
        assert path.read_bytes() == whole


def test_mesh_l_of_which_half_is_cached_is_made_anew(monkeypatch):
    made = []
    monkeypatch.setattr("benchmarks.meshes.make_l", lambda: made.append("l") or read_arrays(KEPT / "r1_s.npz"))
    path = array_file("l")
    whole = path.read_bytes()
    assert array_file("l") == path
    assert made == ["l"]
    path.write_bytes(whole[: len(whole) // 2])
    assert array_file("l").read_bytes() == whole
    path.unlink()  # it is not the mesh of its name


def test_packing_loses_nothing_and_gives_the_same_file_each_time(tmp_path):
    mesh = read_arrays(array_file("s"))
    for folder in ("a", "b"):
        write_arrays(mesh, tmp_path / folder / "s.npz")
    assert (tmp_path / "a" / "s.npz").read_bytes() == (tmp_path / "b" / "s.npz").read_bytes()
    with np.load(tmp_path / "a" / "s.npz") as arrays:
        np.testing.assert_array_equal(arrays["points"], mesh.points)
        np.testing.assert_array_equal(arrays["cells"], mesh.cells)


def test_the_kept_meshes_stay_small():
    assert sum(file.stat().st_size for file in KEPT.glob("r1_*.npz")) < 6e6


def test_an_unknown_mesh_is_refused_by_name():
    with pytest.raises(MeshError, match="mesh 'xl': must be one of s, m, l"):
        array_file("xl")


@pytest.mark.slow
def test_mesh_l_has_about_four_times_the_points_of_m_and_the_same_shape():
    mesh, medium = make_l(), read_arrays(array_file("m"))
    assert mesh.n_points == pytest.approx(N_POINTS["l"], rel=0.03)
    assert set(mesh.facet_region_names) == set(TAGS)
    assert mesh.cell_volumes.sum() == pytest.approx(medium.cell_volumes.sum(), rel=1e-4)
    named, boundary = (np.sort(face_keys(faces)) for faces in (mesh.facets, boundary_faces(mesh.cells)))
    np.testing.assert_array_equal(named, boundary)

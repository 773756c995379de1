import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from ablasim.errors import MeshError
from ablasim.geometry import Ball, Box, Cylinder, Ellipsoid, Needle, Sphere, Surface, Vessel
from ablasim.mesh import check_quality, mesh_quality
from ablasim.mesh.assemble import boundary_faces, cell_faces, face_keys
from ablasim.mesh.structured import ball_mesh
from ablasim.mesh.tetrahedra import triangle_areas
from ablasim.units import metres


def area(mesh, name):
    return triangle_areas(mesh.points, mesh.facets_of(name)).sum()


def volume(mesh, name):
    return mesh.cell_volumes[mesh.cell_region == mesh.cell_region_names.index(name)].sum()


def regions_beside(mesh, name):
    """Pairs of cell regions on the two sides of the facets of a region."""
    faces = face_keys(cell_faces(mesh.cells).reshape(-1, 3))
    cell = np.repeat(np.arange(mesh.n_cells), 4)
    wanted = np.isin(faces, face_keys(mesh.facets_of(name)))
    order = np.argsort(faces[wanted], kind="stable")
    key, owner = faces[wanted][order], cell[wanted][order]
    _, first, counts = np.unique(key, return_index=True, return_counts=True)
    names = np.array(mesh.cell_region_names)[mesh.cell_region]
    return {frozenset(names[owner[i : i + n]].tolist()) for i, n in zip(first, counts, strict=True)}, counts


def test_regions_have_the_names_that_the_mesh_type_promises(small_mesh):
    assert set(small_mesh.cell_region_names) == {
        "organ",
        "tumour",
        "vein.organ",
        "needle.organ",
        "needle.tumour",
    }
    assert set(small_mesh.facet_region_names) == {
        "outer",
        "vein",
        "vein.end",
        "needle.active",
        "needle.shaft",
    }


def test_volumes_and_areas_are_those_of_the_geometry(small_mesh):
    assert small_mesh.cell_volumes.min() > 0.0
    assert small_mesh.cell_volumes.sum() == pytest.approx(0.06**3, rel=1e-9)
    assert volume(small_mesh, "vein.organ") == pytest.approx(np.pi * 0.003**2 * 0.06, rel=0.08)
    tumour = volume(small_mesh, "tumour") + volume(small_mesh, "needle.tumour")
    assert tumour == pytest.approx(np.pi / 6 * 0.016**3, rel=0.04)
    active = np.pi * 0.0015 * 0.02 + np.pi * 0.00075**2
    assert area(small_mesh, "needle.active") == pytest.approx(active, rel=0.03)
    assert area(small_mesh, "needle.shaft") == pytest.approx(np.pi * 0.0015 * 0.02, rel=0.03)
    assert area(small_mesh, "vein") == pytest.approx(np.pi * 0.006 * 0.06, rel=0.03)
    ends = 2 * np.pi * 0.003**2
    assert area(small_mesh, "vein.end") == pytest.approx(ends, rel=0.12)
    needle_cut = np.pi * 0.00075**2
    assert area(small_mesh, "outer") == pytest.approx(6 * 0.06**2 - ends - needle_cut, rel=1e-3)


def test_the_mesh_is_conforming(small_mesh):
    outside = boundary_faces(small_mesh.cells)
    assert triangle_areas(small_mesh.points, outside).sum() == pytest.approx(6 * 0.06**2, rel=1e-9)
    keys = face_keys(cell_faces(small_mesh.cells).reshape(-1, 3))
    assert np.isin(face_keys(small_mesh.facets), keys).all()
    assert np.unique(small_mesh.cells).size == small_mesh.n_points


def test_facet_regions_lie_between_the_regions_they_part(small_mesh):
    walls, counts = regions_beside(small_mesh, "vein")
    assert walls == {frozenset({"vein.organ", "organ"})}
    assert set(counts.tolist()) == {2}
    ends, counts = regions_beside(small_mesh, "vein.end")
    assert ends == {frozenset({"vein.organ"})}
    assert set(counts.tolist()) == {1}
    outer, _ = regions_beside(small_mesh, "outer")
    assert outer == {frozenset({"organ"})}
    for name in ("needle.active", "needle.shaft"):
        sides, counts = regions_beside(small_mesh, name)
        assert all(len({region.rpartition(".")[0] for region in pair} & {"needle"}) == 1 for pair in sides)
        assert all(pair & {"organ", "tumour"} for pair in sides)
        assert set(counts.tolist()) == {2}


def test_the_same_input_gives_the_same_mesh(case, small_mesh):
    case.mesh(tumour=None, vessels=[])
    again = case.mesh()
    for name in ("points", "cells", "cell_region", "facets", "facet_region"):
        np.testing.assert_array_equal(getattr(again, name), getattr(small_mesh, name))


def test_neighbours_in_space_are_neighbours_in_memory(small_mesh):
    spread = np.ptp(small_mesh.cells, axis=1)
    assert spread.mean() < 0.25 * small_mesh.n_points
    assert np.all(np.diff(small_mesh.cells.min(axis=1)) >= 0)


def test_a_needle_moved_a_little_changes_the_mesh_a_little(case, small_mesh):
    moved = Needle("needle", (1e-4, 0, -0.01), (0, 0, 1), 0.0015, 0.02)
    shifted = case.mesh(needles=[moved])
    assert abs(shifted.n_points / small_mesh.n_points - 1.0) < 0.03


def test_finer_sizes_give_the_expected_number_of_points(case, small_mesh):
    finer = case.mesh(sizes=case.sizes.scaled(np.sqrt(0.5)))
    assert 1.7 < finer.n_points / small_mesh.n_points < 3.2


def test_a_vessel_leaving_obliquely_is_cut_along_an_ellipse(case):
    vein = Vessel("vein", [[0.012, -0.01, -0.03], [0.03, 0.0, 0.015]], 0.005)
    mesh = case.mesh(vessels=[vein], tumour=None)
    along = np.diff(vein.points, axis=0)[0] / vein.length
    expected = np.pi * 0.0025**2 * (1 / along[2] + 1 / along[0])
    assert area(mesh, "vein.end") == pytest.approx(expected, rel=0.15)


def test_a_vessel_much_longer_than_a_thin_organ_is_cut_at_its_faces(case):
    vessel = Vessel("vein", [[0.0, 0.0, -0.02], [0.0, 0.0, 0.02]], 0.006)
    organ = Cylinder((0.0, 0.0, 0.0), 0.03, 0.006, (0.0, 0.0, 1.0))
    mesh = case.mesh(organ=organ, tumour=None, vessels=[vessel], needles=[])
    assert volume(mesh, "vein.organ") == pytest.approx(np.pi * 0.003**2 * 0.006, rel=0.08)
    assert area(mesh, "vein") == pytest.approx(np.pi * 0.006 * 0.006, rel=0.03)


def test_a_vessel_with_two_bends_is_one_lumen(case):
    points = [[0.014, 0, -0.03], [0.014, 0, -0.005], [0.02, 0.006, 0.008], [0.02, 0.006, 0.03]]
    mesh = case.mesh(vessels=[Vessel("vein", points, 0.005)])
    assert check_quality(mesh).min_quality > 0.05
    assert volume(mesh, "vein.organ") == pytest.approx(np.pi * 0.0025**2 * Vessel("v", points, 1e-3).length, rel=0.09)


def test_a_bend_that_the_cad_kernel_stumbles_over_becomes_one_lumen(case):
    organ = Box(metres([-1.9, -25.9, 22.2]), metres([45.2, 51.4, 48.2]))
    points = metres([[34.8, 1.8, -18.7], [7.7, -19.9, 30.2], [-5.6, -33.1, 90.6]])
    mesh = case.mesh(organ=organ, vessels=[Vessel("vein", points, metres(5.0))], tumour=None, needles=[])
    assert mesh_quality(mesh).min_quality > 0.05


def test_a_tumour_smaller_than_the_edges_asked_for_is_still_round(case):
    small = Sphere((0, 0, 0), 0.003)
    assert case.sizes.tumour > small.depth
    mesh = case.mesh(tumour=small, vessels=[], needles=[])
    assert volume(mesh, "tumour") == pytest.approx(small.volume, rel=0.2)


def test_a_vessel_through_the_tumour_knows_which_part_lies_in_it(case):
    mesh = case.mesh(vessels=[Vessel("vein", [[0.005, 0, -0.03], [0.005, 0, 0.03]], 0.004)])
    lumen = volume(mesh, "vein.tumour") + volume(mesh, "vein.organ")
    assert lumen == pytest.approx(np.pi * 0.002**2 * 0.06, rel=0.08)
    assert 0.1 < volume(mesh, "vein.tumour") / lumen < 0.3
    assert (frozenset({"vein.tumour", "tumour"})) in regions_beside(mesh, "vein")[0]


def test_a_blind_end_belongs_to_the_wall(case):
    mesh = case.mesh(vessels=[Vessel("vein", [[0.014, 0, -0.03], [0.014, 0, 0.0]], 0.005)], tumour=None)
    assert area(mesh, "vein") == pytest.approx(np.pi * 0.005 * 0.03 + np.pi * 0.0025**2, rel=0.04)
    assert area(mesh, "vein.end") == pytest.approx(np.pi * 0.0025**2, rel=0.12)


def test_two_needles_in_a_cylinder_of_organ(case):
    needles = [
        Needle("a", (-0.005, 0, -0.01), (0, 0, 1), 0.001, 0.02),
        Needle("b", (0.005, 0, -0.01), (0.1, 0, 1), 0.001, 0.02, 0.005),
    ]
    mesh = case.mesh(organ=Cylinder((0, 0, 0), 0.06, 0.06), vessels=[], needles=needles)
    assert {"a.active", "a.shaft", "b.active", "b.shaft"} < set(mesh.facet_region_names)
    assert area(mesh, "b.shaft") == pytest.approx(np.pi * 0.001 * 0.005 + np.pi * 0.0005**2, rel=0.04)
    assert mesh_quality(mesh).min_quality > 0.1


def test_a_tumour_that_the_outside_of_a_ball_cuts(case):
    mesh = case.mesh(organ=Ball((0, 0, 0), 0.06), tumour=Sphere((-0.026, 0, 0), 0.016), vessels=[], needles=[])
    assert set(mesh.cell_region_names) == {"organ", "tumour"}
    d, r, R = 0.026, 0.008, 0.03
    lens = np.pi * (R + r - d) ** 2 * (d**2 + 2 * d * (r + R) - 3 * (r - R) ** 2) / (12 * d)
    assert volume(mesh, "tumour") == pytest.approx(lens, rel=0.07)
    assert frozenset({"tumour"}) in regions_beside(mesh, "outer")[0]


def test_a_needle_ending_on_the_surface_of_the_tumour_leaves_no_sliver(case):
    mesh = case.mesh(tumour=Sphere((0, 0, 0), 0.02), vessels=[])
    assert mesh_quality(mesh).min_quality > 0.1


@pytest.mark.parametrize("x", [0.011, 0.005, 0.0109])
def test_a_vessel_touching_the_tumour_from_outside_or_inside_can_be_meshed(case, x):
    mesh = case.mesh(vessels=[Vessel("vein", [[x, 0, -0.03], [x, 0, 0.03]], 0.006)], needles=[])
    assert mesh_quality(mesh).min_quality > 0.05


def test_a_needle_that_grazes_the_tumour_can_be_meshed(case):
    tumour = Ellipsoid(metres([-29.6, 31.6, -0.1]), metres([6.0, 6.0, 15.7]))
    grazing = Needle("needle", metres([-33.1, 33.2, -0.4]), (1, 1, 0), metres(1.5), metres(6.0))
    mesh = case.mesh(organ=Ball(metres([-31.0, 35.3, 0.1]), metres(44.0)), tumour=tumour, vessels=[], needles=[grazing])
    assert mesh_quality(mesh).min_quality > 0.05
    assert volume(mesh, "tumour") == pytest.approx(tumour.volume, rel=0.15)


def test_an_ellipsoid_has_its_volume(case):
    tumour = Ellipsoid((0, 0, 0), (0.012, 0.016, 0.014))
    mesh = case.mesh(tumour=tumour, vessels=[])
    assert volume(mesh, "tumour") + volume(mesh, "needle.tumour") == pytest.approx(tumour.volume, rel=0.04)


def test_the_rims_of_an_active_part_are_resolved_as_finely_as_asked(case, small_mesh):
    mesh = case.mesh(sizes=replace(case.sizes, edge=0.02e-3))
    along, across = case.needle.along_and_across(mesh.points)
    for height in (0.0, 0.02):
        on_rim = np.hypot(along - height, across - 0.00075) < 1e-9
        assert on_rim.sum() == pytest.approx(np.pi * 1.5 / 0.02, rel=0.1)
    assert mesh.n_points < 4 * small_mesh.n_points
    assert check_quality(mesh).min_quality > 0.1


def test_a_tumour_given_as_triangles_is_a_region(case):
    corners = 0.008 * np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]])
    faces = [[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]]
    tumour = Surface(corners, faces)
    mesh = case.mesh(tumour=tumour, vessels=[], needles=[])
    assert volume(mesh, "tumour") == pytest.approx(tumour.volume, rel=1e-6)


def test_a_tumour_of_too_many_triangles_is_refused_with_advice(case):
    ball = ball_mesh([0.008], 4)
    with pytest.raises(MeshError, match="5120 triangles: at most 3000 can be meshed; decimate it first"):
        case.mesh(tumour=Surface(ball.points, ball.facets))


def test_overlapping_needles_are_refused_by_name(case):
    other = Needle("other", (0.001, 0, -0.01), (0, 0, 1), 0.0015, 0.02)
    with pytest.raises(MeshError, match="applicators needle and other overlap"):
        case.mesh(needles=[case.needle, other])


def test_importing_the_mesh_package_does_not_load_gmsh():
    code = "import sys, ablasim.mesh; sys.exit('gmsh' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(("name", "least", "most"), [("coarse", 33_000, 42_000), ("normal", 85_000, 110_000)])
def test_presets_have_about_the_number_of_points_they_are_meant_to(name, least, most):
    from ablasim.mesh import MeshSizes, build_mesh

    mesh = build_mesh(
        Box((0, 0, 0), (0.1, 0.1, 0.1)),
        Sphere((0, 0, 0), 0.02),
        [Vessel("vein", [[0.016, 0, -0.05], [0.016, 0, 0.05]], 0.006)],
        [Needle("needle", (0, 0, -0.015), (0, 0, 1), 0.0015, 0.03)],
        MeshSizes.preset(name),
    )
    assert least < mesh.n_points < most
    assert check_quality(mesh).min_quality > 0.1

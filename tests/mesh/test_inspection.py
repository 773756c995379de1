from dataclasses import replace

import numpy as np
import pytest

from ablasim.errors import MeshError
from ablasim.geometry import Needle, Sphere, Vessel
from ablasim.mesh.expected import Shapes, expected_areas, expected_volumes
from ablasim.mesh.inspection import check_against_geometry


def shapes_of(case, **changes):
    parts = {"organ": case.organ, "tumour": case.tumour, "vessels": [case.vein], "needles": [case.needle]}
    return Shapes(**(parts | changes))


def test_a_mesh_fits_the_geometry_it_was_made_from(case, small_mesh):
    check_against_geometry(small_mesh, shapes_of(case), case.sizes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"needles": [Needle("needle", (0, 0, -0.012), (0, 0, 1), 0.0015, 0.022)]}, "needle"),
        ({"vessels": [Vessel("vein", [[0.014, 0, -0.03], [0.014, 0, 0.03]], 0.0075)]}, "vein"),
        ({"tumour": Sphere((0, 0, 0), 0.018)}, "tumour: the mesh has volume"),
        ({"vessels": []}, "regions that the geometry does not: vein.organ"),
    ],
)
def test_a_mesh_of_another_geometry_is_refused_naming_the_part(case, small_mesh, changes, words):
    with pytest.raises(MeshError, match=words):
        check_against_geometry(small_mesh, shapes_of(case, **changes), case.sizes)


def test_a_facet_region_that_was_lost_is_named(case, small_mesh):
    names = tuple("lost" if name == "needle.active" else name for name in small_mesh.facet_region_names)
    with pytest.raises(MeshError, match=r"needle\.active: the mesh has area 0 mm²"):
        check_against_geometry(replace(small_mesh, facet_region_names=names), shapes_of(case), case.sizes)


def test_a_facet_region_that_lost_a_part_is_named(case, small_mesh):
    vein = small_mesh.facet_region == small_mesh.facet_region_names.index("vein")
    kept = ~vein | (np.cumsum(vein) % 10 > 0)
    torn = replace(small_mesh, facets=small_mesh.facets[kept], facet_region=small_mesh.facet_region[kept])
    with pytest.raises(MeshError, match="vein: the mesh has area"):
        check_against_geometry(torn, shapes_of(case), case.sizes)


def test_expected_figures_of_straight_bodies_are_exact(case):
    volumes, areas = expected_volumes(shapes_of(case)), expected_areas(shapes_of(case))
    assert volumes["vein.organ"] == pytest.approx(np.pi * 0.003**2 * 0.06, rel=0.01)
    assert areas["vein"] == pytest.approx(np.pi * 0.006 * 0.06, rel=0.01)
    assert areas["needle.active"] == pytest.approx(np.pi * 0.0015 * 0.02 + np.pi * 0.00075**2, rel=0.01)
    assert sum(volumes.values()) == pytest.approx(case.organ.volume)


def test_expected_volume_of_a_bent_vessel_counts_the_bend_once(case):
    points = np.array([[0.014, 0, -0.01], [0.014, 0, 0.005], [0.014, 0.015, 0.005]])
    vessel = Vessel("bent", points, 0.006)
    volumes = expected_volumes(shapes_of(case, vessels=[vessel]))
    sampled = np.random.default_rng(0).uniform(-0.03, 0.03, (400_000, 3))
    sampled[:, 0] = 0.014 + 0.2 * sampled[:, 0]
    assert volumes["bent.organ"] == pytest.approx(vessel.contains(sampled).mean() * 0.2 * 0.06**3, rel=0.03)

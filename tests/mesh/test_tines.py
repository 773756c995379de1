"""Meshes of expandable electrodes: areas and volumes of all their metal, random ones, and those that touch."""

from dataclasses import replace
from math import pi

import numpy as np
import pytest

from ablasim.errors import MeshError
from ablasim.geometry import Cylinder, Needle, Sphere, Tines, Vessel
from ablasim.mesh import MeshSizes, build_mesh, mesh_quality
from ablasim.mesh.estimate import estimate_points
from ablasim.mesh.expected import Shapes, expected_areas, expected_volumes
from ablasim.mesh.tetrahedra import triangle_areas

SIZES = MeshSizes.preset("coarse")
ORGAN = Cylinder((0, 0, 0.06), 0.1, 0.12, (0, 0, 1))
RADIUS, TINE, BEND = 0.9144e-3, 0.2667e-3, 7.5e-3


def half_tori(count=4):
    tines = Tines(count, TINE, 0.5e-3, 0.0, 180.0, 0.0, BEND, -180.0)
    return Needle("electrode", (0, 0, 0.06), (0, 0, 1), 2 * RADIUS, 0.01, tines=tines)


def area(mesh, name):
    return triangle_areas(mesh.points, mesh.facets_of(name)).sum()


def test_expected_volume_and_area_of_half_tori_are_those_of_the_shapes():
    """A torus of volume 2π²Ra² loses what lies in the trocar: its axis leaves it after acos(1 − 0.4144/7.5)."""
    shapes = Shapes(ORGAN, None, [], [half_tori()])
    inside = np.arccos(1.0 - (RADIUS - 0.5e-3) / BEND) * BEND
    length = pi * BEND - inside
    trocar = pi * RADIUS**2 * 0.06
    volume = expected_volumes(shapes)["electrode.organ"]
    assert volume == pytest.approx(trocar + 4 * pi * TINE**2 * length, rel=2e-3)
    bare = 2 * pi * RADIUS * 0.01 + pi * RADIUS**2
    holes = 4 * pi * TINE**2 / np.sin(np.arccos(1.0 - (RADIUS - 0.5e-3) / BEND))
    metal = bare - holes + 4 * (2 * pi * TINE * length + pi * TINE**2)
    assert expected_areas(shapes)["electrode.active"] == pytest.approx(metal, rel=5e-3)


@pytest.mark.slow
def test_tines_are_meshed_well_where_sizes_grow_steeply_and_their_points_are_foreseen():
    sizes = replace(MeshSizes.preset("normal"), growth=0.5, tine=0.5e-3)
    thin = Tines(6, 0.15e-3, 0.7e-3, 0.0, 0.0, 0.0, 5e-3, 180.0)
    electrode = Needle("electrode", (0, 0, 0.06), (0, 0, 1), 2e-3, 2e-3, tines=thin)
    mesh = build_mesh(ORGAN, None, [], [electrode], sizes)
    assert mesh_quality(mesh).min_quality > 0.1
    assert mesh_quality(mesh).mean_quality > 0.65
    assert estimate_points(ORGAN, None, [], [electrode], sizes) == pytest.approx(mesh.n_points, rel=0.25)


@pytest.mark.slow
def test_half_tori_beside_a_vessel_are_meshed_with_all_their_metal():
    vein = Vessel("vein", [[0.026, 0, 0], [0.026, 0, 0.12]], 0.01)
    mesh = build_mesh(ORGAN, None, [vein], [half_tori()], SIZES)
    assert mesh_quality(mesh).min_quality > 0.1
    expected = expected_areas(Shapes(ORGAN, None, [vein], [half_tori()]))
    assert area(mesh, "electrode.active") == pytest.approx(expected["electrode.active"], rel=0.02)
    electrode = half_tori()
    on_metal = mesh.points[mesh.points_of_facets("electrode.active")]
    assert (np.linalg.norm(on_metal - [0.026, 0, 0.06], axis=1) > 0.005).all()
    off_metal = np.minimum(electrode.distance_to_tines(on_metal), electrode.distance_to_straight(on_metal))
    assert off_metal.max() < 1e-6
    far_ends = on_metal[on_metal[:, 0] > 0.015]
    assert len(far_ends) > 10


def random_electrode(rng):
    """An expandable electrode of ordinary size; its tines may meet."""
    tine, radius = rng.uniform(0.13e-3, 0.3e-3), rng.uniform(0.85e-3, 1.2e-3)
    count, is_umbrella = int(rng.integers(2, 11)), rng.random() < 0.5
    angle, turn = (
        (rng.uniform(0, 25), rng.uniform(90, 200)) if is_umbrella else (rng.uniform(10, 90), rng.uniform(-60, 80))
    )
    bend = rng.uniform(4e-3, 9e-3) if is_umbrella else rng.uniform(8e-3, 25e-3)
    lead = rng.uniform(0, 5e-3) * (rng.random() < 0.6)
    tines = Tines(count, tine, radius - tine - 0.1e-3, 0.0, angle, lead, bend, turn, rng.uniform(0, 360))
    direction = rng.normal(size=3) + np.array([0, 0, 2.0])
    return Needle("electrode", tuple(rng.uniform(-3e-3, 3e-3, 3)), tuple(direction), 2 * radius, 0.01, tines=tines)


def apart(electrode):
    """Whether tines keep away from each other and from the trocar, as scenarios must have it."""
    between, back = electrode.tines.least_gap_between(electrode.radius), 0.1e-3
    return between >= 0.1e-3 and electrode.tines.least_gap_to(electrode.radius, back) >= back


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_random_electrodes_through_a_tumour_beside_a_vein_are_meshed(seed, case):
    rng = np.random.default_rng(seed)
    while True:
        electrode = random_electrode(rng)
        reach = np.abs(electrode.active_segments).max()
        if apart(electrode) and reach < 0.024:
            break
    tumour = Sphere((0, 0, 0), rng.uniform(0.01, 0.03))
    x = electrode.active_segments[:, :, 0].max() + 0.003
    veins = [Vessel("vein", [[x, 0, -0.03], [x, 0, 0.03]], 0.003)] if x < 0.027 else []
    mesh = case.mesh(needles=[electrode], tumour=tumour, vessels=veins, sizes=SIZES)
    assert mesh_quality(mesh).min_quality > 0.01
    expected = expected_areas(Shapes(case.organ, tumour, veins, [electrode]))["electrode.active"]
    assert area(mesh, "electrode.active") == pytest.approx(expected, rel=0.03)


def test_tines_that_touch_are_refused(case):
    tines = Tines(8, 0.25e-3, 0.5e-3, 0.0, 0.0, 5e-3, 5e-3, 90.0)
    crowded = Needle("crowded", (0, 0, 0), (0, 0, 1), 2e-3, 0.01, tines=tines)
    with pytest.raises(MeshError, match="applicator crowded: its tines overlap or touch"):
        case.mesh(needles=[crowded])
    needle = Needle("needle", (0.008, 0, 0.007), (0, 0, 1), 1.5e-3, 0.005)
    with pytest.raises(MeshError, match="applicators electrode and needle overlap or touch"):
        case.mesh(
            needles=[Needle("electrode", (0, 0, 0), (0, 0, 1), 2 * RADIUS, 0.01, tines=half_tori().tines), needle]
        )

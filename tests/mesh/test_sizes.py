from dataclasses import astuple, replace
from math import hypot, sqrt

import numpy as np
import pytest

from ablasim.errors import MeshError
from ablasim.geometry import Ellipsoid, Needle, Sphere, Surface, Tines
from ablasim.mesh import MeshSizes
from ablasim.mesh.distances import distance_to_cylinder
from ablasim.mesh.sizes import size_function

NORMAL = MeshSizes.preset("normal")


def size_of(case, sizes=NORMAL, **changes):
    parts = {"organ": case.organ, "tumour": case.tumour, "vessels": [case.vein], "needles": [case.needle]}
    return size_function(*(parts | changes).values(), sizes)


def test_presets_are_a_factor_of_root_two_apart():
    coarse, normal, fine = (
        np.array([size for size in astuple(MeshSizes.preset(name)) if size is not None])
        for name in ("coarse", "normal", "fine")
    )
    np.testing.assert_allclose(coarse / normal, np.sqrt(2))
    np.testing.assert_allclose(normal / fine, np.sqrt(2))


def test_each_surface_gets_its_size(case):
    size = size_of(case, needles=[])
    assert size(0, -0.008, 0) == pytest.approx(NORMAL.tumour, rel=1e-6)
    assert size(0.017, 0, 0) == pytest.approx(NORMAL.vessel, rel=1e-6)
    assert size_of(case)(0.00075, 0, 0) == pytest.approx(NORMAL.needle, rel=1e-6)


def test_sizes_grow_no_faster_than_asked(case):
    size = size_of(case)
    rng = np.random.default_rng(0)
    for place in rng.uniform(-0.03, 0.03, (500, 3)):
        step = rng.normal(size=3)
        step *= 1e-5 / np.linalg.norm(step)
        assert abs(size(*(place + step)) - size(*place)) <= 2.1 * NORMAL.growth * 1e-5


def test_sizes_round_tines_grow_no_faster_than_long_thin_tubes_can_be_meshed(case):
    tines = Tines(4, 0.15e-3, 0.5e-3, 0.0, 180.0, 0.0, 7.5e-3, -180.0)
    spread = Needle("spread", (0, 0, 0), (0, 0, 1), 0.0018, 0.01, tines=tines)
    for growth, at_tines in ((0.1, 0.25), (0.2, 0.5), (1.0, 0.5)):
        sizes = replace(NORMAL, growth=growth)
        size = size_of(case, sizes, needles=[spread], tumour=None, vessels=[])
        on_tine, beyond = (size(0.008, 0.15e-3 + away, 0.0075) for away in (0.0, 0.2e-3))
        assert on_tine == pytest.approx(sizes.on_tines(tines), rel=1e-6)
        assert (beyond - on_tine) / 0.2e-3 == pytest.approx(at_tines, rel=0.01)


def test_refinement_scales_every_size_alike(case):
    sizes = MeshSizes.preset("fine")
    coarse, fine = size_of(case, sizes), size_of(case, sizes.scaled(0.5))
    for place in np.random.default_rng(0).uniform(-0.02, 0.02, (200, 3)):
        assert fine(*place) == pytest.approx(0.5 * coarse(*place), rel=1e-12)


def test_thin_needles_are_meshed_finer_than_their_radius(case):
    thin = Needle("thin", (0, 0, -0.01), (0, 0, 1), 0.0004, 0.02)
    size = size_of(case, needles=[thin])
    assert size(0.0002, 0, 0) < 0.0002
    assert size(0.0002, 0, 0.025) < 0.0002


def test_small_tumours_are_meshed_finer_than_their_radius(case):
    small = Sphere((0, 0, 0), 0.001)
    assert size_of(case, tumour=small, needles=[])(0, -0.0005, 0) == pytest.approx(0.7 * 0.0005)


def test_far_along_the_shaft_sizes_may_double_but_no_more(case):
    size = size_of(case, tumour=None, vessels=[])
    assert size(0.00075, 0, 0.029) == pytest.approx(min(2 * NORMAL.needle, 0.7 * 0.00075))


def test_the_rims_of_the_active_part_may_be_meshed_much_finer_than_its_surface(case):
    size = size_of(case, replace(NORMAL, edge=5e-6))
    for height in (-0.01, 0.01):
        assert size(0.00075, 0, height) == pytest.approx(5e-6)
        assert size(0, 0.00075 + 1e-5, height) < 2.5e-5
        assert size(0, 0.00075 + 1e-3, height) < 0.5 * size_of(case)(0, 0.00075 + 1e-3, height)
    assert size(0.00075, 0, 0) == pytest.approx(NORMAL.needle)
    assert size(0.00075, 0, 0.02) == pytest.approx(size_of(case)(0.00075, 0, 0.02))


def test_refinement_scales_the_sizes_round_the_rims_too(case):
    sizes = replace(NORMAL, edge=5e-6)
    coarse, fine = size_of(case, sizes), size_of(case, sizes.scaled(0.5))
    for place in ([0.00075, 0, 0.01], [0.0008, 0, 0.01], [0.001, 0, -0.01], [0.002, 0, -0.009]):
        assert fine(*place) == pytest.approx(0.5 * coarse(*place), rel=1e-12)


def test_an_ellipsoid_and_a_triangle_surface_are_sized_too(case):
    ellipsoid = Ellipsoid((0, 0, 0), (0.01, 0.02, 0.03))
    assert size_of(case, tumour=ellipsoid, needles=[], vessels=[])(0, 0.01, 0) == pytest.approx(NORMAL.tumour)
    corners = [[0, 0, 0], [0.01, 0, 0], [0, 0.01, 0], [0, 0, 0.01]]
    surface = Surface(corners, [[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])
    assert size_of(case, tumour=surface, needles=[], vessels=[])(0.002, 0.002, 0.002) == NORMAL.tumour


def test_impossible_sizes_and_unknown_presets_are_refused():
    with pytest.raises(MeshError, match="mesh size vessel = 0: must be above 0"):
        MeshSizes(1e-3, 0.0, 1e-3, 1e-3, 1e-3, 0.1)
    with pytest.raises(MeshError, match="mesh size edge = -1e-06: must be above 0"):
        replace(NORMAL, edge=-1e-6)
    with pytest.raises(MeshError, match="mesh 'finest': must be one of coarse, normal, fine"):
        MeshSizes.preset("finest")


@pytest.mark.parametrize("length", [0.03, np.inf])
def test_a_distance_to_a_cylinder_is_its_formula_to_the_last_bit(length):
    """Written with comparisons for speed; another last bit would be another mesh."""
    base, axis, radius = (0.001, -0.002, 0.003), (0.6, 0.0, 0.8), 0.00075
    distance = distance_to_cylinder(base, axis, length, radius)
    places = np.random.default_rng(0).normal(0.0, 0.02, (2000, 3))
    on_axis = np.array(base) + np.outer(np.linspace(-0.01, 0.05, 20), axis)
    for x, y, z in np.concatenate([places, 0.02 * places, on_axis, np.round(places, 3)]).tolist():
        dx, dy, dz = x - base[0], y - base[1], z - base[2]
        along = dx * axis[0] + dy * axis[1] + dz * axis[2]
        across = sqrt(max(dx * dx + dy * dy + dz * dz - along * along, 0.0))
        assert distance(x, y, z) == hypot(max(-along, along - length, 0.0), max(across - radius, 0.0))

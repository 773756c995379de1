"""Needles that overlap on one axis become one track, in which each keeps its cells and surfaces."""

import numpy as np
import pytest

from ablasim.errors import MeshError
from ablasim.geometry import Box, Needle, Sphere
from ablasim.mesh import MeshSizes, build_mesh, mesh_quality
from ablasim.mesh.tetrahedra import boundary_triangles, triangle_areas
from ablasim.mesh.tracks import Track, joined_positions

BLOCK = Box((0, 0, 0), (0.05, 0.05, 0.05))
SIZES = MeshSizes(needle=0.5e-3, vessel=2.5e-3, tumour=2.5e-3, shell=4e-3, far=10e-3, growth=0.5)
RADIUS, ACTIVE = 1e-3, 0.012
CHORDS = 0.07
"""Share of the volume and, less, of the area of a needle that straight edges of half its radius cut off."""


def needle(name, tip_mm, shaft_mm=None, direction=(0, 0, 1)):
    shaft = None if shaft_mm is None else 1e-3 * shaft_mm
    return Needle(name, tuple(1e-3 * np.array(tip_mm)), direction, 2 * RADIUS, ACTIVE, shaft)


DEEP, SHALLOW, SHORT = needle("deep", (0, 0, -12)), needle("shallow", (0, 0, -4)), needle("short", (0, 0, 0), 5)


@pytest.fixture(scope="module")
def mesh():
    return build_mesh(BLOCK, Sphere((0, 0, 0), 0.01), [], [SHALLOW, DEEP, SHORT], SIZES)


def area(mesh, name):
    return float(triangle_areas(mesh.points, mesh.facets_of(name)).sum())


@pytest.mark.parametrize(("item", "length"), [(DEEP, 0.037), (SHALLOW, 0.029), (SHORT, 0.017)])
def test_each_position_has_the_volume_and_the_surfaces_of_its_needle(mesh, item, length):
    volume = float(mesh.cell_volumes[mesh.cells_of_body(item.name)].sum())
    assert volume == pytest.approx(np.pi * RADIUS**2 * length, rel=CHORDS)
    girth, cap = 2 * np.pi * RADIUS, np.pi * RADIUS**2
    shaft = girth * (length - ACTIVE) + (cap if item is SHORT else 0.0)
    assert area(mesh, f"{item.name}.active") == pytest.approx(girth * ACTIVE + cap, rel=CHORDS)
    assert area(mesh, f"{item.name}.shaft") == pytest.approx(shaft, rel=CHORDS)


@pytest.mark.parametrize("item", [DEEP, SHALLOW, SHORT])
def test_the_surfaces_of_a_position_are_all_of_the_skin_of_its_cells_inside_the_organ(mesh, item):
    def keys(triangles):
        return set(map(tuple, np.sort(triangles, axis=1).tolist()))

    skin = keys(boundary_triangles(mesh.cells[mesh.cells_of_body(item.name)]))
    outside = keys(boundary_triangles(mesh.cells))
    named = keys(mesh.facets_of(f"{item.name}.active")) | keys(mesh.facets_of(f"{item.name}.shaft"))
    assert named == skin - outside
    assert len(mesh.facets_of(f"{item.name}.active", f"{item.name}.shaft")) == len(named)


def test_a_cell_is_tissue_once_all_its_needles_are_gone(mesh):
    everything = mesh.cells_free_of(["deep", "shallow", "short"])
    assert everything.all()
    np.testing.assert_array_equal(mesh.cells_free_of([]), mesh.cells_of_body(""))
    np.testing.assert_array_equal(mesh.cells_free_of(["deep", "short"]), ~mesh.cells_of_body("shallow"))
    np.testing.assert_array_equal(
        mesh.cells_free_of(["deep"]), ~(mesh.cells_of_body("shallow") | mesh.cells_of_body("short"))
    )


def test_a_track_is_meshed_as_well_as_a_needle(mesh):
    alone = build_mesh(BLOCK, Sphere((0, 0, 0), 0.01), [], [DEEP], SIZES)
    assert mesh_quality(mesh).min_quality > 0.5 * mesh_quality(alone).min_quality


def test_the_order_of_needles_does_not_matter(mesh):
    again = build_mesh(BLOCK, Sphere((0, 0, 0), 0.01), [], [SHORT, DEEP, SHALLOW], SIZES)
    np.testing.assert_array_equal(again.points, mesh.points)
    assert again.cell_region_names == mesh.cell_region_names


def test_needles_apart_stay_as_they_are():
    apart = [DEEP, needle("other", (10, 0, 0)), needle("tilted", (0, 10, 0), direction=(0, 0.6, 0.8))]
    assert joined_positions(apart, BLOCK) == apart


def test_a_needle_pulled_by_its_active_length_shares_the_cut():
    (track,) = joined_positions([DEEP, needle("up", (0, 0, 0))], BLOCK)
    assert isinstance(track, Track)
    assert track.cuts == pytest.approx((0.012, 0.024))
    assert [part.kind for part in track.parts] == ["active", "active", "shaft"]


@pytest.mark.parametrize("tip", [(0.5, 0, 0), (1.9, 0, -8)])
def test_needles_that_overlap_beside_one_axis_are_refused(tip):
    with pytest.raises(MeshError, match="applicators deep and other overlap or touch"):
        build_mesh(BLOCK, None, [], [DEEP, needle("other", tip)], SIZES)


def test_needles_on_one_axis_that_point_at_each_other_are_refused():
    with pytest.raises(MeshError, match="overlap or touch"):
        build_mesh(BLOCK, None, [], [DEEP, needle("other", (0, 0, 0), direction=(0, 0, -1))], SIZES)

from dataclasses import replace

import numpy as np
import pytest

from ablasim.errors import MeshError, ModelError
from ablasim.margins import Domain, ablation_zone, measure_axes, zone_summary
from ablasim.mesh.tetrahedra import Mesh

Z_AXIS = np.array([0.0, 0.0, 1.0])


def is_in_needle(centres):
    return (np.hypot(centres[:, 0], centres[:, 1]) < 2.6e-3) & (centres[:, 2] > -0.012)


def needle_level(points, *, sleeve_top):
    """Dead in an ellipsoid, but for a sleeve of 5 mm radius round the z axis, from -12 mm to its top."""
    outer = 1.0 - ((points / [13e-3, 13e-3, 24e-3]) ** 2).sum(axis=1)
    on_axis = np.zeros_like(points)
    on_axis[:, 2] = np.clip(points[:, 2], -12e-3, sleeve_top)
    return np.minimum(outer, (np.linalg.norm(points - on_axis, axis=1) - 5e-3) / 12e-3)


def test_the_zone_of_an_ellipsoid_has_its_volume_axes_and_pieces(box):
    domain = box(half=0.03, n=40)
    axes = np.array([9e-3, 12e-3, 20e-3])
    zone = ablation_zone(domain, 1.0 - ((domain.points / axes) ** 2).sum(axis=1))
    assert zone.volume == pytest.approx(4 / 3 * np.pi * axes.prod(), rel=0.015)
    found = measure_axes(zone, Z_AXIS)
    assert found.long == pytest.approx(40e-3, abs=0.2e-3)
    assert found.short == pytest.approx(18e-3, abs=0.2e-3)
    assert found.wide == pytest.approx(24e-3, abs=0.2e-3)
    assert measure_axes(zone).long == pytest.approx(40e-3, abs=0.2e-3)
    assert zone.n_pieces == 1
    assert not zone.touches_outside
    assert zone.sleeve_volume == 0.0


def test_the_axes_do_not_depend_on_the_length_of_the_direction_given(box, ball_level):
    domain = box(n=16)
    zone = ablation_zone(domain, ball_level(domain.points, 0.012))
    assert measure_axes(zone, 7.0 * Z_AXIS) == measure_axes(zone, Z_AXIS)


def test_a_ball_has_a_sphericity_near_one_and_a_cylinder_that_of_a_cylinder(box, ball_level):
    domain = box(half=0.02, n=32)
    ball = ablation_zone(domain, ball_level(domain.points, 0.012))
    assert ball.sphericity == pytest.approx(1.0, abs=2e-3)
    radius = np.hypot(domain.points[:, 0], domain.points[:, 1])
    cylinder = ablation_zone(domain, np.minimum(0.01 - radius, 0.01 - np.abs(domain.points[:, 2])))
    exact = np.cbrt(np.pi) * np.cbrt(6 * np.pi * 2e-6) ** 2 / (6 * np.pi * 1e-4)
    assert cylinder.sphericity == pytest.approx(exact, abs=0.02)


def test_a_zone_cut_off_by_a_lumen_is_closed_by_the_wall_for_its_sphericity(box, ball_level):
    half = box(half=0.02, n=32, jitter=0.0, lumen=lambda centres: centres[:, 0] > 0.0)
    zone = ablation_zone(half, ball_level(half.points, 0.012))
    volume, area = 2 / 3 * np.pi * 0.012**3, 3 * np.pi * 0.012**2
    assert zone.volume == pytest.approx(volume, rel=0.02)
    assert zone.filled_area == pytest.approx(area, rel=0.01)
    assert zone.surface.area == pytest.approx(2 / 3 * area, rel=0.01)
    assert zone.sphericity == pytest.approx(np.cbrt(np.pi) * np.cbrt(6 * volume) ** 2 / area, abs=5e-3)


def test_two_balls_apart_are_two_pieces_and_two_that_overlap_are_one(box, ball_level):
    domain = box(n=20)
    for gap, pieces in ((0.024, 2), (0.012, 1)):
        shift = np.array([gap / 2, 0, 0])
        levels = [ball_level(domain.points, 0.009, centre) for centre in (shift, -shift)]
        assert ablation_zone(domain, np.maximum(*levels)).n_pieces == pieces


def test_an_enclosed_living_sleeve_round_an_applicator_is_measured_and_filled(box):
    domain = box(half=0.03, n=30, jitter=0.0, applicator=is_in_needle)
    points = domain.points
    level = needle_level(points, sleeve_top=8e-3)
    zone = ablation_zone(domain, level)
    from_axis = np.hypot(points[:, 0], points[:, 1])
    in_tissue = domain.points_of(domain.is_tissue)
    in_sleeve = in_tissue & (level <= 0) & (from_axis < 6e-3) & (np.abs(points[:, 2]) < 0.0175)
    np.testing.assert_array_equal(zone.sleeves, in_sleeve)
    in_zone_and_needle = domain.volumes[domain.is_applicator] @ (
        points[domain.cells[domain.is_applicator]].mean(axis=1)[:, 2] < 0.0238
    )
    assert zone.sleeve_volume > 1e-6
    assert zone.filled_volume == pytest.approx(zone.volume + zone.sleeve_volume + in_zone_and_needle, rel=0.01)
    on_ellipsoid = np.linalg.norm(zone.surface.points / [13e-3, 13e-3, 24e-3], axis=1)
    assert (on_ellipsoid > 0.95).all()


def test_a_living_sleeve_round_the_track_of_an_applicator_is_measured_and_filled_too(box):
    around = box(half=0.03, n=30, jitter=0.0, applicator=is_in_needle)
    nothing = np.zeros_like(around.is_applicator)
    domain = replace(around, is_applicator=nothing, is_track=around.is_applicator)
    level = needle_level(domain.points, sleeve_top=8e-3)
    zone, with_hole = ablation_zone(domain, level), ablation_zone(replace(domain, is_track=None), level)
    in_sleeve = (level <= 0) & (np.abs(domain.points[:, 2]) < 0.0175)
    in_sleeve &= np.hypot(domain.points[:, 0], domain.points[:, 1]) < 6e-3
    np.testing.assert_array_equal(zone.sleeves, in_sleeve)
    assert zone.volume == with_hole.volume
    assert zone.filled_volume == pytest.approx(zone.volume + zone.sleeve_volume, rel=0.01)
    assert with_hole.sleeve_volume == 0.0
    on_ellipsoid = np.linalg.norm(zone.surface.points / [13e-3, 13e-3, 24e-3], axis=1)
    assert (on_ellipsoid > 0.95).all()


def test_a_living_sleeve_that_reaches_beyond_the_zone_along_the_shaft_is_none(box):
    domain = box(half=0.03, n=30, jitter=0.0, applicator=is_in_needle)
    zone = ablation_zone(domain, needle_level(domain.points, sleeve_top=40e-3))
    assert not zone.sleeves.any()
    assert zone.sleeve_volume == 0.0


def test_a_living_island_that_touches_no_applicator_stays_a_hole_in_the_zone(box):
    domain = box(half=0.02, n=20, applicator=lambda centres: np.linalg.norm(centres - [0.01, 0, 0], axis=1) < 2e-3)
    radius = np.linalg.norm(domain.points, axis=1)
    zone = ablation_zone(domain, np.minimum(15e-3 - radius, radius - 5e-3))
    assert zone.sleeve_volume == 0.0
    assert np.linalg.norm(zone.surface.points, axis=1).min() == pytest.approx(5e-3, abs=0.5e-3)


def test_a_living_cuff_between_an_applicator_and_a_lumen_is_no_sleeve(box):
    domain = box(
        half=0.02,
        n=20,
        jitter=0.0,
        applicator=lambda centres: np.abs(centres - [-0.003, 0, 0]).max(axis=1) < 2e-3,
        lumen=lambda centres: np.abs(centres - [0.003, 0, 0]).max(axis=1) < 2e-3,
    )
    radius = np.linalg.norm(domain.points, axis=1)
    zone = ablation_zone(domain, np.minimum(16e-3 - radius, radius - 8e-3))
    assert zone.sleeve_volume == 0.0


def test_lumens_and_applicators_count_in_no_volume_but_the_twin_without_vessels_reaches_into_its_lumens(
    box, ball_level
):
    domain = box(half=0.02, n=20, jitter=0.0, lumen=lambda centres: centres[:, 0] > 0.006)
    level = ball_level(domain.points, 0.012)
    twin = ablation_zone(domain, level, tissue=~domain.is_applicator)
    in_lumen = ~domain.points_of(domain.is_tissue)
    run = ablation_zone(domain, np.where(in_lumen, np.nan, level))
    assert twin.volume == run.volume
    assert twin.surface.points[:, 0].max() == pytest.approx(0.012, abs=1e-4)
    assert run.surface.points[:, 0].max() <= 0.006 + 1e-9


def test_an_applicator_inside_the_zone_makes_no_surface_and_joins_what_it_parts(box):
    domain = box(half=0.02, n=20, jitter=0.0, applicator=lambda centres: np.abs(centres[:, 0]) < 2e-3)
    level = 0.012 - np.linalg.norm(domain.points, axis=1)
    zone = ablation_zone(domain, np.where(domain.points_of(domain.is_tissue), level, np.nan))
    assert zone.n_pieces == 1
    assert zone.filled_volume == pytest.approx(4 / 3 * np.pi * 0.012**3, rel=0.03)
    assert zone.sphericity == pytest.approx(1.0, abs=0.01)
    assert (np.linalg.norm(zone.surface.points, axis=1) > 0.0115).all()


def test_a_zone_at_the_organs_outside_says_so(box, ball_level):
    domain = box(half=0.02, n=10)
    assert ablation_zone(domain, ball_level(domain.points, 0.021)).touches_outside
    assert not ablation_zone(domain, ball_level(domain.points, 0.015)).touches_outside


def test_where_nothing_died_the_zone_is_empty_and_has_no_shape(box):
    domain = box(n=6, applicator=is_in_needle)
    zone = ablation_zone(domain, np.full(len(domain.points), -1.0))
    assert zone.is_empty
    axes = measure_axes(zone, Z_AXIS)
    assert zone_summary(zone, axes) == {
        "volume_ml": 0.0,
        "long_axis_mm": 0.0,
        "short_axis_mm": 0.0,
        "largest_width_mm": 0.0,
        "sphericity": None,
        "applicator_sleeve_ml": 0.0,
        "pieces": 0,
        "touches_outside": False,
    }


def test_the_summary_is_in_millimetres_and_millilitres(box, ball_level):
    domain = box(n=20)
    zone = ablation_zone(domain, ball_level(domain.points, 0.012))
    summary = zone_summary(zone, measure_axes(zone, Z_AXIS))
    assert summary["volume_ml"] == pytest.approx(7.238, rel=0.05)
    assert summary["long_axis_mm"] == pytest.approx(24, abs=0.3)


def test_the_level_is_left_as_it_was(box, ball_level):
    domain = box(n=6, applicator=is_in_needle)
    level = ball_level(domain.points, 0.012)
    before = level.copy()
    ablation_zone(domain, level)
    np.testing.assert_array_equal(level, before)


def test_a_level_that_is_not_a_number_in_tissue_is_refused_but_not_in_a_lumen(box):
    domain = box(n=6, jitter=0.0, lumen=lambda centres: centres[:, 0] > 0.0)
    level = np.where(domain.points_of(domain.is_tissue), 1.0, np.nan)
    ablation_zone(domain, level)
    with pytest.raises(ModelError, match="not finite"):
        ablation_zone(domain, level, tissue=~domain.is_applicator)


def test_a_level_of_the_wrong_length_is_refused(box):
    domain = box(n=2)
    with pytest.raises(ValueError, match=r"shape \(3,\): must be \(27,\)"):
        ablation_zone(domain, np.zeros(3))


def test_a_domain_reads_its_bodies_off_the_names_of_the_mesh(box):
    plain = box(n=2)
    region = np.arange(plain.is_lumen.size, dtype=np.int32) % 4
    mesh = Mesh(
        points=plain.points,
        cells=plain.cells.astype(np.int32),
        cell_region=region,
        cell_region_names=("organ", "tumour", "vein.organ", "electrode.tumour"),
        facets=np.array([[0, 1, 2]], dtype=np.int32),
        facet_region=np.zeros(1, dtype=np.int32),
        facet_region_names=("outer",),
    )
    domain = Domain.of_mesh(mesh, applicators=["electrode"])
    np.testing.assert_array_equal(domain.is_tissue, region < 2)
    np.testing.assert_array_equal(domain.is_lumen, region == 2)
    np.testing.assert_array_equal(domain.is_applicator, region == 3)
    np.testing.assert_array_equal(domain.is_tumour, region % 2 == 1)
    assert domain.outer_points.tolist() == [0, 1, 2]


def test_a_mesh_whose_outside_has_no_name_is_refused(box):
    plain = box(n=2)
    n_cells = len(plain.cells)
    empty = np.empty((0, 3), dtype=np.int32)
    mesh = Mesh(
        plain.points,
        plain.cells.astype(np.int32),
        np.zeros(n_cells, np.int32),
        ("organ",),
        empty,
        empty[:, 0],
        (),
    )
    with pytest.raises(MeshError, match="outside must be named"):
        Domain.of_mesh(mesh)


def test_a_mask_of_the_wrong_length_is_refused(box):
    plain = box(n=2)
    with pytest.raises(ValueError, match="is_lumen has shape"):
        Domain(
            plain.points,
            plain.cells,
            np.zeros(3, bool),
            plain.is_applicator,
            plain.is_tumour,
            plain.outer_points,
        )

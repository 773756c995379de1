from types import SimpleNamespace

import numpy as np
import pytest

from ablasim.margins import (
    Outcome,
    ablation_zone,
    compare_twins,
    heat_sink_summary,
    measure_rim,
    vessel_effect,
)
from ablasim.margins.facets import boundary_facets

ACTIVE = np.array([[[0.0, 0, -0.010], [0, 0, 0.010]]])
VEIN = SimpleNamespace(name="vein", points=np.array([[0.013, 0, -0.05], [0.013, 0, 0.05]]))


@pytest.fixture(scope="module")
def domain(box):
    """A square vein from x = 10 to 16 mm, 8 mm wide, and a needle 4 mm thick on the z axis; cubes of 2 mm."""
    return box(
        half=0.024,
        n=24,
        jitter=0.0,
        lumen=lambda centres: (np.abs(centres[:, 0] - 0.013) < 3e-3) & (np.abs(centres[:, 1]) < 4e-3),
        applicator=lambda centres: np.abs(centres[:, :2]).max(axis=1) < 2e-3,
    )


@pytest.fixture(scope="module")
def wall(domain):
    facets = boundary_facets(domain.cells[domain.is_lumen], np.ones(len(domain.points), dtype=bool))
    on_outside = (np.abs(domain.points[facets][..., 2]) > 0.0239).all(axis=1)
    return facets[~on_outside]


@pytest.fixture(scope="module")
def ball(domain):
    return 0.02 - np.linalg.norm(domain.points, axis=1)


def run_of(domain, level):
    return ablation_zone(domain, np.where(domain.points_of(domain.is_tissue), level, np.nan))


def twin_of(domain, level):
    return ablation_zone(domain, level, tissue=~domain.is_applicator)


def flattened(domain, ball, at):
    """The ball, cut off by a plane at x = `at`."""
    return np.minimum(ball, at - domain.points[:, 0])


def effect(domain, wall, run_level, twin_level):
    return vessel_effect(run_of(domain, run_level), twin_of(domain, twin_level), VEIN, wall=wall, active=ACTIVE)


def test_a_zone_flattened_before_the_vein_is_retracted_by_the_exact_distance(domain, wall, ball):
    found = effect(domain, wall, flattened(domain, ball, 0.0085), ball)
    np.testing.assert_allclose(found.on_applicator, [0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(found.on_vessel, [0.013, 0, 0], atol=1e-12)
    assert found.extent.exit == pytest.approx(0.0085, abs=1e-7)
    assert found.twin_extent.exit == pytest.approx(0.020, abs=1e-4)
    assert found.retraction == pytest.approx(0.0115, abs=1e-4)
    assert found.tissue_lost == pytest.approx(0.0055, abs=1e-4)  # 6 mm of it are blood


def test_the_living_cuff_has_the_exact_thickness_on_the_wall_that_faces_the_applicator(domain, wall, ball):
    rim = effect(domain, wall, flattened(domain, ball, 0.0085), ball).rim
    assert rim.minimum == pytest.approx(1.5e-3, abs=1e-9)
    assert rim.mean == pytest.approx(1.5e-3, abs=0.05e-3)
    assert rim.cuff_fraction == pytest.approx(1.0)


def test_a_zone_that_reaches_the_wall_has_no_rim_and_ends_there_in_the_run(domain, wall, ball):
    found = effect(domain, wall, ball, ball)
    assert found.extent.exit == pytest.approx(0.010, abs=1e-7)
    assert found.retraction == pytest.approx(0.010, abs=1e-4)
    assert found.tissue_lost == pytest.approx(0.0, abs=1e-12)  # it is dead behind the lumen too
    assert (found.rim.minimum, found.rim.mean) == (0.0, 0.0)
    assert found.rim.cuff_fraction == pytest.approx(0.0, abs=0.05)


def test_a_cuff_on_half_the_wall_is_half_the_wall(domain, wall, ball):
    slope = 0.5 * domain.points[:, 2] + 0.010 - domain.points[:, 0]  # meets the wall at z = 0
    rim = effect(domain, wall, np.minimum(ball, slope), ball).rim
    assert rim.minimum == 0.0
    assert rim.cuff_fraction == pytest.approx(0.5, abs=0.03)


def test_without_a_difference_nothing_is_retracted_before_the_vein(domain, wall, ball):
    small = ball - 0.012
    found = effect(domain, wall, small, small)
    assert found.retraction == pytest.approx(0.0, abs=1e-12)
    assert found.rim is None


def test_an_applicator_outside_both_zones_gives_0_and_outside_one_gives_none(domain, wall, ball):
    nothing = np.full_like(ball, -1.0)
    assert effect(domain, wall, nothing, nothing).retraction == 0.0
    outside_one = effect(domain, wall, nothing, ball)
    assert outside_one.extent is None
    assert outside_one.retraction is None
    assert outside_one.rim.minimum == np.inf
    losses = compare_twins(Outcome(run_of(domain, nothing)), Outcome(twin_of(domain, ball)), vessels=[outside_one])
    assert heat_sink_summary(losses)["vessels"]["vein"]["rim_min_mm"] is None


def test_an_enclosed_sleeve_round_the_applicator_counts_as_inside(box, ball_level):
    domain = box(
        half=0.024,
        n=24,
        jitter=0.0,
        lumen=lambda centres: (np.abs(centres[:, 0] - 0.013) < 3e-3) & (np.abs(centres[:, 1]) < 4e-3),
        applicator=lambda centres: np.abs(centres).max(axis=1) < 2e-3,
    )
    radius = np.linalg.norm(domain.points, axis=1)
    run = run_of(domain, np.minimum.reduce([0.02 - radius, radius - 4.5e-3, 0.0085 - domain.points[:, 0]]))
    twin = twin_of(domain, np.minimum(0.02 - radius, radius - 4.5e-3))
    assert run.sleeve_volume > 0
    facets = boundary_facets(domain.cells[domain.is_lumen], np.ones(len(domain.points), dtype=bool))
    found = vessel_effect(run, twin, VEIN, wall=facets, active=np.array([[[0, 0, 0], [0, 0, 1e-3]]]))
    assert found.extent.exit == pytest.approx(0.0085, abs=1e-7)
    assert found.retraction == pytest.approx(0.0115, abs=1e-4)


def test_the_rim_does_not_depend_on_how_the_walls_triangles_turn(domain, wall, ball):
    run, twin = run_of(domain, flattened(domain, ball, 0.0085)), twin_of(domain, ball)
    turned = np.where(np.arange(len(wall))[:, None] % 2 == 0, wall, wall[:, ::-1])
    rims = [
        measure_rim(run, twin, centre_line=VEIN.points, wall=each, seen_from=np.zeros(3)) for each in (wall, turned)
    ]
    assert rims[0] == rims[1]


def test_losses_are_twin_minus_run_and_split_into_flow_and_presence(domain, ball):
    run = Outcome(run_of(domain, flattened(domain, ball, 0.006)), minimum_margin=-1e-3)
    occluded = Outcome(run_of(domain, flattened(domain, ball, 0.008)), minimum_margin=2e-3)
    no_vessel = Outcome(twin_of(domain, ball), minimum_margin=4e-3)
    losses = compare_twins(run, no_vessel, occluded=occluded)
    assert losses.total.volume == pytest.approx(no_vessel.zone.volume - run.zone.volume)
    assert losses.flow.volume + losses.presence.volume == pytest.approx(losses.total.volume)
    summary = heat_sink_summary(losses)
    assert summary["margin_loss_mm"] == pytest.approx(5.0)
    assert summary["flow_loss"]["mm"] == pytest.approx(3.0)
    assert summary["presence_loss"]["mm"] == pytest.approx(2.0)
    assert summary["volume_loss_percent"] == pytest.approx(100 * losses.total.volume / no_vessel.zone.volume)


def test_the_volume_lost_leaves_the_lumen_out(domain, ball):
    losses = compare_twins(Outcome(run_of(domain, ball)), Outcome(twin_of(domain, ball)))
    assert losses.total.volume == 0.0
    assert losses.total.margin is None
    assert losses.flow is None


def test_where_nothing_dies_in_the_twin_the_loss_has_no_percentage(domain, ball):
    nothing = np.full_like(ball, -1.0)
    losses = compare_twins(Outcome(run_of(domain, nothing)), Outcome(twin_of(domain, nothing)))
    assert heat_sink_summary(losses)["volume_loss_percent"] is None


def test_the_summary_lists_the_vessels_by_name(domain, wall, ball):
    found = effect(domain, wall, flattened(domain, ball, 0.0085), ball)
    losses = compare_twins(Outcome(run_of(domain, ball)), Outcome(twin_of(domain, ball)), vessels=[found])
    vein = heat_sink_summary(losses)["vessels"]["vein"]
    assert vein["retraction_mm"] == pytest.approx(11.5, abs=0.1)
    assert vein["tissue_lost_mm"] == pytest.approx(5.5, abs=0.1)
    assert vein["rim_min_mm"] == pytest.approx(1.5, abs=1e-6)
    assert vein["cuff_share_percent"] == pytest.approx(100.0)

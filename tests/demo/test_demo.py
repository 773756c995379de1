"""The demo gives the answer that it is shipped for, and gives it whatever the mesh and the time step."""

import numpy as np
import pytest

from ablasim.margins import ray_exit

pytestmark = pytest.mark.slow


def extent(results, variant, direction):
    """How far the zone reaches from the middle of the electrode, mm."""
    zone = results.zones[variant]
    domain = zone.domain
    way = np.array(direction, dtype=float)
    return 1e3 * ray_exit(domain.points, domain.cells[zone.cells], zone.filled, np.zeros(3), way)


def vein(results):
    return results.summary["heat_sink"]["vessels"]["hepatic_vein"]


def test_the_vein_pulls_the_zone_back_on_its_side(demo):
    assert demo.summary["heat_sink"]["largest_retraction"]["mm"] > 2.0
    assert vein(demo)["retraction_mm"] == pytest.approx(vein(demo)["rim_min_mm"], abs=0.2)  # beyond it is the lumen


def test_the_vein_costs_next_to_nothing_on_the_opposite_side(demo):
    lost = extent(demo, "no_vessel", [-1, 0, 0]) - extent(demo, "actual", [-1, 0, 0])
    assert abs(lost) < 0.2


def test_the_margin_class_is_better_without_the_vein(demo):
    margin = demo.summary["margin"]
    without = margin["minimum_mm"] + demo.summary["heat_sink"]["margin_loss_mm"]
    assert margin["class"] == "below_5"
    assert 5.0 < without < 10.0
    assert margin["nearest_vessel"] == "hepatic_vein"
    assert margin["minimum_at_mm"][0] > 9.0


def test_a_living_cuff_stays_round_the_vein(demo):
    assert vein(demo)["rim_min_mm"] > 0.0
    assert vein(demo)["cuff_share_percent"] > 90.0


def test_the_hottest_point_is_off_the_cooled_surface(demo):
    place = np.array([demo.summary["source"]["max_temperature_at_mm"]]) * 1e-3
    assert demo.case.anatomy.needles["electrode"].distance(place)[0] > 0.3e-3


def test_impedance_falls_with_heat_and_rises_with_vapour(demo):
    impedance = demo.history()["impedance_ohm"]
    impedance = impedance[np.isfinite(impedance)]
    lowest = int(np.argmin(impedance))
    assert impedance[lowest] < 0.8 * demo.summary["source"]["impedance_ohm"]["start"]
    assert impedance[-1] > 1.05 * impedance[lowest]
    assert 0 < lowest < len(impedance) - 1


def test_energy_and_current_balance(demo):
    for march in demo.marches.values():
        assert abs(march.ledger.residual_share) < 1e-3
        assert march.ledger.current_imbalance < 1e-4


def test_heat_through_the_wall_by_gradient_agrees_with_the_reaction(demo):
    sink = vein(demo)
    assert sink["power_removed_end_by_gradient_w"] == pytest.approx(sink["power_removed_end_w"], rel=0.2)


def test_retraction_vanishes_as_the_vein_is_moved_away(relative):
    sinks = [relative(mesh="coarse", vein_x_mm=x).summary["heat_sink"] for x in (16.0, 20.0, 25.0)]
    retractions = [sink["largest_retraction"]["mm"] for sink in sinks]
    assert retractions[0] > retractions[1] > retractions[2]
    assert abs(sinks[2]["vessels"]["hepatic_vein"]["retraction_mm"]) < 0.25


@pytest.mark.parametrize("changes", [{"mesh": "fine"}, {"time_tolerance": 0.25}])
def test_a_finer_mesh_or_time_step_moves_the_answer_little(demo, relative, changes):
    finer = relative(twins=(), **changes).summary
    normal = demo.summary
    assert finer["zone"]["volume_ml"] == pytest.approx(normal["zone"]["volume_ml"], rel=0.03)
    assert finer["margin"]["minimum_mm"] == pytest.approx(normal["margin"]["minimum_mm"], abs=0.3)

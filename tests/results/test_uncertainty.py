"""The grid convergence index, the block that carries it, and what a reader is warned of."""

import copy
from math import sqrt

import pytest

from ablasim.errors import ModelError
from ablasim.results.uncertainty import (
    ORDER,
    SAFETY_FACTOR,
    grid_convergence_index,
    uncertainty,
    verification_warnings,
)

ROOT_2 = sqrt(2.0)


def summary_of(n_cells, *, volume=20.0, minimum=7.0, margin_class="5_to_10", loss=2.0, retraction=3.0, removed=1000.0):
    """The parts of a summary that are verified."""
    vein = {"retraction_mm": retraction, "power_removed_end_w": 1.5, "energy_removed_j": removed, "rim_min_mm": 1.0}
    return {
        "zone": {"volume_ml": volume, "long_axis_mm": 40.0, "short_axis_mm": 30.0, "pieces": 1},
        "margin": {
            "minimum_mm": minimum,
            "model_low_mm": minimum - 1.0,
            "model_high_mm": None,
            "class": margin_class,
        },
        "heat_sink": {"volume_loss_ml": loss, "margin_loss_mm": 1.0, "flow_loss": None, "vessels": {"vein": vein}},
        "mesh": {"n_points": n_cells // 6, "n_cells": n_cells},
        "sensors": {"tip": {"max_temperature_c": 90.0 + 0.1 * volume, "end_temperature_c": 50.0, "died_at_s": 40.0}},
        "time": {"n_steps": 90},
    }


def coarse(**values):
    return summary_of(100_000, **values)


def fine(**values):
    return summary_of(round(100_000 * ROOT_2**3), **values)


def warnings_of(run, finer):
    return verification_warnings(run, finer, uncertainty(run, finer))


def spread_of(difference):
    """± by hand for edges shorter by √2 and order 1: 3 · √2 / (√2 − 1) = 10.2426 times the difference."""
    return 10.242640687 * abs(difference)


@pytest.mark.parametrize(
    ("value", "finer", "ratio", "order", "safety_factor", "by_hand"),
    [
        (10.0, 10.5, 2.0, 2.0, 3.0, 2.0),  # 3 · 0.5 · 4 / 3
        (10.5, 10.0, 2.0, 1.0, 1.25, 1.25),  # 1.25 · 0.5 · 2 / 1
        (29.0, 28.7, ROOT_2, 1.0, 3.0, 3.0727922),  # 3 · 0.3 · √2 / (√2 − 1)
        (-1.0, -1.0, ROOT_2, 1.0, 3.0, 0.0),
    ],
)
def test_the_index_is_what_a_pocket_calculator_gives(value, finer, ratio, order, safety_factor, by_hand):
    found = grid_convergence_index(value, finer, ratio=ratio, order=order, safety_factor=safety_factor)
    assert found == pytest.approx(by_hand, rel=1e-7)


def test_the_index_of_the_finer_mesh_is_that_of_the_worked_example_of_celik_et_al():
    """Reattachment length behind a step: 6.063 and 5.972, edges shorter by 1.5, order 1.53, index of 2.2 %."""
    of_coarser = grid_convergence_index(5.972, 6.063, ratio=1.5, order=1.53, safety_factor=1.25)
    assert 100.0 * of_coarser / 1.5**1.53 / 6.063 == pytest.approx(2.2, abs=0.05)


@pytest.mark.parametrize("order", [0.3, 0.5, 1.0, 1.5, 2.0])
def test_the_index_covers_the_error_of_a_sequence_of_any_order_above_three_tenths(order):
    exact, size = 5.0, 0.7
    value, finer = (exact + 0.4 * edge**order for edge in (size, size / ROOT_2))
    assert grid_convergence_index(value, finer, ratio=ROOT_2) > abs(value - exact)


def test_a_sequence_of_order_a_quarter_is_not_covered():
    value, finer = (5.0 + edge**0.25 for edge in (1.0, 1.0 / ROOT_2))
    assert grid_convergence_index(value, finer, ratio=ROOT_2) < value - 5.0


def test_where_the_assumed_order_holds_the_index_is_the_error_times_the_safety_factor():
    value, finer = (5.0 - 0.1 * edge**ORDER for edge in (1.0, 1.0 / ROOT_2))
    index = grid_convergence_index(value, finer, ratio=ROOT_2)
    assert index == pytest.approx(SAFETY_FACTOR * abs(value - 5.0), rel=1e-9)


@pytest.mark.parametrize("wrong", [{"ratio": 1.0}, {"ratio": 2.0, "order": 0.0}, {"ratio": 2.0, "safety_factor": -1.0}])
def test_an_index_that_means_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="ratio must be above 1"):
        grid_convergence_index(1.0, 2.0, **wrong)


def test_the_block_has_the_paths_of_the_values_and_the_finer_values_beside():
    found = uncertainty(coarse(), fine(volume=19.5, minimum=7.02, loss=1.9, retraction=2.9, removed=990.0))
    assert found["status"] == "verified"
    assert found["zone"]["volume_ml"] == pytest.approx(spread_of(0.5), rel=1e-4)
    spread = pytest.approx(spread_of(0.02), rel=1e-4)
    assert found["margin"] == {"minimum_mm": spread, "model_low_mm": spread, "model_high_mm": None}
    assert found["heat_sink"]["volume_loss_ml"] == pytest.approx(spread_of(0.1), rel=1e-4)
    vein = found["heat_sink"]["vessels"]["vein"]
    assert set(vein) == {"retraction_mm", "power_removed_end_w", "energy_removed_j"}
    assert vein["energy_removed_j"] == pytest.approx(spread_of(10.0), rel=1e-4)
    assert found["sensors"]["tip"] == {
        "max_temperature_c": pytest.approx(spread_of(0.05), rel=1e-4),
        "end_temperature_c": 0.0,
    }
    assert found["finer"]["zone"] == {"volume_ml": 19.5, "long_axis_mm": 40.0, "short_axis_mm": 30.0}
    assert found["finer"]["heat_sink"]["vessels"]["vein"]["retraction_mm"] == 2.9
    assert found["method"]["refinement_ratio"] == pytest.approx(ROOT_2, rel=1e-5)
    assert found["method"]["finer_n_points"] > found["method"]["n_points"]


def test_two_meshes_that_agree_by_chance_leave_a_length_its_floor_and_other_numbers_their_index():
    found = uncertainty(coarse(), fine(volume=20.0001, minimum=7.0004, retraction=3.0, removed=1000.01))
    assert found["margin"]["minimum_mm"] == pytest.approx(0.1)
    assert found["zone"]["long_axis_mm"] == pytest.approx(0.1)
    assert found["heat_sink"]["vessels"]["vein"]["retraction_mm"] == pytest.approx(0.1)
    assert found["zone"]["volume_ml"] == pytest.approx(spread_of(0.0001), rel=1e-3)
    assert found["heat_sink"]["vessels"]["vein"]["energy_removed_j"] == pytest.approx(spread_of(0.01), rel=1e-3)
    assert found["method"]["length_floor_mm"] == pytest.approx(0.1)


def test_the_summaries_are_left_as_they_were():
    run, finer = coarse(), fine(volume=19.5)
    before = copy.deepcopy((run, finer))
    warnings_of(run, finer)
    assert (run, finer) == before


@pytest.mark.parametrize(("here", "there"), [(0.0, 3.0), (3.0, 0.0), (None, 3.0), (3.0, None), (float("nan"), 3.0)])
def test_what_is_missing_or_0_in_either_run_has_no_spread(here, there):
    found = uncertainty(coarse(retraction=here), fine(retraction=there))
    assert found["heat_sink"]["vessels"]["vein"]["retraction_mm"] is None


def test_a_run_without_tumour_and_vessels_has_a_block_of_its_zone_alone():
    bare = {"margin": None, "heat_sink": None}
    run, finer = coarse() | bare, fine(volume=19.0) | bare
    found = uncertainty(run, finer)
    assert (found["margin"], found["heat_sink"]) == (None, None)
    assert found["zone"]["volume_ml"] > 0.0
    assert verification_warnings(run, finer, found) == []


def test_without_a_zone_the_depth_of_the_tumour_is_no_verified_margin():
    dead = {"volume": 0.0, "minimum": -10.0, "margin_class": "residual"}
    run, finer = coarse(**dead), fine(**dead | {"minimum": -9.99})
    assert uncertainty(run, finer)["margin"]["minimum_mm"] is None
    assert warnings_of(run, finer) == []


def test_meshes_of_nearly_the_same_fineness_say_nothing():
    with pytest.raises(ModelError, match="the finer mesh has 120000 cells, the run's 100000: edges must be shorter"):
        uncertainty(coarse(), summary_of(120_000))


def test_a_run_that_the_finer_mesh_confirms_has_no_warning():
    assert warnings_of(coarse(), fine(volume=19.9, minimum=7.05)) == []


def test_a_zone_on_one_mesh_alone_is_a_warning():
    (warning,) = warnings_of(coarse(volume=0.0, margin_class="residual"), fine(margin_class="residual"))
    assert "nothing is ablated in the run, and the finer mesh says otherwise" in warning


def test_another_class_on_the_finer_mesh_is_a_warning():
    warnings = warnings_of(coarse(minimum=5.01), fine(minimum=4.99, margin_class="below_5"))
    assert "the margin's class is 5_to_10 in the run and below_5 on the finer mesh" in warnings[0]
    assert "5.01 ± 0.20 mm, from class below_5 to class 5_to_10: its class is not numerically certain" in warnings[1]


@pytest.mark.parametrize(
    ("minimum", "margin_class", "is_certain"),
    [
        (5.3, "5_to_10", False),
        (5.5, "5_to_10", True),
        (4.7, "below_5", False),
        (0.3, "below_5", False),
        (-0.3, "residual", False),
        (-0.5, "residual", True),
        (9.7, "5_to_10", False),
        (10.3, "a0", False),
        (10.5, "a0", True),
        (4.7, "residual", True),  # tumour lives on inside, whatever the margin
    ],
)
def test_a_spread_across_a_clinical_limit_is_a_warning(minimum, margin_class, is_certain):
    """A difference of 0.04 mm gives ± 0.41 mm."""
    warnings = warnings_of(
        coarse(minimum=minimum, margin_class=margin_class), fine(minimum=minimum + 0.04, margin_class=margin_class)
    )
    assert [("not numerically certain" in warning) for warning in warnings] == ([] if is_certain else [True])


def test_a_number_that_only_one_of_the_runs_has_is_named():
    (warning,) = warnings_of(coarse(retraction=None), fine())
    assert "heat_sink.vessels.vein.retraction_mm exists in only one of run and finer run" in warning

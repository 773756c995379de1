"""Generators on the field of a small coarse block: events, early ends, holds, roll-offs where tissue boils."""

import copy
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from ablasim import run
from ablasim.build import build_case
from ablasim.march import march
from ablasim.scenario import load_scenario, parse_scenario
from ablasim.simulate import march_all

ROOT = Path(__file__).parents[2]
QUICK = ROOT / "tests" / "data" / "quick.yaml"
AUDIT = 3e-4

IMPEDANCE = {"control": "impedance", "power_w": 80.0, "roll_off": {"rise_ohm": 20.0}, "off_s": 5.0}
HELD = {"control": "temperature", "target_c": 70.0, "sensors": ["near"], "power_limit_w": 40.0}
PAUSE = {"duration_s": 6.0}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("meshes")


@pytest.fixture(scope="module")
def case_of(cache):
    """The quick scenario without its vein, with a sensor and a protocol of its own."""

    def build(*steps, tolerance=1.0, **blocks):
        data = copy.deepcopy(YAML(typ="safe").load(QUICK)) | {"heat_sink": {"twins": []}, "cool_down_s": 0}
        data |= {"vessels": [], "sensors": [{"name": "near", "at_mm": [3, 0, 0]}]} | blocks
        data["protocol"] = [
            step if isinstance(step, dict) else {"duration_s": step[0], "drive": {"electrode": step[1]}}
            for step in steps
        ]
        data["numerics"]["time_tolerance"] = tolerance
        return build_case(parse_scenario(data), cache)

    return build


def times(found, kind):
    return [event.time for event in found.events if event.kind == kind]


def test_a_ramp_delivers_its_mean_and_steps_land_on_its_kinks(case_of):
    ramp = {"control": "power", "power_w": 12.0, "ramp": {"from_w": 2.0, "over_s": 8.0}}
    found = march(case_of((14.0, ramp)))
    assert found.ledger.delivered == pytest.approx(8.0 * 7.0 + 6.0 * 12.0, rel=1e-9)
    assert min(abs(step.time - 8.0) for step in found.steps) < 1e-9
    assert times(found, "ramp_done") == pytest.approx([8.0])


def test_a_linear_ramp_keeps_the_second_order(case_of):
    ramp = {"control": "power", "power_w": 12.0, "ramp": {"from_w": 0.0, "over_s": 8.0}}
    quick = YAML(typ="safe").load(QUICK)["numerics"]

    def end(dt):
        return march(case_of((8.0, ramp), numerics=quick | {"time_step_s": dt}, tolerance=1e-4)).temperature

    exact = end(0.125)
    coarse, fine = (np.abs(end(dt) - exact).max() for dt in (2.0, 1.0))
    assert np.log2(coarse / fine) > 1.7


def test_tissue_that_boils_rolls_off_by_itself_whatever_the_time_tolerance(case_of):
    exact, loose = (march(case_of((30.0, IMPEDANCE), tolerance=tolerance)) for tolerance in (0.25, 2.0))
    assert len(times(exact, "roll_off")) >= 2
    for found in (exact, loose):
        offs, ons = times(found, "roll_off"), times(found, "restart")
        assert np.array(ons) - np.array(offs[: len(ons)]) == pytest.approx(5.0, abs=1e-9)
        start = found.start.impedance
        read = [event.impedance for event in found.events if event.kind == "roll_off"]
        assert read == pytest.approx([start + 20.0] * len(read), rel=2e-3)
        assert abs(found.ledger.residual_share) < AUDIT
        during = [step for step in found.steps if offs[0] < step.time - 0.5 * step.dt < ons[0]]
        assert all(step.electrical is None for step in during)
    assert times(loose, "roll_off") == pytest.approx(times(exact, "roll_off"), rel=0.02)


def test_the_current_that_is_limited_is_never_passed_and_the_record_says_so(case_of):
    found = march(case_of((20.0, IMPEDANCE | {"current_limit_a": 0.5})))
    assert {step.electrical.limit for step in found.steps} == {"current"}
    assert max(step.electrical.current for step in found.steps) <= 0.5 * (1.0 + 1e-12)


def test_what_follows_a_step_that_ends_early_begins_at_once(case_of):
    first = (60.0, IMPEDANCE | {"last_roll_off": 1})
    occlusion = {"name": "pringle", "systems": ["portal_vein"], "start_s": 10, "end_s": 24}
    found = march(case_of(first, PAUSE, (4.0, HELD), occlusions=[occlusion]))
    (ended,) = times(found, "end")
    assert 10.0 < ended < 24.0
    assert times(found, "roll_off") == [ended]
    ends = [(stage.step, stage.end) for stage in found.stages]
    assert ends == [
        (0, pytest.approx(10.0)),
        (0, ended),
        (1, pytest.approx(24.0)),  # occlusions keep to the clock
        (1, pytest.approx(ended + 6.0)),
        (2, pytest.approx(ended + 10.0)),
    ]
    assert found.steps[-1].time == pytest.approx(ended + 10.0)
    powered = [step.electrical is not None for step in found.steps if step.time > ended + 1e-9]
    assert powered == sorted(powered)
    assert any(powered)


def test_a_generator_goes_on_where_an_occlusion_switches(case_of):
    occlusion = {"name": "pringle", "systems": ["portal_vein"], "start_s": 20}  # in the first pause
    found = march(case_of((30.0, IMPEDANCE), occlusions=[occlusion]))
    off, on = times(found, "roll_off")[0], times(found, "restart")[0]
    assert off < 20.0 < on
    assert on - off == pytest.approx(5.0)


def test_the_temperature_of_a_sensor_is_held_within_1_k_until_the_hold_is_done(case_of):
    found = march(case_of((200.0, HELD | {"hold_s": 60.0}), PAUSE))
    (reached,), (done,) = times(found, "target_reached"), times(found, "hold_done")
    assert done - reached == pytest.approx(60.0)
    errors = [
        (step.time, step.sensors["near"].temperature - 343.15) for step in found.steps if step.time <= done + 1e-9
    ]
    assert max(error for _, error in errors) < 1.0
    assert max(abs(error) for time, error in errors if time > reached) <= 1.0
    assert found.steps[-1].time == pytest.approx(done + 6.0)


def test_pulsed_current_has_the_mean_power_of_its_pulses(case_of):
    pulsed = {"control": "pulsed_current", "on_current_a": 0.3, "on_s": 3.0, "off_s": 5.0}
    found = march(case_of((16.0, pulsed)))
    on = sum(step.dt for step in found.steps if step.electrical is not None)
    assert on == pytest.approx(6.0)
    assert {3.0, 8.0, 11.0, 16.0} <= {round(step.time, 9) for step in found.steps}


NEEDLES = {
    "name": "needles",
    "kind": "rf_needles",
    "count": 3,
    "spacing_mm": 12,
    "centre_mm": [0, 0, 0],
    "direction": [0, 0, 1],
    "diameter_mm": 2,
    "active_length_mm": 10,
}


def switched(**said):
    drive = {"control": "power", "power_w": 25.0, "switching": {"pairs": "all"} | said}
    return {"duration_s": 14.0, "drive": {"needles": drive}}


def test_pairs_of_needles_are_driven_in_turn_each_as_a_field_of_its_own(case_of):
    found = march(case_of(switched(every_s=4.0), applicators=[NEEDLES]))
    assert times(found, "pair_switched") == pytest.approx([4.0, 8.0, 12.0])
    middles = [step.time - 0.5 * step.dt for step in found.steps]
    assert [step.pair for step in found.steps] == [int(middle // 4.0) % 3 for middle in middles]
    assert found.ledger.delivered == pytest.approx(25.0 * 14.0)
    assert found.ledger.current_imbalance < 1e-3
    assert abs(found.ledger.residual_share) < AUDIT


def test_a_pair_whose_tissue_dries_is_passed_over(case_of, cache):
    protocol = switched(roll_off={"rise_ohm": 15}, pause_s=6.0)
    protocol["drive"]["needles"]["power_w"] = 70.0
    results = run(case_of(protocol, applicators=[NEEDLES]).scenario, mesh_cache=cache)
    found, history = results.actual, results.history()
    left = [event for event in found.events if event.kind in ("pair_switched", "all_pairs_pause")]
    assert left
    first = left[0].time
    assert [step.pair for step in found.steps if first < step.time - 0.5 * step.dt < first + 6.0].count(0) == 0
    assert set(history["terminal_pair"][np.isfinite(history["terminal_pair"])]) >= {1.0, 2.0}


def test_twins_run_generators_of_their_own(case_of):
    quick = YAML(typ="safe").load(QUICK)
    vein = [quick["vessels"][0] | {"points_mm": [[7, 0, -25], [7, 0, 25]]}]
    marches = march_all(case_of((25.0, IMPEDANCE), vessels=vein, heat_sink={"twins": ["no_vessel"]}))
    first = {variant: times(found, "roll_off")[0] for variant, found in marches.items()}
    assert first["actual"] != first["no_vessel"]


def test_summary_and_history_tell_what_the_generator_did(case_of, cache):
    case = case_of((30.0, IMPEDANCE | {"last_roll_off": 2}), PAUSE)
    results = run(case.scenario, mesh_cache=cache)
    told, history = results.summary["source"]["generator"], results.history()
    assert told["roll_offs"] == 2
    assert told["paused_s"] == pytest.approx(5.0)
    assert told["first_roll_off_s"] == told["events"][0]["time_s"]
    (step,) = told["steps"]
    assert step["ended_early"]
    assert step["planned_s"] == 30.0
    assert told["driven_s"] == pytest.approx(step["until_s"])
    assert told["duty_percent"] == pytest.approx(100.0 * (1.0 - 5.0 / step["until_s"]))
    rows = {row: words for row, words in enumerate(history["generator_event"]) if words}
    assert list(rows.values()) == ["roll_off", "restart", "roll_off; end"]
    assert [history["time_s"][row] for row in rows] == pytest.approx(
        [
            told["first_roll_off_s"],
            step["until_s"] - (told["events"][2]["time_s"] - told["events"][1]["time_s"]),
            step["until_s"],
        ]
    )


def test_what_a_generator_only_begins_as_its_step_ends_is_not_told(case_of):
    assert times(march(case_of(switched(every_s=7.0), applicators=[NEEDLES])), "pair_switched") == pytest.approx([7.0])
    below = IMPEDANCE | {"roll_off": {"above_ohm": 10}}
    found = march(case_of((15.0, below), PAUSE))
    assert times(found, "restart") == pytest.approx([5.0, 10.0])
    assert times(found, "roll_off") == pytest.approx([0.0, 5.0, 10.0])


def test_pairs_that_are_never_driven_or_get_less_than_was_asked_for_are_warnings(case_of, cache):
    step = switched(every_s=20.0)
    step["drive"]["needles"]["voltage_limit_v"] = 5.0
    results = run(case_of(step, applicators=[NEEDLES]).scenario, mesh_cache=cache)
    assert about(results, "voltage limit") == "the voltage limit held for 14 s: less power was delivered than asked for"
    assert about(results, "pairs of terminals") == f"of 3 pairs of terminals these were never driven {STEP} 0 s: 2, 3"


def about(results, words):
    (warning,) = [warning for warning in results.summary["warnings"] if words in warning]
    return warning


STEP = "in the step of the protocol that began at"


def test_a_target_that_is_not_reached_is_a_warning(case_of, cache):
    results = run(case_of(PAUSE, (4.0, HELD), (4.0, HELD | {"target_c": 37.0})).scenario, mesh_cache=cache)
    history = results.history()
    most = history["near_sensor_c"][(history["time_s"] > 6.0) & (history["time_s"] < 10.0 + 1e-6)].max()
    expected = f"the target of 70 °C was not reached {STEP} 6 s: {most:.0f} °C was the most"
    assert about(results, "the target of") == expected


def test_a_target_for_the_blood_of_a_vessel_tells_what_the_sensor_lies_in(case_of, cache):
    vein = YAML(typ="safe").load(QUICK)["vessels"]
    case = case_of((2.0, HELD), vessels=vein, sensors=[{"name": "near", "at_mm": [12, 0, 0]}])
    warning = about(run(case.scenario, mesh_cache=cache), "the target of")
    assert warning.endswith(f"{STEP} 0 s: 37 °C was the most; near lies in vein")


def test_a_hold_that_is_cut_short_is_a_warning(case_of, cache):
    results = run(case_of((40.0, HELD | {"hold_s": 39.0})).scenario, mesh_cache=cache)
    (reached,) = times(results.actual, "target_reached")
    expected = f"the target of 70 °C was held for {40.0 - reached:.0f} s instead of 39 s {STEP} 0 s"
    assert about(results, "the target of") == expected


def test_roll_offs_that_come_at_once_or_not_at_all_are_warnings(case_of, cache):
    low = IMPEDANCE | {"roll_off": {"above_ohm": 10}, "last_roll_off": 1}
    never = IMPEDANCE | {"power_w": 1.0, "off_s": 1.0, "last_roll_off": 2}
    results = run(case_of((9.0, low), (2.0, never)).scenario, mesh_cache=cache)
    at_start = results.actual.events[0].impedance
    expected = f"the impedance, {at_start:.0f} Ω, was above roll_off as soon as the power came on, {STEP} 0 s"
    assert about(results, "above roll_off") == expected
    assert about(results, "roll-off number") == (
        f"roll-off number 2 did not come {STEP} 0 s: 0 came until its time was over"
    )


@pytest.mark.slow
def test_a_whole_treatment_is_held_at_its_target(cache):
    drive = HELD | {"target_c": 85.0, "sensors": ["edge"], "power_limit_w": 45.0}
    changes = {
        "sensors": [{"name": "edge", "at_mm": [0, -4, 0]}],
        "protocol.0.drive.electrode": drive,
        "heat_sink.twins": [],
        "cool_down_s": 0,
    }
    scenario = load_scenario(ROOT / "scenarios" / "rfa_quick_look.yaml", changes)
    found = march(build_case(scenario, cache))
    (reached,) = times(found, "target_reached")
    errors = np.array([step.sensors["edge"].temperature - 358.15 for step in found.steps if step.time > reached])
    assert np.abs(errors).max() <= 1.0
    assert (np.abs(np.diff(np.sign(errors[np.abs(errors) > 0.1]))) > 0).sum() <= 2
    assert found.work["steps"] < 200

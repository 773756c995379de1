"""Trains of pulses in a run: their currents and heat, what they leave for the next one, and what they kill."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from ablasim.build import Case, build_case
from ablasim.course import March
from ablasim.energy import LEAST_TOLD_K
from ablasim.errors import ScenarioError
from ablasim.march import march
from ablasim.resolve import check_names
from ablasim.results.trains import divisions
from ablasim.scenario import parse_scenario
from ablasim.simulate import run

SMALL = Path(__file__).parents[1] / "data" / "pulses.yaml"
FIRST, SECOND = {"between": ["needles_1", "needles_2"]}, {"between": ["needles_2", "needles_3"]}

Build = Callable[..., Case]


@pytest.fixture(scope="module")
def case_of(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The small scenario with some keys of its pulses, and some of its own, changed."""
    cache = tmp_path_factory.mktemp("meshes")

    def build(pulses: dict[str, Any] | None = None, **changes: Any) -> Case:
        data = copy.deepcopy(YAML(typ="safe").load(SMALL)) | changes
        data["protocol"][0]["pulses"] |= pulses or {}
        return build_case(parse_scenario(data), cache)

    return build


def currents(found: March) -> list[float]:
    assert found.pulses is not None
    return [train.start.current for train in found.pulses.trains]


def dead_volume(case: Case, found: March) -> float:
    return case.dead_volume_by_nodes(found.damage)


def test_every_joule_is_voltage_times_current_while_pulses_are_on(case_of: Build) -> None:
    case = case_of()
    found = march(case)
    (train,) = found.pulses.trains
    between = [each.voltage * each.current * train.train.on_time for each in (train.start, train.end)]
    assert between[0] < found.ledger.delivered < between[1]
    assert between[1] == pytest.approx(between[0], rel=0.2)
    assert abs(found.ledger.residual_share) < 1e-4
    assert train.current_imbalance < 1e-4
    assert found.ledger.current_imbalance < 1e-4
    assert [step.pulses is not None for step in found.steps] == [True] * len(found.steps)


def test_current_rises_with_the_warmth_of_the_tissue(case_of: Build) -> None:
    case = case_of({"count": 60})
    found = march(case)
    (train,) = found.pulses.trains
    assert found.hottest[0] > found.temperature.min() + 3.0
    assert train.end.current > 1.01 * train.start.current
    assert case_of({"count": 60}, numerics=exact(case)).scenario.numerics.field_tolerance == 0.0
    always = march(case_of({"count": 60}, numerics=exact(case)))
    assert always.work["pulse_solves"] > found.work["pulse_solves"]
    assert always.pulses.trains[0].end.current == pytest.approx(train.end.current, rel=3e-3)
    assert always.ledger.delivered == pytest.approx(found.ledger.delivered, rel=3e-3)


def exact(case: Case) -> dict[str, Any]:
    return YAML(typ="safe").load(SMALL)["numerics"] | {"field_tolerance": 0.0}


def test_later_trains_find_the_tissue_as_earlier_ones_left_it(case_of: Build) -> None:
    cool = {"width_us": 1, "count": 5}  # next to no heat
    alone = currents(march(case_of(cool | {"pairs": [SECOND]})))
    after = currents(march(case_of(cool | {"pairs": [FIRST, SECOND]})))
    anew = currents(march(case_of(cool | {"pairs": [FIRST, SECOND], "conductivity_stays": False})))
    turned = currents(march(case_of(cool | {"pairs": [SECOND, FIRST]})))
    assert after[1] > 1.02 * alone[0]
    assert anew[1] == pytest.approx(alone[0], rel=1e-4)
    assert turned[0] == pytest.approx(alone[0], rel=1e-4)
    assert turned[1] > 1.02 * after[0]


def test_trains_add_to_the_zone_and_pulses_to_the_kill(case_of: Build) -> None:
    one, both = case_of({"pairs": [FIRST]}), case_of({"pairs": [FIRST, SECOND]})
    first, second = march(one), march(both)
    assert dead_volume(both, second) > 1.4 * dead_volume(one, first) > 0.0
    largest, before = second.pulses.largest_field, first.pulses.largest_field
    known = np.isfinite(before)
    assert np.mean(largest[known] > 0.98 * before[known]) > 0.99  # both are recovered at the nodes
    many = march(case_of({"count": 60}))
    level = "irreversible_threshold"
    assert many.damage[level] == pytest.approx(first.damage[level], abs=0.1)  # warmth alone moves it
    assert np.count_nonzero(many.damage["peleg_fermi"] > 0.0) > np.count_nonzero(first.damage["peleg_fermi"] > 0.0)


def test_the_headline_is_the_threshold_and_heat_is_told_apart(case_of: Build) -> None:
    case = case_of()
    assert case.headline.name == "irreversible_threshold"
    assert case.thermal_model.name == "cem43_240"
    found = march(case)
    assert not np.any(case.thermal_model.level(found.damage["cem43_240"]) > 0.0)
    reversible = case.nodal_tissue_volume[found.damage["reversible_threshold"][0] > 0.0].sum()
    assert reversible > dead_volume(case, found)


def test_a_voltage_that_fits_the_generator_is_found(case_of: Build) -> None:
    limit = 0.6 * currents(march(case_of()))[0]
    (train,) = march(case_of(pulse_generator={"current_limit_a": limit})).pulses.trains
    assert train.fitting_voltage < 0.75 * train.train.voltage  # the current rises faster than the voltage
    (fits,) = march(
        case_of({"voltage_v": train.fitting_voltage}, pulse_generator={"current_limit_a": 1.01 * limit})
    ).pulses.trains
    assert fits.start.current == pytest.approx(limit, rel=2e-3)
    assert fits.fitting_voltage is None


def test_a_clamped_vein_divides_a_train_without_losing_pulses(case_of: Build) -> None:
    case = case_of(occlusions=[{"name": "clamp", "systems": ["hepatic_vein"], "start_s": 7.0, "end_s": 13.0}])
    assert divisions(case) == [None, "clamp begins", "clamp ends"]
    clamped = march(case)
    assert [train.train.count for train in clamped.pulses.trains] == [7, 6, 7]
    whole = march(case_of())
    kind = "irreversible_threshold"
    assert clamped.damage[kind] == pytest.approx(whole.damage[kind], abs=0.05)


def test_pulses_given_before_a_stop_count(case_of: Build) -> None:
    case = case_of()
    seen: list[float] = []
    found = march(
        case, observe=lambda record, end: seen.append(record.time), stop=lambda: bool(seen) and seen[-1] > 5.0
    )
    assert not found.complete
    (train,) = found.pulses.trains
    assert train.train.count == round(seen[-1])
    assert dead_volume(case, found) > 0.0


def test_a_vein_changes_the_field_at_its_wall(case_of: Build) -> None:
    pulses = {"voltage_v": 3000}
    case = case_of(pulses)
    actual, without = march(case), march(case, "no_vessel")
    points = case.space.points
    beside = case.mesh.points_of_facets("vein")
    middle = beside[np.abs(points[beside, 2]) < 3e-3]
    nearest = middle[np.argmin(points[middle, 1])]
    ratio = actual.pulses.largest_field[nearest] / without.pulses.largest_field[nearest]
    assert ratio != pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("model", ["irreversible_threshold", "peleg_fermi"])
def test_models_of_pulses_need_pulses(model: str) -> None:
    data = YAML(typ="safe").load(SMALL)
    data["protocol"] = [{"duration_s": 10}]
    data["damage"] = {"headline": model}
    with pytest.raises(ScenarioError, match="is about pulses: the protocol has none"):
        build_case(parse_scenario(data))


def test_what_opens_cells_is_no_headline() -> None:
    data = YAML(typ="safe").load(SMALL)
    data["damage"] = {"headline": "reversible_threshold"}
    with pytest.raises(ScenarioError, match="do not die of it"):
        build_case(parse_scenario(data))


def test_the_history_ends_with_the_zone_of_the_last_train(case_of: Build) -> None:
    case = case_of()
    found = march(case)
    assert found.steps[-1].zone_volume == pytest.approx(dead_volume(case, found))
    assert found.steps[-1].zone_volume > 0.0


def test_the_audit_of_next_to_no_heat_says_that_none_is_missing_and_of_some_whether_it_is(case_of: Build) -> None:
    tiny, small = (march(case_of({"voltage_v": volts, "count": 5})).ledger for volts in (1.0, 1000.0))
    assert tiny.delivered < LEAST_TOLD_K * tiny.heat_capacity < 0.01 * small.delivered
    assert abs(tiny.residual_share) < 1e-3
    assert small.residual_share == pytest.approx(small.residual / small.delivered, rel=0.02)
    lost = replace(small, stored=0.97 * small.stored)
    assert lost.residual_share > 0.02


def test_it_does_not_matter_how_a_train_is_divided(case_of: Build) -> None:
    cool = {"width_us": 1}  # next to no heat
    whole, halves = march(case_of(cool | {"count": 40})), march(case_of(cool | {"count": 20, "repeat": 2}))
    assert halves.damage["peleg_fermi"] == pytest.approx(whole.damage["peleg_fermi"], abs=0.05)
    assert [train.train.count for train in halves.pulses.trains] == [20, 20]


def test_a_tissue_without_values_under_pulses_is_found_before_anything_is_meshed() -> None:
    data = YAML(typ="safe").load(SMALL)
    data["tumour"]["tissue"] = "kidney"
    with pytest.raises(ScenarioError, match=r"tumour\.tissue: tissue 'kidney' has no values for pulses"):
        check_names(parse_scenario(data))


def test_a_run_is_not_compared_with_a_twin_that_was_stopped_earlier(tmp_path: Path) -> None:
    asked = 0

    def stop() -> bool:  # the run goes first, then its twin
        nonlocal asked
        asked += 1
        return asked > 9

    found = run(parse_scenario(YAML(typ="safe").load(SMALL)), threads=1, stop=stop, mesh_cache=tmp_path)
    ends = [outcome.steps[-1].time if outcome.steps else 0.0 for outcome in found.marches.values()]
    assert found.summary["status"] == "incomplete"
    assert max(ends) > min(ends)
    assert found.summary["heat_sink"]["volume_loss_ml"] is None
    assert found.summary["heat_sink"]["margin_loss_mm"] is None

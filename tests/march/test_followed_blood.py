"""Vessels whose blood is followed, coagulates or flows behind glass, in whole runs."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from ablasim.build import Case, build_case
from ablasim.course import March
from ablasim.march import march
from ablasim.scenario import parse_scenario

QUICK = Path(__file__).parents[1] / "data" / "quick.yaml"
AUDIT = 3e-4
NEAR = {"points_mm": [[5, 0, -25], [5, 0, 25]]}


@pytest.fixture(scope="module")
def case_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Case]:
    """The quick scenario with its vein nearer, and some of the vein's keys changed."""
    cache = tmp_path_factory.mktemp("meshes")

    def build(**vessel: Any) -> Case:
        data = copy.deepcopy(YAML(typ="safe").load(QUICK)) | {"heat_sink": {"twins": []}}
        data["vessels"][0] |= NEAR | vessel
        return build_case(parse_scenario(data), cache)

    return build


@pytest.mark.parametrize("model", ["transport", "resolved"])
@pytest.mark.parametrize("speed", [1, 30])
def test_the_blood_carries_off_what_the_wall_gives(case_of: Callable[..., Case], model: str, speed: float) -> None:
    found = march(case_of(model=model, mean_speed_mm_s=speed))
    assert abs(found.ledger.residual_share or 0.0) < AUDIT
    carried = math.fsum(step.dt * step.blood_power["vein"] for step in found.steps)
    assert carried == pytest.approx(found.ledger.vessels["vein"], rel=5e-3)
    assert carried > 1.0


def test_slow_blood_is_warmed_and_takes_less(case_of: Callable[..., Case]) -> None:
    slow, fast = (march(case_of(model="transport", mean_speed_mm_s=speed)) for speed in (1, 200))
    assert slow.ledger.vessels["vein"] < 0.8 * fast.ledger.vessels["vein"]
    assert slow.steps[-1].blood_outlet["vein"] > fast.steps[-1].blood_outlet["vein"] + 1.0


def test_fast_blood_is_as_if_it_kept_its_temperature(case_of: Callable[..., Case]) -> None:
    film = {"film_coefficient_w_m2_k": 800, "mean_speed_mm_s": 2000}
    followed, constant = (march(case_of(model=model, **film)) for model in ("transport", "convective"))
    assert followed.ledger.vessels["vein"] == pytest.approx(constant.ledger.vessels["vein"], rel=2e-3)


def test_the_flow_may_go_either_way(case_of: Callable[..., Case]) -> None:
    slow = {"model": "transport", "mean_speed_mm_s": 1}
    up = march(case_of(**slow))
    down = march(case_of(**slow | {"points_mm": NEAR["points_mm"][::-1]}))
    assert up.ledger.vessels["vein"] == pytest.approx(down.ledger.vessels["vein"], rel=0.05)
    assert wall_above_minus_below(case_of(**slow), up) > 0.2
    assert wall_above_minus_below(case_of(**slow | {"points_mm": NEAR["points_mm"][::-1]}), down) < -0.2


def wall_above_minus_below(case: Case, found: March) -> float:
    """Mean temperature of the wall beyond 10 mm above the middle minus that beyond 10 mm below it, K."""
    wall = case.mesh.points_of_facets("vein")
    height, temperature = 1e3 * case.mesh.points[wall, 2], found.temperature[wall]
    inside = np.abs(height) < 24.0
    return float(temperature[inside & (height > 10.0)].mean() - temperature[inside & (height < -10.0)].mean())


def test_glass_keeps_heat_in_and_current_out(case_of: Callable[..., Case]) -> None:
    lumen = {"diameter_mm": 3, "mean_speed_mm_s": 100}
    bare = march(case_of(**lumen))
    glass = march(
        case_of(diameter_mm=2, mean_speed_mm_s=225, wall={"thickness_mm": 0.5, "thermal_conductivity_w_m_k": 1.1})
    )
    assert glass.ledger.lumen_joule == 0.0 < bare.ledger.lumen_joule
    assert glass.ledger.vessels["vein"] < bare.ledger.vessels["vein"]
    assert abs(glass.ledger.residual_share or 0.0) < AUDIT


def test_blood_that_coagulates_no_longer_takes_heat(case_of: Callable[..., Case]) -> None:
    vein = {"mean_speed_mm_s": 1, "diameter_mm": 1, "model": "transport", "points_mm": [[3, 0, -25], [3, 0, 25]]}
    case = case_of(**vein, coagulation={"model": "cem43", "criterion": 1})
    found = march(case)
    when = found.clotted["vein"]
    assert 0.0 < when < found.steps[-1].time
    assert all((step.vessel_power["vein"] == 0.0) == (step.time > when) for step in found.steps)
    assert abs(found.ledger.residual_share or 0.0) < AUDIT
    flowing = march(case_of(**vein))
    assert flowing.clotted == {}
    assert flowing.ledger.vessels["vein"] > found.ledger.vessels["vein"]


def test_a_vessel_does_not_clot_while_one_side_of_it_lives(case_of: Callable[..., Case]) -> None:
    found = march(case_of(mean_speed_mm_s=300, diameter_mm=4, coagulation={}))
    assert found.clotted == {}
    assert np.isfinite(found.temperature).all()


def test_a_counter_current_pair_hands_heat_from_artery_to_vein(tmp_path: Path) -> None:
    """A warm artery beside a cool vein that flows the other way, in tissue at a temperature between, nothing heated."""
    data = copy.deepcopy(YAML(typ="safe").load(QUICK)) | {"heat_sink": {"twins": []}}
    slow = {"diameter_mm": 2, "mean_speed_mm_s": 4, "model": "transport"}
    data["vessels"] = [
        {"name": "artery", "points_mm": [[10, -2, -25], [10, -2, 25]], "blood_temperature_c": 40} | slow,
        {"name": "vein", "points_mm": [[10, 2, 25], [10, 2, -25]], "blood_temperature_c": 34} | slow,
    ]
    data["protocol"] = [{"duration_s": 120}]
    data["body"] = {"perfusion_factor": 0}
    found = march(build_case(parse_scenario(data), tmp_path))
    last = found.steps[-1]
    assert 307.15 < last.blood_outlet["vein"] < last.blood_outlet["artery"] < 313.15
    assert last.vessel_power["artery"] < 0.0 < last.vessel_power["vein"]
    for name in ("artery", "vein"):
        assert last.blood_power[name] == pytest.approx(last.vessel_power[name], rel=5e-3)
    heat = found.ledger
    assert heat.stored + heat.boundary + sum(heat.vessels.values()) == pytest.approx(
        0.0, abs=2e-3 * heat.vessels["vein"]
    )

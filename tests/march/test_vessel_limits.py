"""Signs and limits of what a vessel costs: zone, margin, retraction and energy, in whole coarse runs."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from ablasim.scenario import parse_scenario
from ablasim.simulate import run

pytestmark = pytest.mark.slow

QUICK = Path(__file__).parents[1] / "data" / "quick.yaml"
COSTS = ("volume", "margin", "retraction", "energy")
MESH = {"needle_mm": 0.7, "vessel_mm": 1.2, "tumour_mm": 1.2, "shell_mm": 1.5, "far_mm": 10, "growth": 0.35}
GAP_MM = 7.0
SHEAR_PER_S = 25.0  # speed over diameter
BLOOD_S_M = 0.748
NOTHING = {"portal_vein": 0.0, "hepatic_artery": 0.0, "hepatic_vein": 0.0}
Costs = dict[str, float]


@pytest.fixture(scope="module")
def costs_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Costs]:
    """What a vein of a diameter costs with its wall at a distance from the needle's axis, mm."""
    cache = tmp_path_factory.mktemp("meshes")

    def costs(
        gap: float = GAP_MM, diameter: float = 4.0, speed: float = 100.0, vessel: Any = None, **blocks: Any
    ) -> Costs:
        x = gap + 0.5 * diameter
        vein = {"name": "vein", "points_mm": [[x, 0, -30], [x, 0, 30]], "diameter_mm": diameter,
                "mean_speed_mm_s": speed, "model": "transport", "system": "portal_vein"}  # fmt: skip
        data = copy.deepcopy(YAML(typ="safe").load(QUICK)) | {
            "organ": {"shape": "box", "size_mm": [90, 60, 60], "tissue": "liver"},
            "vessels": [vein | (vessel or {})],
            "protocol": [{"duration_s": 120, "drive": {"electrode": {"control": "power", "power_w": 15,
                                                                     "voltage_limit_v": 60}}}],
            "numerics": {"mesh": MESH, "time_tolerance": 1},
            "heat_sink": {"twins": ["no_vessel", "occluded"]},
        } | blocks  # fmt: skip
        sink = run(parse_scenario(data), mesh_cache=cache).summary["heat_sink"]
        found = sink["vessels"]["vein"]
        return {
            "volume": sink["volume_loss_ml"],
            "margin": sink["margin_loss_mm"],
            "retraction": found["retraction_mm"],
            "energy": found["energy_removed_j"],
            "flow": sink["flow_loss"]["ml"],
            "flow margin": sink["flow_loss"]["mm"],
        }

    return costs


def falls(values: list[float]) -> bool:
    return all(later < earlier for earlier, later in pairwise(values))


def test_everything_tends_to_zero_as_the_vein_moves_away(costs_of: Callable[..., Costs]) -> None:
    near, middle, far = (costs_of(gap) for gap in (6.0, 11.0, 28.0))
    for name in COSTS:
        assert near[name] > 0.0, name
        assert middle[name] <= near[name], name
        assert abs(far[name]) < 0.02 * near[name], name


def test_blood_that_is_not_refreshed_costs_nothing_by_its_flow(costs_of: Callable[..., Costs]) -> None:
    flowing = costs_of()
    clamp = {"name": "clamp", "systems": ["portal_vein"]}
    occluded = costs_of(body={"blood_supply": {"organ": NOTHING, "tumour": NOTHING}}, occlusions=[clamp])
    assert flowing["flow"] > 0.0
    assert flowing["flow margin"] > 0.0
    assert occluded["energy"] == 0.0
    assert occluded["flow"] == pytest.approx(0.0, abs=1e-9)
    assert occluded["flow margin"] == pytest.approx(0.0, abs=1e-9)


def test_the_energy_fades_with_the_flow(costs_of: Callable[..., Costs]) -> None:
    found = [costs_of(diameter=2.0, speed=speed) for speed in (100.0, 5.0, 0.5)]
    for name in ("volume", "retraction", "energy"):
        assert falls([one[name] for one in found]), name
    assert found[-1]["energy"] < 0.15 * found[0]["energy"]


def test_everything_grows_with_the_diameter_at_the_same_wall_distance(costs_of: Callable[..., Costs]) -> None:
    """With the same shear at the wall, as in trees that follow Murray's law, and blood that conducts like the tissue.

    At the same speed the film, which goes with the cube root of the shear, is weaker on a larger vein. And blood that
    conducts better draws current, and with it heat, between needle and vein, the more the larger it is. Both lessen
    what is lost of the margin.
    """
    alike = {
        "tissues": {"alike": {"from": "liver", "electrical_conductivity_s_m": BLOOD_S_M}},
        "organ": {"shape": "box", "size_mm": [90, 60, 60], "tissue": "alike"},
        "tumour": {"shape": "sphere", "centre_mm": [0, 0, 0], "diameter_mm": 10, "tissue": "alike"},
    }
    found = [costs_of(diameter=diameter, speed=SHEAR_PER_S * diameter, **alike) for diameter in (8.0, 4.0, 2.0)]
    for name in COSTS:
        assert falls([one[name] for one in found]), name


def test_everything_saturates_with_the_speed_at_a_wall_as_cool_as_the_blood(costs_of: Callable[..., Costs]) -> None:
    slow, fast = (costs_of(speed=speed) for speed in (3.0, 300.0))
    fastest = costs_of(speed=2000.0, vessel={"film_coefficient_w_m2_k": 1e5})
    limit = costs_of(vessel={"model": "fixed_temperature"})
    assert slow.pop("retraction") == 0.0  # the zone ends on the wall, and that of the twin in the lumen
    for name in COSTS:
        assert slow.get(name, 0.0) < fast[name] < limit[name], name
        assert all(value > 0.0 for value in slow.values())
        assert fastest[name] == pytest.approx(limit[name], rel=0.02), name

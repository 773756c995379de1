"""What the summary and the warnings say of devices, where a protocol drives antennas."""

from __future__ import annotations

from pathlib import Path

import pytest

from ablasim import run
from ablasim.scenario import parse_scenario
from ablasim.scenario.document import read_document

SMALL = Path(__file__).parents[1] / "data" / "antenna.yaml"
ALONE = {"vessels": [], "heat_sink": {"twins": []}, "cool_down_s": 0}


def antennas(power_w: float, *names: str) -> dict[str, object]:
    return {name: {"control": "forward_power", "forward_power_w": power_w} for name in names}


def test_a_protocol_with_antenna_and_electrode_tells_of_both(tmp_path):
    data, _ = read_document(SMALL)
    needle = {"name": "needle", "kind": "rf_needle", "tip_mm": [8, 0, -7], "direction": [0, 0, 1]}
    data["applicators"].append(needle | {"diameter_mm": 1.5, "active_length_mm": 10})
    electrode = {"needle": {"control": "power", "power_w": 5, "voltage_limit_v": 50}}
    protocol = [{"duration_s": 1, "drive": antennas(20, "antenna")}, {"duration_s": 1, "drive": electrode}]
    source = run(parse_scenario(data | ALONE | {"protocol": protocol}), mesh_cache=tmp_path).summary["source"]
    assert source["kind"] == "rf"
    assert source["forward_w"] == {"start": 20.0, "end": 20.0}
    assert list(source["antennas"]) == ["antenna"]
    assert source["power_w"] == pytest.approx({"start": 5.0, "end": 5.0})
    assert source["impedance_ohm"]["start"] > 10.0


def test_antennas_that_are_driven_one_after_the_other_are_all_told_of(tmp_path):
    data, _ = read_document(SMALL)
    data["applicators"].append(data["applicators"][0] | {"name": "other", "tip_mm": [11, 0, -7]})
    protocol = [{"duration_s": 1, "drive": antennas(power, name)} for power, name in ((20, "antenna"), (10, "other"))]
    source = run(parse_scenario(data | ALONE | {"protocol": protocol}), mesh_cache=tmp_path).summary["source"]
    assert source["forward_w"] == {"start": 20.0, "end": 10.0}
    absorbed = {name: antenna["absorbed_w"] for name, antenna in source["antennas"].items()}
    assert absorbed == pytest.approx({"antenna": 19.1, "other": 9.55}, rel=0.01)


def test_heat_that_fields_make_or_lose_as_they_add_is_told(tmp_path):
    data, _ = read_document(SMALL)
    other = {"name": "other", "tip_mm": [11, 0, -7]}  # about half a wavelength away
    data["applicators"].append(data["applicators"][0] | other)
    protocol = [{"duration_s": 1, "drive": antennas(20, "antenna", "other"), "together": "coherent"}]
    summary = run(parse_scenario(data | ALONE | {"protocol": protocol}), mesh_cache=tmp_path).summary
    source = summary["source"]
    found = source["interference_w"]["end"]
    beyond = sum(antenna["absorbed_beyond_mesh_w"] for antenna in source["antennas"].values())
    lost = source["lost_in_antenna_w"]["end"]
    delivered = source["energy_delivered_j"] / summary["time"]["simulated_s"]
    assert delivered == pytest.approx(source["absorbed_w"]["end"] - beyond + lost + found, rel=5e-3)
    share = 100.0 * found / source["absorbed_w"]["end"]
    assert share < -2.0
    words = f"as the antennas' fields add, tissue gets {-share:.1f} % less heat than"
    assert any(words in warning for warning in summary["warnings"])


def test_heat_that_a_cooled_shaft_draws_in_through_the_faces_is_not_said_to_go_out(tmp_path):
    data, _ = read_document(SMALL)
    data["applicators"][0] |= {
        "catheter": {"outer_diameter_mm": 2.0, "permittivity": 2.6, "tip": "flat", "tip_length_mm": 0.5},
        "coolant": {"outer_diameter_mm": 1.6, "temperature_c": 20, "permittivity": 79, "conductivity_s_m": 1.4},
    }
    protocol = [{"duration_s": 1, "drive": antennas(1, "antenna")}]
    summary = run(parse_scenario(data | ALONE | {"protocol": protocol}), mesh_cache=tmp_path).summary
    share = -100.0 * summary["energy"]["boundary_j"] / summary["energy"]["delivered_j"]
    assert share > 1.0
    assert any(f"{share:.1f} % of the delivered heat came in" in warning for warning in summary["warnings"])

"""Maps and formulas of absorption in a scenario: defaults, and what cannot be, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ablasim.errors import ScenarioError
from ablasim.scenario import Scenario, load_scenario, scenario_hash, write_resolved
from ablasim.schedule import schedule

DATA = Path(__file__).parents[1] / "data"
TEXT = (DATA / "patterns.yaml").read_text(encoding="utf-8")

# what the scenario says, what that is changed to, line of the error, its sentence
FAULTS = {
    "file missing": (
        "file: sar_map.csv",
        "file: sar_mop.csv",
        8,
        "applicators.map.file: 'sar_mop.csv': must be a file that exists",
    ),
    "map for no power": (
        "power_w: 20}",
        "power_w: 0}",
        8,
        "applicators.map.power_w: 0 W: must be between 0.001 and 1000",
    ),
    "no density": (
        "power_w: 20}",
        "power_w: 20, density_kg_m3: 1.079}",
        8,
        "applicators.map.density_kg_m3: 1.079 kg/m³: must be between 100 and 3000 kg/m³",
    ),
    "no direction": (
        "direction: [0, 0, 1], power_w",
        "direction: [0, 0, 0], power_w",
        8,
        "applicators.map.direction: [0, 0, 0]: must have a length",
    ),
    "tip outside": (
        "tip_mm: [3, -2, -5]",
        "tip_mm: [31, -2, -5]",
        17,
        "applicators.blob.tip_mm: the tip [31, -2, -5] mm",
    ),
    "unknown form": (
        "kind: gaussian",
        "kind: gausian",
        19,
        "applicators.blob.pattern.kind: 'gausian': must be gaussian or line; did you mean 'gaussian'?",
    ),
    "key of another form": (
        "axial_mm: 8",
        "axial_mm: 8, attenuation_per_m: 48",
        19,
        "applicators.blob.pattern.attenuation_per_m: unknown key",
    ),
    "nothing absorbed": (
        "absorbed_share: 0.9",
        "absorbed_share: 0",
        14,
        "absorbed_share: 0: must be between 0.001 and 1",
    ),
    "driven otherwise": (
        "blob: {control: forward_power, forward_power_w: 5}",
        "blob: {control: power, power_w: 5}",
        22,
        "protocol.0.drive.blob.control: 'power': must be forward_power for an applicator of kind mw_pattern",
    ),
    "zero power": (
        "blob: {control: forward_power, forward_power_w: 5}",
        "blob: {control: forward_power, forward_power_w: 0}",
        22,
        "protocol.0.drive.blob.forward_power_w: 0 W: must be above 0",
    ),
    "coherent": (
        "  - duration_s: 20",
        "  - together: coherent\n    duration_s: 20",
        21,
        "protocol.0.together: 'coherent': must be incoherent: map, blob has power, but no phase",
    ),
}


def load(folder: Path, text: str) -> Scenario:
    (folder / "sar_map.csv").write_text((DATA / "sar_map.csv").read_text())
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return load_scenario(folder / "case.yaml")


@pytest.mark.parametrize("name", FAULTS)
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, name: str) -> None:
    old, new, line, sentence = FAULTS[name]
    assert old in TEXT
    with pytest.raises(ScenarioError) as error:
        load(tmp_path, TEXT.replace(old, new))
    assert sentence in str(error.value)
    assert f"case.yaml:{line}:" in str(error.value)


def test_radiofrequency_and_a_pattern_are_not_driven_in_one_step(tmp_path: Path) -> None:
    needle = (
        "  - {name: needle, kind: rf_needle, tip_mm: [-9, 0, 0], direction: [-1, 0, 0], active_length_mm: 8}\nprotocol:"
    )
    text = TEXT.replace("protocol:", needle).replace(
        "drive: {map:", "drive: {needle: {control: voltage, voltage_v: 9}, map:"
    )
    with pytest.raises(
        ScenarioError, match=r"needle, map, blob: must not drive radiofrequency and microwave in one step"
    ):
        load(tmp_path, text)


def test_what_is_driven_is_a_pattern_of_the_stage_and_no_antenna(tmp_path: Path) -> None:
    stage = schedule(load(tmp_path, TEXT))[0]
    assert (stage.patterns, stage.antennas) == ((("map", 10.0), ("blob", 5.0)), ())
    assert stage.is_powered
    assert stage.coolant_flows


def test_the_resolved_scenario_says_the_same(tmp_path: Path) -> None:
    scenario = load(tmp_path, TEXT)
    write_resolved(scenario, tmp_path / "resolved.yaml")
    again = load_scenario(tmp_path / "resolved.yaml")
    assert again == scenario
    assert scenario_hash(again) == scenario_hash(scenario)

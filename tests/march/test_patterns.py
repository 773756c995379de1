"""Absorption that is given, in a mesh and in runs: its power, and a map made from an antenna heats as the antenna."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML
from scipy.integrate import quad

from ablasim.antenna_study import study_antenna
from ablasim.build import Case, build_case
from ablasim.errors import ScenarioError
from ablasim.materials import tissue
from ablasim.mesh.tetrahedra import ORGAN
from ablasim.patterns import build_patterns
from ablasim.results.files import write_columns_csv
from ablasim.scenario import load_scenario, parse_scenario
from ablasim.simulate import run
from ablasim.units import kelvin
from ablasim.views.sar_table import sar_table

DATA = Path(__file__).parents[1] / "data"
MAP_W = float(np.pi) * 0.02**2 * 0.05 * 200.0 * tissue("liver").density  # of tests/data/sar_map.csv


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("meshes")


@pytest.fixture(scope="module")
def case(cache: Path) -> Case:
    return build_case(load_scenario(DATA / "patterns.yaml"), cache)


def test_the_mesh_gets_the_power_of_maps_and_formulas_wherever_they_lie(case: Case) -> None:
    absorbed = {"map": MAP_W / 20.0, "line": 0.9, "blob": 1.0}
    for name, laid in case.patterns.items():
        assert laid.absorbed == pytest.approx(absorbed[name], rel=3e-4)
        assert laid.correction == pytest.approx(1.0, abs=0.01)
        assert laid.heat.sum() + laid.beyond == pytest.approx(laid.absorbed, rel=1e-9)
    assert case.patterns["map"].beyond == pytest.approx(0.0, abs=1e-12)  # the block holds all of it


def test_heat_falls_with_the_distance_as_the_formula_says(case: Case) -> None:
    """Beside the middle of the line, against the formula with its integral over space."""

    def form(distance: Any) -> Any:
        return np.exp(-96.0 * distance) / distance**2

    beyond = quad(lambda d: form(d) * (2.0 * np.pi * 15e-3 * d + 4.0 * np.pi * d**2), 1e-3, 0.3, limit=200)[0]
    level = 0.9 / (beyond + form(1e-3) * (np.pi * 1e-6 * 15e-3 + 4.0 / 3.0 * np.pi * 1e-9))
    centres = case.mesh.points[case.mesh.cells].mean(axis=1)
    r, z = np.hypot(centres[:, 0], centres[:, 1]), centres[:, 2]
    beside = (z > -4e-3) & (z < 5e-3)  # the line reaches from -7 to 8 mm
    density = case.patterns["line"].heat / case.space.gradient_weights
    for low, high in ((4e-3, 5e-3), (6e-3, 7e-3), (9e-3, 11e-3)):
        chosen = beside & (r > low) & (r < high)
        ratio = density[chosen] / (level * form(r[chosen]))
        assert np.std(ratio) < 0.06  # a cell's mean against its middle
        assert np.mean(ratio) == pytest.approx(1.0, abs=0.03)


def test_a_vessel_gets_what_is_given_where_it_lies(case: Case) -> None:
    lumen = case.lumen_cells() & (np.abs(case.mesh.points[case.mesh.cells].mean(axis=1)[:, 2]) < 10e-3)
    density = case.patterns["map"].heat[lumen] / case.space.gradient_weights[lumen]
    assert density == pytest.approx(10.0 * tissue("liver").density, rel=0.01)  # 200 W/kg for 20 W


def test_a_map_made_from_an_antenna_heats_as_the_antenna(cache: Path, tmp_path: Path) -> None:
    """On one mesh, with properties at 37 °C, in shells round the axis."""
    data = YAML(typ="safe").load(DATA / "antenna.yaml") | {"vessels": [], "heat_sink": {"twins": []}}
    scenario = parse_scenario(data)
    case = build_case(scenario, cache)
    study = study_antenna(scenario, scenario.applicators[0], case.materials[ORGAN], [2.4e9, 2.5e9])
    write_columns_csv(tmp_path / "map.csv", sar_table(study))
    map_of_it = {"name": "map", "kind": "mw_sar_map", "file": "map.csv", "tip_mm": [0, 0, -7], "direction": [0, 0, 1]}
    absorbed = study.budget.absorbed_w
    data["applicators"] = [map_of_it | {"power_w": 20, "absorbed_w": absorbed}]  # which must agree to 1 %
    data["protocol"] = [{"duration_s": 20}]
    free = ~case.applicator_cells()
    volumes = case.space.gradient_weights
    given = build_patterns(parse_scenario(data, folder=tmp_path), case.mesh, case.materials, free, volumes)["map"]
    assert 20.0 * given.absorbed == pytest.approx(absorbed, rel=0.005)
    uniform = np.full(case.space.n_nodes, kelvin(37.0))
    heat = case.microwave_heat("actual").at({"antenna": 20.0}, uniform, coherent=False).heat
    assert 20.0 * given.heat.sum() == pytest.approx(heat.sum(), rel=0.005)
    centres = case.mesh.points[case.mesh.cells].mean(axis=1)
    r, z = np.hypot(centres[:, 0], centres[:, 1]), centres[:, 2]
    for low, high in ((0.0, 2e-3), (2e-3, 4e-3), (4e-3, 8e-3), (8e-3, 16e-3)):
        for bottom, top in ((-17e-3, -7e-3), (-7e-3, 0.0), (0.0, 10e-3), (10e-3, 30e-3)):
            shell = (r >= low) & (r < high) & (z >= bottom) & (z < top)
            assert 20.0 * given.heat[shell].sum() == pytest.approx(heat[shell].sum(), rel=0.015, abs=2e-3)


def test_a_vessels_film_begins_beside_the_stretch_that_heats(case: Case) -> None:
    line = case.patterns["line"]
    assert line.stretch[:, :2] == pytest.approx(0.0, abs=1e-12)
    assert line.stretch[:, 2].mean() == pytest.approx(0.5e-3, abs=0.1e-3)  # the middle of the line
    assert 15e-3 < line.stretch[1, 2] - line.stretch[0, 2] < 25e-3  # 15 mm long; power reaches 1/2α = 10 mm further
    mapped = case.patterns["map"].stretch
    assert mapped == pytest.approx(
        np.array([[0, 0, -12e-3], [0, 0, 28e-3]]), abs=0.5e-3
    )  # of an even map, -17 to 33 mm
    alone = replace(case.walls(), heating=())
    beside = np.array([35e-3])  # half way along the vein, beside the middle of the line
    film, developed = (walls.coefficient(case.scenario.vessels[0], beside)[0] for walls in (case.walls(), alone))
    assert film > 1.1 * developed


def test_a_run_delivers_what_is_driven_and_says_so(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    found = run(load_scenario(DATA / "patterns.yaml"))
    case, source = found.case, found.summary["source"]
    power = 10.0 * case.patterns["map"].heat.sum() + 5.0 * case.patterns["blob"].heat.sum()
    assert source["kind"] == "pattern"
    assert source["energy_delivered_j"] == pytest.approx(20.0 * power, rel=1e-6)
    assert abs(found.summary["energy"]["residual_percent"]) < 0.1
    assert list(source["patterns"]) == ["map", "blob"]
    assert source["patterns"]["map"]["absorbed_share_percent"] == pytest.approx(5.0 * MAP_W, rel=1e-6)
    assert abs(source["patterns"]["blob"]["mesh_correction_percent"]) < 1.0
    assert found.summary["heat_sink"] is not None


@pytest.fixture
def refused(tmp_path: Path, cache: Path) -> Callable[..., str]:
    """Message with which the scenario is refused once some of its map's keys are changed."""
    (tmp_path / "sar_map.csv").write_text((DATA / "sar_map.csv").read_text())

    def build(old: str, new: str) -> str:
        text = (DATA / "patterns.yaml").read_text()
        assert old in text
        (tmp_path / "case.yaml").write_text(text.replace(old, new))
        with pytest.raises(ScenarioError) as error:
            build_case(load_scenario(tmp_path / "case.yaml"), cache)
        return str(error.value)

    return build


def test_a_map_that_does_not_add_up_is_refused_with_its_place(refused: Callable[..., str]) -> None:
    message = refused("power_w: 20}", "power_w: 20, absorbed_w: 10}")
    assert "case.yaml:8:" in message
    assert "applicators.map.absorbed_w: 10 W: the map adds up to 13.56 W with 1079 kg/m³, +35.6 %" in message
    message = refused("power_w: 20}", "power_w: 13}")
    assert "applicators.map.power_w: 13 W: the map adds up to 13.56 W" in message
    assert "case.yaml:8:" in message


def test_a_file_that_is_no_map_is_refused_with_both_places(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "sar_map.csv").write_text("r_mm,z_mm,sar_w_kg\n0,0,-1\n")
    message = refused("power_w: 20}", "power_w: 21}")
    assert "case.yaml:8:" in message
    assert "applicators.map.file" in message
    assert "sar_map.csv:2: sar_w_kg = -1: must be at least 0" in message


def test_a_pattern_that_misses_the_organ_is_refused(refused: Callable[..., str]) -> None:
    message = refused("centre_mm: 6, radial_mm: 5", "centre_mm: 200, radial_mm: 5")
    assert "applicators.blob.tip_mm: 0.00% of its power falls on the mesh: must be 10% at least" in message

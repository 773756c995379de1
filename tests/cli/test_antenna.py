"""``ablasim antenna``: an antenna alone."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ablasim.antenna_study import POWER_OF_IDLE_W, AntennaStudy, study_antenna
from ablasim.physics.microwave.patterns import absorbed_share
from ablasim.resolve import build_materials
from ablasim.results.files import write_columns_csv
from ablasim.sar_files import read_sar_map
from ablasim.scenario import parse_scenario
from ablasim.views.publish_antenna import antenna_numbers
from ablasim.views.sar_table import sar_grid, sar_table

ANTENNAS = Path(__file__).parents[1] / "data" / "microwave.yaml"
PNG = b"\x89PNG\r\n\x1a\n"
SLOT = {"name": "antenna", "kind": "mw_antenna", "device": "coaxial_slot", "tip_mm": [0, 0, 0], "direction": [0, 0, 1]}


def studied(frequencies: list[float], *, protocol: object = None, **antenna: object) -> AntennaStudy:
    drive = {"antenna": {"control": "forward_power", "forward_power_w": 10}}
    data = {
        "schema_version": 1,
        "title": "One antenna",
        "organ": {"shape": "box", "size_mm": [80, 80, 80], "tissue": "liver"},
        "applicators": [SLOT | antenna],
        "protocol": protocol or [{"duration_s": 60, "drive": drive}],
    }
    scenario = parse_scenario(data)
    return study_antenna(scenario, scenario.applicators[0], build_materials(scenario)["organ"], frequencies)


@pytest.fixture(scope="module")
def study() -> AntennaStudy:
    return studied([2.2e9, 2.45e9, 2.7e9])


def test_the_command_writes_numbers_tables_and_pictures(tmp_path, command, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = command("antenna", ANTENNAS, "--name", "cooled", "--points", 3, "--from-mhz", 2300, "--to-mhz", 2600)
    assert answer.code == 0, answer.err
    folder = tmp_path / "results" / "microwave_cooled_alone"
    numbers = json.loads((folder / "antenna.json").read_text())
    assert numbers["frequency_mhz"] == 2450
    power = numbers["power"]
    assert power["forward_w"] == 40
    assert power["incident_w"] == pytest.approx(40 * 10**-0.15)
    spent = ("reflected_w", "cable_loss_w", "absorbed_w", "catheter_w", "coolant_w", "radiated_w")
    assert sum(power[key] for key in spent) == pytest.approx(40, abs=1e-4)
    assert power["coolant_w"] > 0.5
    assert f"{power['absorbed_w']:.3g} W" in answer.out
    with (folder / "s11.csv").open() as file:
        rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
    assert [row["frequency_mhz"] for row in rows] == [2300, 2450, 2600]
    level = 20 * np.log10(np.hypot(rows[1]["s11_real"], rows[1]["s11_imag"]))
    assert rows[1]["s11_db"] == pytest.approx(level)
    assert rows[1]["s11_db"] == pytest.approx(numbers["s11"]["db"], abs=0.1)  # on the coarser mesh of the sweep
    for name in ("s11.png", "sar.png"):
        assert (folder / name).read_bytes().startswith(PNG)
    again = command("antenna", ANTENNAS, "--name", "cooled", "--points", 2)
    assert (again.code, "--overwrite" in again.err) == (2, True)


def test_the_published_antenna_absorbs_and_reflects_what_is_listed(study):
    """V-B1: 9.3734 W of 10 W, |S11|² = 0.01332 in liver of 43.03 and 1.69 S/m; here 1.686 S/m and more tissue."""
    assert study.budget.forward_w == 10
    assert abs(study.s11_at_frequency) ** 2 == pytest.approx(0.0133, abs=1e-3)
    assert study.budget.absorbed_w + study.budget.radiated_w == pytest.approx(9.3734 + 0.4738 + 0.0196, rel=2e-3)


def test_s11_does_not_hang_on_how_much_shaft_is_computed(study):
    wide = studied([1.4e9, 2.45e9])  # the lower the frequency, the more shaft the sweep takes
    assert wide.s11[1] == pytest.approx(study.s11[1], abs=0.01)
    assert np.angle(wide.s11[1]) == pytest.approx(np.angle(study.s11[1]), abs=0.1)


def test_the_temperature_is_that_at_the_start_and_an_idle_antenna_has_a_watt():
    study = studied([2.4e9, 2.5e9], protocol=[{"duration_s": 60}])
    numbers = antenna_numbers(study)
    assert numbers["power"]["forward_w"] == POWER_OF_IDLE_W
    assert numbers["tissue"]["temperature_c"] == pytest.approx(37.0)


def test_the_table_of_the_absorption_holds_the_power_and_spares_the_antenna(study, tmp_path):
    table = sar_table(study)
    inside = (table["r_mm"] < 0.894) & (table["z_mm"] > 0.6)  # the catheter has a radius of 0.895 mm
    assert np.isnan(table["sar_w_kg"][inside]).all()
    assert np.isfinite(table["sar_w_kg"][(table["r_mm"] > 0.896) | (table["z_mm"] < -0.01)]).all()
    write_columns_csv(tmp_path / "map.csv", table)
    pattern = read_sar_map(tmp_path / "map.csv", "mm", study.tissue.density / study.budget.forward_w)
    assert 10.0 * absorbed_share(pattern) == pytest.approx(study.budget.absorbed_w, rel=0.005)


def test_grid_lines_lie_on_the_antennas_sides_and_grow_away_from_it(study):
    r, z = sar_grid(study, 0.2e-3, 1e-3, 1.1)
    for lines, sides in ((r, [0.0, 0.895e-3]), (z, [0.0, 0.5e-3, 7e-3])):
        assert np.abs(lines[:, None] - sides).min(axis=0) == pytest.approx(0.0, abs=1e-12)
        assert (np.diff(lines) > 1e-6).all()
        assert np.diff(lines).max() <= 1e-3 + 1e-12


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--name", "slit"), "--name slit: must be an antenna of .*; did you mean 'slot'"),
        (("--from-mhz", 300), "--from-mhz 300: must be between 400 and 10000 MHz"),
        (("--from-mhz", 2600, "--to-mhz", 2600), "--from-mhz 2600 --to-mhz 2600: the sweep must rise"),
        (("--points", 1), "Invalid value for '--points'"),
    ],
)
def test_options_that_cannot_be_are_refused(command, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    answer = command("antenna", ANTENNAS, *words)
    assert answer.code == 2
    assert re.search(message, answer.err)
    assert not (tmp_path / "results").exists()


def test_a_scenario_without_antennas_is_refused(here, command):
    answer = command("antenna", "quick.yaml")
    assert (answer.code, "quick.yaml: applicators: must have one of kind mw_antenna" in answer.err) == (2, True)


def test_tissue_that_absorbs_nothing_is_refused(command, tmp_path):
    own = "tissues: {mine: {from: liver, microwave_conductivity_s_m: 0}}\n"
    text = ANTENNAS.read_text(encoding="utf-8").replace("tissue: liver", "tissue: mine", 1) + own
    (tmp_path / "lossless.yaml").write_text(text, encoding="utf-8")
    answer = command("antenna", tmp_path / "lossless.yaml", "--name", "slot", "--points", 2, "-o", tmp_path / "out")
    assert answer.code == 2
    assert re.search(r"lossless.yaml:\d+:\d+: organ.tissue: tissue 'mine' absorbs nothing: .* above 0 S/m", answer.err)
    assert not (tmp_path / "out").exists()


def test_ctrl_c_is_answered_and_leaves_nothing(here, command, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ablasim.cli.antenna.study_antenna", interrupted)
    answer = command("antenna", ANTENNAS, "-o", "out")
    assert (answer.code, answer.err) == (130, "stopped\n")
    assert {path.name for path in here.iterdir()} == {"quick.yaml"}


def test_a_result_of_another_kind_is_not_replaced(here, command):
    (here / "out").mkdir()
    (here / "out" / "summary.json").write_text("{}")
    answer = command("antenna", ANTENNAS, "--points", 2, "-o", "out", "--overwrite")
    assert (answer.code, "holds no antenna.json" in answer.err) == (2, True)
    assert (here / "out" / "summary.json").exists()


def test_neither_vtk_nor_gmsh_is_imported_before_it_is_needed():
    code = "import sys, ablasim.cli.antenna; sys.exit(any(name in sys.modules for name in ('gmsh', 'vtk', 'pyvista')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

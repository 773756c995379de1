"""Commands that check, list or write a text."""

from __future__ import annotations

import json
from pathlib import Path

from ablasim.materials import library_table
from ablasim.scenario import json_schema, load_scenario
from ablasim.scenario.devices import device_names, read_device

PNG = b"\x89PNG\r\n\x1a\n"


def test_the_starter_scenario_passes_the_check_and_is_drawn(here, command):
    assert command("new", "mine.yaml").code == 0
    answer = command("check", "mine.yaml")
    assert answer.code == 0
    assert "mine.yaml: sound" in answer.out
    assert "points" in answer.out
    assert "seconds on this kind of model" in answer.out
    assert (here / "mine.png").read_bytes().startswith(PNG)


def test_new_replaces_a_file_only_when_told(here, command):
    (here / "mine.yaml").write_text("mine")
    assert command("new", "mine.yaml").code == 2
    assert (here / "mine.yaml").read_text() == "mine"
    assert command("new", "mine.yaml", "--overwrite").code == 0
    assert load_scenario(here / "mine.yaml").title


def test_check_draws_where_it_is_told(here, command):
    assert command("check", "quick.yaml", "--picture", "drawn.png").code == 0
    assert (here / "drawn.png").read_bytes().startswith(PNG)
    assert not (here / "quick.png").exists()


def test_check_warns_of_places_that_are_seldom_meant(here, command):
    text = (here / "quick.yaml").read_text(encoding="utf-8")
    text = text.replace("centre_mm: [0, 0, 0]", "centre_mm: [0, 0, -22]").replace("[12, 0, 25]", "[12, 0, 10]")
    (here / "quick.yaml").write_text(text, encoding="utf-8")
    answer = command("check", "quick.yaml")
    assert answer.code == 0
    assert "warning: tumour.centre_mm [0, 0, -22]: 10 % of the tumour" in answer.out
    assert "beyond its face -z" in answer.out
    assert "warning: vessels.vein.points_mm.1 [12, 0, 10]: the last point lies 13 mm deep in the organ" in answer.out


def test_schema_prints_the_schema_that_the_shipped_scenarios_name(command):
    answer = command("schema")
    assert answer.code == 0
    assert json.loads(answer.out) == json.loads(json.dumps(json_schema()))
    shipped = Path(__file__).parents[2] / "scenarios" / "ablasim.schema.json"
    assert json.loads(shipped.read_text(encoding="utf-8")) == json.loads(answer.out)


def test_materials_lists_the_library_and_one_of_it(command):
    everything = command("materials")
    assert everything.code == 0
    assert "liver" in everything.out
    one = command("materials", "blood")
    assert one.code == 0
    assert "blood" in one.out
    assert "stainless_steel" not in one.out


def test_devices_lists_the_library_and_one_of_it(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    everything = command("devices")
    assert everything.code == 0
    assert max(map(len, everything.out.splitlines())) <= 80
    words = " ".join(everything.out.split())
    assert all(f"{name}: {read_device(name).title}" in words for name in device_names())
    one = command("devices", "monopole_ji_brace_2011")
    assert one.code == 0
    assert "outer_conductor_diameter_mm: 2.2, checked" in one.out
    assert "coaxial_slot" not in one.out


def test_an_unknown_device_is_bad_input_and_the_known_ones_are_named(command):
    answer = command("devices", "laser")
    assert answer.code == 2
    assert "no device 'laser'; known: bipolar_3cm, coaxial_slot, cooled_17g_1cm" in answer.err


def test_the_list_of_materials_names_every_value_in_full_at_80_columns(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = command("materials").out.splitlines()
    assert max(map(len, lines)) <= 80
    rows = library_table()
    assert [line.strip() for line in lines if line.startswith("  ") and line[2] != " "] == [
        row.quantity for row in rows
    ]
    names = list(dict.fromkeys(row.name for row in rows))
    assert [line.split(":")[0] for line in lines if line and line[0] != " " and ":" in line] == names


def test_the_list_of_materials_marks_what_was_not_checked(command):
    for name in ("liver", "blood", "colorectal_metastasis"):
        rows = [row for row in library_table() if row.name == name]
        doubtful = sum(not row.verified for row in rows)
        out = " ".join(command("materials", name).out.split())
        assert out.count(", not checked") == doubtful
        assert f"{len(rows)} values, {doubtful} of them not checked at their source" in out


def test_the_list_of_materials_tells_conditions_and_what_others_give(command):
    out = " ".join(command("materials", "liver").out.split())
    (row,) = (row for row in library_table() if (row.name, row.quantity) == ("liver", "thermal_conductivity_w_m_k"))
    for words in (row.source, row.conditions, row.choice.strip(), "0.302 W/(m K)", "was found: not checked)"):
        assert words in out


def test_help_names_every_command(command):
    answer = command("--help")
    assert answer.code == 0
    for word in ("run", "check", "new", "schema", "materials", "not for clinical decisions"):
        assert word in answer.out

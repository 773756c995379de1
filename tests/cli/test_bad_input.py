"""Bad input ends with exit code 2 and one clear sentence; nothing is written and nothing overwritten."""

from __future__ import annotations

import re

import pytest

from ablasim.mesh import write_mesh
from ablasim.mesh.structured import ball_mesh

VESSEL = "points_mm: [[12, 0, -25], [12, 0, 25]]"

# what the scenario says, what that is changed to, what the error points at in the changed text, what it says
FAULTS = {
    "unknown key": ("diameter_mm: 6,", "diamter_mm: 6,", "diamter_mm", "did you mean 'diameter_mm'?"),
    "wrong type": ("power_w: 15", "power_w: lots", "power_w: lots", "'lots': must be a number"),
    "negative length": (
        "diameter_mm: 6,",
        "diameter_mm: -6,",
        "diameter_mm: -6",
        "-6 mm: must be between 0.2 and 50 mm",
    ),
    "needle of 40 m": ("active_length_mm: 12", "active_length_mm: 40000", "active_length_mm", "did you mean 40 mm?"),
    "not a number": ("power_w: 15", "power_w: .nan", "power_w", "nan: must be a finite number"),
    "missing mesh file": (
        "  time_tolerance: 1",
        "  mesh_file: nowhere.msh",
        "mesh_file",
        "numerics.mesh_file: 'nowhere.msh': must be a file that exists",
    ),
    "tip outside the organ": ("tip_mm: [0, 0, -6]", "tip_mm: [0, 0, -60]", "tip_mm", "35 mm outside the organ"),
    "active part outside the organ": (
        "active_length_mm: 12",
        "active_length_mm: 40",
        "active_length_mm",
        "outside the organ",
    ),
    "vessel through the electrode": (
        VESSEL,
        "points_mm: [[-25, 0, 0], [25, 0, 0]]",
        "points_mm",
        "vessel 'vein' passes through needle 'electrode'",
    ),
    "crossing vessels": (
        "\napplicators:",
        "  - {name: artery, points_mm: [[12, -25, 9], [12, 25, 9]], diameter_mm: 2, mean_speed_mm_s: 9}\napplicators:",
        "points_mm: [[12, -25",
        "vessel 'artery' crosses vessel 'vein'",
    ),
    "tumour outside the organ": (
        "centre_mm: [0, 0, 0]",
        "centre_mm: [0, 0, 99]",
        "centre_mm",
        "74 mm outside the organ",
    ),
    "two things of one name": (
        "name: electrode",
        "name: vein",
        "name: vein, kind",
        "'vein': already the name of vessels.0",
    ),
    "zero duration": ("duration_s: 20", "duration_s: 0", "duration_s: 0", "0 s: must be between 0.001 and 86400 s"),
    "unknown material": ("tissue: liver", "tissue: livre", "tissue: livre", "'livre' is unknown: did you mean liver?"),
    "unknown damage model": ("headline: isotherm_50", "headline: cem43", "headline", "did you mean cem43_"),
    "unknown law of shutdown": (
        "headline: isotherm_50",
        "perfusion_shutdown: {model: frost}",
        "perfusion_shutdown",
        "perfusion shutdown 'frost' is unknown: known: none,",
    ),
    "unknown material of a needle": (
        "diameter_mm: 2,",
        "diameter_mm: 2, material: tin,",
        "material",
        "'tin' is unknown",
    ),
}


def names_in(folder):
    return sorted(item.name for item in folder.iterdir())


def place_of(text, fragment):
    """Line and column of a fragment, both from 1."""
    assert text.count(fragment) == 1, fragment
    before = text[: text.index(fragment)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


@pytest.mark.parametrize("order", ["run", "check"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_its_place_and_leaves_nothing_behind(fault, order, here, command, quick_text):
    said, changed, pointed_at, sentence = FAULTS[fault]
    assert quick_text.count(said) == 1
    text = quick_text.replace(said, changed)
    (here / "quick.yaml").write_text(text, encoding="utf-8")
    answer = command(order, "quick.yaml")
    assert answer.code == 2
    assert answer.err.startswith("error: ")
    assert f"quick.yaml:{place_of(text, pointed_at)}: " in answer.err
    assert sentence in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""
    assert not (here / "results" / "quick").exists()
    assert not (here / "quick.png").exists()


def test_a_missing_scenario_is_named(here, command):
    answer = command("run", "nowhere.yaml")
    assert answer.code == 2
    assert "nowhere.yaml: no such file" in answer.err
    assert names_in(here) == ["quick.yaml"]


def test_an_existing_result_is_kept_unless_told_otherwise(here, command):
    (here / "results" / "quick").mkdir(parents=True)
    (here / "results" / "quick" / "summary.json").write_text("old")
    answer = command("run", "quick.yaml")
    assert answer.code == 2
    assert "exists already; --overwrite" in answer.err
    assert (here / "results" / "quick" / "summary.json").read_text() == "old"
    assert names_in(here / "results") == ["quick"]


def test_a_folder_that_is_no_result_is_kept_even_when_overwriting(here, command):
    (here / "home").mkdir()
    (here / "home" / "letters.txt").write_text("dear")
    answer = command("run", "quick.yaml", "--output", here / "home", "--overwrite")
    assert answer.code == 2
    assert "not a result" in answer.err
    assert names_in(here / "home") == ["letters.txt"]


def test_a_place_that_cannot_hold_results_is_told_before_the_work_begins(here, command):
    answer = command("run", "quick.yaml", "--output", here / "quick.yaml" / "deep")
    assert answer.code == 2
    assert "cannot be written" in answer.err


def test_a_mesh_without_the_regions_of_the_scenario_names_them(here, command, quick_text):
    write_mesh(ball_mesh([0.01, 0.02], 1), here / "ball.msh")
    text = quick_text.replace("  time_tolerance: 1", "  mesh_file: ball.msh")
    (here / "quick.yaml").write_text(text, encoding="utf-8")
    answer = command("run", "quick.yaml")
    assert answer.code == 2
    assert re.search("missing electrode, tumour, vein", answer.err)


def test_a_mesh_from_a_file_cannot_be_verified(here, command, quick_text):
    write_mesh(ball_mesh([0.01, 0.02], 1), here / "ball.msh")
    text = quick_text.replace("  time_tolerance: 1", "  mesh_file: ball.msh")
    (here / "quick.yaml").write_text(text, encoding="utf-8")
    answer = command("run", "quick.yaml", "--verify")
    assert answer.code == 2
    assert f"quick.yaml:{place_of(text, 'mesh_file')}: numerics.mesh_file: 'ball.msh': " in answer.err
    assert "cannot be refined" in answer.err
    assert not (here / "results").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["run"], "Missing argument 'SCENARIO'"),
        (["fly"], "No such command 'fly'"),
        (["run", "quick.yaml", "--outptu", "x"], "No such option"),
        (["materials", "livre"], "no material 'livre'; known: "),
        (["new", "quick.yaml"], "quick.yaml: exists already; --overwrite replaces it"),
        (["new", "no/such/folder/a.yaml"], "cannot be written"),
        (["check", "quick.yaml", "--picture", "no/such/folder/a.png"], "the picture cannot be written"),
    ],
)
def test_a_wrong_command_is_answered_in_a_sentence(words, sentence, here, command, quick_text):
    answer = command(*words)
    assert answer.code == 2
    assert sentence in answer.err
    assert "Traceback" not in answer.err
    assert names_in(here) == ["quick.yaml"]
    assert (here / "quick.yaml").read_text(encoding="utf-8") == quick_text

"""The README is true: its example runs, and what it lists is what there is."""

import json
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from ablasim.cli.main import COMMANDS
from ablasim.scenario import load_scenario, parse_scenario, scenario_hash
from ablasim.scenario.document import read_document
from ablasim.views.publish import write_results
from tests.documents.blocks import documents

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    *("CHANGELOG.md", "CONTRIBUTING.md"),
    *(file.relative_to(ROOT).as_posix() for file in documents(ROOT)),
]


def table_below(text, heading):
    """First cells of the rows of the first table below a heading."""
    section = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [row.split("|")[1] for row in section.splitlines() if row.startswith("|") and "---" not in row][1:]


def quoted(cells):
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def test_the_python_example_is_at_most_15_lines_long_and_runs(example, result):
    assert len(example.splitlines()) <= 15
    assert result.is_complete
    assert result.summary["margin"]["nearest_vessel"] == "portal_branch"


def test_the_quick_look_turns_on_its_vessel(result):
    margin, heat_sink = result.summary["margin"], result.summary["heat_sink"]
    assert margin["class"] == "below_5"
    assert margin["minimum_mm"] + heat_sink["margin_loss_mm"] > 5.0
    assert margin["minimum_direction"][0] > 0.9  # the branch lies towards +x


def test_the_dose_does_not_warn_of_a_treatment_of_minutes(result):
    assert result.summary["zone"]["damage_model"] == "cem43_240"
    assert not any("CEM43" in warning for warning in result.summary["warnings"])


def test_the_tour_of_the_yaml_is_the_demo(readme, root, tmp_path):
    tour = re.search(r"```yaml\n(.*?)```", readme, flags=re.DOTALL).group(1)
    file = tmp_path / "tour.yaml"
    file.write_text(tour, encoding="utf-8")
    assert scenario_hash(load_scenario(file)) == scenario_hash(load_scenario(root / "scenarios/rfa_hepatic_vein.yaml"))


def test_the_blocks_of_another_device_fit_into_the_demo(readme, root):
    blocks = re.findall(r"```yaml\n(.*?)```", readme, flags=re.DOTALL)
    data, _ = read_document(root / "scenarios/rfa_hepatic_vein.yaml")
    scenario = parse_scenario(data | YAML(typ="safe").load(blocks[1]))
    assert [step.drive[name].control for step, name in zip(scenario.protocol, ("cluster_1", "probe"), strict=True)] == [
        "temperature",
        "power",
    ]


def test_every_shipped_scenario_is_listed_loads_and_names_its_schema(readme, root):
    shipped = {file.name for file in (root / "scenarios").glob("*.yaml")}
    assert shipped == quoted(table_below(readme, "A tour of the YAML"))
    for name in shipped:
        file = root / "scenarios" / name
        assert load_scenario(file).title
        assert file.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=./ablasim.schema.json")


def test_a_scenario_may_be_given_as_a_dictionary(root):
    file = root / "scenarios/rfa_no_vessel.yaml"
    data, _ = read_document(file)
    assert scenario_hash(parse_scenario(data)) == scenario_hash(load_scenario(file))


def test_the_commands_listed_are_the_commands_there_are(readme):
    listed = {name.split()[1] for name in quoted(table_below(readme, "Commands"))}
    assert listed == {command.__name__.replace("_", "-") for group in COMMANDS.values() for command in group}


def test_the_output_folder_holds_what_the_readme_lists(readme, result, written):
    assert {file.name for file in written.iterdir()} == quoted(table_below(readme, "The output folder"))
    report = (written / "report.html").read_text(encoding="utf-8")
    assert "also on the side of the vessel?" in report
    assert "Temperature at the end of power in the plane of applicator and nearest vessel" in report
    resolved = load_scenario(written / "scenario.resolved.yaml")
    assert scenario_hash(resolved) == result.summary["scenario_hash"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_and_files_named_in_a_document_exist(root, document):
    text = (root / document).read_text(encoding="utf-8")
    targets = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    for target in targets:
        assert ((root / document).parent / target).exists(), target
    for file in re.findall(r"`((?:ablasim|tests|scenarios|docs)/[\w./]+)`", text):
        assert (root / file).exists(), file


def test_the_pictures_of_the_readme_are_small(root):
    assert sum(file.stat().st_size for file in (root / "docs/images").iterdir() if file.is_file()) < 300_000


def test_a_picture_that_fails_costs_no_number(result, tmp_path, monkeypatch):
    def fail(*_, **__):
        message = "no such colour"
        raise IndexError(message)

    monkeypatch.setattr("ablasim.views.publish.zone_picture", fail)
    summary = write_results(result, tmp_path)
    assert "the pictures could not be drawn (IndexError: no such colour)" in summary["warnings"][-1]
    assert json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))["warnings"] == summary["warnings"]
    assert {"fields.vtkhdf", "zone.vtp", "report.html", "history.csv"} <= {path.name for path in tmp_path.iterdir()}

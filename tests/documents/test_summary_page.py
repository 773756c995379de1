"""docs/summary.md and summary.json name the same keys."""

import re

import pytest

from ablasim import parse_scenario, run
from ablasim.comparison import FinishedRun, compare_runs
from ablasim.comparison.quantities import derived
from ablasim.results.files import plain
from ablasim.scenario.document import read_document
from ablasim.views.publish_compare import comparison_numbers

NAMED = {  # blocks whose keys are names, and the placeholder that stands for one
    "versions": "{package}",
    "zone.by_damage_model": "{model}",
    "margin.rules": "{rule}",
    "heat_sink.vessels": "{vessel}",
    "critical_structures": "{structure}",
    "sensors": "{sensor}",
    "source.antennas": "{antenna}",
    "source.patterns": "{pattern}",
    "electroporation.dead_by_heat": "{model}",
    "uncertainty.heat_sink.vessels": "{vessel}",
    "uncertainty.finer.heat_sink.vessels": "{vessel}",
    "uncertainty.sensors": "{sensor}",
    "uncertainty.finer.sensors": "{sensor}",
}


def leaves(value, path=""):
    """Dotted paths of all values that are no mapping."""
    if not isinstance(value, dict):
        return {path}
    found = set()
    for key, item in value.items():
        name = NAMED.get(path, key)
        if path == "margin.shell_ablated_percent":
            name = re.sub(r"^[\d.]+_mm$", "{target}_mm", key)
        found |= leaves(item, f"{path}.{name}".lstrip("."))
    return found


@pytest.fixture(scope="module")
def antennas(root, tmp_path_factory):
    """Block ``source`` of a run with a microwave antenna and a pattern."""
    data, _ = read_document(root / "tests/data/antenna.yaml")
    blob = {"kind": "gaussian", "centre_mm": 0, "radial_mm": 5, "axial_mm": 5}
    data["applicators"] += [
        {"name": "blob", "kind": "mw_pattern", "tip_mm": [0, 0, -7], "direction": [0, 0, 1], "pattern": blob}
    ]
    drive = {name: {"control": "forward_power", "forward_power_w": 20} for name in ("antenna", "blob")}
    changes = {"protocol": [{"duration_s": 1.0, "drive": drive}], "heat_sink": {"twins": []}}
    return run(parse_scenario(data | changes), mesh_cache=tmp_path_factory.mktemp("meshes")).summary["source"]


@pytest.fixture(scope="module")
def pulses(root, tmp_path_factory):
    """Summary of a run with pulses."""
    data, _ = read_document(root / "tests/data/leaning_needles.yaml")
    return run(
        parse_scenario(data | {"heat_sink": {"twins": []}}), mesh_cache=tmp_path_factory.mktemp("meshes")
    ).summary


@pytest.fixture(scope="module")
def pages(root):
    """The part on ``summary.json``, and that on ``compare.json``."""
    return (root / "docs/summary.md").read_text(encoding="utf-8").split("\n## `compare.json`")


@pytest.fixture(scope="module")
def page(pages):
    return pages[0]


@pytest.fixture(scope="module")
def documented(page):
    return re.findall(r"^\| `([^`]+)` \|", page, flags=re.MULTILINE)


def test_every_key_of_a_run_is_documented_and_every_documented_key_is_in_a_run(
    result, verified, antennas, pulses, documented
):
    assert result.summary["uncertainty"] is None  # only a verified run has that block
    assert result.summary["margin"]["contraction"] is None  # only a scenario that asks for it
    assert result.summary["electroporation"] is None  # only one with pulses
    own = {key: verified.summary[key] for key in ("uncertainty", "critical_structures", "sensors")}
    own["electroporation"] = pulses["electroporation"]
    margin = result.summary["margin"] | {"contraction": verified.summary["margin"]["contraction"]}
    source = result.summary["source"] | antennas | pulses["source"]
    assert set(documented) == leaves(plain(result.summary | own | {"margin": margin, "source": source}))


def test_every_uncertainty_stands_under_the_path_of_a_value(verified):
    summary = plain(verified.summary)
    extra = {"status", "method", "finer"}
    spreads = leaves({key: block for key, block in summary["uncertainty"].items() if key not in extra})
    assert spreads <= leaves(summary)
    assert spreads == leaves(summary["uncertainty"]["finer"])


def test_no_key_is_documented_twice(documented):
    assert len(documented) == len(set(documented))


def test_units_in_names_and_in_the_unit_column_agree(page):
    units = {"mm": "mm", "ml": "ml", "w": "W", "j": "J", "c": "°C", "k": "K", "s": "s", "ohm": "Ω", "percent": "%"}
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", page, flags=re.MULTILINE)
    for key, unit in rows:
        suffixes = {part.rsplit("_", 1)[-1] for part in key.split(".") if "_" in part and "{" not in part}
        known = [units[suffix] for suffix in suffixes if suffix in units]
        assert not known or unit.strip() in known, key


def test_the_keys_of_a_comparison_are_documented(result, pages):
    scenario, summary = result.scenario, plain(result.summary)
    other = parse_scenario({key: value for key, value in plain(scenario.model_dump(by_alias=True)).items()})
    runs = [
        FinishedRun("first", scenario, summary),
        FinishedRun("second", other, summary | {"versions": summary["versions"] | {"ablasim": "0.0.1"}}),
    ]
    numbers = plain(comparison_numbers(compare_runs(runs, {"third": "it diverged"})))
    found = set()
    for path in leaves({key: block for key, block in numbers.items() if key not in ("rows", "differences")}):
        found.add(re.sub(r"versions\.\w+", "versions.{package}", re.sub(r"\b(first|second|third)\b", "{case}", path)))
    for block in ("rows", "differences"):
        assert numbers[block]
        for item in numbers[block]:
            found |= {re.sub(r"\b(first|second)$", "{case}", f"{block}[].{path}") for path in leaves(item)}
    parts = pages[1].split("Rows that are no key")
    told, rows = (set(re.findall(r"^\| `([^`]+)` \|", part, flags=re.MULTILINE)) for part in parts)
    assert told == found
    assert rows == set(derived(runs[0]))

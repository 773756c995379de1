"""docs/generators.md shows drives that can be, tells every event, and draws every machine."""

import re
from typing import get_args

import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from ablasim.drives import generator_of
from ablasim.generators import EventKind
from ablasim.scenario.protocol import Drive


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs/generators.md").read_text(encoding="utf-8")


def test_every_drive_that_is_shown_is_one(root, page):
    scenario_page = (root / "docs/scenario.md").read_text(encoding="utf-8")
    part = scenario_page.split("## Generators")[1].split("\n## ")[0]
    shown = [
        YAML(typ="safe").load(drive)["drive"]
        for block in re.findall(r"```yaml\n(.*?)```", page + part, flags=re.DOTALL)
        for drive in re.split(r"(?m)^(?=drive:|sensors:)", block)
        if drive.startswith("drive:")
    ]
    controls = set()
    for drive in shown:
        (settings,) = drive.values()
        checked = TypeAdapter(Drive).validate_python(settings)
        generator_of(checked, n_pairs=3)
        controls.add(checked.control)
    assert controls == {"power", "temperature", "impedance", "pulsed_current"}


def test_every_event_is_told(page):
    told = page.split("## What is told")[1]
    assert all(f"`{kind}" in told for kind in get_args(EventKind))


def test_every_machine_has_its_diagram(page):
    machines = page.split("## How time steps and events meet")[1].split("\n## ")[1:6]
    assert [part.count("stateDiagram-v2") for part in machines] == [1, 1, 1, 1, 1]

"""Studies of a heated ball that takes a fraction of a second, and workers that do not compute at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ablasim.study.load import LoadedStudy, load_study
from ablasim.study.plan import Plan, make_plan

ROOT = Path(__file__).parents[2]

SPHERE = f"""\
schema_version: 1
title: Heated ball
base: {ROOT / "scenarios/steady_heated_sphere.yaml"}
set: {{numerics.mesh: {{tumour_mm: 2.5, shell_mm: 5, far_mm: 20, growth: 0.6}}}}
vary:
  - {{name: power_w, path: protocol.0.drive.ball.power_w, values: [1, 2, 3, 4]}}
  - {{name: size_mm, path: tumour.diameter_mm, values: [9, 10]}}
"""

QUICK = f"""\
schema_version: 1
title: Vein
base: {ROOT / "tests/data/quick.yaml"}
vary:
  - {{name: distance_mm, offset: {{kind: vessel_distance, vessel: vein}}, values: [1, 4]}}
"""


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def sphere_text() -> str:
    """Eight cases on two geometries."""
    return SPHERE


@pytest.fixture(scope="session")
def quick_text() -> str:
    """A vein at two distances."""
    return QUICK


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], LoadedStudy]:
    """Load a text as the file `study.yaml` of the current folder."""
    monkeypatch.chdir(tmp_path)

    def of(text: str) -> LoadedStudy:
        Path("study.yaml").write_text(text, encoding="utf-8")
        return load_study(Path("study.yaml"))

    return of


@pytest.fixture
def plan_of(load: Callable[[str], LoadedStudy]) -> Callable[[str], Plan]:
    """Plan of a text."""
    return lambda text: make_plan(load(text))


@pytest.fixture
def place_of() -> Callable[[str, str], str]:
    """Say where a fragment stands in a text, as `study.yaml:line:column`, both from 1."""

    def place(text: str, fragment: str) -> str:
        assert text.count(fragment) == 1, fragment
        before = text[: text.index(fragment)]
        return f"study.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"

    return place

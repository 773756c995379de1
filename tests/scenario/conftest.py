from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ablasim.scenario import Scenario, load_scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(scope="session")
def scenario_folder() -> Path:
    return SCENARIOS


@pytest.fixture(scope="session")
def demo_text() -> str:
    return (SCENARIOS / "rfa_hepatic_vein.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def sphere_text() -> str:
    return (SCENARIOS / "steady_heated_sphere.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def electrodes_text() -> str:
    return (Path(__file__).parents[1] / "data" / "electrodes.yaml").read_text(encoding="utf-8")


@pytest.fixture
def load_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Scenario]:
    """Load a text as the file `case.yaml` of the current folder."""
    monkeypatch.chdir(tmp_path)

    def load(text: str) -> Scenario:
        Path("case.yaml").write_text(text, encoding="utf-8")
        return load_scenario("case.yaml")

    return load


@pytest.fixture
def place_of() -> Callable[[str, str], str]:
    """Say where a fragment stands in a text, as `case.yaml:line:column`, both from 1."""

    def place(text: str, fragment: str) -> str:
        assert text.count(fragment) == 1, fragment
        before = text[: text.index(fragment)]
        return f"case.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"

    return place

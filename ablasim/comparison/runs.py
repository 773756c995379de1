"""What is compared: a scenario under a name, and with its summary a finished run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ablasim.anatomy import Anatomy, build_anatomy
from ablasim.errors import OutputError
from ablasim.results.folder import SUMMARY
from ablasim.results.paths import at
from ablasim.results.read_summary import read_summary
from ablasim.scenario import Scenario, load_scenario, scenario_hash

RESOLVED = "scenario.resolved.yaml"


@dataclass(frozen=True, eq=False)
class Case:
    """A scenario under a name.

    Parameters
    ----------
    name : str
        What it is called beside others.
    scenario : Scenario
        What was asked.
    """

    name: str
    scenario: Scenario

    @cached_property
    def anatomy(self) -> Anatomy:
        """Its shapes, m."""
        return build_anatomy(self.scenario)


@dataclass(frozen=True, eq=False)
class FinishedRun(Case):
    """A run with its numbers.

    Parameters
    ----------
    name, scenario
        As of a `Case`.
    summary : mapping
        Content of its ``summary.json``.
    """

    summary: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Kind of its source, as ``source.kind`` of the summary says it."""
        return str(at(self.summary, "source.kind"))

    @cached_property
    def is_of_its_scenario(self) -> bool:
        """Whether the numbers belong to the scenario that lies beside them."""
        return bool(scenario_hash(self.scenario) == self.summary["scenario_hash"])


def read_run(folder: Path, name: str | None = None) -> FinishedRun:
    """Read the folder of a finished run.

    Parameters
    ----------
    folder : Path
        As ``ablasim run`` leaves it.
    name : str, optional
        What to call it; by default the name of the folder.

    Raises
    ------
    OutputError
        If it holds no result, or one that cannot be read.
    ScenarioError
        If this version cannot read the scenario in it.
    """
    file = folder / SUMMARY
    if not file.is_file() or not (folder / RESOLVED).is_file():
        message = f"{folder}: must be a folder of a finished run, with {SUMMARY} and {RESOLVED}"
        raise OutputError(message)
    summary = read_summary(file)
    return FinishedRun(folder.resolve().name if name is None else name, load_scenario(folder / RESOLVED), summary)

"""What the speed costs: R1 with ablasim's own steps, beside steps so short that their error does not matter."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.meshes import scenario_file
from benchmarks.process import run_module
from benchmarks.r1.problem import SCENARIO, WHOLE_RUN, changes

CLOSE = 0.01
"""What the benchmark allows of the converged answer."""

STEPPING: Mapping[str, Mapping[str, Any]] = {
    "adaptive": {},
    "converged": {"numerics.time_step_s": 0.5, "numerics.time_tolerance": 0.01},
}
"""Changes to the scenario: ablasim's own steps of second order, or such steps of 0.5 s and a tight Newton tolerance."""


def measure_accuracy(mesh: str, say: Callable[[str], None]) -> dict[str, Any]:
    """Answers at the end of R1 in both ways, and how far those with ablasim's own steps are off.

    Raises
    ------
    BenchmarkError
        If a run fails.
    """
    ends: dict[str, dict[str, float]] = {}
    for stepping in STEPPING:
        say(f"R1 on mesh {mesh}, {stepping}")
        ends[stepping] = run_module("benchmarks.accuracy", mesh, stepping).line()
    exact = ends["converged"]
    off = {name: ends["adaptive"][name] / value - 1.0 for name, value in exact.items() if name != "steps"}
    return {"mesh": mesh, "ends": ends, "relative_difference": off, "is_close": max(map(abs, off.values())) <= CLOSE}


def end_of_run(mesh: str, stepping: str) -> tuple[dict[str, float], dict[str, int]]:
    """Answers at the end of the whole run, and the work that was done."""
    import ablasim
    from ablasim.units import celsius

    asked = {**changes(str(scenario_file(mesh)), steps=WHOLE_RUN, scheme="adaptive"), **STEPPING[stepping]}
    march = ablasim.run(ablasim.load_scenario(SCENARIO, asked)).actual
    last = march.steps[-1]
    assert last.electrical is not None  # R1 is powered to its end
    answers = {
        "voltage_v": last.electrical.voltage,
        "max_temperature_c": float(celsius(last.max_temperature)),
        "zone_volume_m3": last.zone_volume,
    }
    return answers, dict(march.work)


def main() -> None:
    """Print the answers of a mesh and a way of stepping, and the number of steps."""
    answers, work = end_of_run(*sys.argv[1:])
    sys.stdout.write(json.dumps(answers | {"steps": work["steps"]}) + "\n")


if __name__ == "__main__":
    main()

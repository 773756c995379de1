"""One run of R1 by ablasim, measured, in a process of its own: ``measure MESH.msh WARM_UP.msh STEPS SCHEME``.

The CPU time is that of `ablasim.run`, from a loaded scenario to the finished results, less the reading of the mesh. A
few steps on a small mesh go before it, so that all is imported and every kernel compiled.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from typing import Any

import numpy as np

import ablasim
from ablasim.errors import AblasimError
from ablasim.results.outcome import Results
from benchmarks.bound import MatrixSize, least_bytes
from benchmarks.r1.problem import SCENARIO, STEP_S, changes
from benchmarks.stopwatch import REST, Stopwatch, watched

BEGINNING_S = 60.0  # as in the peers' r1.py
MESH = "mesh"
SET_UP = "set-up"

PARTS = {
    MESH: ["ablasim.anatomy:build_scenario_mesh"],
    SET_UP: [
        "ablasim.build:build_case",
        "ablasim.build:Case.bioheat",
        "ablasim.build:Case.conductors",
        "ablasim.build:Case.electric_problem",
        "ablasim.build:Case.wall_models",
        "ablasim.fem.operators:Pattern.of",
        "ablasim.fem.multigrid:MultigridSolver._build",
    ],
    "assembly": [
        "ablasim.fem.operators:stiffness",
        "ablasim.fem.operators:mass",
        "ablasim.fem.operators:Diffusion.plus",
        "ablasim.fem.operators:Diffusion.constrained",
        "ablasim.physics.bioheat:RegionLaws.thermal",
        "ablasim.physics.bioheat:RegionLaws.electrical",
        "ablasim.physics.bioheat:Bioheat.operator",
        "ablasim.physics.bioheat:Bioheat.load",
    ],
    "electric": ["ablasim.physics.electric:ElectricProblem.solve"],
    "heat": ["ablasim.fem.time_step:advance_sdirk2", "ablasim.fem.time_step:advance_implicit_euler"],
    "damage": [
        "ablasim.damage.arrhenius:Arrhenius.advance",
        "ablasim.damage.perfusion_shutdown:Shutdown.advance",
        "ablasim.damage.perfusion_shutdown:Shutdown.perfused_share",
    ],
    "results": ["ablasim.results.assess:assess", "ablasim.simulate:check_energy"],
}
"""Functions of each part; multigrid set-ups count as set-up, kept frames and step control as other."""

_WARM_UP_STEPS = 3
_MM3_PER_ML = 1000.0
_KIB_PER_MIB = 1024.0


def main() -> None:
    """Print the line of a run."""
    mesh_file, warm_up, steps, scheme = sys.argv[1:]
    threads = len(os.sched_getaffinity(0))  # as many as the process may use
    ablasim.run(ablasim.load_scenario(SCENARIO, changes(warm_up, steps=_WARM_UP_STEPS, scheme=scheme)), threads=threads)
    scenario = ablasim.load_scenario(SCENARIO, changes(mesh_file, steps=int(steps), scheme=scheme))
    watch, wall, memory = Stopwatch(), Stopwatch(time.perf_counter), Stopwatch(peak_mb)
    mesh = {MESH: PARTS[MESH]}
    with watched(memory, mesh), watched(wall, mesh), watched(watch, PARTS):
        before = peak_mb()
        with memory.running(), wall.running(), watch.running():
            results = ablasim.run(scenario, threads=threads)
    line = line_of(results, watch) | {
        "wall_s": wall.seconds[REST],
        "scheme": scheme,
        "peak_with_mesh_read_mb": before + memory.seconds[MESH],
    }
    sys.stdout.write(json.dumps(line) + "\n")


def line_of(results: Results, watch: Stopwatch) -> dict[str, Any]:
    """What is reported of a run, with the keys of the peers' lines and more."""
    work = results.actual.work
    parts = {part: watch.seconds[part] for part in [*PARTS, REST] if part != MESH}
    cpu_s = sum(parts.values())
    space = results.case.space
    size = MatrixSize(space.n_nodes, len(space.pairs), len(space.cells))
    return {
        "name": "ablasim",
        "n_nodes": space.n_nodes,
        "steps": work["steps"],
        "rejected_steps": work["rejected_steps"],
        "simulated_s": results.actual.steps[-1].time,
        "setup_s": parts[SET_UP],
        "cpu_s": cpu_s,
        "cpu_s_per_step": (cpu_s - parts[SET_UP]) / work["steps"],
        "parts_s": parts,
        "measuring_s": watch.overhead(),
        "iterations": {"electric": work["electric_iterations"], "heat": work["heat_iterations"]},
        "work": dict(work),
        "least_bytes": least_bytes(size, work),
        "peak_mb": peak_mb(),
        "answers": answers(results),
    }


def peak_mb() -> float:
    """Largest resident set of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MIB


def answers(results: Results) -> dict[str, dict[str, float]]:
    """What the peers report too, at 60 s if the run goes on that far, and at its end.

    Volumes are those of the nodes that are dead, as the peers count; steps that do not land on 60 s are interpolated.
    """
    history = results.history()
    end = float(history["time_s"][-1])

    def at(moment: float, column: str) -> float:
        return float(np.interp(moment, history["time_s"], history[column]))

    return {
        name: {
            "voltage_v": at(moment, "voltage_v"),
            "impedance_ohm": at(moment, "impedance_ohm"),
            "max_temperature_c": at(moment, "max_temperature_c"),
            "ablated_mm3": _MM3_PER_ML * at(moment, "zone_volume_ml"),
        }
        for name, moment in (("beginning", BEGINNING_S), ("end", end))
        if moment <= end + 1e-6 * STEP_S
    }


if __name__ == "__main__":
    try:
        main()
    except AblasimError as error:
        sys.exit(str(error))

"""What pulses cost: six needles round a tumour beside a vein, all fifteen pairs, on one core and on two."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from itertools import combinations
from statistics import median
from typing import Any

from benchmarks.process import ROOT, run_module
from benchmarks.stopwatch import REST, Stopwatch, watched

_SCENARIO = "ire_four_needles_hepatic_vein"
_NEEDLES, _SIDE_MM = 6, 14.0
_THREADS = (1, 2)
_SIDES = (1, _NEEDLES - 1)  # a side joins needles whose numbers differ by that
_HIGHEST = {"voltage_v": 3000.0}  # of the generator
_PARTS = {
    "set-up": ["ablasim.build:build_case", "ablasim.pulses:build_pulse_treatment"],
    "fields": ["ablasim.physics.electroporation.field:PulseFields.solve"],
    "zones": ["ablasim.physics.electroporation.treatment:PulseTreatment.finish"],
    "results": ["ablasim.results.assess:assess"],
}


def measure_pulses(repeats: int, say: Callable[[str], None]) -> dict[str, Any]:
    """CPU seconds of the fields of all pairs and of the whole run, mesh cached, no twin, in one thread; medians.

    The whole run is also timed by the wall, in one thread and in two.

    Raises
    ------
    BenchmarkError
        If a run fails.
    """
    say("warming up: mesh and kernels")
    for threads in _THREADS:
        run_module("benchmarks.pulses", "1", threads=threads)
    lines, wall = [], {threads: [] for threads in _THREADS}
    for repeat in range(1, repeats + 1):
        for threads in _THREADS:
            say(f"{repeat} of {repeats}: {threads} thread{'s' * (threads > 1)}")
            line = run_module("benchmarks.pulses", str(len(_pairs())), threads=threads).line()
            wall[threads].append(line["wall_s"])
            lines += [line] if threads == 1 else []
    return {
        "repeats": repeats,
        "run": lines[0],
        "pair_cpu_s": median(line["parts_s"]["fields"] / line["trains"] for line in lines),
        "slowest_field_cpu_s": median(max(line["field_cpu_s"]) for line in lines),
        "fields_cpu_s": median(line["parts_s"]["fields"] for line in lines),
        "run_cpu_s": median(sum(line["parts_s"].values()) for line in lines),
        "run_wall_s": {str(threads): median(wall[threads]) for threads in _THREADS},
    }


def main() -> None:
    """Run the first pairs of the protocol, and print what its parts took."""
    from ablasim import load_scenario, run

    scenario = load_scenario(ROOT / f"scenarios/{_SCENARIO}.yaml", changes_of(int(sys.argv[1])))
    watch, begun = Stopwatch(time.process_time), time.perf_counter()
    with watched(watch, _PARTS), watch.running():
        results = run(scenario, threads=len(os.sched_getaffinity(0)))
    wall_s = time.perf_counter() - begun
    fields = watch.each["fields"]
    trains = () if results.actual.pulses is None else results.actual.pulses.trains
    line = {
        "n_points": results.case.mesh.n_points,
        "trains": len(trains),
        "fields": len(fields),
        "newton_steps": sum(train.iterations for train in trains),
        "wall_s": wall_s,
        "steps": results.actual.work["steps"],
        "field_cpu_s": fields,
        "parts_s": {part: watch.seconds[part] for part in (*_PARTS, REST)},
    }
    sys.stdout.write(json.dumps(line) + "\n")


def changes_of(n_pairs: int) -> dict[str, Any]:
    """Changes of the scenario: six needles, the first of their pairs; no twin, no cool-down."""
    return {
        "applicators.needles.count": _NEEDLES,
        "applicators.needles.spacing_mm": _SIDE_MM,
        "applicators.needles.rotation_deg": 30.0,
        "protocol.0.pulses.pairs": _pairs()[:n_pairs],
        "heat_sink.twins": [],
        "numerics.mesh": "coarse",
        "cool_down_s": 0.0,
    }


def _pairs() -> list[dict[str, Any]]:
    """All pairs of needles at the corners of a hexagon: its sides at the scenario's 1500 V/cm, the others at 3000 V."""
    return [
        {"between": [f"needles_{first}", f"needles_{second}"], **({} if second - first in _SIDES else _HIGHEST)}
        for first, second in combinations(range(1, _NEEDLES + 1), 2)
    ]


if __name__ == "__main__":
    main()

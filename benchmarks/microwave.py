"""What an antenna costs: its field alone, and a run of ten minutes beside one by radiofrequency."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.process import ROOT, run_module
from benchmarks.stopwatch import REST, Stopwatch, watched

_SCENARIOS = {"microwave": "mwa_hepatic_vein", "radiofrequency": "rfa_hepatic_vein"}
_TREATMENT_S = 600.0
_PARTS = {
    "set-up": ["ablasim.build:build_case", "ablasim.antennas:build_antennas"],
    "fields": ["ablasim.physics.microwave.antenna:AntennaModel.solve"],
    "results": ["ablasim.results.assess:assess"],
}


def measure_microwave(repeats: int, say: Callable[[str], None]) -> dict[str, Any]:
    """CPU seconds of both runs without twins, one thread, ten minutes of power; and the share of the fields.

    Raises
    ------
    BenchmarkError
        If a run fails.
    """
    say("warming up: meshes and kernels")
    for which in _SCENARIOS:
        run_module("benchmarks.microwave", which, "5", threads=1)
    lines: dict[str, list[dict[str, Any]]] = {which: [] for which in _SCENARIOS}
    for repeat in range(1, repeats + 1):
        for which in _SCENARIOS:
            say(f"{repeat} of {repeats}: {which}")
            lines[which].append(run_module("benchmarks.microwave", which, str(_TREATMENT_S), threads=1).line())
    march = {
        which: median((line["parts_s"][REST] + line["parts_s"]["fields"]) / line["n_points"] for line in found)
        for which, found in lines.items()
    }
    fields = [line["parts_s"]["fields"] for line in lines["microwave"]]
    loops = [line["parts_s"][REST] for line in lines["microwave"]]
    without = median(line["parts_s"][REST] / line["n_points"] for line in lines["microwave"])
    return {
        "repeats": repeats,
        "runs": {which: found[0] for which, found in lines.items()},
        "field_cpu_s": median(line["parts_s"]["fields"] / line["antenna_solves"] for line in lines["microwave"]),
        "fields_share": median(a / (a + b) for a, b in zip(fields, loops, strict=True)),
        "loop_ratio_per_point": march["microwave"] / march["radiofrequency"],
        "loop_ratio_per_point_without_fields": without / march["radiofrequency"],
    }


def main() -> None:
    """Run one of the scenarios for some seconds of treatment, and print what its parts took."""
    from ablasim import load_scenario, run

    which, duration = sys.argv[1:]
    changes = {"heat_sink.twins": [], "protocol.0.duration_s": float(duration), "cool_down_s": 0.0}
    scenario = load_scenario(ROOT / f"scenarios/{_SCENARIOS[which]}.yaml", changes)
    watch = Stopwatch(time.process_time)
    with watched(watch, _PARTS), watch.running():
        results = run(scenario, threads=1)
    work = results.actual.work
    line = {
        "n_points": results.case.mesh.n_points,
        "steps": work["steps"],
        "antenna_solves": work.get("antenna_solves", 0),
        "parts_s": {part: watch.seconds[part] for part in (*_PARTS, REST)},
    }
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()

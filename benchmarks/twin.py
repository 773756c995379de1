"""What a twin costs: the demo with and without it, in turn, on all cores."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.mesher import DEMO
from benchmarks.process import run_module

_TWINS = {"with": ["no_vessel"], "without": []}
_THREADS = 2


def measure_twin(repeats: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Wall and CPU seconds of the demo with and without its twin, and their ratios within each repeat.

    Raises
    ------
    BenchmarkError
        If a run fails.
    """
    say("warming up: mesh and kernels")
    run_module("benchmarks.twin", "without", "20", threads=_THREADS)
    lines: dict[str, list[dict[str, Any]]] = {which: [] for which in _TWINS}
    for repeat in range(1, repeats + 1):
        for which in _TWINS:
            say(f"{repeat} of {repeats}: {which} the twin")
            lines[which].append(run_module("benchmarks.twin", which, "720", threads=_THREADS).line())
    pairs = list(zip(lines["with"], lines["without"], strict=True))
    return {
        "repeats": repeats,
        "threads": _THREADS,
        "seconds": {
            which: {kind: median(line[kind] for line in lines[which]) for kind in ("wall_s", "cpu_s")}
            for which in _TWINS
        },
        "wall_ratio": median(a["wall_s"] / b["wall_s"] for a, b in pairs),
        "cpu_ratio": median(a["cpu_s"] / b["cpu_s"] for a, b in pairs),
    }


def main() -> None:
    """Run the demo ``with`` or ``without`` its twin for some seconds of treatment, and print what it took."""
    from ablasim import load_scenario, run

    which, duration = sys.argv[1:]
    changes = {"heat_sink.twins": _TWINS[which], "protocol.0.duration_s": float(duration)}
    scenario = load_scenario(DEMO, changes)
    wall, cpu = time.perf_counter(), time.process_time()
    run(scenario)
    line = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()

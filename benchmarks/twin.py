"""What a twin costs: the demo with and without it in turn, side by side on two cores, and on one core."""

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
_ONE_CORE = 1


def measure_twin(repeats: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Wall and CPU seconds of the demo with and without its twin, and their ratios within each repeat.

    Raises
    ------
    BenchmarkError
        If a run fails.
    """
    say("warming up: mesh and kernels")
    run_module("benchmarks.twin", "without", "20", str(_THREADS), threads=_THREADS)
    kinds = [(which, threads) for threads in (_THREADS, _ONE_CORE) for which in _TWINS]
    lines: dict[tuple[str, int], list[dict[str, Any]]] = {kind: [] for kind in kinds}
    for repeat in range(1, repeats + 1):
        for which, threads in kinds:
            say(f"{repeat} of {repeats}: {which} the twin, on {threads} core{'s' * (threads > 1)}")
            lines[which, threads].append(
                run_module("benchmarks.twin", which, "720", str(threads), threads=threads).line()
            )

    def ratio(seconds: str, threads: int) -> float:
        pairs = zip(lines["with", threads], lines["without", threads], strict=True)
        return float(median(a[seconds] / b[seconds] for a, b in pairs))

    return {
        "repeats": repeats,
        "threads": _THREADS,
        "seconds": {
            which: {kind: median(line[kind] for line in lines[which, _THREADS]) for kind in ("wall_s", "cpu_s")}
            for which in _TWINS
        },
        "wall_ratio": ratio("wall_s", _THREADS),
        "cpu_ratio": ratio("cpu_s", _THREADS),
        "one_core_cpu_ratio": ratio("cpu_s", _ONE_CORE),
    }


def main() -> None:
    """Run the demo ``with`` or ``without`` its twin for some seconds of treatment on some cores, and print the cost."""
    from ablasim import load_scenario, run

    which, duration, threads = sys.argv[1:]
    changes = {"heat_sink.twins": _TWINS[which], "protocol.0.duration_s": float(duration)}
    scenario = load_scenario(DEMO, changes)
    wall, cpu = time.perf_counter(), time.process_time()
    run(scenario, threads=1 if threads == str(_ONE_CORE) else None)
    line = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()

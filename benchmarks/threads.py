"""What a second thread gains: wall time of ablasim on R1, beside what it gains in the triad."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.contestants import mesh_files, run_ablasim
from benchmarks.triad import bandwidth

COUNTS = (1, 2)


def measure_threads(mesh: str, steps: int, scheme: str, repeats: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Wall and CPU seconds with one and two threads in turn, and the gain beside the triad's.

    Raises
    ------
    BenchmarkError
        If a run fails, or there is one core only.
    """
    _, small = mesh_files("s")
    _, mesh_file = mesh_files(mesh)
    lines: dict[int, list[dict[str, Any]]] = {threads: [] for threads in COUNTS}
    triads: dict[int, list[float]] = {threads: [] for threads in COUNTS}
    for repeat in range(1, repeats + 1):
        for threads in COUNTS:
            say(f"{repeat} of {repeats}: {threads} thread{'s' * (threads > 1)}")
            lines[threads].append(run_ablasim(mesh_file, small, steps, scheme, threads).line())
            triads[threads].append(bandwidth(threads))
    wall = {threads: [line["wall_s"] for line in lines[threads]] for threads in COUNTS}
    one, two = COUNTS
    return {
        "mesh": mesh,
        "scheme": scheme,
        "steps_of_5_s": steps,
        "repeats": repeats,
        "wall_s": {str(threads): median(wall[threads]) for threads in COUNTS},
        "gain": median(a / b for a, b in zip(wall[one], wall[two], strict=True)),
        "triad_gb_per_s": {str(threads): median(triads[threads]) for threads in COUNTS},
        "triad_gain": median(b / a for a, b in zip(triads[one], triads[two], strict=True)),
        "answers": {str(threads): lines[threads][0]["answers"] for threads in COUNTS},
    }

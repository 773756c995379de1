"""One sitting of R1: ablasim and its peers run in turn, several times over, and are compared within the sitting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.bound import FIRST_PROTOTYPE_BYTES
from benchmarks.contestants import PEERS, Peer, Pythons, mesh_files, run_ablasim, run_peer, split_by_installed
from benchmarks.errors import BenchmarkError
from benchmarks.r1.problem import changes
from benchmarks.triad import bandwidth

Line = dict[str, Any]
Say = Callable[[str], None]

_OWN = "ablasim"
_PEER_WARM_UP_STEPS = 1

_NUMBERS = ("n_nodes", "steps", "setup_s", "cpu_s", "cpu_s_per_step", "peak_mb")
_ANSWERS = ("voltage_v", "max_temperature_c", "ablated_mm3")
_ITERATIONS = ("electric", "heat")


@dataclass(frozen=True)
class Sitting:
    """What is asked for.

    Parameters
    ----------
    mesh : str
        ``s``, ``m`` or ``l``.
    steps : int
        Steps of 5 s, at most 144.
    scheme : str
        ``adaptive`` or ``euler``, for ablasim.
    repeats : int
        Times that each runs.
    peers : tuple of str
        Names of the peers that run too, if they are installed.
    """

    mesh: str
    steps: int
    scheme: str
    repeats: int
    peers: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name of its record."""
        return f"r1 {self.mesh} {self.scheme} {self.steps}"


def hold(sitting: Sitting, pythons: Pythons, say: Say) -> Line:
    """Run a sitting; returns its record, without the peers that failed.

    Raises
    ------
    BenchmarkError
        If something is asked for that cannot be, or a run of ablasim fails.
    """
    changes("", steps=sitting.steps, scheme=sitting.scheme)
    runs = _contestants(sitting, pythons, say)
    lines: dict[str, list[Line]] = {name: [] for name in runs}
    bandwidths: list[float] = []
    for repeat in range(1, sitting.repeats + 1):
        for name, run in list(runs.items()):
            say(f"{repeat} of {sitting.repeats}: {name}")
            try:
                lines[name].append(run())
            except BenchmarkError as error:
                if name == _OWN:
                    raise
                _leave_out(name, error, say)
                del runs[name], lines[name]
        bandwidths.append(bandwidth(1))
    return record(sitting, lines, gb_per_s=median(bandwidths))


def record(sitting: Sitting, lines: Mapping[str, Sequence[Line]], *, gb_per_s: float) -> Line:
    """Medians over the repeats, ratios to ablasim within each repeat (with and without set-up), the bandwidth bound."""
    own = lines[_OWN]

    def ratios(seconds: Callable[[Line], float]) -> dict[str, float]:
        return {
            name: median(seconds(theirs) / seconds(ours) for theirs, ours in zip(others, own, strict=True))
            for name, others in lines.items()
            if name != _OWN
        }

    medians = {name: medians_of(repeats) for name, repeats in lines.items()}
    bound_s = medians[_OWN]["least_bytes"] / (gb_per_s * 1e9)
    of_a_step = FIRST_PROTOTYPE_BYTES.get((sitting.mesh, sitting.scheme))
    fixed = {} if of_a_step is None else {"prototype_bound_s": sitting.steps * of_a_step / (gb_per_s * 1e9)}
    return {
        "mesh": sitting.mesh,
        "scheme": sitting.scheme,
        "steps_of_5_s": sitting.steps,
        "repeats": sitting.repeats,
        "runs": medians,
        "cpu_ratio_to_ablasim": ratios(lambda line: line["cpu_s"]),
        "loop_ratio_to_ablasim": ratios(lambda line: line["cpu_s"] - line["setup_s"]),
        "triad_gb_per_s": gb_per_s,
        "bandwidth_bound_s": bound_s,
        "cpu_over_bound": medians[_OWN]["cpu_s"] / bound_s,
        **fixed,
        "times_real_time": medians[_OWN]["simulated_s"] / medians[_OWN]["cpu_s"],
    }


def medians_of(lines: Sequence[Any]) -> Any:
    """Median of every number in equal structures; what is no number is taken from the first."""
    first = lines[0]
    if isinstance(first, dict):
        return {key: medians_of([line[key] for line in lines]) for key in first}
    if isinstance(first, int | float) and not isinstance(first, bool):
        return median(lines)
    return first


def lacking_in(line: Line) -> list[str]:
    """What the line of a peer must hold and does not; iterations may be None."""
    answers, iterations = line.get("answers"), line.get("iterations", {})
    lacking = [] if isinstance(line.get("name"), str) else ["name"]
    lacking += _no_numbers(line, _NUMBERS, "")
    lacking += _no_numbers(answers.get("end") if isinstance(answers, dict) else None, _ANSWERS, "answers.end.")
    return lacking + ([] if iterations is None else _no_numbers(iterations, _ITERATIONS, "iterations."))


def _no_numbers(found: Any, keys: Sequence[str], prefix: str) -> list[str]:
    held = found if isinstance(found, dict) else {}
    return [f"{prefix}{key}" for key in keys if not isinstance(held.get(key), int | float)]


def _leave_out(name: str, error: BenchmarkError, say: Say) -> None:
    say(f"{name} is left out: {error}")


def _contestants(sitting: Sitting, pythons: Pythons, say: Say) -> dict[str, Callable[[], Line]]:
    """What to run in turn, by name; each peer has run once on a small mesh, so that what it compiles is compiled."""
    say("meshes")
    small_arrays, small = mesh_files("s")
    arrays, mesh_file = mesh_files(sitting.mesh)
    runs: dict[str, Callable[[], Line]] = {_OWN: partial(_own_line, mesh_file, small, sitting)}
    installed, missing = split_by_installed([peer for peer in PEERS if peer.name in sitting.peers], pythons)
    for peer in missing:
        say(f"{peer.name} is not installed ({peer.how_to_get})")
    for peer in installed:
        say(f"warming up {peer.name}")
        try:
            _peer_line(peer, pythons, small_arrays, _PEER_WARM_UP_STEPS)
        except BenchmarkError as error:
            _leave_out(peer.name, error, say)
            continue
        runs[peer.name] = partial(_peer_line, peer, pythons, arrays, sitting.steps)
    return runs


def _peer_line(peer: Peer, pythons: Pythons, arrays: Path, steps: int) -> Line:
    line = run_peer(peer, pythons, arrays, steps).line()
    if lacking := lacking_in(line):
        message = f"its line must hold {', '.join(lacking)}"
        raise BenchmarkError(message)
    return line


def _own_line(mesh_file: Path, warm_up: Path, sitting: Sitting) -> Line:
    return run_ablasim(mesh_file, warm_up, sitting.steps, sitting.scheme).line()

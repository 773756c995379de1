"""The README's section on speed, between two marks, made from the committed results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError

BEGIN = "<!-- section of `python -m benchmarks table --write`: begin -->"
END = "<!-- section of `python -m benchmarks table --write`: end -->"
BEFORE = "## What has been verified\n"
"""Heading that the section stands before."""

_SCHEMES = {
    "adaptive": "ablasim with its own adaptive steps, the others by implicit Euler with 5 s",
    "euler": "all by implicit Euler with 5 s",
}
_COLUMNS = (
    "code",
    "set-up, s",
    "steps",
    "s per step",
    "CPU, s",
    "times ablasim's",
    "without set-up",
    "iterations (electric, heat)",
    "peak, MB",
    "zone at the end, ml",
)
_MM3_PER_ML = 1000.0


def section_text(records: Mapping[str, Any]) -> str:
    """The section as Markdown, with the marks around it.

    Raises
    ------
    BenchmarkError
        If a record lacks what its part of the section is made of.
    """
    sittings = [_part(name, partial(_sitting, records[name])) for name in sorted(records) if name.startswith("r1 ")]
    others = [
        text
        for name, words in _OTHERS.items()
        if name in records
        for text in _part(name, partial(words, records[name]))
    ]
    lines = [BEGIN, "", "## Speed", ""]
    lines += [
        "Problem R1: 12 minutes of 40 W in a block of liver beside a vessel, first-order tetrahedra. CPU seconds on",
        "one core, without imports, compilation and reading the mesh; medians, the codes in turn on one machine. What",
        "is compared, and how: [benchmarks/README.md](benchmarks/README.md).",
        *_part("r1 s or m adaptive 144", partial(_mesh_error, records)),
    ]
    lines += [line for sitting in sittings for line in ("", *sitting)]
    if others:
        lines += ["", *(f"- {text}" for text in others)]
    return "\n".join([*lines, "", END, ""])


def _part(name: str, words: Callable[[], list[str]]) -> list[str]:
    try:
        return words()
    except (AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        message = f"record '{name}': must be as its benchmark keeps it: {type(error).__name__}: {error}"
        raise BenchmarkError(message) from error


def readme_with(text: str, records: Mapping[str, Any] | None) -> str:
    """The text of the README with the section in place of the one that is there; without results there is none.

    Raises
    ------
    BenchmarkError
        If one mark lacks the other, or the heading that the section stands before is not there.
    """
    if (BEGIN in text) != (END in text):
        message = f"the README must have both marks of the section on speed or none: {BEGIN} and {END}"
        raise BenchmarkError(message)
    if BEGIN in text:
        before, _, rest = text.partition(BEGIN)
        text = before + rest.partition(END)[2].lstrip("\n")
    if records is None:
        return text
    if BEFORE not in text:
        message = f"the README must have the heading that the section on speed stands before: {BEFORE.strip()}"
        raise BenchmarkError(message)
    before, heading, after = text.partition(BEFORE)
    return before + section_text(records) + "\n" + heading + after


def write_section(file: Path, records: Mapping[str, Any]) -> None:
    """Bring the README's section up to the results.

    Raises
    ------
    BenchmarkError
        As `readme_with`, or if there is no such file.
    """
    if not file.is_file():
        message = f"{file}: must be there"
        raise BenchmarkError(message)
    fresh = readme_with(file.read_text(encoding="utf-8"), records)
    part = file.with_name(f".{file.name}.part")
    part.write_text(fresh, encoding="utf-8")
    part.replace(file)


def _mesh_error(records: Mapping[str, Any]) -> list[str]:
    """How far the answers move from mesh s to mesh m, where both were run."""
    coarse, fine = (records.get(f"r1 {mesh} adaptive 144") for mesh in ("s", "m"))
    if coarse is None or fine is None:
        return []
    ends = [record["runs"]["ablasim"]["answers"]["end"] for record in (coarse, fine)]
    voltage, zone = (abs(ends[0][key] / ends[1][key] - 1.0) for key in ("voltage_v", "ablated_mm3"))
    return [
        f"All codes share the error of the mesh: from s to m ablasim's voltage at the end moves by "
        f"{voltage:.1%}, the zone by {zone:.1%}."
    ]


def _sitting(record: Mapping[str, Any]) -> list[str]:
    minutes = record["steps_of_5_s"] * 5.0 / 60.0
    own = record["runs"]["ablasim"]
    return [
        f"**Mesh {record['mesh']}, {own['n_nodes']:.0f} nodes, {minutes:g} min**: {_SCHEMES[record['scheme']]}; "
        f"median of {record['repeats']}, {record['machine']['processor']}.",
        f"ablasim runs {record['times_real_time']:.0f} times as fast as the treatment, and takes "
        f"{_beside_memory(record)}.",
        "",
        _row(_COLUMNS),
        _row(["---"] * len(_COLUMNS)),
        *(_row(_cells(record, run)) for run in _fastest_first(record)),
    ]


def _beside_memory(record: Mapping[str, Any]) -> str:
    """The time beside that for the bytes of its loops, and for those of a first prototype, which never change."""
    own = record["runs"]["ablasim"]
    now = f"{own['least_bytes'] / 1e9:.0f} GB that its loops over matrices move"
    over_now, needs = record["cpu_over_bound"], f"as the memory, at {record['triad_gb_per_s']:.0f} GB/s, needs for the"
    if "prototype_bound_s" not in record:
        return f"{over_now:.1f} times as long {needs} {now}"
    over_first = own["cpu_s"] / record["prototype_bound_s"]
    first = "bytes that the first prototype of such loops moved"
    return f"{over_first:.1f} times as long {needs} {first}, and {over_now:.1f} times as long as for the {now}"


def _fastest_first(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return sorted(record["runs"].values(), key=lambda run: float(run["cpu_s"]))


def _cells(record: Mapping[str, Any], run: Mapping[str, Any]) -> list[str]:
    name, iterations = run["name"], run["iterations"]
    ratios = [record[kind].get(name) for kind in ("cpu_ratio_to_ablasim", "loop_ratio_to_ablasim")]
    return [
        name,
        f"{run['setup_s']:.2f}",
        f"{run['steps']:.0f}",
        f"{run['cpu_s_per_step']:.3f}",
        f"{run['cpu_s']:.1f}",
        *("1" if ratio is None else f"{ratio:.1f}" for ratio in ratios),
        "–" if iterations is None else f"{iterations['electric']:.0f}, {iterations['heat']:.0f}",
        f"{run['peak_mb']:.0f}",
        f"{run['answers']['end']['ablated_mm3'] / _MM3_PER_ML:.2f}",
    ]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _start(record: Mapping[str, Any]) -> list[str]:
    needless = {"vtkmodules": "VTK", "gmsh": "gmsh", "sfepy": "sfepy"}
    imported = {
        command: [needless[name] for name in names if name in needless]
        for command, names in record["heavy_imports"].items()
    }
    return [
        f"`ablasim --help` takes {record['help_wall_s']:.2f} s, `ablasim run` to its first time step "
        f"{record['first_step_wall_s']:.1f} s ({record['n_points']} nodes, mesh cached and kernels compiled).",
        *(
            f"Of VTK, gmsh and sfepy, `ablasim {command}` imports {' and '.join(names) or 'none'}{_what_for(names)}."
            for command, names in imported.items()
        ),
    ]


def _what_for(names: Sequence[str]) -> str:
    return " (it draws its picture)" if "VTK" in names else ""


def _mesher(record: Mapping[str, Any]) -> list[str]:
    scaled = record["scaled"]
    gmsh_s = scaled["parts_s"]["gmsh"]
    return [
        f"Meshing the demo at {scaled['n_points']} nodes takes {scaled['cpu_s']:.1f} s, "
        f"gmsh's generation {gmsh_s:.1f} s of it."
    ]


def _twin(record: Mapping[str, Any]) -> list[str]:
    return [
        f"The demo and its twin, each on one of {record['threads']} cores, take {record['wall_ratio']:.2f} times as "
        f"long as the demo on one alone and {record['cpu_ratio']:.2f} times the CPU time, since both share the memory; "
        f"on one core, one after the other, {record['one_core_cpu_ratio']:.2f} times."
    ]


def _frames(record: Mapping[str, Any]) -> list[str]:
    return [
        f"Writing {record['n_frames']} frames of one field at {record['n_nodes']} nodes takes {record['wall_s']:.1f} s "
        f"and {record['file_mb']:.0f} MB."
    ]


def _microwave(record: Mapping[str, Any]) -> list[str]:
    fields = record["runs"]["microwave"]["antenna_solves"]
    return [
        f"An antenna's field takes {record['field_cpu_s']:.2f} s. The time loop of ten minutes of microwaves takes "
        f"{record['loop_ratio_per_point']:.2f} times as long a node as that of ten minutes of radiofrequency, "
        f"{record['fields_share']:.0%} of it for {fields} fields ({record['loop_ratio_per_point_without_fields']:.2f} "
        f"times without them); with set-up and results {_whole_ratio(record['runs']):.2f} times."
    ]


def _whole_ratio(runs: Mapping[str, Any]) -> float:
    """CPU seconds a node of the whole run by microwaves over that by radiofrequency, in the first repeat."""
    microwave, radiofrequency = (
        float(sum(runs[which]["parts_s"].values()) / runs[which]["n_points"])
        for which in ("microwave", "radiofrequency")
    )
    return microwave / radiofrequency


def _pulses(record: Mapping[str, Any]) -> list[str]:
    run = record["run"]
    return [
        f"Six needles of pulses, tumour and vein, {run['n_points']} nodes: {record['pair_cpu_s']:.1f} s for "
        f"the fields of a pair, the slowest field {record['slowest_field_cpu_s']:.1f} s; all {run['trains']} pairs "
        f"{record['fields_cpu_s']:.0f} s in {run['fields']} fields, {record['run_cpu_s']:.0f} s with everything else "
        f"of the run (mesh cached, no twin), {record['run_wall_s']['2']:.0f} s with `--threads 2`."
    ]


def _threads(record: Mapping[str, Any]) -> list[str]:
    return [
        f"Two threads are {record['gain']:.2f} times as fast as one on mesh {record['mesh']}, "
        f"{record['gain'] / record['triad_gain']:.2f} of what a triad gains, {record['triad_gain']:.2f}."
    ]


def _sweep(record: Mapping[str, Any]) -> list[str]:
    return [
        f"A sweep of {record['cases']} cases of {record['case_s']:.1f} s on {record['workers']} cores takes "
        f"{record['share']:.2f} times as long as the same cases in one process, starts of processes included."
    ]


_OTHERS: Mapping[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "start": _start,
    "mesh": _mesher,
    "twin": _twin,
    "microwave": _microwave,
    "pulses": _pulses,
    "frames": _frames,
    "threads": _threads,
    "sweep": _sweep,
}

"""How long until something happens: the help text, and the first time step of a run on a mesh that is cached."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from benchmarks.process import ROOT, run_program

HEAVY = ("vtkmodules", "pyvista", "gmsh", "sfepy", "matplotlib", "numba", "scipy")
"""Packages that are slow to import (vtkmodules is VTK)."""

DEMO = ROOT / "scenarios" / "rfa_hepatic_vein.yaml"
_COMMAND = "from ablasim.cli.main import main; main()"
_REPEATS = 5


def measure_start(say: Callable[[str], None]) -> dict[str, Any]:
    """Wall seconds of ``ablasim --help`` and until the first step of the demo, and what is imported.

    Raises
    ------
    BenchmarkError
        If a command fails.
    """
    say("ablasim --help")
    helps = [run_program([sys.executable, "-c", _COMMAND, "--help"]).wall_s for _ in range(_REPEATS)]
    say("the demo's mesh, and its first step")
    first_steps = [_until_first_step() for _ in range(1 + _REPEATS)]  # the first makes the mesh and compiles
    with tempfile.TemporaryDirectory() as folder:
        checked = ["check", str(DEMO), "--picture", str(Path(folder) / "check.png")]
        imported = {"--help": _imported_by("--help"), "check": _imported_by(*checked)}
    return {
        "help_wall_s": median(helps),
        "first_step_wall_s": median(step["wall_s"] for step in first_steps[1:]),
        "n_points": first_steps[0]["n_points"],
        "heavy_imports": imported,
    }


def _until_first_step() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder) / "run")
        done = run_program([sys.executable, "-m", "benchmarks.start", "run", target], threads=2)
    return done.line() | {"wall_s": done.wall_s}


def _imported_by(*words: str) -> list[str]:
    line = run_program([sys.executable, "-m", "benchmarks.start", "imports", *words]).line()
    return [str(name) for name in line["imported"]]


def stop_at_first_step(output: Path) -> None:
    """Do what ``ablasim run`` does with the demo until its first step is done; then say so and end at once."""
    from ablasim.build import build_case
    from ablasim.cli.run import run_scenario
    from ablasim.simulate import run

    sizes: list[int] = []

    def build(*arguments: Any, **options: Any) -> Any:
        case = build_case(*arguments, **options)
        sizes.append(case.mesh.n_points)
        return case

    def end(*_: object) -> None:
        sys.stdout.write(json.dumps({"n_points": sizes[0]}) + "\n")
        sys.stdout.flush()
        os._exit(0)

    def run_until_then(*arguments: Any, **options: Any) -> Any:
        return run(*arguments, **(options | {"progress": end}))

    with patch("ablasim.simulate.build_case", build), patch("ablasim.cli.run.run", run_until_then):
        run_scenario(
            DEMO, output, overwrite=False, verify=False, attribute=False, threads=None, quiet=True, as_json=False
        )


def list_imports(words: list[str]) -> None:
    """Run the command line with some words, and print which of `HEAVY` it has imported."""
    from ablasim.cli.main import main

    sys.argv = ["ablasim", *words]
    try:
        main()
    except SystemExit as end:
        if end.code not in (0, None):
            raise
    sys.stdout.write(json.dumps({"imported": [name for name in HEAVY if name in sys.modules]}) + "\n")


if __name__ == "__main__":
    kind, *rest = sys.argv[1:]
    stop_at_first_step(Path(rest[0])) if kind == "run" else list_imports(rest)

"""How long the demo takes to mesh: gmsh's own generation, and what ablasim does around it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.process import ROOT, run_module
from benchmarks.stopwatch import REST, Stopwatch, watched

DEMO = ROOT / "scenarios" / "rfa_hepatic_vein.yaml"
GOAL = 100_000

_GMSH = "gmsh"
PARTS = {
    _GMSH: ["ablasim.mesh.gmsh_model:_generate"],
    "geometry": ["ablasim.mesh.gmsh_model:build_solids"],
    "checks": ["ablasim.mesh.inspection:check_against_geometry", "ablasim.mesh.quality:mesh_quality"],
}


def measure_mesher(say: Callable[[str], None]) -> dict[str, Any]:
    """Seconds to mesh the demo as it is, and with all sizes scaled so that it has about 100 000 points.

    Raises
    ------
    BenchmarkError
        If a mesh cannot be made.
    """
    say("the demo's mesh")
    plain = run_module("benchmarks.mesher", "1").line()
    factor = (plain["n_points"] / GOAL) ** (1.0 / 3.0)
    say(f"the same with sizes times {factor:.3f}")
    return {"as it is": plain, "scaled": run_module("benchmarks.mesher", repr(factor)).line()}


def main() -> None:
    """Mesh the demo with its sizes times a factor, without a cache, and print the seconds."""
    from ablasim.anatomy import build_anatomy, mesh_sizes_of
    from ablasim.mesh import build_mesh
    from ablasim.scenario import load_scenario

    factor = float(sys.argv[1])
    scenario = load_scenario(DEMO)
    anatomy = build_anatomy(scenario)
    sizes = mesh_sizes_of(scenario).scaled(factor)
    watch = Stopwatch()
    with watched(watch, PARTS), watch.running():
        mesh = build_mesh(
            anatomy.organ, anatomy.tumour, list(anatomy.vessels.values()), list(anatomy.needles.values()), sizes
        )
    seconds = {part: watch.seconds[part] for part in [*PARTS, REST]}
    line = {"n_points": mesh.n_points, "size_factor": factor, "cpu_s": sum(seconds.values()), "parts_s": seconds}
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()

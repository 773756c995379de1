"""Problem R1 as ablasim's scenario: the schemes it is run with, and how far."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError

SCENARIO = Path(__file__).with_name("scenario.yaml")

STEP_S = 5.0
WHOLE_RUN = 144
"""Steps of 5 s in the 12 minutes."""

SCHEMES: Mapping[str, Mapping[str, Any]] = {
    "adaptive": {},
    "euler": {"numerics.time_method": "implicit_euler", "numerics.time_step_s": STEP_S},
}
"""Changes to the scenario: ablasim's own stepping, or the scheme that the peers use."""


def changes(mesh_file: str, *, steps: int, scheme: str) -> dict[str, Any]:
    """Changes to the scenario for a mesh, a number of 5 s and a scheme.

    Raises
    ------
    BenchmarkError
        If there is no such scheme, or the number of steps cannot be.
    """
    if scheme not in SCHEMES:
        message = f"scheme '{scheme}': must be one of {', '.join(SCHEMES)}"
        raise BenchmarkError(message)
    if not 1 <= steps <= WHOLE_RUN:
        message = f"{steps} steps: must be between 1 and {WHOLE_RUN}, the whole run"
        raise BenchmarkError(message)
    return {
        "numerics.mesh_file": mesh_file,
        "protocol.0.duration_s": steps * STEP_S,
        **SCHEMES[scheme],
    }

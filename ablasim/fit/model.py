"""What a worker of a fit does: run a scenario up to the last reading, and read its sensors at the measured times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import AblasimError, ModelError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Request:
    """One run of a fit; plain values, so that it travels.

    Parameters
    ----------
    data : mapping
        Plain data of the scenario.
    folder : str
        Where relative names of files in it start.
    sensors : tuple of str
        Sensors to read.
    times : tuple of float
        When, s after the start, increasing.
    mesh_cache : str or None
        Folder of cached meshes; None: the user's.
    """

    data: Mapping[str, Any]
    folder: str
    sensors: tuple[str, ...]
    times: tuple[float, ...]
    mesh_cache: str | None = None


def predict(request: Request) -> Floats | str:
    """Temperatures of the sensors, °C, shape (n_times, n_sensors); or why there are none, in words.

    They are linear in time between the steps of the run, which land on every event of the protocol. Twins and what
    comes after the last reading are not run.
    """
    from ablasim.build import build_case
    from ablasim.march import march
    from ablasim.scenario import parse_scenario

    last, now = request.times[-1], [0.0]
    try:
        case = build_case(parse_scenario(request.data, folder=request.folder), _path(request.mesh_cache))
        run = march(case, observe=lambda record, _: now.__setitem__(0, record.time), stop=lambda: now[0] >= last - 1e-9)
        return _at_times(run, request)
    except (AblasimError, MemoryError) as error:
        return str(error) or "not enough memory"


def make_mesh(request: Request) -> str:
    """Make the mesh of a fit, so that its runs find it; gives '', or why it cannot be."""
    from ablasim.anatomy import build_anatomy, build_scenario_mesh
    from ablasim.scenario import parse_scenario

    try:
        scenario = parse_scenario(request.data, folder=request.folder)
        build_scenario_mesh(scenario, build_anatomy(scenario), _path(request.mesh_cache))
    except (AblasimError, MemoryError) as error:
        return str(error) or "not enough memory"
    return ""


def _path(folder: str | None) -> Path | None:
    return None if folder is None else Path(folder)


def _at_times(run: Any, request: Request) -> Floats:
    from ablasim.units import celsius

    times = np.array([0.0, *(step.time for step in run.steps)])
    if times[-1] < request.times[-1] - 1e-6:
        message = f"the run ended at {times[-1]:g} s, before the last reading at {request.times[-1]:g} s"
        raise ModelError(message)
    courses = [
        np.interp(
            request.times,
            times,
            celsius(np.array([at[name].temperature for at in (run.sensors, *(step.sensors for step in run.steps))])),
        )
        for name in request.sensors
    ]
    return np.column_stack(courses)

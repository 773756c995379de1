"""The result of a run as one object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.build import Case
from ablasim.course import March
from ablasim.margins import HeatSink, Margin, Zone
from ablasim.results.frames import Frames, Levels
from ablasim.results.generator import generator_columns
from ablasim.results.sensors import sensor_columns
from ablasim.results.source import MICROWAVE_PARTS
from ablasim.results.trains import pulse_columns
from ablasim.scenario import Scenario
from ablasim.units import celsius, millilitres
from ablasim.variants import Variant

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Results:
    """Everything that a run of a scenario found.

    Parameters
    ----------
    case : Case
        Scenario, mesh and materials.
    marches : mapping of str to March
        The run as ``actual`` and every twin by its name.
    zone : Zone
        Ablation zone by the headline damage model.
    zones : mapping of str to Zone
        The headline zone of the run and of every twin.
    levels : mapping of str to ndarray, shape (n_points,)
        Damage level of the run by damage model, dead where positive, NaN outside tissue.
    margin : Margin or None
        Margin around the tumour; None without one.
    heat_sink : HeatSink or None
        What the vessels took; None without vessels or without twins.
    frames : tuple of (float, ndarray of float32)
        Saved times, s, and temperatures of the run, °C.
    summary : dict
        The content of ``summary.json``.
    frame_levels : mapping of str to tuple of ndarray of float16
        Level of the headline model at the saved times, of the run and of its twin without vessels.
    """

    case: Case
    marches: Mapping[Variant, March]
    zone: Zone
    zones: Mapping[Variant, Zone]
    levels: Mapping[str, Floats]
    margin: Margin | None
    heat_sink: HeatSink | None
    frames: Frames
    summary: dict[str, Any]
    frame_levels: Levels = field(default_factory=dict)

    @property
    def scenario(self) -> Scenario:
        """What was asked."""
        return self.case.scenario

    @property
    def actual(self) -> March:
        """The run itself."""
        return self.marches["actual"]

    @property
    def is_complete(self) -> bool:
        """Whether the run and all twins reached the end of the protocol."""
        return all(march.complete for march in self.marches.values())

    def history(self) -> dict[str, NDArray[Any]]:
        """Columns of ``history.csv``, each of shape (n_steps,): numbers, and names of electrodes."""
        steps = self.actual.steps
        nothing = float("nan")

        def electrical(name: str) -> Floats:
            return np.array([nothing if s.electrical is None else float(getattr(s.electrical, name)) for s in steps])

        microwave = {
            f"microwave_{part}": np.array([nothing if s.microwave is None else s.microwave.total(part) for s in steps])
            for part in (MICROWAVE_PARTS if any(s.microwave is not None for s in steps) else ())
        }
        columns: dict[str, NDArray[Any]] = {
            "time_s": np.array([s.time for s in steps]),
            "time_step_s": np.array([s.dt for s in steps]),
            "power_w": electrical("power"),
            "voltage_v": electrical("voltage"),
            "current_a": electrical("current"),
            "impedance_ohm": electrical("impedance"),
            "voltage_limited": np.array(
                [nothing if s.electrical is None else float(s.electrical.limit == "voltage") for s in steps]
            ),
            **generator_columns(self.actual),
            **microwave,
            **pulse_columns(self.case, self.actual),
            "delivered_power_w": np.array([s.delivered_power for s in steps]),
            "max_temperature_c": celsius(np.array([s.max_temperature for s in steps])),
            "zone_volume_ml": np.array([millilitres(s.zone_volume) for s in steps]),
        }
        for name in self.case.vessel_names:
            power = np.array([s.vessel_power[name] for s in steps])
            washed_out = np.array([s.washed_out.get(name, 0.0) for s in steps])
            columns[f"{name}_power_removed_w"] = power
            columns[f"{name}_energy_removed_j"] = np.cumsum(power * columns["time_step_s"] + washed_out)
            columns[f"{name}_washed_out_j"] = washed_out
            columns[f"{name}_stagnant"] = np.array([float(name in s.stagnant) for s in steps])
        for name in self.case.anatomy.vessels:
            hottest = np.array([s.wall_temperature.get(name, nothing) for s in steps])
            columns[f"{name}_hottest_wall_c"] = celsius(hottest)
        if self.case.moves:
            columns["in_place"] = np.array([" ".join(self.case.in_place(s.absent)) for s in steps])
        for structure in self.case.structures:
            hottest = np.array([s.structure_temperature.get(structure.name, nothing) for s in steps])
            columns[f"{structure.name}_max_temperature_c"] = celsius(hottest)
        return columns | sensor_columns(self.case, self.actual)

"""Sensors as summary and history tell them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.build import Case
from ablasim.course import March
from ablasim.damage import PulseZone
from ablasim.results.source import driven_kinds
from ablasim.sensors import Reading
from ablasim.units import celsius, millimetres, volts_per_cm

Block = dict[str, Any]
Floats = NDArray[np.float64]

_TOLD = {"e_field_rms_v_m": ("rf",), "sar_w_kg": ("microwave", "pattern"), "e_field_v_per_cm": ("ire",)}
"""What is told of the field, and the kinds of sources that make it."""


def sensor_columns(case: Case, march: March) -> dict[str, Floats]:
    """Columns of the history on each sensor, empty where there is nothing to read.

    The electric field and the absorption are told where the protocol drives what makes them.
    """
    columns = {}
    for name in case.sensors.names:
        columns[f"{name}_sensor_c"] = celsius(np.array([step.sensors[name].temperature for step in march.steps]))
        levels = [step.sensors[name].damage_level for step in march.steps]
        columns[f"{name}_sensor_damage_level"] = np.array(levels, dtype=float)
        for key, course in _fields(case, march, name).items():
            columns[f"{name}_sensor_{key}"] = np.array(course[1:], dtype=float)
    return columns


def sensors_summary(case: Case, march: March) -> Block:
    """What each sensor read, by its name.

    Parameters
    ----------
    case : Case
        The case.
    march : March
        The run itself.
    """
    sensors = case.sensors
    return {
        name: {
            "at_mm": millimetres(point).tolist(),
            "lies_in": lies_in,
            **_temperatures(march, name),
            "damage_level_end": _readings(march, name)[-1].damage_level,
            "died_at_s": _death(march, name, is_gradual=not isinstance(case.headline, PulseZone)),
            **{f"max_{key}": _highest(_fields(case, march, name).get(key, ())) for key in _TOLD},
        }
        for name, point, lies_in in zip(sensors.names, sensors.points, sensors.lies_in, strict=True)
    }


def _temperatures(march: March, name: str) -> Block:
    readings, times = _readings(march, name), _times(march)
    hottest = int(np.argmax([reading.temperature for reading in readings]))
    return {
        "max_temperature_c": celsius(readings[hottest].temperature),
        "max_temperature_time_s": times[hottest] if march.steps else None,
        "end_temperature_c": celsius(readings[-1].temperature),
    }


def _death(march: March, name: str, *, is_gradual: bool) -> float | None:
    """When the level of the headline model rose above zero, s: pulses kill at the end of their train."""
    if not march.steps:
        return None
    levels = [reading.damage_level for reading in _readings(march, name)]
    for (start, before), (end, after) in pairwise(zip(_times(march), levels, strict=True)):
        if after is not None and after > 0.0:
            share = before / (before - after) if is_gradual and before is not None and before < 0.0 else 1.0
            return start + share * (end - start)
    return None


def _readings(march: March, name: str) -> list[Reading]:
    """At the start, or of a steady state, and after each step."""
    return [march.sensors[name], *(step.sensors[name] for step in march.steps)]


def _times(march: March) -> list[float]:
    return [0.0, *(step.time for step in march.steps)]


def _fields(case: Case, march: March, name: str) -> dict[str, list[float | None]]:
    """What is told of the field, at the start and after each step; None while nothing makes it."""
    pulsed = [False, *(step.pulses is not None for step in march.steps)]
    fields = [reading.field_strength for reading in _readings(march, name)]
    found = {
        "e_field_rms_v_m": [None if on else field for field, on in zip(fields, pulsed, strict=True)],
        "sar_w_kg": [reading.absorption for reading in _readings(march, name)],
        "e_field_v_per_cm": [
            volts_per_cm(field) if on and field is not None else None for field, on in zip(fields, pulsed, strict=True)
        ],
    }
    driven = driven_kinds(case)
    return {key: found[key] for key, kinds in _TOLD.items() if driven.intersection(kinds)}


def _highest(course: Sequence[float | None]) -> float | None:
    return max((value for value in course if value is not None), default=None)

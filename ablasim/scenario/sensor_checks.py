"""Where sensors are, and whether they can be there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ablasim.geometry.layers import axis_of
from ablasim.scenario.anatomy import BoxOrgan
from ablasim.scenario.located import Problem, item_label, join
from ablasim.scenario.messages import did_you_mean
from ablasim.scenario.placement import Floats, height_above, unit
from ablasim.scenario.schema import Scenario
from ablasim.scenario.sensors import Sensor
from ablasim.scenario.shafts import Shaft

_FROM_TIP = ("above_tip_mm", "aside_direction")
_ROUNDING_MM = 1e-9
_SHORTEST = 1e-6  # of what is left of a direction across a shaft, relative


def problems_of_sensors(scenario: Scenario) -> Iterator[Problem]:
    """Find sensors whose keys do not go together, or that name what is not there.

    Yields
    ------
    Problem
        The path of the key to mend, and what is wrong.
    """
    taken: set[str] = set()
    shafts = _shafts(scenario)
    for i, sensor in enumerate(scenario.sensors):
        here = join("sensors", item_label(scenario.sensors, i))
        if sensor.name in taken:
            yield Problem(join(here, "name"), f"'{sensor.name}': already the name of another sensor")
        taken.add(sensor.name)
        if sensor.on is None:
            yield from _at_a_place(sensor, here)
        elif sensor.on not in shafts:
            known = did_you_mean(sensor.on, tuple(shafts)) or "; the scenario has none"
            yield Problem(join(here, "on"), f"'{sensor.on}': must be the name of an applicator with a shaft{known}")
        else:
            yield from _on_a_shaft(sensor, shafts[sensor.on], here)


def problems_of_sensor_places(scenario: Scenario) -> Iterator[Problem]:
    """Find sensors outside the organ and its layers, of a scenario in which directions have lengths.

    Yields
    ------
    Problem
        The path of the key to mend, and what is wrong.
    """
    for sensor, place in zip(scenario.sensors, sensor_places_mm(scenario), strict=True):
        if not _is_within(scenario, place):
            where = "[{:g}, {:g}, {:g}] mm".format(*place)
            height = f"{height_above(scenario.organ, place):.3g} mm outside the organ"
            key = "at_mm" if sensor.on is None else "above_tip_mm"
            message = f"the sensor {where} lies {height}: must lie in the organ or a layer on it"
            yield Problem(join("sensors", sensor.name, key), message)


def sensor_places_mm(scenario: Scenario) -> Floats:
    """Places of the sensors of a checked scenario, mm, shape (n_sensors, 3)."""
    shafts = _shafts(scenario)
    places = [_place(sensor, None if sensor.on is None else shafts[sensor.on]) for sensor in scenario.sensors]
    return np.array(places, dtype=float).reshape(-1, 3)


def _place(sensor: Sensor, shaft: Shaft | None) -> Floats:
    if shaft is None:
        return np.array(sensor.at_mm, dtype=float)
    along = unit(shaft.direction)
    place: Floats = np.array(shaft.tip_mm) + (sensor.above_tip_mm or 0.0) * along
    if sensor.aside_direction is not None:
        place += sensor.aside_mm * unit(_across(np.array(sensor.aside_direction), along))
    return place


def _across(direction: Floats, along: Floats) -> Floats:
    """What of a direction lies across a shaft."""
    across: Floats = direction - float(direction @ along) * along
    return across


def _shafts(scenario: Scenario) -> dict[str, Shaft]:
    return {item.name: item for item in scenario.applicators if isinstance(item, Shaft)}


def _at_a_place(sensor: Sensor, here: str) -> Iterator[Problem]:
    if sensor.at_mm is None:
        yield Problem(join(here, "at_mm"), "missing: a sensor needs at_mm, or on and above_tip_mm")
    for key in _FROM_TIP:
        if getattr(sensor, key) is not None:
            yield Problem(join(here, key), "must come with on, the applicator that it is placed from")
    if sensor.aside_mm > 0.0:
        yield Problem(join(here, "aside_mm"), "must come with on, the applicator that it is placed from")


def _on_a_shaft(sensor: Sensor, shaft: Shaft, here: str) -> Iterator[Problem]:
    if sensor.at_mm is not None:
        yield Problem(join(here, "at_mm"), f"must be left out of a sensor on '{shaft.name}': give one place")
    if sensor.above_tip_mm is None:
        yield Problem(join(here, "above_tip_mm"), f"missing: the height above the tip of '{shaft.name}', mm")
    if sensor.aside_mm > 0.0 and sensor.aside_direction is None:
        yield Problem(join(here, "aside_direction"), "missing: aside_mm needs a direction, such as [1, 0, 0]")
    if sensor.aside_direction is not None and np.linalg.norm(shaft.direction) > 0.0:
        direction = np.array(sensor.aside_direction)
        across = np.linalg.norm(_across(direction, unit(shaft.direction)))
        if not across > _SHORTEST * np.linalg.norm(direction):
            given = "[{:g}, {:g}, {:g}]".format(*sensor.aside_direction)
            yield Problem(join(here, "aside_direction"), f"{given}: must point across the shaft of '{shaft.name}'")
        if sensor.aside_mm == 0.0:
            yield Problem(join(here, "aside_mm"), "missing: aside_direction needs a distance above 0, mm")


def _is_within(scenario: Scenario, place: Floats) -> bool:
    """Whether a place lies in the organ, or above one of its faces in a layer."""
    organ = scenario.organ
    if height_above(organ, place) <= _ROUNDING_MM:
        return True
    if not isinstance(organ, BoxOrgan):
        return False
    offset, half = place - np.array(organ.centre_mm), 0.5 * np.array(organ.size_mm) + _ROUNDING_MM
    for face in {layer.face for layer in scenario.layers}:
        axis, sign = axis_of(face)
        thickness = sum(layer.thickness_mm for layer in scenario.layers if layer.face == face)
        beside = np.delete(np.abs(offset) <= half, axis)
        if beside.all() and 0.0 < sign * offset[axis] <= half[axis] + thickness:
            return True
    return False

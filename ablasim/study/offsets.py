"""Named offsets turned into changes of a scenario by dotted path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ScenarioError
from ablasim.geometry import Ellipsoid, Sphere
from ablasim.scenario import Scenario
from ablasim.scenario.anatomy import EllipsoidTumour, SphereTumour, Vessel
from ablasim.scenario.messages import did_you_mean
from ablasim.study.distance import Solid, moved_to_distance
from ablasim.study.schema import Offset, Shift, VesselDistance

Floats = NDArray[np.float64]
_DIGITS = 9  # of coordinates, mm: what is beyond is rounding, and would make equal cases look different


def changes_of_offset(offset: Offset, value_mm: float, scenario: Scenario) -> dict[str, Any]:
    """Changes by dotted path that an offset makes.

    Parameters
    ----------
    offset : VesselDistance or Shift
        Which.
    value_mm : float
        How far, mm.
    scenario : Scenario
        The scenario as it is without it, sets of needles not yet taken apart.

    Returns
    -------
    dict
        New values by path.

    Raises
    ------
    ScenarioError
        If the scenario has no such body, or it cannot be put there.
    """
    if isinstance(offset, Shift):
        return _shifted(offset, value_mm, scenario)
    return _at_distance(offset, value_mm, scenario)


def _shifted(offset: Shift, value_mm: float, scenario: Scenario) -> dict[str, Any]:
    along = np.array(offset.along)
    way = value_mm * along / np.linalg.norm(along)
    key, given = _place_of(offset.body, scenario)
    return {f"{offset.body}.{key}": _rounded(np.asarray(given, dtype=float) + way)}


def _place_of(body: str, scenario: Scenario) -> tuple[str, Any]:
    """Key that says where a body is, and its value."""
    group, _, name = body.partition(".")
    if body == "tumour" and scenario.tumour is not None:
        items: Mapping[str, Any] = {"": scenario.tumour}
    elif group in ("vessels", "applicators") and name:
        items = {item.name: item for item in getattr(scenario, group)}
    else:
        message = f"'{body}': must be tumour (if there is one), vessels.NAME or applicators.NAME"
        raise ScenarioError(message)
    if name not in items:
        message = f"'{body}': no such body{did_you_mean(name, tuple(items))}"
        raise ScenarioError(message)
    for key in ("points_mm", "tip_mm", "centre_mm"):
        if hasattr(items[name], key):
            return key, getattr(items[name], key)
    message = f"'{body}': cannot be moved: the scenario does not say where it is"
    raise ScenarioError(message)


def _at_distance(offset: VesselDistance, value_mm: float, scenario: Scenario) -> dict[str, Any]:
    vessel, tumour = _vessel(offset.vessel, scenario), _solid(scenario)
    radius = 0.5 * vessel.outer_diameter_mm
    points = moved_to_distance(np.array(vessel.points_mm), tumour, value_mm + radius)
    return {f"vessels.{vessel.name}.points_mm": _rounded(points)}


def _vessel(name: str, scenario: Scenario) -> Vessel:
    vessels = {vessel.name: vessel for vessel in scenario.vessels}
    if name not in vessels:
        message = f"'{name}': no such vessel{did_you_mean(name, tuple(vessels)) or '; the scenario has none'}"
        raise ScenarioError(message)
    joined = {end for vessel in scenario.vessels for end in (vessel.branches_from, vessel.flows_into)}
    if name in joined or vessels[name].branches_from is not None or vessels[name].flows_into is not None:
        message = f"'{name}': a vessel that is joined to others cannot be moved by itself"
        raise ScenarioError(message)
    return vessels[name]


def _solid(scenario: Scenario) -> Solid:
    tumour = scenario.tumour
    if isinstance(tumour, SphereTumour):
        return Sphere(tumour.centre_mm, tumour.diameter_mm)
    if isinstance(tumour, EllipsoidTumour):
        return Ellipsoid(tumour.centre_mm, tumour.diameters_mm)
    given = "no tumour" if tumour is None else "a tumour from a file"
    message = f"the scenario has {given}: a distance from it needs a sphere or an ellipsoid"
    raise ScenarioError(message)


def _rounded(values: Floats) -> Any:
    """Plain numbers without their last digits."""
    numbers: Sequence[Any] = (np.round(values, _DIGITS) + 0.0).tolist()
    return numbers

"""From a scenario's vessels to the flow in each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ablasim.anatomy import Anatomy, place_on
from ablasim.physics.flow_network import Conduit, FlowError, FlowPlan, plan_flow
from ablasim.scenario import Scenario, located_error
from ablasim.scenario.anatomy import Vessel
from ablasim.units import metres

FOLLOWED = ("transport", "resolved")
"""Models that follow the blood's temperature along the vessel."""


def conduits(scenario: Scenario, anatomy: Anatomy, flowing: frozenset[str] | None = None) -> dict[str, Conduit]:
    """Meshed vessels as parts of a network, by name.

    Parameters
    ----------
    scenario : Scenario
        What was asked.
    anatomy : Anatomy
        Its shapes, m.
    flowing : frozenset of str, optional
        Vessels whose blood flows; by default all.
    """
    names = frozenset(anatomy.vessels) if flowing is None else flowing
    return {vessel.name: _conduit(vessel, anatomy, names) for vessel in scenario.vessels if vessel.name in names}


def plan_vessels(scenario: Scenario, parts: Mapping[str, Conduit]) -> FlowPlan:
    """Flow in each vessel of which the scenario says it.

    Parameters
    ----------
    scenario : Scenario
        What was asked.
    parts : mapping of str to Conduit
        The vessels whose blood flows.

    Raises
    ------
    ScenarioError
        If blood cannot flow as asked for.
    """
    vessels = [vessel for vessel in scenario.vessels if vessel.name in parts]
    joined = {end for vessel in vessels for end in (vessel.branches_from, vessel.flows_into)}
    with_flow = [
        parts[vessel.name]
        for vessel in vessels
        if vessel.mean_speed_mm_s is not None
        or vessel.model in FOLLOWED
        or vessel.branches_from is not None
        or vessel.name in joined
    ]
    try:
        return plan_flow(with_flow)
    except FlowError as error:
        raise located_error(scenario, f"vessels.{error.vessel}", str(error)) from error


def speed_of(flow: float, diameter: float) -> float:
    """Mean speed, m/s, of a flow, m³/s, in a round lumen, m."""
    return flow / cross_section(diameter)


def cross_section(diameter: float) -> float:
    """Area of a round lumen, m²."""
    return float(0.25 * np.pi * diameter**2)


def _conduit(vessel: Vessel, anatomy: Anatomy, flowing: frozenset[str]) -> Conduit:
    shape = anatomy.vessels[vessel.name]
    diameter, speed = float(metres(vessel.diameter_mm)), vessel.mean_speed_mm_s

    def place(name: str | None, point: NDArray[np.float64]) -> float:
        return 0.0 if name is None else place_on(anatomy.vessels[name], point)

    return Conduit(
        name=vessel.name,
        diameter=diameter,
        length=shape.length,
        flow=None if speed is None else float(metres(speed)) * cross_section(diameter),
        branches_from=vessel.branches_from if vessel.branches_from in flowing else None,
        flows_into=vessel.flows_into if vessel.flows_into in flowing else None,
        start_on=place(vessel.branches_from, shape.points[0]),
        end_on=place(vessel.flows_into, shape.points[-1]),
    )

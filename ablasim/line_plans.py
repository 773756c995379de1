"""Vessels that a scenario takes as lines: their trees in metres, and the flow in each segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError
from ablasim.geometry.tree_files import TreeFile, read_tree
from ablasim.geometry.trees import VesselTree
from ablasim.physics.tree_flow import given_flow, shared_flow
from ablasim.scenario import Scenario, located_error
from ablasim.scenario.anatomy import Vessel as VesselSettings
from ablasim.scenario.anatomy import VesselTree as TreeSettings
from ablasim.units import kelvin, metres, millimetres

Floats = NDArray[np.float64]

_M3_S_PER_ML_MIN = 1e-6 / 60.0


@dataclass(frozen=True, eq=False)
class LinePlan:
    """A vessel, or a tree of them, that is taken as lines.

    Parameters
    ----------
    tree : VesselTree
        Its shape.
    flow : ndarray, shape (n_segments,)
        m³/s.
    towards_root : bool
        Whether blood flows from the ends to the root.
    inlet : float
        Temperature of the blood that comes in, K.
    path : str
        Dotted path of the key that describes it.
    """

    tree: VesselTree
    flow: Floats
    towards_root: bool
    inlet: float
    path: str

    @property
    def speed(self) -> Floats:
        """Mean speed in each segment, m/s, shape (n_segments,)."""
        speed: Floats = self.flow / (np.pi * self.tree.segment_radii**2)
        return speed


WIDEST_LINE = 5e-3
"""Diameter above which a vessel cannot be taken as a line, m: its lumen is not small beside the field round it."""


def plan_lines(scenario: Scenario) -> dict[str, LinePlan]:
    """Line vessels of a scenario by name: single ones first, then trees.

    Raises
    ------
    ScenarioError
        If a file cannot be read or is no tree, or the flow is unknown.
    """
    plans = [_plan_line(vessel) for vessel in scenario.vessels if vessel.model == "line"]
    plans += [_plan_tree(scenario, tree) for tree in scenario.vessel_trees]
    for plan in plans:
        widest = 2.0 * float(plan.tree.segment_radii.max())
        if widest > WIDEST_LINE:
            message = (
                f"a line of {millimetres(widest):.3g} mm: must be at most {millimetres(WIDEST_LINE):g} mm wide (is a "
                "diameter given as a radius, or another unit?); mesh it as a vessel"
            )
            raise located_error(scenario, plan.path, message)
    return {plan.tree.name: plan for plan in plans}


def _plan_line(vessel: VesselSettings) -> LinePlan:
    tree = VesselTree.along(vessel.name, metres(vessel.points_mm), float(metres(vessel.diameter_mm)))
    flow = np.pi * tree.segment_radii**2 * float(metres(vessel.mean_speed_mm_s or 0.0))
    return LinePlan(tree, flow, False, kelvin(vessel.blood_temperature_c), f"vessels.{vessel.name}")


def _plan_tree(scenario: Scenario, settings: TreeSettings) -> LinePlan:
    path = f"vessel_trees.{settings.name}"
    try:
        content = read_tree(scenario.resolve(settings.file), settings.name, settings.unit)
        flow = _flow(scenario, settings, content, path)
    except ModelError as error:
        raise located_error(scenario, f"{path}.file", str(error)) from error
    towards_root = settings.flow == "to_root"
    return LinePlan(content.tree, flow, towards_root, kelvin(settings.blood_temperature_c), path)


def _flow(scenario: Scenario, settings: TreeSettings, content: TreeFile, path: str) -> Floats:
    tree = content.tree
    at_root = None
    if settings.flow_ml_min is not None:
        at_root = settings.flow_ml_min * _M3_S_PER_ML_MIN
    elif settings.mean_speed_mm_s is not None:
        area = float(np.pi * (tree.segment_radii[tree.parents[1:] == 0] ** 2).sum())
        at_root = area * float(metres(settings.mean_speed_mm_s))
    if content.flow is not None:
        if at_root is not None:
            key = "flow_ml_min" if settings.flow_ml_min is not None else "mean_speed_mm_s"
            message = "must be left out: the file gives the flows"
            raise located_error(scenario, f"{path}.{key}", message)
        return given_flow(tree, content.flow, content.labels)
    if at_root is None:
        message = "missing: a tree needs flow_ml_min or mean_speed_mm_s, or a column flow_ml_min in its table"
        raise located_error(scenario, f"{path}.flow_ml_min", message)
    return shared_flow(tree, at_root, settings.flow_exponent)

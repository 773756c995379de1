"""How far from the applicator a vessel must lie for its heat sink to stop mattering."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ablasim.active_parts import active_parts
from ablasim.anatomy import build_anatomy
from ablasim.margins import nearest_places
from ablasim.scenario import Scenario, located_error
from ablasim.scenario.body_checks import problems_of_bodies
from ablasim.scenario.shafts import Shaft
from ablasim.simulate import run
from ablasim.units import millimetres

Floats = NDArray[np.float64]

THRESHOLD_MM = 0.5
"""Loss below which a sink counts as gone, mm: five times the scatter of meshes of equal fineness (docs/design.md)."""

_RESOLUTION_MM = 1.0  # of the reach
_FIRST_MOVE_MM = 4.0


@dataclass(frozen=True)
class ReachStep:
    """One place of the vessel that was tried.

    Parameters
    ----------
    distance_mm : float
        From the axis of the applicator's active part to the vessel's wall, mm.
    retraction_mm, margin_loss_mm : float or None
        What the vessel cost there, mm.
    volume_loss_percent : float or None
        Share of the zone without vessels.
    """

    distance_mm: float
    retraction_mm: float | None
    margin_loss_mm: float | None
    volume_loss_percent: float | None

    @property
    def loss_mm(self) -> float:
        """The larger of retraction and loss of margin, mm; infinite where the applicator lies outside one zone only."""
        if self.retraction_mm is None:
            return float("inf")
        return max(self.retraction_mm, self.margin_loss_mm or 0.0)


@dataclass(frozen=True)
class SinkReach:
    """Where a sink stops mattering.

    Parameters
    ----------
    vessel : str
        The vessel.
    threshold_mm : float
        Loss below which it counts as gone, mm.
    reach_mm : float or None
        Distance from the active part's axis to the wall beyond which it is gone, mm, to 1 mm; None if the vessel
        leaves the organ before.
    steps : tuple of ReachStep
        The places tried, the nearest first.
    """

    vessel: str
    threshold_mm: float
    reach_mm: float | None
    steps: tuple[ReachStep, ...]


def sink_reach(
    scenario: Scenario,
    vessel: str,
    *,
    threshold_mm: float = THRESHOLD_MM,
    threads: int | None = None,
    progress: Callable[[ReachStep], None] | None = None,
    mesh_cache: Path | None = None,
) -> SinkReach:
    """Move a vessel straight away from the applicator until what it costs falls below a threshold.

    The vessel moves as a whole, along the line on which it is nearest to the applicator's active part; each place is a
    run with its twin, all else as in the scenario. The distance is then halved to 1 mm. The loss is taken to fall with
    the distance.

    Parameters
    ----------
    scenario : Scenario
        The scenario; its vessel may not be joined to others.
    vessel : str
        Name of the vessel.
    threshold_mm : float, optional
        Loss, the larger of retraction and loss of margin, below which the sink counts as gone, mm.
    threads : int, optional
        As for `run`.
    progress : callable, optional
        Told of every place when it is done.
    mesh_cache : Path, optional
        Folder of cached meshes.

    Returns
    -------
    SinkReach
        The reach. If the vessel costs less than the threshold where it is, that distance.

    Raises
    ------
    ScenarioError
        If there is no such vessel, it is joined to others, or the twin ``no_vessel`` is not asked for.
    AblasimError
        As `run` does.
    """
    _check(scenario, vessel)
    anatomy = build_anatomy(scenario)
    active = np.concatenate(active_parts(scenario, anatomy))
    on_applicator, on_vessel = nearest_places(active, anatomy.vessels[vessel].points)
    way = on_vessel - on_applicator
    away = way / np.linalg.norm(way)
    nearest = float(millimetres(np.linalg.norm(way))) - float(millimetres(anatomy.vessels[vessel].radius))
    tried: dict[float, ReachStep] = {}

    def is_gone(move: float) -> bool:
        results = run(_moved(scenario, vessel, move * away), threads=threads, mesh_cache=mesh_cache)
        sink = results.summary["heat_sink"]
        tried[move] = ReachStep(
            nearest + move,
            sink["vessels"][vessel]["retraction_mm"],
            sink["margin_loss_mm"],
            sink["volume_loss_percent"],
        )
        if progress is not None:
            progress(tried[move])
        return tried[move].loss_mm < threshold_mm

    near, far = 0.0, 0.0
    gone = is_gone(0.0)
    step = _FIRST_MOVE_MM
    while not gone:
        near, far = far, far + step
        if next(problems_of_bodies(_moved(scenario, vessel, far * away)), None) is not None:
            return SinkReach(vessel, threshold_mm, None, _in_order(tried))
        gone = is_gone(far)
        step *= 2.0
    while far - near > _RESOLUTION_MM:
        middle = 0.5 * (near + far)
        if is_gone(middle):
            far = middle
        else:
            near = middle
    return SinkReach(vessel, threshold_mm, nearest + far, _in_order(tried))


def _check(scenario: Scenario, vessel: str) -> None:
    names = [item.name for item in scenario.vessels if item.model != "line"]
    if vessel not in names:
        message = f"'{vessel}': must be a meshed vessel of the scenario: {', '.join(names) or 'it has none'}"
        raise located_error(scenario, "vessels", message)
    joined = {name for item in scenario.vessels for name in (item.branches_from, item.flows_into) if name is not None}
    own = next(item for item in scenario.vessels if item.name == vessel)
    if vessel in joined or own.branches_from is not None or own.flows_into is not None:
        message = "a vessel that is joined to others cannot be moved by itself"
        raise located_error(scenario, f"vessels.{vessel}", message)
    if "no_vessel" not in scenario.heat_sink.twins:
        message = "what a vessel costs needs the twin 'no_vessel'"
        raise located_error(scenario, "heat_sink.twins", message)
    if not any(isinstance(item, Shaft) for item in scenario.applicators):
        message = "the scenario has no applicator to move the vessel away from"
        raise located_error(scenario, "applicators", message)


def _moved(scenario: Scenario, vessel: str, offset_mm: Floats) -> Scenario:
    vessels = tuple(
        item.model_copy(update={"points_mm": tuple(_shifted(point, offset_mm) for point in item.points_mm)})
        if item.name == vessel
        else item
        for item in scenario.vessels
    )
    return scenario.model_copy(update={"vessels": vessels})


def _shifted(point: tuple[float, float, float], offset_mm: Floats) -> tuple[float, float, float]:
    x, y, z = (np.asarray(point) + offset_mm).tolist()
    return x, y, z


def _in_order(tried: dict[float, ReachStep]) -> tuple[ReachStep, ...]:
    return tuple(tried[move] for move in sorted(tried))

"""Where the scene of a hand-out is seen from: the front, along the vessel, the side of the smallest margin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ablasim.geometry.segments import point_polyline_distance
from ablasim.units import Floats, metres
from ablasim.views.frame import oblique, unit
from ablasim.views.handout.bodies import kept_in_view, tumour_with_margin
from ablasim.views.handout.replay import Replay
from ablasim.views.publish import shapes_of
from ablasim.views.shapes import Surface, VesselShape
from ablasim.views.staging import focus, front, upward

FRONT, ALONG, MARGIN = "front", "along the vessel", "margin"


def viewpoints(replay: Replay, zones: Sequence[Surface | None]) -> list[dict[str, Any]]:
    """Views for the page, the first one first shown; a parallel projection, so that no camera sits inside a body.

    Parameters
    ----------
    replay : Replay
        The run.
    zones : sequence of Surface or None
        Zones that must fit in, m.
    """
    shapes = shapes_of(replay.run.anatomy)
    box = kept_in_view(replay, zones)
    centre, half = focus([metres(box)])
    forward, up = front(shapes["vessels"], shapes["needles"], centre)
    views = [_view(FRONT, centre, oblique(forward, up, turn_deg=-20.0, raise_deg=12.0), up, 0.85 * half)]
    if shapes["vessels"]:
        along = _course(shapes["vessels"], metres(centre))
        above = up if abs(float(along @ up)) < 0.9 else -forward
        views.append(_view(ALONG, centre, _towards_front(along, forward, up), above, 0.85 * half))
    tumour, _ = tumour_with_margin(replay)
    minimum = (replay.run.summary.get("margin") or {}).get("minimum_at_mm")
    if tumour is not None and minimum is not None:
        middle, reach = focus([tumour.points])
        outward = np.asarray(minimum, dtype=float) - middle
        towards = outward if np.linalg.norm(outward) > 1e-6 else forward
        aside = oblique(towards, upward(shapes["needles"]), turn_deg=30.0, raise_deg=12.0)
        views.append(_view(MARGIN, middle, aside, up, 1.5 * reach, tumour_alone=True))
    return views


def _view(name: str, centre: Floats, towards: Floats, up: Floats, half: float, *, tumour_alone: bool = False) -> Any:
    plain = {key: np.round(value, 5).tolist() for key, value in (("centre", centre), ("towards", towards), ("up", up))}
    return {"name": name, **plain, "half": round(half, 3), "tumour_alone": tumour_alone}


def _course(vessels: Sequence[VesselShape], centre: Floats) -> Floats:
    """Direction of the vessel nearest to a place, there."""
    distances = [point_polyline_distance(centre[None], np.asarray(vessel.points))[0][0] for vessel in vessels]
    line = np.asarray(vessels[int(np.argmin(distances))].points, dtype=float)
    pieces = [point_polyline_distance(centre[None], line[k : k + 2])[0][0] for k in range(len(line) - 1)]
    k = int(np.argmin(pieces))
    return unit(line[k + 1] - line[k])


def _towards_front(along: Floats, forward: Floats, up: Floats) -> Floats:
    """The sense of a direction in which one looks from the front or from above."""
    return along if float(along @ (forward + 0.5 * up)) >= 0.0 else -along

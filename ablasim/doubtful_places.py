"""Places that can be computed but are seldom meant: a tumour that leaves the organ, a vessel that ends in tissue."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ablasim.anatomy import Anatomy
from ablasim.geometry import Box, Vessel, point_polyline_distance
from ablasim.geometry.layers import FACES, axis_of
from ablasim.geometry.outside import share_outside
from ablasim.mesh.outside import cut_by_outside
from ablasim.scenario import Scenario
from ablasim.scenario.anatomy import SurfaceTumour
from ablasim.scenario.located import join
from ablasim.scenario.placement import height_above
from ablasim.units import MM_PER_M, Floats, millilitres

LEAST_SHARE = 5e-4
"""Share of the tumour's volume outside the organ below which nothing is said: of a ball of 20 mm what reaches 0.26 mm
out of a face, about the narrowest gap that a mesh resolves."""


def doubtful_places(scenario: Scenario, anatomy: Anatomy) -> list[str]:
    """Sentences on bodies that lie where they are seldom meant to, each with the path of the key and its value.

    Parameters
    ----------
    scenario : Scenario
        A scenario.
    anatomy : Anatomy
        Its shapes, m.
    """
    return [*_tumour(scenario, anatomy), *_ends(scenario, anatomy)]


def _tumour(scenario: Scenario, anatomy: Anatomy) -> Iterator[str]:
    if scenario.tumour is None or anatomy.tumour is None:
        return
    share = share_outside(anatomy.tumour, anatomy.organ)
    if share < LEAST_SHARE:
        return
    if isinstance(scenario.tumour, SurfaceTumour):
        given = f"tumour.file '{scenario.tumour.file}'"
    else:
        given = f"{scenario.source.told('tumour.centre_mm')} {_place(np.array(scenario.tumour.centre_mm))}"
    beyond = _faces_passed(anatomy)
    reach = " and ".join(f"{MM_PER_M * height:.3g} mm beyond its face {face}" for face, height in beyond.items())
    real = {*scenario.boundary.faces, *(layer.face for layer in scenario.layers)}
    is_real = bool(beyond) and real.issuperset(beyond)
    doubt = "" if is_real else "; make the organ larger or move it, unless it really ends there"
    volume = millilitres(share * anatomy.tumour.volume)
    yield (
        f"{given}: {100.0 * share:.2g} % of the tumour ({volume:.2g} ml) lies outside the organ"
        f"{', up to ' * bool(beyond)}{reach}: it is cut off there, and the cut has no margin{doubt}"
    )


def _faces_passed(anatomy: Anatomy) -> dict[str, float]:
    """Faces of a block that the tumour reaches beyond, and how far, m; none of an organ without faces."""
    if not isinstance(anatomy.organ, Box) or anatomy.tumour is None:
        return {}
    ends, faces = anatomy.tumour.bounds, anatomy.organ.bounds
    heights = {}
    for face in FACES:
        axis, sign = axis_of(face)
        end = int(sign > 0.0)
        heights[face] = sign * float(ends[end][axis] - faces[end][axis])
    return {face: height for face, height in heights.items() if height > 0.0}


def _ends(scenario: Scenario, anatomy: Anatomy) -> Iterator[str]:
    """Ends of meshed vessels in tissue; lines may end there, where blood goes on in what is too thin to be drawn."""
    for settings in scenario.vessels:
        vessel = anatomy.vessels.get(settings.name)
        if vessel is None:
            continue
        first_cut, last_cut = cut_by_outside(vessel, anatomy.organ)
        first_joined = settings.branches_from is not None or vessel.round_start
        last_joined = settings.flows_into is not None or vessel.round_end
        for corner, is_open, key, which in (
            (0, first_cut or first_joined, "branches_from", "the first point lies {} in the organ: blood would begin"),
            (-1, last_cut or last_joined, "flows_into", "the last point lies {} in the organ: blood would end"),
        ):
            place = np.array(settings.points_mm[corner])
            depth = -height_above(scenario.organ, place)
            if is_open or depth <= 0.0 or _goes_on_as_line(vessel, vessel.points[corner], anatomy):
                continue
            path = join("vessels", settings.name, "points_mm", corner % len(settings.points_mm))
            yield (
                f"{scenario.source.told(path)} {_place(place)}: {which.format(f'{depth:.3g} mm deep')} in tissue; draw "
                f"the vessel on to the organ's outside, or join it to another ({key})"
            )


def _goes_on_as_line(vessel: Vessel, end: Floats, anatomy: Anatomy) -> bool:
    """Whether a line begins or ends in the lumen at an end of a vessel, or passes there."""
    branches = [branch for line in anatomy.lines.values() for branch in line.tree.branches]
    return any(point_polyline_distance(end[None], branch.points)[0][0] <= vessel.radius for branch in branches)


def _place(place: Floats) -> str:
    return "[{:g}, {:g}, {:g}]".format(*place)

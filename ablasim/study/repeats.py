"""Cases asked again on another mesh, the physics the same: which, and how they are changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.anatomy import build_anatomy
from ablasim.errors import ScenarioError
from ablasim.scenario import Scenario
from ablasim.scenario.placement import height_above
from ablasim.units import MM_PER_M

Floats = NDArray[np.float64]

LEAST_DEPTH_MM = 10.0
"""Least depth of the tumour below the organ's outside for which a tiny move of that outside is no physics."""

_DEEP_MM = 5.0  # an end of a vessel deeper than this in the organ is a blind end, wherever the outside is moved
_ON_FACE_MM = 1e-6


@dataclass(frozen=True)
class Repeat:
    """A case that asks the same as another, on another mesh.

    Parameters
    ----------
    base : str
        Name of the base.
    of : str
        Hash of the case that it repeats.
    shift_mm : tuple of float
        Move of the organ's block against everything in it, mm.
    case : str
        Its own hash.
    """

    base: str
    of: str
    shift_mm: tuple[float, ...]
    case: str


def shifted(data: Mapping[str, Any], scenario: Scenario, shift_mm: Sequence[float]) -> dict[str, Any]:
    """Plain data of a scenario with the organ's block moved, and all that lies in it left where it is."""
    centre = np.round(np.array(scenario.organ.centre_mm) + np.array(shift_mm), 9) + 0.0
    return {**data, "organ": {**data["organ"], "centre_mm": centre.tolist()}}


def shifts(scenario: Scenario, shift_mm: float, count: int) -> list[tuple[float, ...]]:
    """Moves of the organ's block that change its mesh and nothing else.

    Moving the block is moving tumour, vessels, applicators and sensors together the other way: every distance between
    them stays exact. Directions are those of the axes, then of the diagonals. A direction is left out if an end of a
    vessel that lies on the organ's outside would then lie within.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    shift_mm : float
        Length of the moves, mm.
    count : int
        How many.

    Returns
    -------
    list of tuple of float
        Moves, mm.

    Raises
    ------
    ScenarioError
        If the outside matters to the result, the mesh comes from a file, or there are not so many directions.
    """
    _check_deep(scenario)
    directions = sorted(product((1.0, 0.0, -1.0), repeat=3), key=lambda way: (np.abs(way).sum(), way.count(-1.0)))[1:]
    moves = [shift_mm * np.array(way) / np.linalg.norm(way) for way in directions]
    kept = [tuple((np.round(move, 9) + 0.0).tolist()) for move in moves if _leaves_vessels(scenario, move)]
    if len(kept) < count:
        message = (
            f"repeats {count}: there are {len(kept)} directions in which the organ can be moved without a vessel's end "
            "coming to lie within it: ask for fewer, or let the vessels reach 1 mm beyond the organ"
        )
        raise ScenarioError(message)
    return kept[:count]


def _check_deep(scenario: Scenario) -> None:
    if scenario.numerics.mesh_file is not None:
        message = "the mesh comes from a file: it cannot be made anew"
        raise ScenarioError(message)
    anatomy = build_anatomy(scenario)
    if anatomy.layers or anatomy.plates:
        message = "the organ has layers or plates on its faces: moving it against what lies within changes the physics"
        raise ScenarioError(message)
    if anatomy.tumour is not None:
        corners = MM_PER_M * np.array(list(product(*zip(*anatomy.tumour.bounds, strict=True))))
        depth = -max(height_above(scenario.organ, corner) for corner in corners)
        if depth < LEAST_DEPTH_MM:
            message = (
                f"the tumour lies {depth:.3g} mm below the organ's outside: must be {LEAST_DEPTH_MM:g} mm, else moving "
                "the organ against what lies within changes the physics"
            )
            raise ScenarioError(message)


def _leaves_vessels(scenario: Scenario, move: Floats) -> bool:
    """Whether every end of a vessel on or beyond the organ's outside stays there."""
    organ = scenario.organ
    ends = [np.array(end) for vessel in scenario.vessels for end in (vessel.points_mm[0], vessel.points_mm[-1])]
    return all(height_above(organ, end) < -_DEEP_MM or height_above(organ, end - move) >= -_ON_FACE_MM for end in ends)


def chosen(inputs: Sequence[Mapping[str, Any]], count: int) -> list[int]:
    """Points of a design that stand for all of it: its middle, the point farthest from there, then opposite corners.

    The third is the farthest from the second, and every further one the farthest from all but the middle.

    Each variable counts by the rank of its value among its values, from 0 to 1; one that a point does not have counts
    as in the middle.

    Parameters
    ----------
    inputs : sequence of mapping
        Values of the variables at each point.
    count : int
        How many.

    Returns
    -------
    list of int
        Their places, at most as many as there are points; of equals the first.

    Examples
    --------
    >>> grid = [{"a_mm": a, "b_w": b} for a in (1, 2, 5) for b in (10, 20, 30)]
    >>> [tuple(grid[i].values()) for i in chosen(grid, 3)]
    [(2, 20), (1, 10), (5, 30)]
    """
    shares = _ranks(inputs)
    found = [int(np.argmin(np.linalg.norm(shares - 0.5, axis=1)))]
    while len(found) < min(count, len(inputs)):
        apart = np.linalg.norm(shares[:, None] - shares[found[1:] or found], axis=2).min(axis=1)
        apart[found] = -1.0
        found.append(int(np.argmax(np.round(apart, 9))))
    return found


def _ranks(inputs: Sequence[Mapping[str, Any]]) -> Floats:
    names = list(dict.fromkeys(name for values in inputs for name in values))
    shares = np.full((len(inputs), max(1, len(names))), 0.5)
    for column, name in enumerate(names):
        values = [values[name] for values in inputs if name in values]
        numeric = all(isinstance(value, int | float) for value in values)
        order = sorted(set(values)) if numeric else list(dict.fromkeys(map(str, values)))
        for row, item in enumerate(inputs):
            if name in item and len(order) > 1:
                shares[row, column] = order.index(item[name] if numeric else str(item[name])) / (len(order) - 1)
    return shares

"""Where the applicators of a scenario heat, as straight segments: what vessels and zones are measured from."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ablasim.anatomy import Anatomy
from ablasim.geometry.segments import segment_distance
from ablasim.scenario import Scenario
from ablasim.scenario.poles import PARALLEL_WITHIN_DEG
from ablasim.scenario.terminal_pairs import driven_pairs

Floats = NDArray[np.float64]


def active_parts(scenario: Scenario, anatomy: Anatomy) -> list[Floats]:
    """Axes of the active parts, one array for each applicator, in the order of the applicators.

    Parallel needles that the protocol drives as one electrode are one applicator, with the axis in their middle, unless
    that runs through a vessel.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    anatomy : Anatomy
        Its shapes.

    Returns
    -------
    list of ndarray, shape (n_segments, 2, 3)
        Ends of straight segments, m: one of a needle, many of tines.
    """
    clusters = [pair.active for pair in driven_pairs(scenario) if _is_cluster(pair.active, anatomy)]
    parts: list[Floats] = []
    told: set[str] = set()
    for name, needle in anatomy.needles.items():
        if name in told:
            continue
        cluster = next((names for names in clusters if name in names and told.isdisjoint(names)), None)
        if cluster is None:
            parts.append(needle.active_segments)
        else:
            told |= set(cluster)
            parts.append(_common_axis(cluster, anatomy)[None])
    return parts


def _is_cluster(names: tuple[str, ...], anatomy: Anatomy) -> bool:
    """Whether metal is that of several parallel needles without tines."""
    needles = [anatomy.needles[name] for name in names if name in anatomy.needles]
    if len(names) < 2 or len(needles) < len(names) or any(needle.tines is not None for needle in needles):
        return False
    directions = np.array([needle.direction for needle in needles])
    parallel = bool((directions @ directions.T).min() > np.cos(np.radians(PARALLEL_WITHIN_DEG)))
    return parallel and not _in_a_vessel(_common_axis(names, anatomy), anatomy)


def _common_axis(names: tuple[str, ...], anatomy: Anatomy) -> Floats:
    """Ends of the axis in the middle of some needles, m, shape (2, 3)."""
    axis: Floats = np.mean([anatomy.needles[name].active_segment for name in names], axis=0)
    return axis


def _in_a_vessel(axis: Floats, anatomy: Anatomy) -> bool:
    return any(
        segment_distance(axis[0], axis[1], start, end) < vessel.radius
        for vessel in anatomy.vessels.values()
        for start, end in pairwise(vessel.points)
    )

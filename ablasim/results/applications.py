"""What each application of an overlapping treatment did: when, with which electrode, and how much heat it brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from ablasim.build import Case
from ablasim.course import March, StepRecord
from ablasim.units import millilitres


def applications_summary(case: Case, march: March, volumes: Mapping[float, float]) -> list[dict[str, Any]] | None:
    """Block ``applications`` of the summary; None where no electrode is moved.

    An application is a stretch of the protocol that is powered, with the same sources, and in which nothing is moved;
    steps that follow each other without a pause make one.

    Parameters
    ----------
    case : Case
        The case.
    march : March
        The run itself.
    volumes : mapping of float to float
        Volume of the zone, m³, at the ends of powered stages, by time, s.
    """
    if not case.moves:
        return None
    groups = (list(steps) for _, steps in groupby(march.steps, key=lambda step: (step.driven, step.absent)))
    return [_application(case, steps, volumes) for steps in groups if steps[0].driven]


def _application(case: Case, steps: Sequence[StepRecord], volumes: Mapping[float, float]) -> dict[str, Any]:
    first, last = steps[0], steps[-1]
    return {
        "from_s": first.time - first.dt,
        "until_s": last.time,
        "driven": list(first.driven),
        "in_place": list(case.in_place(first.absent)),
        "energy_delivered_j": sum(step.dt * step.delivered_power for step in steps),
        "zone_volume_ml": millilitres(volumes[last.time]),
    }

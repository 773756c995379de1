"""What each application of an overlapping treatment did: when, with which electrode, and how much heat it brought."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from ablasim.build import Case
from ablasim.course import March, StepRecord
from ablasim.schedule import Stage, schedule
from ablasim.units import millilitres

_SAME_TIME_S = 1e-6


def applications_summary(case: Case, march: March) -> list[dict[str, Any]] | None:
    """Block ``applications`` of the summary; None where no electrode is moved.

    An application is a stretch of the protocol that is powered, with the same sources, and in which nothing is moved;
    steps that follow each other without a pause make one.

    Parameters
    ----------
    case : Case
        The case.
    march : March
        The run itself.
    """
    if not case.moves:
        return None
    found = []
    for _, group in groupby(schedule(case.scenario), key=lambda stage: (driven(stage), stage.absent)):
        stages = list(group)
        start, end = stages[0].start, stages[-1].end
        steps = [step for step in march.steps if _is_within(step, start, end)]
        if driven(stages[0]) and steps:
            found.append(
                {
                    "from_s": start,
                    "until_s": steps[-1].time,
                    "driven": list(driven(stages[0])),
                    "in_place": list(case.in_place(stages[0].absent)),
                    "energy_delivered_j": sum(step.dt * step.delivered_power for step in steps),
                    "zone_volume_ml": millilitres(steps[-1].zone_volume),
                }
            )
    return found


def driven(stage: Stage) -> tuple[str, ...]:
    """Applicators that a stage drives."""
    electrode = () if stage.electrode is None else (stage.electrode,)
    return (*electrode, *(name for name, _ in stage.prescribed))


def _is_within(step: StepRecord, start: float, end: float) -> bool:
    return start - _SAME_TIME_S < step.time - step.dt and step.time < end + _SAME_TIME_S

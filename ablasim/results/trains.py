"""Trains of pulses as summary and history tell them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.build import Case
from ablasim.course import March, StepRecord
from ablasim.physics.electroporation.treatment import TrainOutcome
from ablasim.scenario.poles import poles_of, spacing_mm
from ablasim.scenario.pulses import PulseGenerator
from ablasim.schedule import Stage, schedule
from ablasim.units import MICROSECONDS_PER_S, MM_PER_CM

Block = dict[str, Any]


def trains_summary(case: Case, march: March) -> Block:
    """Part of the block ``source`` on pulses: every train in its order, and the generator's limit.

    Parameters
    ----------
    case : Case
        The case.
    march : March
        The run itself.
    """
    outcomes = () if march.pulses is None else march.pulses.trains
    limit = current_limit(case)
    currents = [current for outcome in outcomes for current in (outcome.start.current, outcome.end.current)]
    energies = _energies(case, march)
    return {
        "trains": [
            _train(case, outcome, energy, limit) | {"goes_on_after": reason}
            for outcome, energy, reason in zip(outcomes, energies, divisions(case), strict=False)
        ],
        "largest_current_a": max(currents, default=None),
        "current_limit_a": limit,
        "electrode_current_imbalance": march.ledger.current_imbalance,
    }


def divisions(case: Case) -> list[str | None]:
    """For each train what divides it from the one before, of which it is the rest; None where one begins."""
    occlusions = case.scenario.occlusions

    def reason(stage: Stage) -> str:
        switched = [item for item in occlusions if stage.start in item.switches(stage.end)]
        return ", ".join(f"{item.name} {'begins' if item.is_on(stage.start) else 'ends'}" for item in switched)

    stages = [stage for stage in schedule(case.scenario) if stage.pulses is not None]
    return [reason(stage) if stage.goes_on else None for stage in stages]


def current_limit(case: Case) -> float:
    """Highest current of the generator of pulses, A."""
    return (case.scenario.pulse_generator or PulseGenerator()).current_limit_a


def _train(case: Case, outcome: TrainOutcome, energy: float, limit: float) -> Block:
    train, points = outcome.train, {"start": outcome.start, "end": outcome.end}
    poles = poles_of(case.scenario)
    apart = spacing_mm(poles[train.anode], poles[train.cathode])
    return {
        "anode": train.anode,
        "cathode": train.cathode,
        "voltage_v": train.voltage,
        "spacing_mm": apart,
        "volts_per_cm": None if apart is None else train.voltage / apart * MM_PER_CM,
        "pulses": train.count,
        "width_us": train.width * MICROSECONDS_PER_S,
        "rate_hz": train.rate,
        "current_a": {name: point.current for name, point in points.items()},
        "resistance_ohm": {name: point.voltage / point.current for name, point in points.items()},
        "energy_j": energy,
        "current_limited": any(point.current > limit for point in points.values()),
        "voltage_that_fits_v": outcome.fitting_voltage,
    }


def _energies(case: Case, march: March) -> list[float]:
    """Heat of each train, J, in their order."""
    found: dict[Stage, float] = {}
    for step, stage in zip(march.steps, stages_of(case, march), strict=True):
        if stage.pulses is not None and step.pulses is not None:
            found[stage] = found.get(stage, 0.0) + step.pulses.mean_power * step.dt
    return list(found.values())


def stages_of(case: Case, march: March) -> list[Stage]:
    """Stage of the protocol that each step of a march lies in."""
    stages = schedule(case.scenario)
    ends = np.array([stage.end for stage in stages])

    def holding(step: StepRecord) -> Stage:
        return stages[min(int(np.searchsorted(ends, step.time - 0.5 * step.dt)), len(stages) - 1)]

    return [holding(step) for step in march.steps]


def pulse_columns(case: Case, march: March) -> dict[str, NDArray[Any]]:
    """Columns of the history on the pair that is pulsed, empty where none is; no columns without pulses.

    The current is that while a pulse is on, the power that averaged over pulses and pauses.
    """
    points = [step.pulses for step in march.steps]
    if all(point is None for point in points):
        return {}
    trains = [stage.pulses for stage in stages_of(case, march)]
    nothing = float("nan")
    return {
        "pulse_anode": np.array(["" if train is None else train.anode for train in trains]),
        "pulse_cathode": np.array(["" if train is None else train.cathode for train in trains]),
        "pulse_voltage_v": np.array([nothing if point is None else point.voltage for point in points]),
        "pulse_current_a": np.array([nothing if point is None else point.current for point in points]),
        "pulse_mean_power_w": np.array([nothing if point is None else point.mean_power for point in points]),
    }

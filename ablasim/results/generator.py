"""What radiofrequency generators did, as summary, history and warnings tell it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.build import Case
from ablasim.course import March, StepRecord
from ablasim.drives import unfinished_ramps
from ablasim.generators import Constant, Event, Held, ImpedanceControl, Switching, TemperatureControl
from ablasim.mesh.tetrahedra import ORGAN, TUMOUR
from ablasim.scenario import Scenario
from ablasim.schedule import Stage, schedule
from ablasim.units import celsius

Block = dict[str, Any]

_ROUNDING = 1e-9
_LIMITS: tuple[Held, ...] = ("voltage", "current", "power")


def generator_summary(scenario: Scenario, march: March) -> Block:
    """Part of the block ``source`` on the generator: how long each limit acted, its steps, pauses and events.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    march : March
        The run itself.
    """
    limited = {f"{limit}_limited_s": _limited_time(march, limit) for limit in _LIMITS}
    if not march.stages:
        return limited | {"generator": None}
    steps = _steps(scenario, march)
    driven = float(sum(step["until_s"] - step["from_s"] for step in steps))
    paused = float(sum(record.dt for record, _ in _driven(march) if not _is_on(record)))
    roll_offs = [event.time for event in march.events if event.kind == "roll_off"]
    return limited | {
        "generator": {
            "driven_s": driven,
            "paused_s": paused,
            "duty_percent": 100.0 * (1.0 - paused / driven) if driven else None,
            "roll_offs": len(roll_offs),
            "first_roll_off_s": roll_offs[0] if roll_offs else None,
            "steps": steps,
            "events": [_event(event) for event in march.events],
        }
    }


def generator_columns(march: March) -> dict[str, NDArray[Any]]:
    """Columns of the history on the generator, empty where there is nothing to say; none without one."""
    records = march.steps
    if all(record.electrical is None for record in records):
        return {}
    columns: dict[str, NDArray[Any]] = {
        "limited_by": np.array([_limit_of(record) or "" for record in records]),
        "generator_event": np.array(_events_by_record(march)),
    }
    if any(record.pair for record in records):
        pairs = [float("nan") if record.pair is None else record.pair + 1.0 for record in records]
        columns["terminal_pair"] = np.array(pairs)
    return columns


def generator_warnings(case: Case, march: March) -> list[str]:
    """Sentences on limits that acted where something was to be held, and on steps that went otherwise than meant."""
    messages = unfinished_ramps(case.scenario)
    for limit in _LIMITS:
        length = _limited_time(march, limit, (Constant, Switching))
        if length > 0.0:
            messages.append(f"the {limit} limit held for {length:.0f} s: less power was delivered than asked for")
    for number in dict.fromkeys(stage.step for stage in march.stages if stage.generator is not None):
        messages += _step_warnings(case, march, [stage for stage in march.stages if stage.step == number])
    return messages


def _step_warnings(case: Case, march: March, stages: Sequence[Stage]) -> Iterator[str]:
    """Sentences on a step of the protocol in which a generator did not do what it was to do."""
    control, start = stages[0].generator, stages[0].start
    where = f"in the step of the protocol that began at {start:.0f} s"
    events = [event for event in march.events if event.step == stages[0].step]
    if isinstance(control, TemperatureControl):
        yield from _target_warnings(case, march, control, stages, where)
    early = [event.impedance for event in events if event.time == start and event.impedance is not None]
    if early:
        yield f"the impedance, {early[0]:.0f} Ω, was above roll_off as soon as the power came on, {where}"
    if isinstance(control, Switching) and march.complete:
        driven = {record.pair for record, stage in _driven(march) if stage.step == stages[0].step}
        never = [str(pair + 1) for pair in range(control.n_pairs) if pair not in driven]
        if never:
            yield f"of {control.n_pairs} pairs of terminals these were never driven {where}: {', '.join(never)}"
    if isinstance(control, ImpedanceControl) and control.last_roll_off is not None and march.complete:
        came = sum(event.kind == "roll_off" for event in events)
        if came < control.last_roll_off:
            yield f"roll-off number {control.last_roll_off} did not come {where}: {came} came until its time was over"


def _target_warnings(
    case: Case, march: March, control: TemperatureControl, stages: Sequence[Stage], where: str
) -> Iterator[str]:
    target, end = f"the target of {celsius(control.target):.0f} °C", stages[-1].end
    reached = [event for event in march.events if event.kind == "target_reached" and event.step == stages[0].step]
    if not reached:
        steps = [step for step in march.steps if stages[0].start < step.time - 0.5 * step.dt < end]
        read = [{name: reading.temperature for name, reading in step.sensors.items()} for step in steps]
        most = max((control.controlled(temperatures) for temperatures in read), default=None)
        said = "" if most is None else f": {celsius(most):.0f} °C was the most"
        yield f"{target} was not reached {where}{said}{_not_in_tissue(case, control)}"
    elif control.hold is not None and march.complete and end - reached[0].time < control.hold * (1.0 - _ROUNDING):
        yield f"{target} was held for {end - reached[0].time:.0f} s instead of {control.hold:.0f} s {where}"


def _not_in_tissue(case: Case, control: TemperatureControl) -> str:
    """What sensors that are controlled lie in, of those outside organ and tumour, in words."""
    places = dict(zip(case.sensors.names, case.sensors.lies_in, strict=True))
    found = [f"; {name} lies in {places[name]}" for name in control.sensors if places[name] not in (ORGAN, TUMOUR)]
    return "".join(found)


def _steps(scenario: Scenario, march: March) -> list[Block]:
    """Steps of the protocol that drive an electrode: when they were, and whether the generator ended them early."""
    planned: dict[int, float] = {}
    for stage in schedule(scenario):
        planned[stage.step] = planned.get(stage.step, 0.0) + stage.end - stage.start
    ended = {event.step for event in march.events if event.kind == "end"}
    found: dict[int, Block] = {}
    for stage in march.stages:
        if stage.generator is None:
            continue
        first = found.get(stage.step, {"from_s": stage.start})
        found[stage.step] = {
            "step": stage.step,
            "electrode": stage.electrode,
            "from_s": first["from_s"],
            "until_s": stage.end,
            "planned_s": planned[stage.step],
            "ended_early": stage.step in ended,
        }
    return list(found.values())


def _event(event: Event) -> Block:
    return {
        "time_s": event.time,
        "event": event.kind,
        "impedance_ohm": event.impedance,
        "temperature_c": None if event.temperature is None else float(celsius(event.temperature)),
        "limit": event.limit,
        "pair": None if event.pair is None else event.pair + 1,
    }


def _events_by_record(march: March) -> list[str]:
    """What happened at the end of each time step, in words; what happened before the first stands with it."""
    ends = np.array([record.time for record in march.steps])
    words: list[list[str]] = [[] for _ in march.steps]
    for event in march.events:
        row = int(np.argmin(np.abs(ends - event.time)))
        detail = event.limit or (None if event.pair is None else str(event.pair + 1))
        words[row].append(event.kind if detail is None else f"{event.kind}:{detail}")
    return ["; ".join(said) for said in words]


def _driven(march: March) -> list[tuple[StepRecord, Stage]]:
    """Time steps of the stages that drive an electrode, each with its stage; none of a march without a protocol."""
    if not march.steps:
        return []
    pairs = zip(march.steps, march.stages_of_steps(), strict=True)
    return [(record, stage) for record, stage in pairs if stage.generator is not None]


def _is_on(record: StepRecord) -> bool:
    return record.electrical is not None and record.electrical.power > 0.0


def _limit_of(record: StepRecord) -> Held | None:
    return None if record.electrical is None else record.electrical.limit


def _limited_time(march: March, limit: Held, kinds: tuple[type[object], ...] = (object,)) -> float:
    """Time for which a limit acted, s, in steps whose generator is of some kinds."""
    return float(
        sum(
            record.dt
            for record, stage in _driven(march)
            if _limit_of(record) == limit and isinstance(stage.generator, kinds)
        )
    )

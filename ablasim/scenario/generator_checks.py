"""What must hold for the generators of a protocol."""

from __future__ import annotations

from collections.abc import Iterator

from ablasim.scenario.located import Problem, join
from ablasim.scenario.messages import did_you_mean
from ablasim.scenario.protocol import Drive, Step
from ablasim.scenario.rf_drives import (
    CurrentControl,
    CurrentRamp,
    ImpedanceControl,
    PowerControl,
    PowerRamp,
    PulsedCurrentControl,
    TemperatureControl,
    VoltageControl,
    VoltageRamp,
)
from ablasim.scenario.roll_off import RollOff
from ablasim.scenario.schema import Scenario
from ablasim.scenario.terminals import USUAL_PAUSE_S, Terminals

_THRESHOLDS = ("rise_ohm", "factor", "above_ohm")


def problems_of_generator(drive: Drive, here: str, step: Step, scenario: Scenario) -> Iterator[Problem]:
    """Find what cannot be of a generator's settings.

    Parameters
    ----------
    drive : Drive
        How an applicator is driven.
    here : str
        Its dotted path.
    step : Step
        The step of the protocol that it belongs to.
    scenario : Scenario
        The scenario.

    Yields
    ------
    Problem
        The path of the key to mend, and what is wrong.
    """
    if step.steady and isinstance(drive, TemperatureControl | ImpedanceControl | PulsedCurrentControl):
        yield Problem(
            join(here, "control"),
            f"'{drive.control}': must be power, voltage or current where the steady state is asked for: "
            "it switches in time",
        )
        return
    if isinstance(drive, Terminals):
        yield from _switching(drive, here, step)
    match drive:
        case PowerControl():
            yield from _ramp(drive.ramp, drive.power_w, "w", "W", join(here, "ramp"), step)
        case VoltageControl():
            yield from _ramp(drive.ramp, drive.voltage_v, "v", "V", join(here, "ramp"), step)
        case CurrentControl():
            yield from _ramp(drive.ramp, drive.current_a, "a", "A", join(here, "ramp"), step)
        case TemperatureControl():
            yield from _temperature(drive, here, step, scenario)
        case ImpedanceControl():
            yield from _ramp(drive.ramp, drive.power_w, "w", "W", join(here, "ramp"), step)
            yield from _impedance(drive, here, step)
        case PulsedCurrentControl() if drive.off_current_a >= drive.on_current_a:
            yield Problem(
                join(here, "off_current_a"),
                f"{drive.off_current_a:g} A: must be below on_current_a, {drive.on_current_a:g} A",
            )


def _ramp(
    ramp: PowerRamp | VoltageRamp | CurrentRamp | None, end: float, suffix: str, unit: str, here: str, step: Step
) -> Iterator[Problem]:
    if ramp is None:
        return
    if step.steady:
        yield Problem(here, "must be left out where the steady state is asked for")
        return
    start, height = ramp.values
    start_key, height_key = f"from_{suffix}", f"step_{suffix}"
    if start == end:
        yield Problem(join(here, start_key), f"{start:g} {unit}: must differ from the end of the ramp")
    if ramp.over_s is not None and (height is not None or ramp.every_s is not None):
        yield Problem(join(here, "over_s"), f"must be left out of a ramp in steps ({height_key} and every_s)")
    elif ramp.over_s is None and (height is None or ramp.every_s is None):
        missing = "over_s" if height is None and ramp.every_s is None else "every_s" if height else height_key
        yield Problem(join(here, missing), f"missing: a ramp needs over_s, or {height_key} and every_s")


def _temperature(drive: TemperatureControl, here: str, step: Step, scenario: Scenario) -> Iterator[Problem]:
    known = tuple(sensor.name for sensor in scenario.sensors)
    for place, name in enumerate(drive.sensors):
        if name not in known:
            hint = did_you_mean(name, known) or "; the scenario has none"
            yield Problem(join(here, "sensors", place), f"'{name}': must be the name of a sensor{hint}")
        elif name in drive.sensors[:place]:
            yield Problem(join(here, "sensors", place), f"'{name}': must not be named twice")
    if (drive.gain_w_per_k is None) != (drive.integral_time_s is None):
        missing = "gain_w_per_k" if drive.gain_w_per_k is None else "integral_time_s"
        yield Problem(join(here, missing), "missing: gain_w_per_k and integral_time_s are given together, or neither")
    if drive.longest_sample_s < drive.shortest_sample_s:
        given, shortest = f"{drive.longest_sample_s:g} s", f"{drive.shortest_sample_s:g} s"
        yield Problem(join(here, "longest_sample_s"), f"{given}: must be at least shortest_sample_s, {shortest}")
    if drive.hold_s is not None and step.duration_s is not None and drive.hold_s >= step.duration_s:
        yield Problem(
            join(here, "hold_s"),
            f"{drive.hold_s:g} s: must be below the step's duration_s, {step.duration_s:g} s, which warming up is "
            "part of",
        )


def _impedance(drive: ImpedanceControl, here: str, step: Step) -> Iterator[Problem]:
    if drive.power_w == 0.0:
        yield Problem(join(here, "power_w"), "0 W: must be above 0: without current no impedance is read")
    yield from _roll_off(drive.roll_off, join(here, "roll_off"))
    if step.duration_s is not None and drive.off_s >= step.duration_s:
        given = f"{drive.off_s:g} s"
        yield Problem(join(here, "off_s"), f"{given}: must be below the step's duration_s, {step.duration_s:g} s")


def _roll_off(roll_off: RollOff, here: str) -> Iterator[Problem]:
    given = [key for key in _THRESHOLDS if getattr(roll_off, key) is not None]
    if not given:
        yield Problem(join(here, "rise_ohm"), "missing: a roll-off needs rise_ohm, factor or above_ohm")
    for key in given[1:]:
        yield Problem(join(here, key), f"must be left out beside {given[0]}: one of {', '.join(_THRESHOLDS)}")
    if given == ["above_ohm"] and roll_off.baseline != "start":
        yield Problem(
            join(here, "baseline"), f"'{roll_off.baseline}': must be left out beside above_ohm, which has none"
        )


def _switching(drive: Terminals, here: str, step: Step) -> Iterator[Problem]:
    said, here = drive.switching, join(here, "switching")
    if said is None:
        return
    if step.steady:
        yield Problem(here, "must be left out where the steady state is asked for: it switches in time")
    if not isinstance(drive, PowerControl | VoltageControl | CurrentControl):
        yield Problem(here, "must come with control: power, voltage or current, not with one that switches by itself")
    if said.every_s is None and said.roll_off is None:
        yield Problem(join(here, "every_s"), "missing: pairs are switched by every_s, roll_off or both")
    if said.roll_off is not None:
        yield from _roll_off(said.roll_off, join(here, "roll_off"))
    elif said.pause_s != USUAL_PAUSE_S:
        yield Problem(join(here, "pause_s"), f"{said.pause_s:g} s: must come with roll_off, after which a pair pauses")

"""From what a scenario says to the generator that does it."""

from __future__ import annotations

import math
from typing import Any

from ablasim.errors import ModelError
from ablasim.generators import (
    Constant,
    Course,
    Gains,
    Generator,
    ImpedanceControl,
    Limits,
    PulsedCurrent,
    Switching,
    TemperatureControl,
    Threshold,
)
from ablasim.scenario import Scenario
from ablasim.scenario import rf_drives as said
from ablasim.scenario.located import join
from ablasim.scenario.protocol import Drive
from ablasim.scenario.roll_off import RollOff
from ablasim.scenario.terminals import Switching as SaidSwitching
from ablasim.scenario.terminals import Terminals
from ablasim.units import kelvin

_SAME = 1e-9  # relative


def generator_of(drive: Drive, n_pairs: int = 1) -> Generator[Any]:
    """The generator of a drive.

    Parameters
    ----------
    drive : Drive
        How an electrode is driven.
    n_pairs : int, optional
        Number of pairs of terminals that it is driven by.

    Raises
    ------
    ModelError
        If the drive is none of a radiofrequency electrode.
    """
    if isinstance(drive, Terminals) and drive.switching is not None:
        alone = generator_of(drive.model_copy(update={"switching": None}))
        return _switching(drive.switching, alone, n_pairs)
    match drive:
        case said.PowerControl():
            limits = Limits(voltage=drive.voltage_limit_v, current=drive.current_limit_a)
            return Constant("power", _course(drive.power_w, drive.ramp), limits)
        case said.VoltageControl():
            limits = Limits(current=drive.current_limit_a, power=drive.power_limit_w)
            return Constant("voltage", _course(drive.voltage_v, drive.ramp), limits)
        case said.CurrentControl():
            limits = Limits(voltage=drive.voltage_limit_v, power=drive.power_limit_w)
            return Constant("current", _course(drive.current_a, drive.ramp), limits)
        case said.TemperatureControl():
            return _temperature_control(drive)
        case said.ImpedanceControl():
            return _impedance_control(drive)
        case said.PulsedCurrentControl():
            limits = Limits(voltage=drive.voltage_limit_v, power=drive.power_limit_w)
            return PulsedCurrent(drive.on_current_a, drive.off_current_a, drive.on_s, drive.off_s, limits)
    message = f"a radiofrequency electrode cannot be driven with control '{drive.control}'"
    raise ModelError(message)


def unfinished_ramps(scenario: Scenario) -> list[str]:
    """A sentence for each ramp that the end of its step cuts short."""
    messages = []
    for i, step in enumerate(scenario.protocol):
        for name, drive in step.drive.items():
            end, unit, ramp = _ramp_of(drive)
            course = _course(end, ramp)
            if ramp is None or step.duration_s is None:
                continue
            reached = course.at(step.duration_s * (1.0 - _SAME))
            if math.isclose(reached, end, rel_tol=1e3 * _SAME, abs_tol=1e3 * _SAME * ramp.values[0]):
                continue
            here = scenario.source.told(join("protocol", i, "drive", name, "ramp"))
            messages.append(
                f"{here}: takes {course.length:g} s, the step "
                f"{step.duration_s:g} s: it gets to {reached:.4g} {unit} and not to {end:g} {unit}"
            )
    return messages


def _ramp_of(drive: Drive) -> tuple[float, str, said.PowerRamp | said.VoltageRamp | said.CurrentRamp | None]:
    """Where the ramp of a drive ends, the unit of that, and the ramp."""
    match drive:
        case said.PowerControl() | said.ImpedanceControl():
            return drive.power_w, "W", drive.ramp
        case said.VoltageControl():
            return drive.voltage_v, "V", drive.ramp
        case said.CurrentControl():
            return drive.current_a, "A", drive.ramp
    return 0.0, "", None


def _course(end: float, ramp: said.PowerRamp | said.VoltageRamp | said.CurrentRamp | None) -> Course:
    if ramp is None:
        return Course(end)
    start, step = ramp.values
    return Course(end, start, over=ramp.over_s or 0.0, step=step or 0.0, every=ramp.every_s or 0.0)


def _temperature_control(drive: said.TemperatureControl) -> TemperatureControl:
    gains = None
    if drive.gain_w_per_k is not None and drive.integral_time_s is not None:
        gains = Gains(drive.gain_w_per_k, drive.integral_time_s)
    return TemperatureControl(
        target=float(kelvin(drive.target_c)),
        sensors=drive.sensors,
        limits=Limits(drive.voltage_limit_v, drive.current_limit_a, drive.power_limit_w),
        of=drive.of,
        hold=drive.hold_s,
        shortest_interval=drive.shortest_sample_s,
        longest_interval=drive.longest_sample_s,
        gains=gains,
    )


def _impedance_control(drive: said.ImpedanceControl) -> ImpedanceControl:
    return ImpedanceControl(
        course=_course(drive.power_w, drive.ramp),
        threshold=_threshold(drive.roll_off),
        off_time=drive.off_s,
        restart_share=drive.restart_share,
        last_roll_off=drive.last_roll_off,
        limits=Limits(voltage=drive.voltage_limit_v, current=drive.current_limit_a),
    )


def _switching(switching: SaidSwitching, alone: Generator[Any], n_pairs: int) -> Switching:
    if not isinstance(alone, Constant):
        message = "pairs of terminals can be switched only under control of power, voltage or current"
        raise ModelError(message)
    return Switching(
        held=alone,
        n_pairs=n_pairs,
        longest=math.inf if switching.every_s is None else switching.every_s,
        threshold=None if switching.roll_off is None else _threshold(switching.roll_off),
        pause=switching.pause_s,
    )


def _threshold(roll_off: RollOff) -> Threshold:
    return Threshold(roll_off.rise_ohm, roll_off.factor, roll_off.above_ohm, roll_off.baseline)

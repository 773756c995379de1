"""From what a scenario says to the generator that does it."""

from __future__ import annotations

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
    TemperatureControl,
    Threshold,
)
from ablasim.scenario import rf_drives as said
from ablasim.scenario.protocol import Drive
from ablasim.units import kelvin


def generator_of(drive: Drive) -> Generator[Any]:
    """The generator of a drive.

    Raises
    ------
    ModelError
        If the drive is none of a radiofrequency electrode.
    """
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
    roll_off = drive.roll_off
    return ImpedanceControl(
        course=_course(drive.power_w, drive.ramp),
        threshold=Threshold(roll_off.rise_ohm, roll_off.factor, roll_off.above_ohm, roll_off.baseline),
        off_time=drive.off_s,
        restart_share=drive.restart_share,
        last_roll_off=drive.last_roll_off,
        limits=Limits(voltage=drive.voltage_limit_v, current=drive.current_limit_a),
    )

"""A generator that pauses where the impedance says that tissue has dried: roll-off."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Literal

from ablasim.generators.course import Course
from ablasim.generators.machine import Event, Generator, Reading, is_due
from ablasim.generators.operation import Limits, Output
from ablasim.generators.threshold import Threshold


@dataclass(frozen=True)
class RollingOff:
    """State of a generator under impedance control.

    Parameters
    ----------
    phase : {"on", "off", "ended"}
        What it does.
    began : float
        When the step of the protocol began, s.
    due : float
        When the pause ends, or the next kink or step of the power comes, s.
    power : float or None
        Power that is asked for since the first roll-off, W; None before it.
    baseline : float or None
        Impedance from which a rise counts, Ω; None before the first reading.
    roll_offs : int
        How many there were.
    """

    phase: Literal["on", "off", "ended"]
    began: float
    due: float
    power: float | None = None
    baseline: float | None = None
    roll_offs: int = 0


@dataclass(frozen=True)
class ImpedanceControl(Generator[RollingOff]):
    """Asks for a power until the impedance passes a threshold, pauses, and begins again.

    Parameters
    ----------
    course : Course
        Power asked for until the first roll-off, over the time since the step of the protocol began, W.
    threshold : Threshold
        Impedance of a roll-off.
    off_time : float
        Length of the pause, s.
    restart_share : float
        Power asked for after a roll-off, as a share of that before.
    last_roll_off : int or None
        The roll-off that ends the step of the protocol; None: it goes on until its time is over.
    limits : Limits, optional
        What is not passed.
    """

    course: Course
    threshold: Threshold
    off_time: float
    restart_share: float = 1.0
    last_roll_off: int | None = None
    limits: Limits = field(default_factory=Limits)

    @property
    def reads_impedance(self) -> bool:
        """Always."""
        return True

    def begin(self, time: float) -> RollingOff:
        """On, at the start of the course."""
        return RollingOff("on", time, time + self.course.next_change(0.0))

    def output(self, state: RollingOff, time: float) -> Output | None:
        """The power asked for, while on."""
        return Output("power", self._power(state, time), self.limits) if state.phase == "on" else None

    def next_event(self, state: RollingOff) -> float:
        """End of the pause, or the next kink or step of the course."""
        return state.due

    def excess(self, state: RollingOff, reading: Reading) -> float:
        """How far the impedance is above that of a roll-off."""
        return self.threshold.excess(state.baseline, reading) if state.phase == "on" else -math.inf

    def has_ended(self, state: RollingOff) -> bool:
        """Whether the last roll-off has been."""
        return state.phase == "ended"

    def advance(self, state: RollingOff, reading: Reading) -> tuple[RollingOff, tuple[Event, ...]]:
        """Roll off, restart, or go along the course."""
        if state.phase == "on" and reading.point is not None:
            baseline = self.threshold.updated(state.baseline, reading.point.impedance)
            state = replace(state, baseline=baseline)
            if self.excess(state, reading) >= 0.0:
                return self._rolled_off(state, reading)
        if state.phase == "ended" or not is_due(reading.time, state.due):
            return state, ()
        if state.phase == "off":
            return replace(state, phase="on", due=math.inf), (Event(reading.time, "restart"),)
        elapsed = state.due - state.began
        is_over = elapsed >= self.course.length
        after = replace(state, due=state.began + self.course.next_change(elapsed))
        return after, (Event(reading.time, "ramp_done" if is_over else "ramp_step"),)

    def _power(self, state: RollingOff, time: float) -> float:
        return self.course.at(time - state.began) if state.power is None else state.power

    def _rolled_off(self, state: RollingOff, reading: Reading) -> tuple[RollingOff, tuple[Event, ...]]:
        assert reading.point is not None
        count = state.roll_offs + 1
        rolled = Event(reading.time, "roll_off", impedance=reading.point.impedance)
        if count == self.last_roll_off:
            return replace(state, phase="ended", due=math.inf, roll_offs=count), (rolled, Event(reading.time, "end"))
        power = self.restart_share * self._power(state, reading.time)
        until = reading.time + self.off_time
        return replace(state, phase="off", due=until, power=power, roll_offs=count), (rolled,)

"""A generator that holds power, voltage or current, constant or along a ramp."""

from __future__ import annotations

from dataclasses import dataclass, field

from ablasim.generators.course import Course
from ablasim.generators.machine import Event, Generator, Reading, is_due
from ablasim.generators.operation import Held, Limits, Output


@dataclass(frozen=True)
class OnCourse:
    """State of a ramp.

    Parameters
    ----------
    began : float
        When the step of the protocol began, s.
    due : float
        When the next kink or step of the course comes, s.
    """

    began: float
    due: float


@dataclass(frozen=True)
class Constant(Generator[OnCourse]):
    """Holds one quantity.

    Parameters
    ----------
    control : {"power", "voltage", "current"}
        Which.
    course : Course
        Its value over the time since the step of the protocol began, W, V or A.
    limits : Limits, optional
        What is not passed.
    """

    control: Held
    course: Course
    limits: Limits = field(default_factory=Limits)

    def begin(self, time: float) -> OnCourse:
        """At the start of the course."""
        return OnCourse(time, time + self.course.next_change(0.0))

    def output(self, state: OnCourse, time: float) -> Output:
        """The course at this time."""
        return Output(self.control, self.course.at(time - state.began), self.limits)

    def next_event(self, state: OnCourse) -> float:
        """The next kink or step of the course."""
        return state.due

    def advance(self, state: OnCourse, reading: Reading) -> tuple[OnCourse, tuple[Event, ...]]:
        """Go on to the next kink or step if this one has come."""
        if not is_due(reading.time, state.due):
            return state, ()
        elapsed = state.due - state.began
        after = OnCourse(state.began, state.began + self.course.next_change(elapsed))
        is_over = elapsed >= self.course.length
        return after, (Event(reading.time, "ramp_done" if is_over else "ramp_step"),)

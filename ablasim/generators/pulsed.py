"""A generator that switches between two currents at fixed times."""

from __future__ import annotations

from dataclasses import dataclass, field

from ablasim.generators.machine import Event, Generator, Reading, is_due
from ablasim.generators.operation import Limits, Output


@dataclass(frozen=True)
class Pulsing:
    """State of pulses.

    Parameters
    ----------
    is_on : bool
        Whether a pulse is on, or a pause.
    until : float
        When it ends, s.
    """

    is_on: bool
    until: float


@dataclass(frozen=True)
class PulsedCurrent(Generator[Pulsing]):
    """Holds one current, then another, and so on.

    Parameters
    ----------
    on_current, off_current : float
        During a pulse and during a pause, A; without a current in the pause the generator is off.
    on_time, off_time : float
        Their lengths, s.
    limits : Limits, optional
        What is not passed.
    """

    on_current: float
    off_current: float
    on_time: float
    off_time: float
    limits: Limits = field(default_factory=Limits)

    def begin(self, time: float) -> Pulsing:
        """With a pulse."""
        return Pulsing(is_on=True, until=time + self.on_time)

    def output(self, state: Pulsing, time: float) -> Output | None:
        """The current of the pulse or the pause."""
        current = self.on_current if state.is_on else self.off_current
        return Output("current", current, self.limits) if current > 0.0 else None

    def next_event(self, state: Pulsing) -> float:
        """End of the pulse or the pause."""
        return state.until

    def advance(self, state: Pulsing, reading: Reading) -> tuple[Pulsing, tuple[Event, ...]]:
        """From pulse to pause or back, if it is time."""
        if not is_due(reading.time, state.until):
            return state, ()
        length = self.off_time if state.is_on else self.on_time
        return Pulsing(not state.is_on, state.until + length), ()

"""A generator that drives one pair of terminals after the other."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypeVar

from ablasim.generators.constant import Constant, OnCourse
from ablasim.generators.machine import Event, Generator, Reading, is_due
from ablasim.generators.operation import Output
from ablasim.generators.threshold import Threshold

_T = TypeVar("_T")


@dataclass(frozen=True)
class Switched:
    """State of a generator that switches.

    Parameters
    ----------
    course : OnCourse
        State of what is held.
    pair : int
        The pair that is driven, or was last.
    is_on : bool
        Whether one is driven; not while all pause.
    until : float
        When the pair's time is over, or the first pause, s.
    baselines : tuple of float or None
        Of each pair: impedance from which a rise counts, Ω; None before it was read.
    free_at : tuple of float
        Of each pair: when its pause is over, s.
    """

    course: OnCourse
    pair: int
    is_on: bool
    until: float
    baselines: tuple[float | None, ...]
    free_at: tuple[float, ...]


@dataclass(frozen=True)
class Switching(Generator[Switched]):
    """Drives pairs of terminals in turn: each for a fixed time, until its impedance has risen, or what comes first.

    Parameters
    ----------
    held : Constant
        What is held, whichever pair is driven.
    n_pairs : int
        How many pairs there are; they come in their order, those that pause are left out.
    longest : float
        Time after which a pair is left, s; infinite: only its impedance decides.
    threshold : Threshold or None
        Impedance at which a pair is left; None: only time decides.
    pause : float
        Time for which a pair that was left for its impedance is not driven, s.
    """

    held: Constant
    n_pairs: int
    longest: float = math.inf
    threshold: Threshold | None = None
    pause: float = 0.0

    @property
    def reads_impedance(self) -> bool:
        """Whether a rise of the impedance switches."""
        return self.threshold is not None

    def begin(self, time: float) -> Switched:
        """With the first pair."""
        nothing_read = (None,) * self.n_pairs
        free = (time,) * self.n_pairs
        return Switched(self.held.begin(time), 0, True, time + self.longest, nothing_read, free)

    def output(self, state: Switched, time: float) -> Output | None:
        """What is held, at the pair that is driven."""
        return replace(self.held.output(state.course, time), pair=state.pair) if state.is_on else None

    def next_event(self, state: Switched) -> float:
        """The next switch by time, or the next kink or step of what is held."""
        return min(state.until, self.held.next_event(state.course))

    def excess(self, state: Switched, reading: Reading) -> float:
        """How far the impedance of the driven pair is above that at which it is left."""
        if self.threshold is None or not state.is_on or reading.pair != state.pair:
            return -math.inf
        return self.threshold.excess(state.baselines[state.pair], reading)

    def advance(self, state: Switched, reading: Reading) -> tuple[Switched, tuple[Event, ...]]:
        """Go on to the next pair if it is time, or if this one's impedance says so."""
        course, events = self.held.advance(state.course, reading)
        state = replace(state, course=course)
        if self.threshold is not None and state.is_on and reading.point is not None and reading.pair == state.pair:
            read = self.threshold.updated(state.baselines[state.pair], reading.point.impedance)
            state = replace(state, baselines=_put(state.baselines, state.pair, read))
        if self.excess(state, reading) >= 0.0:
            state = replace(state, free_at=_put(state.free_at, state.pair, reading.time + self.pause))
        elif not is_due(reading.time, state.until):
            return state, events
        after, switched = self._next(state, reading)
        return after, events + switched

    def _next(self, state: Switched, reading: Reading) -> tuple[Switched, tuple[Event, ...]]:
        """The next pair in turn that does not pause, the present one last."""
        turn = ((state.pair + ahead) % self.n_pairs for ahead in range(1, self.n_pairs + 1))
        pair = next((item for item in turn if is_due(reading.time, state.free_at[item])), None)
        impedance = None if reading.point is None else reading.point.impedance
        if pair is None:
            waiting = replace(state, is_on=False, until=min(state.free_at))
            return waiting, (Event(reading.time, "all_pairs_pause", impedance=impedance, pair=state.pair),)
        after = replace(state, pair=pair, is_on=True, until=reading.time + self.longest)
        if pair == state.pair and state.is_on:
            return after, ()
        return after, (Event(reading.time, "pair_switched", impedance=impedance, pair=pair),)


def _put(values: tuple[_T, ...], place: int, value: _T) -> tuple[_T, ...]:
    return (*values[:place], value, *values[place + 1 :])

"""A generator at work during a step of the protocol."""

from __future__ import annotations

from typing import Any

from ablasim.generators.machine import Event, Generator, Reading
from ablasim.generators.operation import Held, Output

WITHIN = 1e-3
"""How far above the impedance that switches a step may end, relative to it."""

SHORTEST_S = 0.02
"""A step that short may end further above it, s."""

_AIM = 0.5  # where between the impedance that switches and the most that is allowed a repeated step shall end
_LEAST, _MOST = 0.1, 0.9  # share of a step that its repetition may take
_JUMP = 0.25  # change of what is held, relative, from which on steps begin anew


class Driver:
    """Runs a generator: keeps its state, asks it for what it holds, and tells it what it reads.

    Parameters
    ----------
    generator : Generator
        The generator.
    time : float
        When its step of the protocol begins, s.
    """

    def __init__(self, generator: Generator[Any], time: float) -> None:
        self._generator = generator
        self._state = generator.begin(time)
        self._last = Reading(time)
        self._limit: Held | None = None

    @property
    def reads_sensors(self) -> bool:
        """Whether it wants to know the temperatures of sensors."""
        return bool(self._generator.sensor_names)

    @property
    def next_event(self) -> float:
        """Time on which a step must land, s; infinite if there is none."""
        return self._generator.next_event(self._state)

    @property
    def has_ended(self) -> bool:
        """Whether it has nothing left to do."""
        return self._generator.has_ended(self._state)

    @property
    def reads_impedance(self) -> bool:
        """Whether it wants to read the impedance at the end of the step, and drives something."""
        return self._generator.reads_impedance and self.output(self._last.time) is not None

    @property
    def misses_impedance(self) -> bool:
        """Whether it has not yet read the impedance of what it drives now."""
        output = self.output(self._last.time)
        if not self._generator.reads_impedance or output is None:
            return False
        return self._last.point is None or self._last.pair != output.pair

    def output(self, time: float) -> Output | None:
        """What is held at a time until the next event, s; None: off."""
        return self._generator.output(self._state, time)

    def shortened(self, reading: Reading, dt: float) -> float | None:
        """Length with which a step is to be repeated, s, because its end passes an impedance that switches; else None.

        Parameters
        ----------
        reading : Reading
            What is read at its end.
        dt : float
            Its length, s.
        """
        after = self._generator.excess(self._state, reading)
        if after <= WITHIN or dt <= SHORTEST_S:
            return None
        before = min(self._generator.excess(self._state, self._last), 0.0)
        share = (_AIM * WITHIN - before) / (after - before)
        return max(dt * min(max(share, _LEAST), _MOST), SHORTEST_S)

    def advance(self, reading: Reading) -> tuple[Event, ...]:
        """Tell the generator what is read; what it did, and the limit that it met, if it is a new one."""
        self._state, events = self._generator.advance(self._state, reading)
        self._last = reading
        if reading.point is None:
            return events
        before, self._limit = self._limit, reading.point.limit
        if self._limit is not None and self._limit != before:
            return (Event(reading.time, "limit_reached", limit=self._limit), *events)
        return events


def jumps(before: Output | None, after: Output | None) -> bool:
    """Whether the source changes so much that time steps must begin anew.

    Examples
    --------
    >>> jumps(Output("power", 30.0), None), jumps(Output("power", 30.0), Output("power", 29.0))
    (True, False)
    """
    if before is None or after is None:
        return before is not after
    if (before.control, before.pair) != (after.control, after.pair):
        return True
    return abs(after.target - before.target) > _JUMP * max(after.target, before.target)

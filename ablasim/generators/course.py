"""A value over time: constant, a ramp, or steps."""

from __future__ import annotations

import math
from dataclasses import dataclass

_SAME_TIME = 1e-9  # relative to the length of a step


@dataclass(frozen=True)
class Course:
    """A value that goes from a start to an end and stays there.

    Parameters
    ----------
    end : float
        Where it stays.
    start : float, optional
        Where it begins; the end, unless given.
    over : float, optional
        Time in which it goes there in a straight line, s.
    step, every : float, optional
        Height of a step, in the unit of the value, and the time between steps, s; then there is no straight line.

    Examples
    --------
    >>> line = Course(30.0, start=10.0, over=40.0)
    >>> line.at(0.0), line.at(10.0), line.at(50.0), line.next_change(10.0)
    (10.0, 15.0, 30.0, 40.0)
    >>> stairs = Course(90.0, start=50.0, step=10.0, every=60.0)
    >>> stairs.at(59.0), stairs.at(60.0), stairs.at(600.0), stairs.next_change(60.0), stairs.next_change(240.0)
    (50.0, 60.0, 90.0, 120.0, inf)
    """

    end: float
    start: float | None = None
    over: float = 0.0
    step: float = 0.0
    every: float = 0.0

    def at(self, elapsed: float) -> float:
        """The value a time after the start, s."""
        if self.start is None or elapsed >= self.length:
            return self.end
        if self.step == 0.0:
            return self.start + (self.end - self.start) * elapsed / self.over
        rise = self.step * self._steps_done(elapsed)
        return self.start + rise if self.end >= self.start else self.start - rise

    @property
    def length(self) -> float:
        """Time until the end is reached, s."""
        if self.start is None:
            return 0.0
        if self.step == 0.0:
            return self.over
        return self.every * math.ceil(abs(self.end - self.start) / self.step - _SAME_TIME)

    def next_change(self, elapsed: float) -> float:
        """Time after the start of the next kink or step that lies beyond a time, s; infinite if there is none."""
        if elapsed >= self.length * (1.0 - _SAME_TIME):
            return math.inf
        if self.step == 0.0:
            return self.over
        return self.every * (self._steps_done(elapsed) + 1)

    def _steps_done(self, elapsed: float) -> int:
        return math.floor(elapsed / self.every + _SAME_TIME)

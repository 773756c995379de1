"""What the temperature may come to within a time step, from the step before.

On the guesses for the stages nothing but the number of iterations depends; the straight extrapolation is also where
coefficients, sources and perfusion of the step are taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ablasim.fem.enthalpy import EnthalpyCurve

Floats = NDArray[np.float64]


class Guess(Protocol):
    """What the temperature may be within a step, K, with the held values in place."""

    def straight(self, time: float) -> Floats:
        """Temperature a time after the start of the step, s, if it goes on steadily."""
        ...

    def at(self, time: float) -> Floats:
        """Temperature of an implicit stage, a time after the start of the step, s."""
        ...

    def beyond(self, time: float, stage_time: float, temperature: Floats, heating_rate: Floats) -> Floats:
        """Temperature at a later time when that at an earlier one, K, and the rate of heating there, W, are known."""
        ...


@dataclass(frozen=True, eq=False)
class Trend:
    """What happened in the step before.

    Parameters
    ----------
    heating_rate : ndarray, shape (n_nodes,)
        Heat gained over its length, W.
    warming_rate : ndarray, shape (n_nodes,)
        Temperature gained over its length, K/s.
    length : float
        s.
    bend : ndarray, shape (n_nodes,), or None
        By how much heating had become faster since the step before that, W/s; None if there was none.
    """

    heating_rate: Floats
    warming_rate: Floats
    length: float
    bend: Floats | None = None

    @classmethod
    def of_step(cls, stored: Floats, warmed: Floats, length: float, before: Trend | None) -> Trend:
        """Trend of a step.

        Parameters
        ----------
        stored, warmed : ndarray, shape (n_nodes,)
            Heat, J, and temperature, K, gained.
        length : float
            s.
        before : Trend or None
            That of the step before.
        """
        rate = stored / length
        if before is None:
            return cls(rate, warmed / length, length)
        return cls(rate, warmed / length, length, (rate - before.heating_rate) / (0.5 * (length + before.length)))


@dataclass(frozen=True, eq=False)
class Extrapolation:
    """Heat that goes on as in the step before; of lumped spaces.

    Parameters
    ----------
    curve : EnthalpyCurve
        Heat content of the nodes.
    temperature : ndarray, shape (n_nodes,)
        At the start of the step, K.
    trend : Trend or None
        The step before; None after an event that changes everything.
    """

    curve: EnthalpyCurve
    temperature: Floats
    trend: Trend | None

    def straight(self, time: float) -> Floats:
        """Temperature if every node keeps gaining heat as before, K."""
        if time == 0.0 or self.trend is None:
            return self.temperature
        return self.curve.extrapolated(self.temperature, self.trend.heating_rate, self.trend.warming_rate, time)

    def at(self, time: float) -> Floats:
        """Temperature if every node gains heat at the rate that it will have come to by then, K."""
        if self.trend is None or self.trend.bend is None:
            return self.straight(time)
        rate = self.trend.heating_rate + (0.5 * self.trend.length + time) * self.trend.bend
        return self.curve.extrapolated(self.temperature, rate, self.trend.warming_rate, time)

    def beyond(self, time: float, stage_time: float, temperature: Floats, heating_rate: Floats) -> Floats:
        """Temperature if the rate changes on as from the middle of the step before to a stage of this one, K."""
        rate = heating_rate
        if self.trend is not None:
            before = 0.5 * self.trend.length
            share = (before + 0.5 * time) / (before + stage_time)
            rate = self.trend.heating_rate + share * (heating_rate - self.trend.heating_rate)
        return self.curve.extrapolated(self.temperature, rate, (temperature - self.temperature) / stage_time, time)


@dataclass(frozen=True, eq=False)
class Repetition:
    """A step much like one that was made from the same start.

    Parameters
    ----------
    start, end : ndarray, shape (n_nodes,)
        Its temperatures, K.
    length : float
        s.
    """

    start: Floats
    end: Floats
    length: float

    def straight(self, time: float) -> Floats:
        """Temperature on a straight line between the two, K."""
        return self.start + time / self.length * (self.end - self.start)

    def at(self, time: float) -> Floats:
        """The same, K."""
        return self.straight(time)

    def beyond(self, time: float, stage_time: float, temperature: Floats, heating_rate: Floats) -> Floats:
        """The same plus what it was wrong by at the earlier time, K."""
        return self.straight(time) + temperature - self.straight(stage_time)

"""A generator that holds a temperature: a sampled proportional-integral controller of the power."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ablasim.generators.machine import Event, Generator, Reading, is_due
from ablasim.generators.operation import Limits, Output
from ablasim.generators.tuning import Gains, Reaction

REACHED_WITHIN_K = 1.0
"""The target counts as reached from this far below it, K."""

_SHARE_OF_ERROR = 0.1  # of what is missing the temperature may move between samples of the warm-up
_LONGEST_IN_WARM_UP_S = 2.0
_AIM_K = 0.2  # error that the interval between samples is chosen for afterwards: it grows with its square
_LONGER, _SHORTER = 2.0, 0.5  # how much the next interval may differ from the last


@dataclass(frozen=True)
class Sampled:
    """State of a temperature controller.

    Parameters
    ----------
    due : float
        When the next sample is taken, s.
    interval, least : float
        Between samples, s, and the shortest after the warm-up, which is its last.
    power : float
        Asked for until then, W; infinite in the warm-up, in which the limits decide.
    began, first : float
        When the warm-up began, s, and the temperature then, K.
    time, temperature : float
        Of the last sample, s, and K.
    reaction : Reaction
        What the warm-up has told of the tissue.
    hold_until : float
        When the target has been held long enough, s; infinite before it is reached.
    is_warming : bool
        Whether the power has not yet been taken back since the warm-up began.
    has_reached, has_ended : bool
        Whether the target was reached, and whether it was held long enough.
    """

    due: float
    interval: float
    least: float = 0.0
    power: float = math.inf
    began: float = math.nan
    first: float = math.nan
    time: float = math.nan
    temperature: float = math.nan
    reaction: Reaction = field(default_factory=Reaction)
    hold_until: float = math.inf
    is_warming: bool = True
    has_reached: bool = False
    has_ended: bool = False


@dataclass(frozen=True)
class TemperatureControl(Generator[Sampled]):
    """Holds the hottest or the mean of some sensors at a target.

    Parameters
    ----------
    target : float
        K.
    sensors : tuple of str
        Names of the sensors.
    limits : Limits
        What is not passed; with a power, which is that of the warm-up.
    of : {"hottest", "mean"}
        What is made of several sensors.
    hold : float or None
        Time after reaching the target at which the step of the protocol ends, s; None: it does not.
    shortest_interval, longest_interval : float
        Between samples, s. In the warm-up the temperature may move by a tenth of what is missing from one to the
        next; later they come as far apart as keeps it near the target.
    gains : Gains or None
        Of the controller; None: found from the warm-up.
    """

    target: float
    sensors: tuple[str, ...]
    limits: Limits
    of: Literal["hottest", "mean"] = "hottest"
    hold: float | None = None
    shortest_interval: float = 0.1
    longest_interval: float = 10.0
    gains: Gains | None = None

    @property
    def sensor_names(self) -> tuple[str, ...]:
        """Those that are controlled."""
        return self.sensors

    def begin(self, time: float) -> Sampled:
        """Before the first sample, with as much power as the limits allow."""
        return Sampled(due=time, interval=self.shortest_interval)

    def output(self, state: Sampled, time: float) -> Output | None:
        """The power that the last sample asked for."""
        return Output("power", state.power, self.limits)

    def next_event(self, state: Sampled) -> float:
        """The next sample, or the end of the hold."""
        return min(state.due, state.hold_until)

    def has_ended(self, state: Sampled) -> bool:
        """Whether the target has been held long enough."""
        return state.has_ended

    def advance(self, state: Sampled, reading: Reading) -> tuple[Sampled, tuple[Event, ...]]:
        """Take a sample if it is time, and see whether the target is reached, or held long enough."""
        temperature = self.controlled(reading.temperatures)
        if is_due(reading.time, state.hold_until):
            done = replace(state, has_ended=True, hold_until=math.inf, due=math.inf)
            return done, (Event(reading.time, "hold_done", temperature=temperature), Event(reading.time, "end"))
        if not is_due(reading.time, state.due):
            return state, ()
        state = self._sampled(state, reading, temperature)
        if state.has_reached or temperature < self.target - REACHED_WITHIN_K:
            return state, ()
        until = math.inf if self.hold is None else reading.time + self.hold
        reached = replace(state, has_reached=True, hold_until=until)
        return reached, (Event(reading.time, "target_reached", temperature=temperature),)

    def controlled(self, temperatures: Mapping[str, float]) -> float:
        """The temperature that is controlled, K, from those of the sensors by their names."""
        values = [temperatures[name] for name in self.sensors]
        return max(values) if self.of == "hottest" else sum(values) / len(values)

    def _sampled(self, state: Sampled, reading: Reading, temperature: float) -> Sampled:
        """State after a sample: the power of the velocity form, which the limits cannot wind up."""
        time, error = reading.time, self.target - temperature
        after = replace(state, time=time, temperature=temperature, due=time + state.interval)
        if math.isnan(state.time):  # the first sample
            return replace(after, began=time, first=temperature, power=math.inf if error > 0.0 else 0.0)
        delivered = 0.0 if reading.point is None else reading.point.power
        elapsed = time - state.time
        if state.is_warming:
            after = self._seeing(after, state, delivered, elapsed)
        interval = self._next_interval(state, error, (temperature - state.temperature) / elapsed)
        after = replace(after, interval=interval, due=time + interval)
        gains = self.gains or after.reaction.gains(interval)
        if gains is None:
            return replace(after, power=math.inf if error > 0.0 else 0.0)
        change = (state.temperature - temperature) + elapsed / gains.integral_time * error
        asked = max(delivered + gains.proportional * change, 0.0)
        if state.is_warming and error > 0.0 and change >= 0.0:
            return replace(after, power=math.inf)
        least = interval if state.is_warming else state.least
        return replace(after, power=asked, is_warming=False, least=least)

    def _next_interval(self, state: Sampled, error: float, rate: float) -> float:
        """Interval until the next sample, s, for what is missing, K, and the rate of change, K/s."""
        if state.is_warming:
            allowed = max(_SHARE_OF_ERROR * error, 0.0)
            longest = min(_LONGER * state.interval, self.longest_interval, _LONGEST_IN_WARM_UP_S)
            interval = longest if allowed >= rate * longest else allowed / rate
            return max(interval, self.shortest_interval)
        factor = _LONGER if error == 0.0 else (_AIM_K / abs(error)) ** 0.5
        interval = state.interval * min(max(factor, _SHORTER), _LONGER)
        return min(max(interval, state.least), self.longest_interval)

    def _seeing(self, after: Sampled, before: Sampled, power: float, elapsed: float) -> Sampled:
        """State that knows what one more sample of the warm-up tells of the tissue; it begins with the first power."""
        if power == 0.0:
            return replace(after, began=after.time, first=after.temperature)
        reaction = before.reaction.seeing(
            rise=after.temperature - before.temperature,
            risen_before=before.temperature - before.first,
            elapsed=after.time - before.began,
            interval=elapsed,
            power=power,
        )
        return replace(after, reaction=reaction)

"""A generator that holds a temperature: a sampled proportional-integral controller of the power."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Literal

from ablasim.generators.machine import Event, Generator, Reading, is_due
from ablasim.generators.operation import Limits, Output
from ablasim.generators.tuning import Gains, Reaction

REACHED_WITHIN_K = 1.0
"""The target counts as reached from this far below it, K."""

_CALM_K = 0.25  # an error below it is calm; after a few calm samples the next ones are twice as far apart
_CALM_SAMPLES = 4
_DISTURBED_K = 0.5  # an error above it brings back the shortest interval


@dataclass(frozen=True)
class Sampled:
    """State of a temperature controller.

    Parameters
    ----------
    due : float
        When the next sample is taken, s.
    interval : float
        Between samples, s.
    power : float
        Asked for until then, W; infinite in the warm-up, in which the limits decide.
    began, first : float
        When the warm-up began, s, and the temperature then, K.
    time, temperature : float
        Of the last sample, s, and K.
    reaction : Reaction
        What the warm-up has told of the tissue.
    calm : int
        Calm samples in a row.
    hold_until : float
        When the target has been held long enough, s; infinite before it is reached.
    is_warming : bool
        Whether the power has not yet been taken back since the warm-up began.
    has_reached, has_ended : bool
        Whether the target was reached, and whether it was held long enough.
    """

    due: float
    interval: float
    power: float = math.inf
    began: float = math.nan
    first: float = math.nan
    time: float = math.nan
    temperature: float = math.nan
    reaction: Reaction = field(default_factory=Reaction)
    calm: int = 0
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
    interval, longest_interval : float
        Between samples, s, while the temperature changes and once it is settled.
    gains : Gains or None
        Of the controller; None: found from the warm-up.
    """

    target: float
    sensors: tuple[str, ...]
    limits: Limits
    of: Literal["hottest", "mean"] = "hottest"
    hold: float | None = None
    interval: float = 1.0
    longest_interval: float = 10.0
    gains: Gains | None = None

    def begin(self, time: float) -> Sampled:
        """Before the first sample, with as much power as the limits allow."""
        return Sampled(due=time, interval=self.interval)

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
        temperature = self._controlled(reading)
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

    def _controlled(self, reading: Reading) -> float:
        values = [reading.temperatures[name] for name in self.sensors]
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
        calm = state.calm + 1 if abs(error) < _CALM_K else 0
        interval = state.interval
        if calm >= _CALM_SAMPLES:
            calm, interval = 0, min(2.0 * interval, self.longest_interval)
        elif abs(error) > _DISTURBED_K:
            interval = self.interval
        after = replace(after, calm=calm, interval=interval, due=time + interval)
        gains = self.gains or after.reaction.gains(interval)
        if gains is None:
            return replace(after, power=math.inf if error > 0.0 else 0.0)
        change = (state.temperature - temperature) + elapsed / gains.integral_time * error
        asked = max(delivered + gains.proportional * change, 0.0)
        if state.is_warming and error > 0.0 and change >= 0.0:
            return replace(after, power=math.inf)
        return replace(after, power=asked, is_warming=False)

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

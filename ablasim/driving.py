"""Generators at work on the fields of a march."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ablasim.generators import Driver, Event, EventKind, Output, Reading
from ablasim.schedule import Stage
from ablasim.sources import Delivery, Sources

Floats = NDArray[np.float64]

_BEGINNINGS: tuple[EventKind, ...] = ("restart", "pair_switched", "ramp_step")


class Driving:
    """Lets the generator of each step of a protocol read fields, and keeps what it did.

    Parameters
    ----------
    sources : Sources
        The applicators.
    sensed : callable
        From a nodal temperature, K, to that of each sensor by its name, K.

    Attributes
    ----------
    events : list of Event
        What the generators did so far.
    """

    def __init__(self, sources: Sources, sensed: Callable[[Floats], Mapping[str, float]]) -> None:
        self._sources, self._sensed = sources, sensed
        self._driver: Driver | None = None
        self._step = 0
        self.events: list[Event] = []

    def begin(self, stage: Stage, time: float, temperature: Floats) -> None:
        """Take the generator of the step of the protocol that a stage begins, and let it read what there is."""
        self.close(time)
        self._driver = None if stage.generator is None else Driver(stage.generator, time)
        self._step = stage.step
        self.tell(stage, self.read(stage, time, temperature, None), temperature)

    def close(self, time: float) -> None:
        """Forget what the generator has only begun at a time at which its step of the protocol ends, s."""
        begun = [
            place
            for place, event in enumerate(self.events)
            if event.step == self._step and event.time == time and event.kind in _BEGINNINGS
        ]
        if begun:
            del self.events[begun[0] :]

    @property
    def next_event(self) -> float:
        """Time on which a step must land, s; infinite if there is none."""
        return math.inf if self._driver is None else self._driver.next_event

    @property
    def has_ended(self) -> bool:
        """Whether the generator has ended its step of the protocol."""
        return self._driver is not None and self._driver.has_ended

    def output(self, time: float) -> Output | None:
        """What the generator holds at a time until its next event, s; None where there is none, or it is off."""
        return None if self._driver is None else self._driver.output(time)

    def is_off(self, time: float) -> bool:
        """Whether there is a generator that holds nothing at a time, s."""
        return self._driver is not None and self._driver.output(time) is None

    def read(self, stage: Stage, time: float, temperature: Floats, delivery: Delivery | None) -> Reading:
        """What the generator reads at the end of a step.

        Parameters
        ----------
        stage : Stage
            The stage.
        time : float
            End of the step, s.
        temperature : ndarray, shape (n_nodes,)
            Then, K.
        delivery : Delivery or None
            What was delivered in the step; where the impedance switches something it is found anew for its end.
        """
        if self._driver is None:
            return Reading(time)
        output = self._driver.output(time)
        if self._driver.reads_impedance and output is not None:
            delivery = self._sources.at(stage, temperature, output)
        point = None if delivery is None else delivery.electrical
        sensed = self._sensed(temperature) if self._driver.reads_sensors else {}
        return Reading(time, point, 0 if output is None else output.pair, sensed)

    def shortened(self, reading: Reading, dt: float) -> float | None:
        """Length with which a step is to be repeated, s, since it passes an impedance that switches; else None."""
        return None if self._driver is None else self._driver.shortened(reading, dt)

    def tell(self, stage: Stage, reading: Reading, temperature: Floats) -> None:
        """Let the generator act on what it reads; what it only now drives it reads at once."""
        if self._driver is None:
            return
        self._note(self._driver.advance(reading))
        while self._driver.misses_impedance:
            self._note(self._driver.advance(self.read(stage, reading.time, temperature, None)))

    def _note(self, events: tuple[Event, ...]) -> None:
        self.events += [replace(event, step=self._step) for event in events]

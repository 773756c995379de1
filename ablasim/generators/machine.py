"""What every generator is: fixed settings, and a state that changes at known times or by what is read."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeAlias, TypeVar

from ablasim.generators.operation import Held, OperatingPoint, Output

S = TypeVar("S")

EventKind: TypeAlias = Literal[
    "limit_reached",
    "ramp_step",
    "ramp_done",
    "target_reached",
    "hold_done",
    "roll_off",
    "restart",
    "pair_switched",
    "all_pairs_pause",
    "end",
]

_SAME_TIME = 1e-9  # relative; times that differ by less are one


@dataclass(frozen=True)
class Reading:
    """What a generator reads at a moment.

    Parameters
    ----------
    time : float
        s.
    point : OperatingPoint or None
        Where it works; None while it is off.
    pair : int
        The pair of terminals that is driven.
    temperatures : mapping of str to float
        Of the sensors, K.
    """

    time: float
    point: OperatingPoint | None = None
    pair: int = 0
    temperatures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """Something that a generator did.

    Parameters
    ----------
    time : float
        When, s.
    kind : EventKind
        What.
    impedance : float or None
        That was read then, Ω.
    temperature : float or None
        That was controlled then, K.
    limit : {"power", "voltage", "current"} or None
        The limit that was reached.
    pair : int or None
        The pair of terminals that was switched to, or rolled off.
    step : int
        The step of the protocol, counted from 0; told by who runs the generator, which does not know it.
    """

    time: float
    kind: EventKind
    impedance: float | None = None
    temperature: float | None = None
    limit: Held | None = None
    pair: int | None = None
    step: int = 0


class Generator(ABC, Generic[S]):
    """A generator as a state machine; it knows no field, only what it reads at its terminals and sensors.

    Settings are fixed; a state is never changed, only replaced.
    """

    @property
    def sensor_names(self) -> tuple[str, ...]:
        """Names of the sensors that are read."""
        return ()

    @property
    def reads_impedance(self) -> bool:
        """Whether an impedance switches something, so that it must be read at the end of every step."""
        return False

    @abstractmethod
    def begin(self, time: float) -> S:
        """State at the start of a step of the protocol, s."""

    @abstractmethod
    def output(self, state: S, time: float) -> Output | None:
        """What is held at a time until the next event, s; None: off."""

    def next_event(self, state: S) -> float:
        """Time at which the state changes by itself, s; steps land on it."""
        return math.inf

    def excess(self, state: S, reading: Reading) -> float:
        """How far the impedance is above the one that switches, relative to it; negative below."""
        return -math.inf

    @abstractmethod
    def advance(self, state: S, reading: Reading) -> tuple[S, tuple[Event, ...]]:
        """State after a step of time, and what happened at its end."""

    def has_ended(self, state: S) -> bool:
        """Whether there is nothing left to do."""
        return False


def is_due(time: float, due: float) -> bool:
    """Whether a time has come, but for rounding.

    Examples
    --------
    >>> is_due(0.1 + 0.2, 0.3), is_due(0.2999, 0.3)
    (True, False)
    """
    return time >= due - _SAME_TIME * max(1.0, abs(due))

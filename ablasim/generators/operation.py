"""What a radiofrequency generator holds, and the point at which it works on a load."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ablasim.errors import ModelError

Held: TypeAlias = Literal["power", "voltage", "current"]
"""A quantity that a generator holds or limits."""


@dataclass(frozen=True)
class Limits:
    """What a generator never passes; all values are rms, None is no limit.

    Parameters
    ----------
    voltage : float, optional
        At the generator's terminals, V. Constant power is unstable once tissue dries out: the limit then holds and
        the power falls.
    current : float, optional
        A.
    power : float, optional
        Delivered to tissue, W.
    """

    voltage: float | None = None
    current: float | None = None
    power: float | None = None


@dataclass(frozen=True)
class Output:
    """What a generator holds at a moment; all electrical values are rms.

    Parameters
    ----------
    control : {"power", "voltage", "current"}
        The quantity held. Power is the power delivered to tissue.
    target : float
        Its value, W, V or A; infinite for as much as the limits allow.
    limits : Limits, optional
        What is not passed on the way.
    pair : int, optional
        Which of the pairs of terminals is driven, counted from 0.
    """

    control: Held
    target: float
    limits: Limits = field(default_factory=Limits)
    pair: int = 0


@dataclass(frozen=True)
class OperatingPoint:
    """The point at which a generator works; all electrical values are rms.

    Parameters
    ----------
    voltage : float
        Between the terminals, across the tissue, V.
    current : float
        A.
    power : float
        Delivered to tissue, W.
    impedance : float
        Seen by the generator, series resistance included, Ω.
    limit : {"power", "voltage", "current"} or None
        The limit that acts, if one does.
    """

    voltage: float
    current: float
    power: float
    impedance: float
    limit: Held | None = None


def operate(conductance: float, output: Output, series_resistance: float = 0.0) -> OperatingPoint:
    """Operating point of a generator on a load: the held quantity, or the limit that is met first.

    Parameters
    ----------
    conductance : float
        Of the tissue between the terminals, S.
    output : Output
        What is held.
    series_resistance : float, optional
        Of the way to the ground pad that is not meshed, Ω.

    Raises
    ------
    ModelError
        If the conductance is not positive.

    Examples
    --------
    >>> point = operate(0.02, Output("power", 32.0))
    >>> round(point.voltage, 9), round(point.current, 9), point.impedance
    (40.0, 0.8, 50.0)
    >>> operate(0.002, Output("power", 32.0, Limits(voltage=50.0))).limit
    'voltage'
    """
    if not conductance > 0.0:
        message = f"tissue conductance is {conductance:g} S: no current can flow between the terminals"
        raise ModelError(message)
    resistance = 1.0 / conductance
    impedance = resistance + series_resistance
    current, limit = _current(output.control, output.target, resistance, impedance), None
    for held, value in _given(output.limits):
        allowed = _current(held, value, resistance, impedance)
        if allowed < current:
            current, limit = allowed, held
    return OperatingPoint(current * resistance, current, current**2 * resistance, impedance, limit)


def _given(limits: Limits) -> list[tuple[Held, float]]:
    values: list[tuple[Held, float | None]] = [
        ("voltage", limits.voltage),
        ("current", limits.current),
        ("power", limits.power),
    ]
    return [(held, value) for held, value in values if value is not None]


def _current(held: Held, value: float, resistance: float, impedance: float) -> float:
    """Current at which a quantity has a value, A."""
    match held:
        case "power":
            return float((value / resistance) ** 0.5)
        case "voltage":
            return value / impedance
        case "current":
            return value

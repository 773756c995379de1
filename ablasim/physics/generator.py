"""The radiofrequency generator: what it holds, and what its voltage limit does to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ablasim.errors import ModelError


@dataclass(frozen=True)
class Drive:
    """What the generator holds during a step of the protocol; all electrical values are rms.

    Parameters
    ----------
    control : {"power", "voltage", "current"}
        The quantity held. Power is the power delivered to tissue.
    target : float
        Its value, W, V or A.
    voltage_limit : float, optional
        Largest voltage at the generator's terminals, V. Constant power is unstable once tissue dries out: the limit
        then holds and the power falls.
    """

    control: Literal["power", "voltage", "current"]
    target: float
    voltage_limit: float | None = None


@dataclass(frozen=True)
class OperatingPoint:
    """The generator's state; all electrical values are rms.

    Parameters
    ----------
    voltage : float
        Between active electrode and ground, across the tissue, V.
    current : float
        A.
    power : float
        Delivered to tissue, W.
    impedance : float
        Seen by the generator, series resistance included, Ω.
    limited : bool
        Whether the voltage limit acts.
    """

    voltage: float
    current: float
    power: float
    impedance: float
    limited: bool


def operate(conductance: float, drive: Drive, series_resistance: float = 0.0) -> OperatingPoint:
    """Operating point of a generator on a load.

    Parameters
    ----------
    conductance : float
        Of the tissue between electrode and ground, S.
    drive : Drive
        What is held.
    series_resistance : float, optional
        Of the way to the ground pad that is not meshed, Ω.

    Raises
    ------
    ModelError
        If the conductance is not positive.

    Examples
    --------
    >>> point = operate(0.02, Drive("power", 32.0))
    >>> round(point.voltage, 9), round(point.current, 9), point.impedance
    (40.0, 0.8, 50.0)
    >>> operate(0.002, Drive("power", 32.0, voltage_limit=50.0)).limited
    True
    """
    if not conductance > 0.0:
        message = f"tissue conductance is {conductance:g} S: no current can flow from electrode to ground"
        raise ModelError(message)
    resistance = 1.0 / conductance
    impedance = resistance + series_resistance
    currents = {
        "power": (drive.target / resistance) ** 0.5,
        "voltage": drive.target / impedance,
        "current": drive.target,
    }
    current = currents[drive.control]
    limited = drive.voltage_limit is not None and current * impedance > drive.voltage_limit
    if limited and drive.voltage_limit is not None:
        current = drive.voltage_limit / impedance
    return OperatingPoint(current * resistance, current, current**2 * resistance, impedance, limited)

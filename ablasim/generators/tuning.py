"""Gains of a temperature controller, from how tissue answers to power.

The sensor's temperature after a step of power is taken for a dead time followed by a straight rise, which is what a
controller that shall hold a target within seconds sees of the slow warming of tissue. For such a process Skogestad's
rules (SIMC) [1]_ give a proportional gain 1/(k' (τ_c + θ)) and an integral time 4 (τ_c + θ), with the slope k' for each
watt, the dead time θ and a closed-loop time τ_c, for which they recommend θ.

References
----------
.. [1] Skogestad, J. Process Control 13:291-309, 2003.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

_LOOP_IN_INTERVALS = 2.0  # the closed loop is no faster than this many intervals between samples


class Gains(NamedTuple):
    """Of a proportional-integral controller: gain, W/K, and integral time, s."""

    proportional: float
    integral_time: float


@dataclass(frozen=True)
class Reaction:
    """How the temperature of a sensor answers to power: the steepest part of its rise so far, and where that began.

    Parameters
    ----------
    slope : float
        K/s for each watt; 0 before anything was seen.
    dead_time : float
        Time after the start of the power at which the tangent of the steepest part leaves the first temperature, s.

    Examples
    --------
    >>> seen = Reaction().seeing(rise=0.0, risen_before=0.0, elapsed=1.0, interval=1.0, power=20.0)
    >>> seen = seen.seeing(rise=2.0, risen_before=0.0, elapsed=2.0, interval=1.0, power=20.0)
    >>> seen.slope, seen.dead_time
    (0.1, 1.0)
    >>> gain, integral_time = seen.gains(1.0)
    >>> round(gain, 3), integral_time
    (2.857, 14.0)
    """

    slope: float = 0.0
    dead_time: float = 0.0

    def seeing(self, *, rise: float, risen_before: float, elapsed: float, interval: float, power: float) -> Reaction:
        """The reaction with one more sample.

        Parameters
        ----------
        rise : float
            Of the temperature since the last sample, K.
        risen_before : float
            From the start of the power to the last sample, K.
        elapsed, interval : float
            Time since the start of the power and since the last sample, s.
        power : float
            Delivered since the last sample, W.
        """
        if not (power > 0.0 and rise / (interval * power) > self.slope):
            return self
        per_second = rise / interval
        middle, risen = elapsed - 0.5 * interval, risen_before + 0.5 * rise
        return replace(self, slope=per_second / power, dead_time=max(middle - risen / per_second, 0.0))

    def gains(self, interval: float) -> Gains | None:
        """Gains for samples an interval apart, s; None before anything was seen.

        A power that is held between samples acts half an interval late, which adds to the dead time.
        """
        if self.slope == 0.0:
            return None
        dead_time = self.dead_time + 0.5 * interval
        loop = max(dead_time, _LOOP_IN_INTERVALS * interval) + dead_time
        return Gains(1.0 / (self.slope * loop), 4.0 * loop)

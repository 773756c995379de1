"""The impedance at which a generator switches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ablasim.generators.machine import Reading


@dataclass(frozen=True)
class Threshold:
    """An impedance, by itself or relative to a baseline; one of the first three is given.

    Parameters
    ----------
    rise : float, optional
        Above the baseline, Ω.
    factor : float, optional
        Of the baseline.
    absolute : float, optional
        Ω.
    baseline : {"start", "lowest"}
        The first impedance that is read, or the lowest so far.
    """

    rise: float | None = None
    factor: float | None = None
    absolute: float | None = None
    baseline: Literal["start", "lowest"] = "start"

    def level(self, baseline: float) -> float:
        """The impedance that switches, Ω, for a baseline, Ω.

        Examples
        --------
        >>> Threshold(rise=20.0).level(60.0), Threshold(factor=1.5).level(60.0), Threshold(absolute=150.0).level(60.0)
        (80.0, 90.0, 150.0)
        """
        if self.absolute is not None:
            return self.absolute
        return baseline + self.rise if self.rise is not None else baseline * (self.factor or 1.0)

    def updated(self, baseline: float | None, impedance: float) -> float:
        """The baseline after a further reading, Ω."""
        if baseline is None:
            return impedance
        return min(baseline, impedance) if self.baseline == "lowest" else baseline

    def excess(self, baseline: float | None, reading: Reading) -> float:
        """How far a reading is above the level, relative to it; negative below, and before there is a baseline."""
        if reading.point is None or baseline is None:
            return -1.0
        return reading.point.impedance / self.level(baseline) - 1.0

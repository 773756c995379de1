"""How long the next time step is."""

from __future__ import annotations

from dataclasses import dataclass

_SAFETY = 0.9
_LARGEST_GROWTH = 2.0
_SMALLEST_SHRINK = 0.2
_ORDER = 3  # the local error of a second-order method falls with the third power of the step
_ORDER_OF_REPEATS = 2  # but with a lower one where the source has jumped: most steps that fail do so there


@dataclass(frozen=True)
class StepControl:
    """Rule for the length of time steps.

    Parameters
    ----------
    first : float
        Step that follows an event (power switched, coolant stopped), s.
    smallest, largest : float
        Limits, s.
    fixed : float or None
        Length of every step, s; None for error control.
    """

    first: float = 0.05
    smallest: float = 1e-4
    largest: float = 20.0
    fixed: float | None = None

    def start(self, shortest: float = 0.0) -> float:
        """Length of the first step after an event, s: at least `shortest`, but never above the largest.

        Examples
        --------
        >>> StepControl().start(), StepControl().start(1.0), StepControl(largest=0.01).start(1.0)
        (0.05, 1.0, 0.01)
        """
        return min(max(self.first, shortest), self.largest) if self.fixed is None else self.fixed

    def accepts(self, error: float) -> bool:
        """Whether a step with this error, relative to the tolerance, stands."""
        return self.fixed is not None or error <= 1.0

    def next(self, dt: float, error: float) -> float:
        """Length of the next (or repeated) step, s, after one of `dt` with a relative error.

        Examples
        --------
        >>> StepControl().next(1.0, 0.9**3)
        1.0
        """
        if self.fixed is not None:
            return self.fixed
        order = _ORDER if self.accepts(error) else _ORDER_OF_REPEATS
        factor = _LARGEST_GROWTH if error <= 0.0 else _SAFETY * error ** (-1.0 / order)
        factor = min(max(factor, _SMALLEST_SHRINK), _LARGEST_GROWTH)
        return min(max(dt * factor, self.smallest), self.largest)

    @staticmethod
    def fitted(dt: float, remaining: float) -> float:
        """Step shortened so that it, or two of it, land on an event that is `remaining` s away.

        Examples
        --------
        >>> StepControl.fitted(7.0, 10.0), StepControl.fitted(7.0, 5.0), StepControl.fitted(3.0, 10.0)
        (5.0, 5.0, 3.0)
        """
        if dt >= remaining * (1.0 - 1e-9):
            return remaining
        if 2.0 * dt > remaining:
            return 0.5 * remaining
        return dt

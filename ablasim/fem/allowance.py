"""What the nonlinear iteration of a stage may leave over, and how far each of its corrections is solved."""

from __future__ import annotations

from dataclasses import dataclass

from ablasim.compiled import compiled

_LINEAR_TOLERANCE = 1e-2  # per Newton correction at most; the residual is evaluated anew after each
_LOOSEST_TOLERANCE = 0.3  # per Newton correction at least
_SHARE_OF_ALLOWED = 0.3  # of what may be left over: what the correction that should be the last aims at
_INCREMENT_SHARE = 1e-3  # of the step's own change of temperature: what the nonlinear iteration may leave over
_SMALLEST_SHARE = 0.1  # of the tolerance: less need not be left over however little the temperature changes
_UNBALANCED_SHARE = 3e-4  # of the heat that the stage moves: what all nodes together may leave over
_SMALLEST_UNBALANCED_K = 1e-10  # the same as a change of temperature everywhere; far above rounding


@dataclass(frozen=True)
class Allowance:
    """What the nonlinear iteration of a stage may leave over.

    The largest correction bounds the error of each node. It does not bound the sum: heat left over in thousands of
    nodes that hardly warm adds up, always with the same sign where the guess was too hot. So the sum is held too.

    Parameters
    ----------
    correction : float
        At any node, as a temperature, K.
    heat : float
        At all nodes together, without regard to sign, J.
    """

    correction: float
    heat: float

    @classmethod
    def of_step(cls, tolerance: float, rise: float, moved_heat: float, capacity: float) -> Allowance:
        """What a step may leave over in each stage.

        Parameters
        ----------
        tolerance : float
            Largest remaining error, K.
        rise : float
            Largest change of temperature that the step makes, nearly, K.
        moved_heat : float
            Heat that a stage moves, without regard to sign, J.
        capacity : float
            Heat capacity of all nodes together, J/K.
        """
        return cls(
            correction=min(tolerance, max(_INCREMENT_SHARE * rise, _SMALLEST_SHARE * tolerance)),
            heat=max(_UNBALANCED_SHARE * moved_heat, _SMALLEST_UNBALANCED_K * capacity),
        )


@compiled()
def admits(allowed_correction: float, allowed_heat: float, correction: float, heat: float) -> bool:
    """Whether an allowance covers what is left over: at the worst node, K, and at all together, J."""
    return correction <= allowed_correction and heat <= allowed_heat


@compiled()
def linear_tolerance(allowed_correction: float, allowed_heat: float, correction: float, heat: float) -> float:
    """How far to solve the next correction, relative to what is left over.

    Few digits do, for the residual is evaluated anew after each correction: two, or as many as are missing.
    """
    missing = min(allowed_correction / correction, allowed_heat / heat)
    return min(max(_LINEAR_TOLERANCE, _SHARE_OF_ALLOWED * missing), _LOOSEST_TOLERANCE)

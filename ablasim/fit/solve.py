"""Least squares by differences of runs that go side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from ablasim.errors import ModelError
from ablasim.fit.schema import Parameter

Floats = NDArray[np.float64]

Evaluate = Callable[[Sequence[Floats]], Sequence[Floats]]
"""Predictions, °C, shape (n_times, n_sensors), at several values of the parameters."""

STEP = 0.01
"""Step of the differences, of the range between the bounds; in logarithms where the scale is log."""

NUDGE = 1e-6
"""A move, likewise, at which answers differ by no more than the solver's own noise."""

_CLEAR_OF_NOISE = 10.0
_PRECISION = 1e-2  # of what one reading adds to the sum of squares: a tenth of a standard error


@dataclass(frozen=True, eq=False)
class Solution:
    """What least squares ended with.

    Parameters
    ----------
    values : ndarray, shape (n_parameters,)
        The values, in the user's units.
    places : ndarray, shape (n_parameters,)
        The same between the bounds: 0 at the low, 1 at the high one.
    at_bound : ndarray of bool, shape (n_parameters,)
        Whether a bound was reached.
    predicted : ndarray, shape (n_times, n_sensors)
        °C.
    residuals : ndarray, shape (n_readings,)
        Predicted less measured, over the uncertainty.
    jacobian : ndarray, shape (n_readings, n_parameters)
        Of the residuals over the places.
    noise : float
        Root mean square of the solver's own noise, K.
    iterations : int
        Places at which runs and differences were made.
    converged : bool
        False if it was given up.
    """

    values: Floats
    places: Floats
    at_bound: NDArray[np.bool_]
    predicted: Floats
    residuals: Floats
    jacobian: Floats
    noise: float
    iterations: int
    converged: bool


Observer = Callable[[int, Floats, float], None]
"""Told of every place: its number, the values, and the root mean square of the residuals, K."""


def value_at(parameter: Parameter, place: float) -> float:
    """Value at a place between the bounds, 0 to 1; the interval of a result may reach beyond."""
    low, high = parameter.low, parameter.high
    if parameter.scale == "log":
        return float(low * (high / low) ** place)
    return float(low + (high - low) * place)


def place_of(parameter: Parameter, value: float) -> float:
    """Place of a value between the bounds, 0 to 1."""
    low, high = parameter.low, parameter.high
    if parameter.scale == "log":
        return float(np.log(value / low) / np.log(high / low))
    return (value - low) / (high - low)


def solve(
    parameters: Sequence[Parameter],
    measured: Floats,
    uncertainties: Floats,
    evaluate: Evaluate,
    *,
    most_iterations: int = 20,
    observe: Observer = lambda *_: None,
) -> Solution:
    """Find the values with the least sum of squared residuals.

    Each place that is tried is run together with its differences to both sides, so that runs go side by side.

    Parameters
    ----------
    parameters : sequence of Parameter
        What is sought.
    measured : ndarray, shape (n_times, n_sensors)
        °C; NaN where nothing was read.
    uncertainties : ndarray, shape (n_sensors,)
        K.
    evaluate : callable
        Gives predictions; see `Evaluate`.
    most_iterations : int, optional
        Places after which it gives up.
    observe : callable, optional
        Told of every place.

    Raises
    ------
    ModelError
        If a parameter has no effect on any reading beyond the solver's noise.
    """
    search = _Search(tuple(parameters), measured, uncertainties, evaluate, observe)
    start = np.array([place_of(parameter, parameter.start) for parameter in parameters])
    search.measure_noise(start)
    found = least_squares(
        lambda place: search.at(place).residuals,
        start,
        jac=lambda place: search.at(place).jacobian,
        bounds=(0.0, 1.0),
        ftol=_PRECISION / np.isfinite(measured).sum(),
        xtol=1e-4,
        gtol=1e-10,
        max_nfev=most_iterations,
    )
    best = search.at(found.x)
    return Solution(
        values=search.values(found.x),
        places=found.x,
        at_bound=(found.active_mask != 0) | (found.x < 1e-4) | (found.x > 1.0 - 1e-4),
        predicted=best.predicted,
        residuals=best.residuals,
        jacobian=best.jacobian,
        noise=search.noise,
        iterations=len(search.known),
        converged=bool(found.status > 0),
    )


@dataclass(frozen=True, eq=False)
class _Place:
    predicted: Floats
    residuals: Floats
    jacobian: Floats


class _Search:
    """What is known so far."""

    def __init__(
        self,
        parameters: tuple[Parameter, ...],
        measured: Floats,
        uncertainties: Floats,
        evaluate: Evaluate,
        observe: Observer,
    ) -> None:
        self._parameters, self._measured, self._evaluate, self._observe = parameters, measured, evaluate, observe
        self._read = np.isfinite(measured)
        self._weights = np.broadcast_to(1.0 / uncertainties, measured.shape)[self._read]
        self.known: dict[bytes, _Place] = {}
        self.noise = 0.0

    def values(self, place: Floats) -> Floats:
        pairs = zip(self._parameters, place.tolist(), strict=True)
        return np.array([value_at(parameter, share) for parameter, share in pairs])

    def measure_noise(self, start: Floats) -> None:
        """Find how far answers differ that should be equal."""
        one, other = self._evaluate([self.values(start), self.values(start + NUDGE)])
        self.noise = float(np.sqrt(np.mean((other - one)[self._read] ** 2)))

    def at(self, place: Floats) -> _Place:
        """Residuals at a place, and how they change there."""
        key = place.tobytes()
        if key not in self.known:
            self.known[key] = self._run(place)
            rms = float(np.sqrt(np.mean((self.known[key].residuals / self._weights) ** 2)))
            self._observe(len(self.known), self.values(place), rms)
        return self.known[key]

    def _run(self, place: Floats) -> _Place:
        steps = np.eye(len(place)) * STEP
        low, high = np.clip(place - steps, 0.0, 1.0), np.clip(place + steps, 0.0, 1.0)
        answers = self._evaluate([self.values(at) for at in (place, *low, *high)])
        here, below, above = answers[0], answers[1 : 1 + len(place)], answers[1 + len(place) :]
        jacobian = np.empty((len(self._weights), len(place)))
        for k, (one, other) in enumerate(zip(below, above, strict=True)):
            change = (other - one)[self._read]
            self._check_effect(k, change)
            jacobian[:, k] = change * self._weights / (high[k, k] - low[k, k])
        return _Place(here, (here - self._measured)[self._read] * self._weights, jacobian)

    def _check_effect(self, k: int, change: Floats) -> None:
        if np.sqrt(np.mean(change**2)) <= _CLEAR_OF_NOISE * self.noise or not change.any():
            moves = f"{float(np.sqrt(np.mean(change**2))):.2g} K"
            message = (
                f"{self._parameters[k].name}: moved by {2.0 * STEP:.0%} of its range it changes the readings by "
                f"{moves}, no more than {_CLEAR_OF_NOISE:g} times the solver's noise ({self.noise:.2g} K): it has no "
                "effect that could be fitted; leave it out, or move the sensors"
            )
            raise ModelError(message)

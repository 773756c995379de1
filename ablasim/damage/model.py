"""What every damage model offers, and the helpers they share."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
State = Floats
"""Shape (n_quantities, n_points): one row per entry of `DamageModel.quantities`."""


class Described(Protocol):
    """What a damage model of any kind tells of itself.

    Attributes
    ----------
    name : str
        Name in scenarios and results.
    label : str
        Name on axes and in reports, criterion included.
    source : str
        Citation of the model and its numbers.
    process : str
        What was seen to be damaged, and in what: the end point behind the numbers.
    verified : bool
        Whether the numbers were read in the source or in a public text that quotes it.
    warning : str or None
        What a reader of results must know before trusting this model.
    quantities : tuple of str
        What each row of the state holds, with its unit.
    """

    @property
    def name(self) -> str:
        """Name in scenarios and results."""

    @property
    def label(self) -> str:
        """Name on axes and in reports."""

    @property
    def source(self) -> str:
        """Citation of the model and its numbers."""

    @property
    def process(self) -> str:
        """End point behind the numbers."""

    @property
    def verified(self) -> bool:
        """Whether the numbers were checked at their source."""

    @property
    def warning(self) -> str | None:
        """What a reader must know before trusting this model."""

    @property
    def quantities(self) -> tuple[str, ...]:
        """What each row of the state holds."""

    def describe(self) -> dict[str, object]:
        """Name, label, source, end point, warning, criterion and parameters, ready for a report."""


class DamageModel(Described, Protocol):
    """A damage model that accumulates step by step on nodal arrays.

    Over a step the temperature of each point is linear in time. A state is never changed: `advance` returns a
    new one.
    """

    def start(self, n_points: int, temperature: ArrayLike) -> State:
        """State before any heating, at `temperature` (K, scalar or shape (n_points,))."""

    def advance(self, state: State, temperature_start: Floats, temperature_end: Floats, dt: float) -> State:
        """State after a step of `dt` seconds over which temperature (K) goes linearly from start to end."""

    def level(self, state: State) -> Floats:
        """Smooth quantity, shape (n_points,): positive where dead, zero on the zone's surface."""


def as_field(n_points: int, temperature: ArrayLike) -> Floats:
    """Temperature as a new float array of shape (n_points,), K.

    Raises
    ------
    ValueError
        If `temperature` is neither a scalar nor of shape (n_points,).
    """
    return np.array(np.broadcast_to(np.asarray(temperature, dtype=float), (n_points,)))


def check_step(state: State, temperature_start: Floats, temperature_end: Floats, dt: float) -> None:
    """Check that a step's arrays agree in length and that time does not run backwards.

    Raises
    ------
    ValueError
        If the lengths differ, a temperature is not finite or not above 0 K, or `dt` is negative.
    """
    n_points = state.shape[1]
    for what, values in (("start", temperature_start), ("end", temperature_end)):
        if values.shape != (n_points,):
            message = f"temperature at the {what} of the step: shape {values.shape}: must be ({n_points},)"
            raise ValueError(message)
        if n_points and not (values.min() > 0.0 and values.max() < np.inf):
            given = f"{values.min():g} to {values.max():g} K"
            message = f"temperature at the {what} of the step: {given}: must be finite and above 0 K"
            raise ValueError(message)
    if not dt >= 0.0:
        message = f"dt = {dt}: must not be negative"
        raise ValueError(message)

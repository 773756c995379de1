"""Isotherm models: dead where the temperature was ever above a limit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ablasim.damage.model import Floats, State, as_field, check_step
from ablasim.units import celsius


@dataclass(frozen=True)
class Isotherm:
    """Maximum over time of the temperature, against one limit.

    Parameters
    ----------
    threshold : float
        Limit, K.
    name : str
        Name in scenarios and results.
    source : str
        Why this limit.
    verified : bool, optional
        Whether the limit was read in its source, or is the user's own.

    Notes
    -----
    A fixed isotherm knows nothing of time: measured end temperatures at the edge of coagulation run from 33
    to 58 °C after radiofrequency and from 42 to 95 °C after microwave ablation (Mertyna et al. 2009).
    """

    threshold: float
    name: str
    source: str
    verified: bool = True
    process: str = "coagulation seen on dissection or in images"
    warning: str | None = (
        "A fixed isotherm ignores how long the tissue was hot: a comparison, not a prediction of cell death."
    )
    quantities: tuple[str, ...] = ("maximum temperature, K",)

    @property
    def label(self) -> str:
        """Name on axes and in reports."""
        return f"{celsius(self.threshold):g} °C isotherm"

    def start(self, n_points: int, temperature: ArrayLike) -> State:
        """State that holds the initial temperature (K) as the maximum, shape (1, n_points)."""
        return as_field(n_points, temperature)[np.newaxis]

    def advance(self, state: State, temperature_start: Floats, temperature_end: Floats, dt: float) -> State:
        """State with the larger of the old maximum and both ends of the step (K)."""
        check_step(state, temperature_start, temperature_end, dt)
        hottest: State = np.maximum(state[0], np.maximum(temperature_start, temperature_end))[np.newaxis]
        return hottest

    def level(self, state: State) -> Floats:
        """Maximum temperature minus the limit, K, shape (n_points,)."""
        excess: Floats = state[0] - self.threshold
        return excess

    def describe(self) -> dict[str, object]:
        """Name, label, source, end point, warning and the limit in °C."""
        return {
            "name": self.name,
            "label": self.label,
            "source": self.source,
            "process": self.process,
            "verified": self.verified,
            "warning": self.warning,
            "threshold_c": celsius(self.threshold),
        }

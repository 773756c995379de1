"""Models that are exposed to pulses, as results and histories take them beside thermal ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ablasim.damage.electroporation import HIGHEST, LOWEST, REVERSIBLE, FieldThreshold, PelegFermi, PulseDamageModel
from ablasim.damage.model import Floats, State, check_step

_ANY_THRESHOLD = np.array([1e5])  # V/m: without a field a level is far below zero by any threshold


@dataclass(frozen=True)
class PulseZone:
    """A pulse model on the nodes of a mesh: its state there is its level, which pulses change and heat does not.

    Parameters
    ----------
    model : PulseDamageModel
        The model; its own states live at the gradient points (`PulseExposure`).
    kills : bool, optional
        Whether what it marks dies.
    """

    model: PulseDamageModel
    kills: bool = True

    @property
    def name(self) -> str:
        """Name in scenarios and results."""
        return self.model.name

    @property
    def label(self) -> str:
        """Name on axes and in reports."""
        return self.model.label

    @property
    def source(self) -> str:
        """Citation of the model and its numbers."""
        return self.model.source

    @property
    def process(self) -> str:
        """End point behind the numbers."""
        return self.model.process

    @property
    def verified(self) -> bool:
        """Whether the numbers were checked at their source."""
        return self.model.verified

    @property
    def warning(self) -> str | None:
        """What a reader must know before trusting this model."""
        return self.model.warning

    @property
    def quantities(self) -> tuple[str, ...]:
        """What the row of the state holds."""
        return ("level",)

    @property
    def untouched(self) -> float:
        """Level where no pulse has been."""
        return float(self.model.level(self.model.start(1), _ANY_THRESHOLD)[0])

    def start(self, n_points: int, temperature: ArrayLike) -> State:
        """State before any pulse, shape (1, n_points)."""
        return np.full((1, n_points), self.untouched)

    def at_nodes(self, level: Floats) -> State:
        """State of nodes with a level; NaN, where there is no tissue, counts as untouched."""
        return np.where(np.isnan(level), self.untouched, level)[np.newaxis]

    def advance(self, state: State, temperature_start: Floats, temperature_end: Floats, dt: float) -> State:
        """The same state: heat changes nothing."""
        check_step(state, temperature_start, temperature_end, dt)
        return state

    def level(self, state: State) -> Floats:
        """Positive where dead, zero on the zone's surface, shape (n_points,)."""
        level: Floats = state[0]
        return level

    def describe(self) -> dict[str, object]:
        """Name, label, source, end point, warning and parameters."""
        return self.model.describe()


PULSE_ZONES = (
    PulseZone(FieldThreshold()),
    PulseZone(LOWEST),
    PulseZone(HIGHEST),
    PulseZone(PelegFermi()),
    PulseZone(REVERSIBLE, kills=False),
)
"""What pulses kill, and where they open cells."""

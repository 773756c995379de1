"""What points are exposed to in the course of a run: highest temperature, thermal dose and damage."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ablasim.damage.cem43 import Cem43
from ablasim.damage.model import DamageModel, Floats, State

_DOSE = Cem43()


@dataclass(frozen=True, eq=False)
class Exposure:
    """What some points have been exposed to so far.

    Parameters
    ----------
    model : DamageModel
        Model that says what is dead.
    highest : ndarray, shape (n_points,)
        Highest temperature of each point, K.
    highest_time : float
        When the hottest of them was hottest, s.
    dose : ndarray, shape (1, n_points)
        Thermal dose, CEM43 min.
    damage : ndarray
        State of the model.
    """

    model: DamageModel
    highest: Floats
    highest_time: float
    dose: State
    damage: State

    @classmethod
    def start(cls, model: DamageModel, temperature: Floats) -> Exposure:
        """Exposure of points at a temperature, K, shape (n_points,), before any time has passed."""
        n_points = len(temperature)
        return cls(model, temperature, 0.0, _DOSE.start(n_points, temperature), model.start(n_points, temperature))

    def advance(self, before: Floats, after: Floats, time: float, dt: float) -> Exposure:
        """Exposure after a step of `dt` seconds from `time` on, temperatures (K) linear in it."""
        warmer = np.maximum(self.highest, np.maximum(before, after))
        is_hotter = len(warmer) > 0 and warmer.max() > self.highest.max()
        return replace(
            self,
            highest=warmer,
            highest_time=time + dt if is_hotter else self.highest_time,
            dose=_DOSE.advance(self.dose, before, after, dt),
            damage=self.model.advance(self.damage, before, after, dt),
        )

    @property
    def is_dead(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Points that the model counts as dead."""
        dead: np.ndarray[tuple[int], np.dtype[np.bool_]] = self.model.level(self.damage) > 0.0
        return dead

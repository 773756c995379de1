"""What the tissue of a mesh has been exposed to by trains of pulses, under several models at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ablasim.damage.electroporation import LOWEST_FIELD, PulseDamageModel
from ablasim.damage.model import Floats, State
from ablasim.fem.recovery import Recovery


@dataclass(frozen=True, eq=False)
class PulseExposure:
    """States of models that are exposed to pulses, at the gradient points of a mesh.

    Parameters
    ----------
    models : Mapping of str to PulseDamageModel
        The models by name.
    thresholds : Mapping of str to ndarray, shape (n_cells,)
        For each model the threshold of the tissue of each gradient point, V/m; NaN where there is none.
    recovery : Recovery
        Of the cells that count as tissue, fitted within each tissue.
    states : Mapping of str to ndarray
        State of each model.
    largest : ndarray, shape (n_cells,)
        Largest field strength so far, V/m.
    """

    models: Mapping[str, PulseDamageModel]
    thresholds: Mapping[str, Floats]
    recovery: Recovery
    states: Mapping[str, State]
    largest: Floats

    @classmethod
    def start(
        cls, models: Mapping[str, PulseDamageModel], thresholds: Mapping[str, Floats], recovery: Recovery
    ) -> PulseExposure:
        """Exposure before any pulse."""
        n_points = len(recovery.counts)
        states = {name: model.start(n_points) for name, model in models.items()}
        return cls(models, thresholds, recovery, states, np.zeros(n_points))

    def expose(self, electric_field: Floats, count: int) -> PulseExposure:
        """Exposure after a train of `count` pulses of a field, V/m, shape (n_cells, 3)."""
        strength = self.recovery.strength(electric_field)
        states = {name: model.expose(self.states[name], strength, count) for name, model in self.models.items()}
        return replace(self, states=states, largest=np.maximum(self.largest, strength))

    def largest_at_nodes(self) -> Floats:
        """Largest field strength so far at the nodes, V/m, shape (n_nodes,); NaN at nodes of no tissue."""
        found: Floats = np.exp(self.recovery.nodal(np.log(np.maximum(self.largest, LOWEST_FIELD))))
        return found

    def level(self, name: str) -> Floats:
        """Level of a model at the nodes, shape (n_nodes,): positive where dead; NaN at nodes of no tissue."""
        at_points = self.models[name].level(self.states[name], self.thresholds[name])
        return self.recovery.nodal(np.where(self.recovery.counts, at_points, 0.0))

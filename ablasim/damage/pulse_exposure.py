"""What the tissue of a mesh has been exposed to by trains of pulses, under several models at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

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
    trains : Mapping of str to (ndarray, int)
        Field strength and number of the pulses of each series so far.
    """

    models: Mapping[str, PulseDamageModel]
    thresholds: Mapping[str, Floats]
    recovery: Recovery
    states: Mapping[str, State]
    largest: Floats
    trains: Mapping[str, tuple[Floats, int]] = field(default_factory=dict)

    @classmethod
    def start(
        cls, models: Mapping[str, PulseDamageModel], thresholds: Mapping[str, Floats], recovery: Recovery
    ) -> PulseExposure:
        """Exposure before any pulse."""
        n_points = len(recovery.counts)
        states = {name: model.start(n_points) for name, model in models.items()}
        return cls(models, thresholds, recovery, states, np.zeros(n_points))

    def expose(self, electric_field: Floats, count: int, series: str | None = None) -> PulseExposure:
        """Exposure after a train of pulses.

        Parameters
        ----------
        electric_field : ndarray, shape (n_cells, 3)
            E, V/m.
        count : int
            Number of pulses.
        series : str, optional
            What the train belongs to: trains of one series count as one, of all their pulses and the larger field,
            however they are divided; by default it stands for itself.
        """
        strength = self.recovery.strength(electric_field)
        name = f"train {len(self.trains)}" if series is None else series
        before, pulses = self.trains.get(name, (strength, 0))
        trains = {**self.trains, name: (np.maximum(before, strength), pulses + count)}
        states = {
            key: self._anew(model, trains) if pulses else model.expose(self.states[key], strength, count)
            for key, model in self.models.items()
        }
        return replace(self, states=states, largest=np.maximum(self.largest, strength), trains=trains)

    def _anew(self, model: PulseDamageModel, trains: Mapping[str, tuple[Floats, int]]) -> State:
        state = model.start(len(self.largest))
        for strength, pulses in trains.values():
            state = model.expose(state, strength, pulses)
        return state

    def largest_at_nodes(self) -> Floats:
        """Largest field strength so far at the nodes, V/m, shape (n_nodes,); NaN at nodes of no tissue."""
        found: Floats = np.exp(self.recovery.nodal(np.log(np.maximum(self.largest, LOWEST_FIELD))))
        return found

    def level(self, name: str) -> Floats:
        """Level of a model at the nodes, shape (n_nodes,): positive where dead; NaN at nodes of no tissue."""
        at_points = self.models[name].level(self.states[name], self.thresholds[name])
        return self.recovery.nodal(np.where(self.recovery.counts, at_points, 0.0))

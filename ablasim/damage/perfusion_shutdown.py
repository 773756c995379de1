"""Where perfusion has stopped: one named law, apart from the headline damage model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numba import prange
from numpy.typing import ArrayLike

from ablasim.compiled import compiled, n_blocks, piece
from ablasim.damage.arrhenius import Arrhenius
from ablasim.damage.arrhenius_sets import ARRHENIUS_SETS
from ablasim.damage.cell_death import ThreeState
from ablasim.damage.cem43 import Cem43
from ablasim.damage.isotherm import Isotherm
from ablasim.damage.model import DamageModel, Floats, State
from ablasim.damage.registry import damage_model, damage_model_names, unknown_name
from ablasim.errors import ModelError
from ablasim.units import kelvin

NO_SHUTDOWN = "none"


@dataclass(frozen=True)
class Shutdown:
    """Perfusion stops for good where a damage model passes its criterion.

    Parameters
    ----------
    model : DamageModel or None
        Model whose level decides; None keeps perfusion everywhere.
    """

    model: DamageModel | None

    def start(self, n_points: int, temperature: ArrayLike) -> State:
        """State before any heating, `temperature` in K; without a model empty, shape (0, n_points)."""
        if self.model is None:
            return np.empty((0, n_points))
        return self.model.start(n_points, temperature)

    def advance(self, state: State, temperature_start: Floats, temperature_end: Floats, dt: float) -> State:
        """State after a step of `dt` seconds, temperatures (K) linear in time."""
        if self.model is None:
            return state
        return self.model.advance(state, temperature_start, temperature_end, dt)

    def perfused_share(self, start: State, end: State) -> Floats:
        """Share of a step during which blood flows.

        Counting a point as perfused or not for a whole step would stop its blood up to half a step too early or late,
        and hold a run to first order in time.

        Parameters
        ----------
        start, end : ndarray
            States at the start and the end of the step.

        Returns
        -------
        ndarray, shape (n_points,)
            1 to 0; the model's level is taken as linear over the step.
        """
        if self.model is None:
            return np.ones(start.shape[1])
        return _share_before_zero(self.model.level(start), self.model.level(end))

    def describe(self) -> dict[str, object]:
        """Describe the deciding model and its criterion."""
        return {"name": NO_SHUTDOWN} if self.model is None else self.model.describe()


@compiled(threaded=True)
def _share_before_zero(before: Floats, after: Floats) -> Floats:
    """Share of a line between two levels that lies below zero: all or nothing of a line that falls or stays."""
    n = len(before)
    blocks = n_blocks(n)
    share = np.empty(n)
    for block in prange(blocks):
        for i in piece(block, blocks, n):
            if not before[i] < 0.0:
                share[i] = 0.0
            elif after[i] >= 0.0:
                share[i] = -before[i] / (after[i] - before[i])
            else:
                share[i] = 1.0
    return share


def _cem43(threshold_min: float) -> DamageModel:
    return Cem43(threshold_min=threshold_min, name=f"cem43_{threshold_min:g}")


def _isotherm(threshold_c: float) -> DamageModel:
    return Isotherm(kelvin(threshold_c), f"isotherm_{threshold_c:g}", "limit of the scenario")


def _three_state(dead_share: float) -> DamageModel:
    return ThreeState(dead_share=dead_share)


def _arrhenius(index: int) -> Callable[[float], DamageModel]:
    return lambda threshold: replace(Arrhenius(ARRHENIUS_SETS[index]), threshold=threshold)


@dataclass(frozen=True)
class _Law:
    """How to build a law's model from its criterion, the usual criterion and the limits it lies between."""

    build: Callable[[float], DamageModel]
    usual: float
    low: float = 0.0
    high: float = np.inf


_LAWS: dict[str, _Law] = {
    "cem43": _Law(_cem43, 240.0),
    "isotherm": _Law(_isotherm, 60.0),
    "three_state": _Law(_three_state, 0.2, high=1.0),
    **{f"arrhenius_{entry.name}": _Law(_arrhenius(i), 1.0) for i, entry in enumerate(ARRHENIUS_SETS)},
}


def perfusion_shutdown(model: str, criterion: float | None = None) -> Shutdown:
    """Perfusion law of a scenario.

    Parameters
    ----------
    model : str
        ``none``, ``cem43``, ``isotherm``, ``three_state`` or ``arrhenius_<set>``; or a damage model with its
        criterion in the name, such as ``cem43_240`` or ``isotherm_60``.
    criterion : float, optional
        Equivalent minutes at 43 °C, °C, dead share or Ω, according to `model`. If left out: 240 min, 60 °C, a
        dead share of 0.2 (viability 0.8, the middle of the 0.7 to 0.9 of Hall et al. [1]_) or Ω = 1.

    Raises
    ------
    ModelError
        If the law is unknown, or its criterion is outside what it can be.

    References
    ----------
    .. [1] Hall, Ooi and Payne, Int. J. Hyperthermia 31:538-550, 2015, doi:10.3109/02656736.2015.1032370.

    Examples
    --------
    >>> perfusion_shutdown("cem43").describe()["label"]
    'CEM43 ≥ 240 min'
    """
    if model == NO_SHUTDOWN:
        return Shutdown(None)
    if model in _LAWS:
        return Shutdown(_model_of(model, _LAWS[model], criterion))
    if model not in damage_model_names():
        raise ModelError(unknown_name("perfusion shutdown", model, (NO_SHUTDOWN, *_LAWS)))
    if criterion is not None:
        message = f"perfusion shutdown {model}: criterion = {criterion:g}: the name already has one: leave it out"
        raise ModelError(message)
    return Shutdown(damage_model(model))


def _model_of(name: str, law: _Law, criterion: float | None) -> DamageModel:
    criterion = law.usual if criterion is None else criterion
    if not law.low < criterion < law.high:
        limits = f"above {law.low:g}" if law.high == np.inf else f"between {law.low:g} and {law.high:g}"
        message = f"perfusion shutdown {name}: criterion = {criterion:g}: must be {limits}"
        raise ModelError(message)
    return law.build(criterion)

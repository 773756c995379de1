"""Tissue and blood that wait for each other's temperature, brought to agree.

A step is solved with the blood temperature that each wall is taken to see; the blood answers with another one.
Anderson's method mixes the last answers so that they meet in a few passes, where plain repetition may take dozens, or
never end for a wall that answers steeply [1]_.

References
----------
.. [1] H. F. Walker and P. Ni, SIAM J. Numer. Anal. 49:1715-1735, 2011, doi:10.1137/10078356X.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ablasim.physics.vessels import Exchange, WallModel, settled, wall_exchanges

Floats = NDArray[np.float64]

_DEPTH = 4  # answers that are mixed


class WallCoupling:
    """The walls' exchanges during one step, or on the way to the steady state.

    Parameters
    ----------
    models : sequence of WallModel
        The walls.
    temperature : ndarray, shape (n_nodes,)
        Expected mean over the step, K.

    Attributes
    ----------
    exchanges : tuple of Exchange
        What the next pass of the step is to be solved with.
    answer : tuple of Exchange
        What the blood answered to the last pass.
    """

    def __init__(self, models: Sequence[WallModel], temperature: Floats) -> None:
        self._models = models
        self._taken: list[Floats] = []
        self._answered: list[Floats] = []
        self.exchanges = self.answer = wall_exchanges(models, temperature)

    def agrees(self, temperature: Floats) -> bool:
        """Whether tissue at this temperature, K, and blood agree; if not, `exchanges` are those of the next pass."""
        self.answer = wall_exchanges(self._models, temperature)
        if settled(self.exchanges, self.answer, temperature):
            return True
        self._mix()
        return False

    def respond(self, temperature: Floats) -> None:
        """Let the blood answer to tissue at this temperature, K; `exchanges` are those of the next pass."""
        self.answer = wall_exchanges(self._models, temperature)
        self._mix()

    def _mix(self) -> None:
        if not any(_is_field(exchange) for exchange in self.answer):
            self.exchanges = self.answer
            return
        self._taken = [*self._taken[-_DEPTH:], _references(self.exchanges)]
        self._answered = [*self._answered[-_DEPTH:], _references(self.answer)]
        weights = np.concatenate([np.sqrt(e.conductance) for e in self.answer if _is_field(e)])
        mixed = _anderson(self._taken, self._answered, weights)
        self.exchanges = _with_references(self.answer, mixed)


def _is_field(exchange: Exchange) -> bool:
    return isinstance(exchange.reference, np.ndarray)


def _references(exchanges: Sequence[Exchange]) -> Floats:
    return np.concatenate([exchange.reference for exchange in exchanges if isinstance(exchange.reference, np.ndarray)])


def _with_references(exchanges: Sequence[Exchange], references: Floats) -> tuple[Exchange, ...]:
    found, begin = [], 0
    for exchange in exchanges:
        if not _is_field(exchange):
            found.append(exchange)
            continue
        end = begin + len(exchange.conductance)
        found.append(replace(exchange, reference=references[begin:end]))
        begin = end
    return tuple(found)


def _anderson(taken: Sequence[Floats], answered: Sequence[Floats], weights: Floats) -> Floats:
    """Mix of the answers for which the difference between taken and answered is least."""
    if len(taken) == 1:
        return answered[-1]
    gaps = [weights * (answer - take) for take, answer in zip(taken, answered, strict=True)]
    changes = np.stack([gaps[-1] - gap for gap in gaps[:-1]], axis=1)
    shares = np.linalg.lstsq(changes, gaps[-1], rcond=1e-8)[0]
    steps = np.stack([answered[-1] - answer for answer in answered[:-1]], axis=1)
    mixed: Floats = answered[-1] - steps @ shares
    return mixed

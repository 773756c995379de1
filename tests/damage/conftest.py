from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from ablasim.damage import DamageModel

March = Callable[..., np.ndarray]


@pytest.fixture
def march() -> March:
    """Run a model over a temperature ramp (°C) in equal steps and return its state."""

    def run(model: DamageModel, start_c: float, end_c: float, duration_s: float, n_steps: int = 1) -> np.ndarray:
        temperatures = np.linspace(start_c, end_c, n_steps + 1)[:, np.newaxis] + 273.15
        state = model.start(1, temperatures[0])
        for before, after in pairwise(temperatures):
            state = model.advance(state, before, after, duration_s / n_steps)
        return state

    return run

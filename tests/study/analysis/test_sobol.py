"""Sobol indices against known ones: the function of Ishigami and Homma, by itself and from a table of its values.

f = sin a + 7 sin² b + 0.1 c⁴ sin a, all uniform on (−π, π). Its indices follow by integration: with V the variance,
V_a = ½ (1 + 0.1 π⁴/5)², V_b = 7²/8, V_ac = 0.1² π⁸ (1/18 − 1/50), V = V_a + V_b + V_ac.
"""

from __future__ import annotations

import numpy as np
import pytest

from ablasim.errors import AnalysisError
from ablasim.study.analysis.held_back import hold_back
from ablasim.study.analysis.inputs import Input
from ablasim.study.analysis.observations import observe
from ablasim.study.analysis.sobol import sobol_indices
from ablasim.study.analysis.surrogate import fit_surrogate
from ablasim.study.distributions import Normal, Uniform
from tests.study.analysis.conftest import uncertain

V_A, V_B = 0.5 * (1.0 + 0.1 * np.pi**4 / 5.0) ** 2, 49.0 / 8.0
V_AC = 0.01 * np.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
V = V_A + V_B + V_AC
FIRST = np.array([V_A, V_B, 0.0]) / V
TOTAL = np.array([V_A + V_AC, V_B, V_AC]) / V


def ishigami(a, b, c):
    return np.sin(a) + 7.0 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def of_points(x: np.ndarray) -> np.ndarray:
    return ishigami(*x.T)


@pytest.fixture
def seen(folder_of):
    """A table of 256 values of the function."""
    vary = [uncertain(name, -np.pi, np.pi) for name in "abc"]
    folder = folder_of(vary, lambda **at: float(ishigami(**at)), sampling={"method": "sobol", "count": 256, "seed": 1})
    return observe(folder, "margin.minimum_mm", {})


@pytest.fixture
def inputs() -> list[Input]:
    """Three inputs, all of whose distribution is covered."""
    spread = Uniform(kind="uniform", low=-np.pi, high=np.pi)
    return [Input(name, True, spread, np.linspace(-np.pi, np.pi, 9), False) for name in "abc"]


def assert_within(indices) -> None:
    """True indices lie within the intervals that are stated, and these say something."""
    for index, first, total in zip(indices, FIRST, TOTAL, strict=True):
        assert abs(index.first - first) <= index.first_half_width
        assert abs(index.total - total) <= index.total_half_width
        assert max(index.first_half_width, index.total_half_width) < 0.08


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_known_indices_lie_within_the_intervals(inputs, seed):
    assert_within(sobol_indices(of_points, inputs, seed=seed))


def test_known_indices_lie_within_the_intervals_from_a_table_through_the_surrogate(seen):
    surrogate = fit_surrogate(seen)
    held = hold_back(seen, surrogate)
    assert held.explained > 0.93
    assert_within(sobol_indices(surrogate.mean, seen.inputs))


def test_intervals_narrow_with_the_draws(inputs):
    few, many = (sobol_indices(of_points, inputs, draws=draws) for draws in (256, 4096))
    assert all(b.total_half_width < 0.5 * a.total_half_width for a, b in zip(few, many, strict=True))


def test_normal_inputs_of_a_sum_share_its_variance_as_their_own():
    inputs = [
        Input(name, True, Normal(kind="normal", mean=5.0, sd=sd), np.linspace(-10.0, 20.0, 500), False)
        for name, sd in (("a", 1.0), ("b", 2.0))
    ]
    a, b = sobol_indices(lambda x: x.sum(axis=1), inputs)
    assert (a.first, b.first) == pytest.approx((0.2, 0.8), abs=0.02)
    assert (a.total, b.total) == pytest.approx((0.2, 0.8), abs=0.02)


def test_a_result_that_never_moves_has_no_indices(inputs):
    with pytest.raises(AnalysisError, match="no input acts on it"):
        sobol_indices(lambda x: np.ones(len(x)), inputs)

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ablasim.damage import damage_model
from ablasim.damage.cell_death import ThreeState

KF, KB, TK = 3.33e-3, 7.77e-3, 40.5


def reference(start_c: float, end_c: float, duration_s: float) -> np.ndarray:
    def slopes(t: float, y: np.ndarray) -> list[float]:
        alive, dead = y
        forward = KF * np.exp((start_c + (end_c - start_c) * t / duration_s) / TK) * (1.0 - alive)
        vulnerable = 1.0 - alive - dead
        return [-forward * alive + KB * vulnerable, forward * vulnerable]

    solved = solve_ivp(slopes, (0.0, duration_s), [0.99, 0.0], method="LSODA", rtol=1e-10, atol=1e-12)
    return solved.y[:, -1]


@pytest.mark.parametrize(
    ("start_c", "end_c", "duration_s"),
    [(37, 37, 3000), (65, 65, 900), (37, 120, 300), (120, 120, 60), (90, 40, 600), (43, 43, 3600)],
)
def test_one_large_step_matches_a_stiff_solver(start_c, end_c, duration_s, march):
    shares = march(ThreeState(), start_c, end_c, duration_s)[:, 0]
    np.testing.assert_allclose(shares, reference(start_c, end_c, duration_s), atol=1e-4)


def test_shares_stay_between_zero_and_one(march):
    for temperature_c in (0.0, 37.0, 60.0, 120.0, 400.0):
        alive, dead = march(ThreeState(), temperature_c, temperature_c, 1800.0)[:, 0]
        assert 0.0 <= dead <= 1.0
        assert 0.0 <= alive <= 1.0 - dead + 1e-12


def test_cells_that_were_all_alive_would_never_die():
    model = ThreeState()
    state = np.array([[1.0], [0.0]])
    hot = np.full(1, 373.15)
    np.testing.assert_array_equal(model.advance(state, hot, hot, 600.0), state)


def test_the_level_is_zero_at_a_dead_share_of_four_fifths():
    level = damage_model("three_state").level(np.array([[0.1, 0.1, 0.5], [0.8, 0.9, 0.5]]))
    assert level[0] == pytest.approx(0.0, abs=1e-12)
    assert level[1] > 0.0 > level[2]


def test_body_temperature_kills_within_the_time_the_warning_names(march):
    model = damage_model("three_state")
    assert march(model, 37.0, 37.0, 30 * 60.0)[1, 0] < 0.01
    assert march(model, 37.0, 37.0, 65 * 60.0)[1, 0] > 0.8
    assert "31 minutes" in (model.warning or "")

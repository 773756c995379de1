"""The surrogate: how far it is off, whether it says so, and that it refuses what no case covers."""

from __future__ import annotations

import numpy as np
import pytest

from ablasim.errors import AnalysisError
from ablasim.study.analysis.held_back import hold_back
from ablasim.study.analysis.maps import surrogate_map
from ablasim.study.analysis.observations import observe
from ablasim.study.analysis.surrogate import fit_surrogate
from tests.study.analysis.conftest import chosen, crossed, uncertain

RESULT = "margin.minimum_mm"
NOISE = 0.1


def wavy(a: float, b: float) -> float:
    return float(3.0 * np.sin(3.0 * a) + 2.0 * a * b)


def noisy(rng: np.random.Generator):
    return lambda **inputs: wavy(**inputs) + NOISE * rng.standard_normal()


@pytest.fixture
def seen(folder_of):
    """Sixty noisy cases of a formula."""
    vary = [uncertain("a"), uncertain("b")]
    sampling = {"method": "latin_hypercube", "count": 60, "seed": 1}
    return observe(folder_of(vary, noisy(np.random.default_rng(1)), sampling=sampling), RESULT, {})


def test_its_stated_error_is_that_on_cases_it_has_not_seen(seen):
    surrogate = fit_surrogate(seen)
    held = hold_back(seen, surrogate)
    rng = np.random.default_rng(7)
    fresh = rng.uniform(0.01, 0.99, (2000, 2))
    results = np.array([wavy(*point) for point in fresh]) + NOISE * rng.standard_normal(len(fresh))
    mean, sd = surrogate.predict_run(fresh)
    true_error = float(np.sqrt(np.mean((mean - results) ** 2)))
    assert held.rms_error == pytest.approx(true_error, rel=0.3)
    assert true_error >= NOISE
    assert np.mean(np.abs(mean - results) <= 1.96 * sd) == pytest.approx(0.95, abs=0.04)
    assert held.within_95 == pytest.approx(0.95, abs=0.07)
    assert held.explained > 0.98


def test_it_tells_the_noise_of_a_run_from_the_result(seen):
    surrogate = fit_surrogate(seen)
    assert surrogate.noise_sd == pytest.approx(NOISE, rel=0.35)
    fresh = np.random.default_rng(3).uniform(0.05, 0.95, (300, 2))
    mean, sd = surrogate.predict(fresh)
    truth = np.array([wavy(*point) for point in fresh])
    assert np.sqrt(np.mean((mean - truth) ** 2)) < NOISE
    assert np.mean(np.abs(mean - truth) <= 1.96 * sd) > 0.85


def test_an_error_that_pretends_to_be_small_is_widened(folder_of):
    # A step is nothing that a smooth process expects: its intervals are too narrow beside it.
    step = folder_of([uncertain("a"), uncertain("b")], lambda a, b: float(a > 0.5) + 0.01 * b,
                     sampling={"method": "random", "count": 40, "seed": 2})  # fmt: skip
    held = hold_back(seen := observe(step, RESULT, {}), fit_surrogate(seen))
    z = (held.predicted - held.observed) / held.sd
    assert held.widening == pytest.approx(max(1.0, float(np.sqrt(np.mean(z**2)))))
    assert held.largest_error > 0.2


def test_functions_drawn_from_it_scatter_as_it_says(seen):
    surrogate = fit_surrogate(seen)
    x = np.random.default_rng(5).uniform(0.1, 0.9, (40, 2))
    mean, sd = surrogate.predict(x)
    drawn = surrogate.paths(x, 4000, np.random.default_rng(1))
    assert np.abs(drawn.mean(axis=0) - mean).max() < 5.0 * sd.max() / np.sqrt(4000.0)
    np.testing.assert_allclose(drawn.std(axis=0), sd, rtol=0.1)
    wide = surrogate.paths(x, 4000, np.random.default_rng(1), widening=3.0)
    np.testing.assert_allclose(wide - mean, 3.0 * (drawn - mean), atol=1e-9)


def test_it_refuses_to_extrapolate(folder_of):
    vary = [crossed("power_w", *np.linspace(10, 30, 6).tolist()), crossed("time_s", 1.0, 2.0, 3.0, 4.0)]
    seen = observe(folder_of(vary, lambda power_w, time_s: 0.1 * power_w + time_s), RESULT, {})
    surrogate = fit_surrogate(seen)
    with pytest.raises(AnalysisError, match=r"power_w 31: must be between 10 and 30, .*nothing is extrapolated"):
        surrogate.predict(np.array([[20.0, 2.0], [31.0, 2.0]]))
    power, time = np.array([5.0, 20.0, 20.0, 20.0]), np.array([1.5, 1.5, 3.5, 9.0])
    mean, sd = surrogate_map(surrogate, ("power_w", power), ("time_s", time), {})
    assert np.isfinite(mean).tolist() == np.isfinite(sd).tolist() == [False, True, True, False]
    assert mean[1:3] == pytest.approx([3.5, 5.5], abs=0.05)


def test_cases_of_one_draw_are_held_back_together(folder_of):
    # The second input is drawn; with its draws seen at other powers, a surrogate would seem to know what it does.
    rng = np.random.default_rng(4)
    sharp = {}

    def formula(power_w: float, b: float) -> float:
        return 0.1 * power_w + sharp.setdefault(b, float(rng.standard_normal()))

    vary = [crossed("power_w", 10.0, 15.0, 20.0, 25.0), uncertain("b")]
    folder = folder_of(vary, formula, sampling={"method": "latin_hypercube", "count": 12, "seed": 1})
    held = hold_back(seen := observe(folder, RESULT, {}), fit_surrogate(seen))
    assert held.together
    assert held.explained < 0.6


def test_a_chosen_input_is_covered_between_its_bounds(folder_of):
    vary = [chosen("power_w", 10.0, 20.0), uncertain("b")]
    seen = observe(folder_of(vary, lambda power_w, b: power_w * b, sampling={"method": "latin_hypercube", "count": 16}),
                   RESULT, {})  # fmt: skip
    power, _ = seen.inputs
    assert power.covered() == pytest.approx((10.0, 20.0))
    assert [each.name for each in seen.chosen] == ["power_w"]


def test_few_cases_and_a_result_that_never_moves_are_told(folder_of):
    vary = [uncertain("a"), uncertain("b"), uncertain("c")]
    few = folder_of(
        vary, lambda a, b, c: a if a < 0.9 else None, name="few", sampling={"method": "random", "count": 12}
    )
    with pytest.raises(
        AnalysisError, match=r"cases with margin.minimum_mm \(\d failed\): a surrogate .* needs 15 at least"
    ):
        fit_surrogate(observe(few, RESULT, {}))
    same = folder_of(vary, lambda a, b, c: 2.5, name="same", sampling={"method": "random", "count": 20})
    with pytest.raises(AnalysisError, match=r"is 2.5 in all of 20 cases: nothing acts on it"):
        fit_surrogate(observe(same, RESULT, {}))

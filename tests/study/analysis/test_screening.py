"""Morris' screening: trajectories in the design, effects known by hand, trajectories with holes dropped."""

from __future__ import annotations

import numpy as np
import pytest

from ablasim.errors import AnalysisError
from ablasim.study.analysis.observations import kept_at, observe
from ablasim.study.analysis.screening import screen
from ablasim.study.sampling import unit_sample
from ablasim.study.schema import Morris
from tests.study.analysis.conftest import crossed, uncertain

RESULT = "margin.minimum_mm"
TEN = {"method": "morris", "trajectories": 10, "levels": 4, "seed": 1}


def test_from_point_to_point_one_variable_moves_by_half_its_levels():
    shares = unit_sample(Morris(method="morris", trajectories=6, levels=4, seed=3), 5)
    assert shares.shape == (36, 5)
    assert set(np.unique(shares)) == {0.125, 0.375, 0.625, 0.875}
    steps = np.diff(shares.reshape(6, 6, 5), axis=1)
    assert ((steps != 0.0).sum(axis=2) == 1).all()
    assert (steps != 0.0).any(axis=1).all()
    np.testing.assert_allclose(np.abs(steps[steps != 0.0]), 0.5)


def test_effects_of_a_line_are_its_change_over_the_range_of_levels(folder_of):
    # Levels are the middles of four equal parts, so that they span three quarters of a uniform distribution.
    vary = [uncertain("a", 0.0, 4.0), uncertain("b", 0.0, 8.0), uncertain("idle")]
    found = screen(observe(folder_of(vary, lambda a, b, idle: 2.0 * a - b, sampling=TEN), RESULT, {}))
    assert (found.trajectories, found.dropped) == (10, 0)
    a, b, idle = found.effects
    assert (a.name, b.name, idle.name) == ("a", "b", "idle")
    assert (a.mean, a.mean_size, a.spread) == pytest.approx((6.0, 6.0, 0.0), abs=1e-9)
    assert (b.mean, b.mean_size, b.spread) == pytest.approx((-6.0, 6.0, 0.0), abs=1e-9)
    assert (idle.mean_size, idle.mean_size_half_width) == pytest.approx((0.0, 0.0), abs=1e-9)


def test_inputs_that_act_together_have_a_spread(folder_of):
    vary = [uncertain("a", -1.0, 1.0), uncertain("b", -1.0, 1.0)]
    sampling = TEN | {"trajectories": 80}
    found = screen(observe(folder_of(vary, lambda a, b: a * b, sampling=sampling), RESULT, {}))
    for effect in found.effects:
        # The other input has four levels, ±0.25 and ±0.75; the levels of this one span 1.5.
        assert effect.mean == pytest.approx(0.0, abs=0.15)
        assert abs(effect.mean_size - 0.75) <= effect.mean_size_half_width + 0.05
        assert effect.spread == pytest.approx(1.5 * np.sqrt((0.25**2 + 0.75**2) / 2.0), rel=0.1)


def test_a_trajectory_with_a_hole_is_dropped_as_a_whole_and_counted(folder_of):
    calls = []

    def formula(a: float, b: float) -> float | None:
        calls.append(a)
        if len(calls) == 2:
            return None
        if len(calls) == 7:
            raise ValueError("cannot be")
        return 2.0 * a + b

    found = screen(observe(folder_of([uncertain("a"), uncertain("b")], formula, sampling=TEN), RESULT, {}))
    assert (found.trajectories, found.dropped) == (8, 2)
    assert [effect.mean for effect in found.effects] == pytest.approx([1.5, 0.75])


def test_what_cannot_be_screened_is_told(folder_of):
    drawn = [uncertain("a"), uncertain("b")]
    other = folder_of(drawn, lambda a, b: a, name="other", sampling={"method": "random", "count": 9})
    with pytest.raises(AnalysisError, match=r"needs a study with sampling: .method: morris, trajectories: 8"):
        screen(observe(other, RESULT, {}))
    holes = folder_of(drawn, lambda a, b: a if a + b > 1.1 else None, name="holes", sampling=TEN)
    with pytest.raises(AnalysisError, match=r"[01] of 10 trajectories are whole \(.*failed\): must be 2 at least"):
        screen(observe(holes, RESULT, {}))
    powers = folder_of(
        [crossed("power_w", 1.0, 2.0), *drawn], lambda power_w, a, b: power_w * a, name="p", sampling=TEN
    )
    seen = observe(powers, RESULT, {})
    with pytest.raises(AnalysisError, match="needs one value of power_w: choose it, such as --at power_w=…"):
        screen(seen)
    assert screen(kept_at(seen, {"power_w": 2.0})).effects[0].mean == pytest.approx(1.5)

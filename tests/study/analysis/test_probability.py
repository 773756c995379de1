"""Probabilities against known ones, counted and foretold, each with an interval that means what it says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from ablasim.errors import AnalysisError
from ablasim.study.analysis.draws import draw
from ablasim.study.analysis.inputs import Input
from ablasim.study.analysis.observations import observe
from ablasim.study.analysis.probability import chosen_places, counted, foretold, reaching
from ablasim.study.analysis.surrogate import fit_surrogate
from ablasim.study.distributions import Normal
from tests.study.analysis.conftest import chosen, crossed, uncertain

RESULT = "margin.minimum_mm"


def normal(name: str, mean: float, sd: float) -> dict[str, object]:
    return {"name": name, "path": f"body.{name}", "distribution": {"kind": "normal", "mean": mean, "sd": sd}}


def margin(power_w: float, a: float, b: float) -> float:
    """Normal with mean 0.25 power − 1 and variance 1.25."""
    return 0.25 * power_w - 1.0 + a + 0.5 * b


def exact(power_w: float, limit: float) -> float:
    return float(norm.sf(limit, 0.25 * power_w - 1.0, np.sqrt(1.25)))


@pytest.fixture
def seen(folder_of):
    vary = [crossed("power_w", 12.0, 24.0), normal("a", 0.0, 1.0), normal("b", 0.0, 1.0)]
    return observe(folder_of(vary, margin, sampling={"method": "latin_hypercube", "count": 40}), RESULT, {})


def test_a_probability_is_counted_from_the_runs_of_its_place(seen):
    low, high = (counted(seen, {"power_w": power}, [0.0, 5.0]) for power in (12.0, 24.0))
    for power, found in ((12.0, low), (24.0, high)):
        for one in found:
            assert (one.runs, one.without) == (40, 0)
            assert one.low <= exact(power, one.limit) <= one.high
            assert one.value * 40 == pytest.approx(round(one.value * 40))
    assert high[1].value > low[1].value


def test_the_interval_is_that_of_clopper_and_pearson(folder_of):
    # 40 of 40: the lower end solves p^40 = 0.025.
    folder = folder_of([uncertain("a")], lambda a: 1.0 + a, sampling={"method": "random", "count": 40})
    (one,) = counted(observe(folder, RESULT, {}), {}, [0.5])
    assert (one.value, one.high) == (1.0, 1.0)
    assert one.low == pytest.approx(0.025 ** (1.0 / 40.0))


def test_runs_without_a_result_are_left_out_and_counted(folder_of):
    folder = folder_of(
        [uncertain("a")], lambda a: a if a < 0.75 else None, sampling={"method": "latin_hypercube", "count": 40}
    )
    (one,) = counted(observe(folder, RESULT, {}), {}, [0.5])
    assert (one.runs, one.without) == (30, 10)
    assert one.value == pytest.approx(1.0 / 3.0)


def test_nothing_is_counted_where_runs_do_not_follow_the_distributions(folder_of, seen):
    assert counted(seen, {"power_w": 18.0}, [0.0]) is None
    morris = folder_of([uncertain("a"), uncertain("b")], lambda a, b: a + b, name="m",
                       sampling={"method": "morris", "trajectories": 8})  # fmt: skip
    assert counted(observe(morris, RESULT, {}), {}, [0.0]) is None
    spread = folder_of([chosen("power_w", 1.0, 2.0), uncertain("a")], lambda power_w, a: power_w * a, name="c",
                       sampling={"method": "random", "count": 20})  # fmt: skip
    assert counted(observe(spread, RESULT, {}), {"power_w": 1.5}, [0.0]) is None


def test_the_surrogate_foretells_the_probability_between_the_powers_that_were_run(seen):
    surrogate = fit_surrogate(seen)
    draws = draw(seen.uncertain, 1024)
    for power in (12.0, 18.0, 24.0):
        for one in foretold(surrogate, draws, {"power_w": power}, [1.0, 4.0]):
            assert one.runs is None
            assert one.value == pytest.approx(exact(power, one.limit), abs=0.03)
            assert one.low <= exact(power, one.limit) <= one.high
            assert one.low <= one.value <= one.high
            assert 0.001 < one.high - one.low < 0.15
    powers = np.array([12.0, 18.0, 24.0])
    shares = reaching(surrogate, draws, {"power_w": powers}, 4.0)
    assert shares == pytest.approx([exact(power, 4.0) for power in powers], abs=0.03)


def test_the_interval_holds_what_the_surrogate_does_not_know(folder_of):
    # Few noisy cases know less of the probability than many; deviations that are widened know less still.
    rng = np.random.default_rng(2)

    def widths(count: int) -> list[float]:
        vary = [normal("a", 0.0, 1.0), normal("b", 0.0, 1.0)]
        sampling = {"method": "latin_hypercube", "count": count}
        folder = folder_of(vary, lambda a, b: a + 0.5 * b + 0.5 * rng.normal(), name=f"{count}", sampling=sampling)
        seen = observe(folder, RESULT, {})
        surrogate, draws = fit_surrogate(seen), draw(seen.uncertain, 512)
        found = [foretold(surrogate, draws, {}, [0.5], widening=widening)[0] for widening in (1.0, 3.0)]
        return [one.high - one.low for one in found]

    few, many = widths(12), widths(100)
    assert few[0] > 1.3 * many[0]
    assert few[1] > 1.5 * few[0]


def test_draws_that_no_case_covers_widen_the_interval(folder_of):
    # Every draw above 0.7 has failed: what would have come there is not known.
    folder = folder_of([uncertain("a"), uncertain("b")], lambda a, b: a + b if a < 0.7 else None,
                       sampling={"method": "latin_hypercube", "count": 40})  # fmt: skip
    seen = observe(folder, RESULT, {})
    draws = draw(seen.uncertain, 1024)
    assert draws.beyond == pytest.approx(0.3, abs=0.05)
    surrogate = fit_surrogate(seen)
    (one,) = foretold(surrogate, draws, {}, [0.0])
    assert one.without == draws.beyond
    assert one.low == pytest.approx(1.0 - draws.beyond, abs=0.02)
    assert one.high == pytest.approx(1.0, abs=0.01)


def test_places_are_the_crossed_values_or_what_is_held(seen):
    assert chosen_places(seen, {}) == [{"power_w": 12.0}, {"power_w": 24.0}]
    assert chosen_places(seen, {"power_w": 15.0}) == [{"power_w": 15.0}]


def test_a_latin_hypercube_covers_all_of_its_distributions_and_a_probability_needs_some():
    cut = Input("a", True, Normal(kind="normal", mean=0.0, sd=1.0), norm.ppf((np.arange(20) + 0.5) / 20.0), False)
    assert cut.covered_shares() == (0.0, 1.0)
    assert cut.covered() == (-np.inf, np.inf)
    with pytest.raises(AnalysisError, match="no input of the study has a distribution"):
        draw((), 64)

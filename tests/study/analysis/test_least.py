"""The least treatment against one that is known, and the real runs that check an answer."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from ablasim.errors import AnalysisError
from ablasim.study.analysis.draws import draw
from ablasim.study.analysis.inputs import Input
from ablasim.study.analysis.least import energy_kj, least_treatment, more_cases
from ablasim.study.analysis.observations import observe
from ablasim.study.analysis.probability import reaching
from ablasim.study.analysis.real_runs import folder_of_check, study_at
from ablasim.study.analysis.surrogate import fit_surrogate
from ablasim.study.plan import make_plan
from ablasim.study.store import StudyFolder
from tests.study.analysis.conftest import chosen

POWER = Input("power_w", False, None, np.linspace(10.0, 30.0, 5), False)
TIME = Input("duration_min", False, None, np.linspace(4.0, 12.0, 5), False)


def heated(places):
    """Normal with mean power·√time/10 and sd 1; at least 5 with 95 % where the mean is 6.645."""
    return norm.sf(5.0, places["power_w"] * np.sqrt(places["duration_min"]) / 10.0, 1.0)


def test_the_frontier_is_where_the_probability_is_reached_and_no_treatment_on_it_beats_another():
    found = least_treatment(heated, [POWER, TIME], 0.95)
    times = np.array([treatment.place["duration_min"] for treatment in found.frontier])
    powers = np.array([treatment.place["power_w"] for treatment in found.frontier])
    np.testing.assert_allclose(powers, 66.449 / np.sqrt(times), rtol=5e-3)
    assert (np.diff(times) > 0.0).all()
    assert (np.diff(powers) < 0.0).all()
    assert min(treatment.probability for treatment in found.frontier) >= 0.95
    assert max(treatment.probability for treatment in found.frontier) < 0.96


def test_the_least_energy_is_found_and_an_edge_is_told():
    # Energy grows as the root of time: least at the shortest time for which the power suffices, 30 W.
    found = least_treatment(heated, [TIME, POWER], 0.95)
    assert found.best.place["duration_min"] == pytest.approx((66.449 / 30.0) ** 2, abs=12.0 / 17.0)
    assert found.best.energy_kj == pytest.approx(energy_kj(found.best.place))
    assert found.best.energy_kj == min(treatment.energy_kj for treatment in found.frontier)
    assert [treatment.at_edge for treatment in found.frontier][-1]
    assert not found.frontier[len(found.frontier) // 2].at_edge


def test_the_first_power_that_reaches_it_is_taken_though_more_does_harm():
    found = least_treatment(lambda at: np.where(np.abs(at["power_w"] - 20.0) < 3.0, 0.97, 0.2), [POWER], 0.95)
    assert found.best.place["power_w"] == pytest.approx(17.0, abs=0.01)
    assert found.best.energy_kj is None
    assert len(found.frontier) == 1


def test_what_is_reached_nowhere_is_told_with_the_best_there_is():
    with pytest.raises(AnalysisError, match=r"reached nowhere .* power_w and duration_min; the highest found is 0\.80"):
        least_treatment(lambda at: np.full(len(at["power_w"]), 0.8), [POWER, TIME], 0.95)
    where = r"the highest found is 0\.71, at power_w 30, duration_min 12, .*: a study of cases near it, "
    bounds = r"power_w between {low: 25, high: 30} and duration_min between {low: 10, high: 12}, would tell"
    with pytest.raises(AnalysisError, match=where + bounds):
        least_treatment(lambda at: heated(at) * 0.71, [POWER, TIME], 0.95)
    with pytest.raises(AnalysisError, match="none: must be one or two"):
        least_treatment(heated, [], 0.95)


def test_cases_near_an_answer_reach_a_quarter_of_the_range_to_either_side():
    said = more_cases({"power_w": 18.0, "duration_min": 12.0}, [POWER, TIME])
    assert said == (
        "a study of cases near it, power_w between {low: 13, high: 23} and duration_min between {low: 10, high: 12}, "
        "would tell"
    )


def test_a_known_least_treatment_is_found_through_table_and_surrogate(folder_of):
    vary = [
        chosen("power_w", 10.0, 30.0), chosen("duration_min", 4.0, 12.0),
        {"name": "a", "path": "body.a", "distribution": {"kind": "normal", "mean": 0.0, "sd": 1.0}},
    ]  # fmt: skip
    folder = folder_of(vary, lambda power_w, duration_min, a: power_w * duration_min**0.5 / 10.0 + a,
                       sampling={"method": "latin_hypercube", "count": 64})  # fmt: skip
    seen = observe(folder, "margin.minimum_mm", {})
    surrogate, draws = fit_surrogate(seen), draw(seen.uncertain, 64)
    found = least_treatment(lambda at: reaching(surrogate, draws, at, 5.0), list(seen.chosen), 0.95)
    for treatment in found.frontier:
        assert heated({name: np.array([value]) for name, value in treatment.place.items()})[0] == pytest.approx(
            0.95, abs=0.02
        )


STUDY = """\
schema_version: 1
title: Heated ball
base: {sphere}
set: {{numerics.mesh: {{tumour_mm: 2.5, shell_mm: 5, far_mm: 20, growth: 0.6}}}}
vary:
  - {{name: power_w, path: protocol.0.drive.ball.power_w, between: {{low: 1, high: 4}}}}
  - {{name: perfusion_factor, path: body.perfusion_factor, distribution: {{kind: uniform, low: 0.5, high: 1.5}}}}
sampling: {{method: latin_hypercube, count: 12, seed: 5}}
"""


@pytest.fixture
def loaded(load, root):
    return load(STUDY.format(sphere=root / "scenarios/steady_heated_sphere.yaml"))


def test_real_runs_are_drawn_anew_at_the_answer(loaded, tmp_path):
    folder = StudyFolder(tmp_path / "out")
    plan = make_plan(loaded)
    folder.begin(plan)
    check = study_at(loaded, folder, {"power_w": 2.5}, 10)
    checked = make_plan(check)
    assert {point.inputs["power_w"] for point in checked.points} == {2.5}
    drawn = {point.inputs["perfusion_factor"] for point in checked.points}
    assert len(drawn) == 10
    assert not drawn & {point.inputs["perfusion_factor"] for point in plan.points}
    assert folder_of_check(folder, check) != folder_of_check(folder, study_at(loaded, folder, {"power_w": 2.6}, 10))
    assert folder_of_check(folder, check).parent.parent == folder.path


def test_real_runs_of_another_study_or_without_a_value_are_refused(loaded, load, root, tmp_path):
    folder = StudyFolder(tmp_path / "out")
    folder.begin(make_plan(loaded))
    with pytest.raises(AnalysisError, match="power_w: must have one value for real runs: --at power_w=…"):
        study_at(loaded, folder, {}, 10)
    other = load(STUDY.format(sphere=root / "scenarios/steady_heated_sphere.yaml").replace("high: 4", "high: 5"))
    with pytest.raises(AnalysisError, match=r"study.yaml: is not the study of .*out; give the file that was swept"):
        study_at(other, folder, {"power_w": 2.5}, 10)

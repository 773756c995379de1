"""What of a study's folder an analysis uses."""

from __future__ import annotations

import pytest

from ablasim.errors import AnalysisError
from ablasim.study.analysis.observations import kept_at, observe, placed
from tests.study.analysis.conftest import crossed, uncertain

RESULT = "margin.minimum_mm"


@pytest.fixture
def folder(folder_of):
    """Two powers, two models, five draws; one draw fails, another cannot be."""

    def formula(power_w: float, model: str, k: float) -> float | None:
        if k > 0.8:
            raise ValueError("cannot be")
        return None if k < 0.2 else power_w + k + (100.0 if model == "resolved" else 0.0)

    vary = [crossed("power_w", 10.0, 20.0), crossed("model", "convective", "resolved"), uncertain("k")]
    return folder_of(vary, formula, sampling={"method": "latin_hypercube", "count": 5, "seed": 1})


def test_points_without_a_result_are_counted_by_their_reason(folder):
    seen = observe(folder, RESULT, {"model": "resolved"})
    assert len(seen.y) == 10
    assert seen.known.sum() == 6
    assert seen.left_out() in ("2 failed, 2 cannot be", "2 cannot be, 2 failed")
    assert [each.name for each in seen.inputs] == ["power_w", "k"]
    assert seen.y[seen.known].min() > 100.0
    assert seen.held == {"model": "resolved"}


def test_words_must_be_chosen(folder):
    with pytest.raises(AnalysisError, match="model=…: must be one of convective, resolved"):
        observe(folder, RESULT, {})
    with pytest.raises(AnalysisError, match="model=reslved: must be one of convective, resolved"):
        observe(folder, RESULT, {"model": "reslved"})


def test_a_column_that_is_not_there_is_told(folder):
    with pytest.raises(AnalysisError, match=r"'margin.minimun_mm': must be .*did you mean 'margin.minimum_mm'"):
        observe(folder, "margin.minimun_mm", {"model": "resolved"})
    with pytest.raises(AnalysisError, match="'k': must be a column of the table with numbers as results"):
        observe(folder, "k", {"model": "resolved"})


def test_an_input_that_is_not_there_is_told(folder):
    with pytest.raises(AnalysisError, match="powr_w: no such input; did you mean 'power_w'"):
        observe(folder, RESULT, {"powr_w": 10.0})


def test_a_place_holds_crossed_inputs_at_values_that_cases_have(folder):
    at = {"model": "convective", "power_w": 20.0}
    seen = observe(folder, RESULT, at)
    here = kept_at(seen, placed(seen, at))
    assert [each.name for each in here.inputs] == ["k"]
    assert here.y[here.known].min() > 20.0
    assert len(here.y) == 5
    with pytest.raises(AnalysisError, match="power_w=15: no case has it; real runs were made at 10, 20"):
        kept_at(seen, {"power_w": 15.0})
    assert placed(here, at) == {}
    with pytest.raises(AnalysisError, match=r"power_w=10.0: the cases with a result have 20 alone"):
        placed(here, at | {"power_w": 10.0})
    with pytest.raises(AnalysisError, match="--at k: must be an input that is chosen; known: power_w"):
        placed(seen, {"k": 0.5})


def test_points_at_a_power_of_which_no_case_has_a_result_are_left_out(folder_of):
    vary = [crossed("power_w", 10.0, 20.0), uncertain("k")]
    folder = folder_of(
        vary, lambda power_w, k: k if power_w < 15.0 else None, sampling={"method": "random", "count": 6}
    )
    seen = observe(folder, RESULT, {})
    assert seen.held == {"power_w": 10.0}
    assert len(seen.y) == seen.known.sum() == 6


def test_a_study_of_one_thing_at_a_time_is_refused(folder_of):
    vary = [crossed("power_w", 10.0, 20.0), crossed("k", 0.1, 0.2)]
    single = folder_of(vary, lambda power_w=15.0, k=0.1: power_w + k, design="one_at_a_time")
    with pytest.raises(AnalysisError, match="varies one thing at a time"):
        observe(single, RESULT, {})

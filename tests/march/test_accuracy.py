"""What the time tolerance promises: the estimated error against the true one, in a whole ablation."""

import copy
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from ablasim.build import build_case
from ablasim.errors import SolverError
from ablasim.march import march
from ablasim.scenario import parse_scenario
from ablasim.units import kelvin

QUICK = Path(__file__).parents[1] / "data" / "quick.yaml"
CALM_BELOW_C = 80.0
"""Above it the steps do not hold the error of temperature (see ``docs/design.md``)."""


@pytest.fixture(scope="module")
def ablation(tmp_path_factory):
    """A minute of the quick scenario without twin, by its numerics: the case and its march."""
    cache = tmp_path_factory.mktemp("meshes")

    def run(**numerics):
        data = copy.deepcopy(YAML(typ="safe").load(QUICK)) | {"heat_sink": {"twins": []}, "cool_down_s": 0}
        data["protocol"][0]["duration_s"] = 60
        data["numerics"] |= numerics
        case = build_case(parse_scenario(data), cache)
        return case, march(case)

    return run


@pytest.fixture(scope="module")
def converged(ablation):
    """Temperature of the run with steps so short that their error does not matter, K."""
    return ablation(time_step_s=0.05, time_tolerance=1e-3)[1].temperature


@pytest.mark.parametrize("tolerance", [0.5, 0.2, 0.1])
def test_the_true_error_at_the_end_stays_below_the_tolerance(ablation, converged, tolerance):
    case, found = ablation(time_tolerance=tolerance)
    calm = case.bioheat("actual").active & (converged < kelvin(CALM_BELOW_C))
    error = np.abs(found.temperature - converged)[calm].max()
    assert error < tolerance
    assert error > 0.02 * tolerance  # no more work than was asked for


def test_a_tolerance_that_no_step_keeps_is_told_with_the_shortest_step_and_what_to_do(ablation):
    sentence = r"with 0\.0001 s.* times what numerics\.time_tolerance = 0\.0005 K allows; give a larger one"
    with pytest.raises(SolverError, match=sentence):
        ablation(time_tolerance=0.0005)


@pytest.mark.parametrize("numerics", [{}, {"time_step_s": 1}])
def test_steps_that_do_not_converge_say_which_solver_failed(ablation, monkeypatch, numerics):
    def fail(*_args, **_kwargs):
        message = "Newton's method for the temperature did not converge"
        raise SolverError(message, iterations=25)

    monkeypatch.setattr("ablasim.stepping.advance_sdirk2", fail)
    with pytest.raises(SolverError, match=r"Newton's method .* did not converge \(iterations 25\).*\(at 0 s\)"):
        ablation(**numerics)


def test_the_work_of_a_run_does_not_grow(ablation):
    """Counts, so that a change that costs time is seen without a clock; each a tenth above what it is now."""
    work = ablation()[1].work
    assert work["rejected_steps"] == 0
    assert work["multigrid_setups"] == 1
    assert work["electric_solves"] == work["steps"] + 1
    assert work["steps"] <= 15
    assert work["newton_iterations"] <= 61
    assert work["heat_iterations"] <= 500
    assert work["electric_iterations"] <= 47

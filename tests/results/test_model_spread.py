from types import SimpleNamespace

import pytest

from ablasim.damage.registry import damage_model
from ablasim.results.model_spread import model_spread


def spread(**minimum_mm):
    margins = {
        name: None if value is None else SimpleNamespace(minimum=value * 1e-3) for name, value in minimum_mm.items()
    }
    return model_spread(margins, [damage_model(name) for name in margins])


def test_the_spread_runs_over_the_models_that_kill_nothing_seen_to_live():
    found = spread(cem43_240=2.4, isotherm_60=1.1, arrhenius_liver=7.0, three_state=-3.0)
    assert found == {
        "model_low_mm": pytest.approx(1.1),
        "model_high_mm": pytest.approx(2.4),
        "models_counted": ["cem43_240", "isotherm_60"],
    }


def test_one_model_has_no_spread():
    found = spread(cem43_240=2.4, arrhenius_liver=7.0)
    assert (found["model_low_mm"], found["model_high_mm"]) == (None, None)
    assert found["models_counted"] == ["cem43_240"]

from types import SimpleNamespace

import pytest

from ablasim.damage import PULSE_ZONES
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


def test_under_pulses_neither_heat_nor_opened_cells_make_the_spread():
    zones = {zone.name: zone for zone in PULSE_ZONES}
    kill = ["irreversible_threshold", "irreversible_threshold_lowest", "irreversible_threshold_highest", "peleg_fermi"]
    assert list(zones) == [*kill, "reversible_threshold"]
    models = [*zones.values(), damage_model("cem43_240")]
    values = zip(models, (3.0, 5.0, 1.0, 4.0, 9.0, -2.0), strict=True)
    margins = {model.name: SimpleNamespace(minimum=value * 1e-3) for model, value in values}
    found = model_spread(margins, models)
    assert [found["model_low_mm"], found["model_high_mm"]] == pytest.approx([1.0, 5.0])
    assert found["models_counted"] == kill


def test_with_heat_as_headline_pulses_do_not_count():
    models = [damage_model("cem43_240"), damage_model("isotherm_60"), PULSE_ZONES[0]]
    margins = {model.name: SimpleNamespace(minimum=1e-3 * place) for place, model in enumerate(models)}
    assert model_spread(margins, models)["models_counted"] == ["cem43_240", "isotherm_60"]

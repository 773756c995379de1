from __future__ import annotations

import numpy as np
import pytest

from ablasim.damage import perfusion_shutdown
from ablasim.errors import ModelError

BODY, HOT = np.full(2, 310.15), np.array([310.15, 345.0])


def test_blood_stops_where_the_dose_is_reached_and_does_not_come_back():
    law = perfusion_shutdown("cem43", 240.0)
    state = law.start(2, BODY)
    np.testing.assert_array_equal(law.perfused(state), [1.0, 1.0])
    heated = law.advance(state, BODY, HOT, 60.0)
    np.testing.assert_array_equal(law.perfused(heated), [1.0, 0.0])
    cooled = law.advance(heated, HOT, BODY, 60.0)
    np.testing.assert_array_equal(law.perfused(cooled), [1.0, 0.0])


def test_without_a_law_blood_always_flows():
    law = perfusion_shutdown("none")
    state = law.advance(law.start(2, BODY), BODY, HOT, 600.0)
    np.testing.assert_array_equal(law.perfused(state), [1.0, 1.0])
    assert law.describe() == {"name": "none"}


@pytest.mark.parametrize(
    ("model", "criterion", "key", "value"),
    [
        ("isotherm", 60.0, "threshold_c", 60.0),
        ("three_state", 0.2, "dead_share", 0.2),
        ("arrhenius_liver", 4.605, "threshold", 4.605),
        ("cem43", 60.0, "threshold_min", 60.0),
    ],
)
def test_the_criterion_of_the_scenario_is_used(model, criterion, key, value):
    assert perfusion_shutdown(model, criterion).describe()[key] == pytest.approx(value)


@pytest.mark.parametrize(
    ("model", "criterion", "message"),
    [
        ("cem43", 0.0, "must be above 0"),
        ("three_state", 1.5, "must be between 0 and 1"),
        ("cem43_240", 60.0, "already has one"),
    ],
)
def test_a_criterion_that_cannot_be_is_refused(model, criterion, message):
    with pytest.raises(ModelError, match=message):
        perfusion_shutdown(model, criterion)


@pytest.mark.parametrize(
    ("model", "label"),
    [
        ("cem43", "CEM43 ≥ 240 min"),
        ("isotherm", "60 °C isotherm"),
        ("three_state", "three-state dead share ≥ 0.2"),
        ("arrhenius_liver", "Arrhenius Ω ≥ 1 (liver)"),
        ("isotherm_54", "54 °C isotherm"),
    ],
)
def test_without_a_criterion_the_law_takes_its_usual_one(model, label):
    assert perfusion_shutdown(model).describe()["label"] == label


def test_an_unknown_law_names_the_nearest():
    with pytest.raises(ModelError, match="did you mean cem43"):
        perfusion_shutdown("cem34", 240.0)

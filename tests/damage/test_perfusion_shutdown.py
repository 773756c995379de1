from __future__ import annotations

import numpy as np
import pytest

from ablasim.damage import perfusion_shutdown
from ablasim.errors import ModelError

BODY, HOT = np.full(2, 310.15), np.array([310.15, 345.0])


def test_blood_stops_where_the_dose_is_reached_and_does_not_come_back():
    law = perfusion_shutdown("cem43", 240.0)
    state = law.start(2, BODY)
    np.testing.assert_array_equal(law.perfused_share(state, state), [1.0, 1.0])
    heated = law.advance(state, BODY, HOT, 60.0)
    np.testing.assert_array_equal(law.perfused_share(heated, heated), [1.0, 0.0])
    cooled = law.advance(heated, HOT, BODY, 60.0)
    np.testing.assert_array_equal(law.perfused_share(cooled, cooled), [1.0, 0.0])


def test_blood_that_stops_within_a_step_flows_for_the_part_before():
    law = perfusion_shutdown("isotherm", 60.0)
    temperatures = [np.full(4, 323.15), np.array([333.0, 335.65, 343.15, 320.0])]
    start = law.start(4, temperatures[0])
    end = law.advance(start, *temperatures, 10.0)
    np.testing.assert_allclose(law.perfused_share(start, end), [1.0, 0.8, 0.5, 1.0])
    later = law.advance(end, temperatures[1], temperatures[0], 10.0)
    np.testing.assert_array_equal(law.perfused_share(end, later), [1.0, 0.0, 0.0, 1.0])


def test_the_time_at_which_blood_stops_is_found_with_second_order():
    """Tissue at 48 °C reaches 240 min of CEM43 after 450 s, whatever the steps."""
    law, hot = perfusion_shutdown("cem43", 240.0), np.full(1, 321.15)
    errors = []
    for n_steps in (7, 14, 28):
        state, flowing, dt = law.start(1, hot), 0.0, 600.0 / n_steps
        for _ in range(n_steps):
            after = law.advance(state, hot, hot, dt)
            flowing += dt * law.perfused_share(state, after)[0]
            state = after
        errors.append(abs(flowing - 450.0))
    assert errors[0] < 3.0
    assert errors[2] < errors[0] / 12.0


def test_without_a_law_blood_always_flows():
    law = perfusion_shutdown("none")
    start = law.start(2, BODY)
    state = law.advance(start, BODY, HOT, 600.0)
    np.testing.assert_array_equal(law.perfused_share(state, state), [1.0, 1.0])
    np.testing.assert_array_equal(law.perfused_share(start, state), [1.0, 1.0])
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

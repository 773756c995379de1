from types import SimpleNamespace

import pytest

from ablasim.errors import ModelError
from ablasim.physics.microwave.budget import Feed, forward_power, power_budget

FIELD = SimpleNamespace(
    reflected=0.1,
    absorbed={"tissue": 0.7, "catheter": 0.06, "dielectric": 0.0, "coolant": 0.04},
    radiated={"tissue_side": 0.07, "catheter_top": 0.03},
)


def test_without_losses_the_antenna_gets_everything():
    budget = power_budget(FIELD, 60.0, Feed())
    assert (budget.incident_w, budget.cable_loss_w, budget.shaft_loss_w) == (60.0, 0.0, 0.0)
    assert budget.reflected_w == pytest.approx(6.0)
    assert budget.entering_w == pytest.approx(54.0)
    assert budget.absorbed_w == pytest.approx(42.0)
    assert (budget.catheter_w, budget.dielectric_w, budget.coolant_w) == pytest.approx((3.6, 0.0, 2.4))
    assert budget.radiated_w == pytest.approx(6.0)
    assert budget.residual_w == pytest.approx(0.0, abs=1e-12)


def test_a_cable_of_three_decibels_takes_half_of_each_way():
    budget = power_budget(FIELD, 100.0, Feed(cable_loss_db=3.0102999566))
    assert budget.incident_w == pytest.approx(50.0)
    assert budget.reflected_w == pytest.approx(2.5)
    assert budget.cable_loss_w == pytest.approx(50.0 + 2.5)
    assert budget.absorbed_w == pytest.approx(35.0)
    assert budget.residual_w == pytest.approx(0.0, abs=1e-12)


def test_cable_and_shaft_lose_one_after_the_other_there_and_back():
    """100 W: cable 1/2, shaft 1/10 of what is left; 4.5 W come back into the shaft, 0.45 W into the cable."""
    budget = power_budget(FIELD, 1000.0, Feed(cable_loss_db=3.0102999566, shaft_loss_db=10.0))
    assert budget.incident_w == pytest.approx(50.0)
    assert budget.shaft_loss_w == pytest.approx(450.0 + 4.5)
    assert budget.cable_loss_w == pytest.approx(500.0 + 0.25)
    assert budget.reflected_w == pytest.approx(0.25)
    assert budget.residual_w == pytest.approx(0.0, abs=1e-9)
    assert forward_power(50.0, Feed(3.0102999566, 10.0)) == pytest.approx(1000.0)


def test_what_the_field_misses_stays_visible():
    missing = SimpleNamespace(**{**vars(FIELD), "absorbed": {"tissue": 0.6}})
    assert power_budget(missing, 10.0, Feed()).residual_w == pytest.approx(2.0)


@pytest.mark.parametrize("value", [-0.1, float("nan")])
def test_negative_losses_and_powers_are_refused(value):
    with pytest.raises(ModelError, match=r"cable_loss_db = .*: must be at least 0 dB"):
        Feed(cable_loss_db=value)
    with pytest.raises(ModelError, match="shaft_loss_db = "):
        Feed(shaft_loss_db=value)
    with pytest.raises(ModelError, match="forward power = "):
        power_budget(FIELD, value, Feed())

import pytest

from ablasim.errors import ModelError
from ablasim.generators import Limits, Output, operate


@pytest.mark.parametrize(
    ("output", "voltage", "current", "power"),
    [
        (Output("power", 32.0), 40.0, 0.8, 32.0),
        (Output("voltage", 40.0), 40.0, 0.8, 32.0),
        (Output("current", 0.8), 40.0, 0.8, 32.0),
    ],
)
def test_each_control_finds_the_same_point_on_a_50_ohm_load(output, voltage, current, power):
    point = operate(0.02, output)
    assert (point.voltage, point.current, point.power) == pytest.approx((voltage, current, power))
    assert point.impedance == pytest.approx(50.0)
    assert point.limit is None


def test_the_voltage_limit_takes_power_away_and_says_so():
    point = operate(0.01, Output("power", 40.0, Limits(voltage=50.0)))
    assert point.limit == "voltage"
    assert (point.voltage, point.power) == pytest.approx((50.0, 25.0))


def test_series_resistance_takes_part_of_the_terminal_voltage_but_none_of_the_delivered_power():
    point = operate(0.02, Output("power", 32.0), series_resistance=50.0)
    assert point.power == pytest.approx(32.0)
    assert point.impedance == pytest.approx(100.0)
    limited = operate(0.02, Output("power", 32.0, Limits(voltage=50.0)), series_resistance=50.0)
    assert limited.voltage == pytest.approx(25.0)


def test_no_conductance_is_an_error():
    with pytest.raises(ModelError, match="no current can flow"):
        operate(0.0, Output("voltage", 10.0))

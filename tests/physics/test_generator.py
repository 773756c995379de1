import pytest

from ablasim.errors import ModelError
from ablasim.physics.generator import Drive, operate


@pytest.mark.parametrize(
    ("drive", "voltage", "current", "power"),
    [
        (Drive("power", 32.0), 40.0, 0.8, 32.0),
        (Drive("voltage", 40.0), 40.0, 0.8, 32.0),
        (Drive("current", 0.8), 40.0, 0.8, 32.0),
    ],
)
def test_each_control_finds_the_same_point_on_a_50_ohm_load(drive, voltage, current, power):
    point = operate(0.02, drive)
    assert (point.voltage, point.current, point.power) == pytest.approx((voltage, current, power))
    assert point.impedance == pytest.approx(50.0)
    assert not point.limited


def test_the_voltage_limit_takes_power_away_and_says_so():
    point = operate(0.01, Drive("power", 40.0, voltage_limit=50.0))
    assert point.limited
    assert (point.voltage, point.power) == pytest.approx((50.0, 25.0))


def test_series_resistance_takes_part_of_the_terminal_voltage_but_none_of_the_delivered_power():
    point = operate(0.02, Drive("power", 32.0), series_resistance=50.0)
    assert point.power == pytest.approx(32.0)
    assert point.impedance == pytest.approx(100.0)
    limited = operate(0.02, Drive("power", 32.0, voltage_limit=50.0), series_resistance=50.0)
    assert limited.voltage == pytest.approx(25.0)


def test_no_conductance_is_an_error():
    with pytest.raises(ModelError, match="no current can flow"):
        operate(0.0, Drive("voltage", 10.0))

"""How long a run is told to take, against what was measured."""

from pathlib import Path

import pytest

from ablasim.cost import expected_seconds
from ablasim.scenario import load_scenario

SCENARIOS = Path(__file__).parents[1] / "scenarios"


@pytest.mark.parametrize(
    ("name", "n_points", "measured_s"),
    [
        ("rfa_quick_look", 8_514, 7.0),
        ("rfa_hepatic_vein", 95_136, 32.0),
        ("mwa_hepatic_vein", 34_561, 15.0),
        ("ire_two_needles", 30_839, 6.3),
        ("ire_four_needles_hepatic_vein", 80_007, 37.0),
    ],
)
def test_what_is_told_is_right_to_a_factor_of_two(name, n_points, measured_s):
    scenario = load_scenario(SCENARIOS / f"{name}.yaml")
    told = expected_seconds(scenario, n_points)
    assert 0.5 < told / measured_s < 2.0
    assert expected_seconds(scenario, n_points, warm=True) < told - 4.0

"""From where vessels are measured: needles, tines, and the common axis of needles that are one electrode."""

import numpy as np

from ablasim.active_parts import active_parts
from ablasim.anatomy import build_anatomy
from ablasim.scenario import parse_scenario

VOLTS = {"control": "voltage", "voltage_v": 10}
CLUSTER = {"name": "cluster", "kind": "rf_needles", "count": 3, "spacing_mm": 8, "centre_mm": [4, 0, 2],
           "direction": [0, 0, 1], "active_length_mm": 12}  # fmt: skip
STAR = {"name": "star", "kind": "rf_tines", "shape": "star", "tip_mm": [-15, 0, 0], "direction": [0, 0, 1],
        "active_length_mm": 6, "tine_count": 2, "tine_length_mm": 7}  # fmt: skip


def parts(*applicators, drive, x_mm=20, **more):
    data = {
        "schema_version": 1,
        "title": "Parts",
        "organ": {"shape": "box", "size_mm": [80, 60, 50], "tissue": "liver"},
        "vessels": [
            {"name": "vein", "points_mm": [[x_mm, 0, -25], [x_mm, 0, 25]], "diameter_mm": 3, "mean_speed_mm_s": 9}
        ],
        "applicators": list(applicators),
        "protocol": [{"duration_s": 4, "drive": drive}],
    }
    scenario = parse_scenario(data | more)
    return active_parts(scenario, build_anatomy(scenario))


def test_needles_driven_as_one_have_the_axis_in_their_middle():
    cluster, star = parts(CLUSTER, STAR, drive={"cluster": VOLTS})
    np.testing.assert_allclose(cluster, [[[0.004, 0, -0.004], [0.004, 0, 0.008]]], atol=1e-9)
    assert len(star) > 10  # the trocar's tip, and the tines in short stretches
    np.testing.assert_allclose(star[0], [[-0.015, 0, 0], [-0.015, 0, 0.006]], atol=1e-12)
    assert star[:, :, 2].min() < -0.003


def test_needles_driven_apart_are_their_own():
    apart = parts(CLUSTER, drive={"cluster": {**VOLTS, "switching": {"pairs": "all", "every_s": 10}}})
    assert [part.shape for part in apart] == 3 * [(1, 2, 3)]
    leaning = {**CLUSTER, "tilts": [{"needle": 1, "angle_deg": 12}]}
    assert len(parts(leaning, drive={"cluster": VOLTS})) == 3


def test_an_axis_that_runs_through_a_vessel_is_none():
    """Measured from there, a vein between two needles would be measured from its own centre line."""
    assert len(parts(CLUSTER, drive={"cluster": VOLTS}, x_mm=5)) == 3

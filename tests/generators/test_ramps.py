"""Ramps that their step cuts short are warned of."""

import pytest

from ablasim.drives import unfinished_ramps
from ablasim.scenario import parse_scenario


def warned(seconds, **drive):
    return unfinished_ramps(
        parse_scenario(
            {
                "schema_version": 1,
                "title": "Ramp",
                "organ": {"shape": "box", "size_mm": [100, 100, 100], "tissue": "liver"},
                "applicators": [
                    {"name": "set", "kind": "rf_needles", "device": "cooled_cluster", "centre_mm": [0, 0, 0],
                     "direction": [0, 0, 1]}
                ],
                "protocol": [{"duration_s": 5}, {"duration_s": seconds, "drive": {"set": drive}}],
            }
        )
    )  # fmt: skip


LINE = {"control": "power", "power_w": 60, "ramp": {"from_w": 20, "over_s": 80}}
STAIRS = {"control": "current", "current_a": 1.0, "ramp": {"from_a": 0.4, "step_a": 0.2, "every_s": 30}}
IMPEDANCE = {
    "control": "impedance",
    "power_w": 20,
    "ramp": {"from_w": 50, "over_s": 80},
    "roll_off": {"factor": 2},
    "off_s": 5,
}


@pytest.mark.parametrize(
    ("seconds", "drive", "sentence"),
    [
        (40, LINE, "takes 80 s, the step 40 s: it gets to 40 W and not to 60 W"),
        (90, STAIRS, "takes 90 s, the step 90 s: it gets to 0.8 A and not to 1 A"),
        (40, IMPEDANCE, "takes 80 s, the step 40 s: it gets to 35 W and not to 20 W"),
    ],
)
def test_a_ramp_longer_than_its_step_is_told_by_the_name_of_the_set(seconds, drive, sentence):
    assert warned(seconds, **drive) == [f"protocol.1.drive.set.ramp: {sentence}"]


@pytest.mark.parametrize(("seconds", "drive"), [(80, LINE), (91, STAIRS), (10, {"control": "voltage", "voltage_v": 9})])
def test_one_that_comes_to_its_end_is_not(seconds, drive):
    assert warned(seconds, **drive) == []

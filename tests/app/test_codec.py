"""Bytes of the library: fine where tissue is about to die."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ablasim.app.codec import kelvin_of, level_of, packed_kelvin, packed_level


@given(st.floats(-46.0, 46.0))
def test_a_level_is_kept_to_three_hundredths_of_itself_or_of_a_tenth(level):
    kept = float(level_of(packed_level(np.array([level])))[0])
    assert abs(kept - level) <= 0.03 * np.hypot(0.1, level)


@given(st.lists(st.floats(-60.0, 60.0), min_size=2, max_size=2))
def test_a_larger_level_is_never_kept_as_a_smaller_one(levels):
    low, high = level_of(packed_level(np.sort(np.array(levels))))
    assert low <= high


def test_the_sign_of_a_level_is_kept():
    assert level_of(packed_level(np.array([-0.1, 0.0, 0.1]))).tolist()[1] == 0.0
    assert np.sign(level_of(packed_level(np.array([-0.1, 0.1])))).tolist() == [-1.0, 1.0]


@given(st.floats(-95.0, 95.0))
def test_a_temperature_is_kept_to_half_a_step(kelvin):
    assert abs(float(kelvin_of(packed_kelvin(np.array([kelvin])))[0]) - kelvin) <= 0.375 + 1e-9

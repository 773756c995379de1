import numpy as np
import pytest

from ablasim.errors import MaskError
from ablasim.masks import measure_overlap, overlap_summary


def test_concentric_balls_agree_as_their_radii_say(ball):
    found = measure_overlap(ball(12.0), ball(15.0))
    assert found.dice == pytest.approx(2 * 12**3 / (12**3 + 15**3), abs=0.002)
    assert found.mean_distance == pytest.approx(3e-3, abs=0.02e-3)
    assert found.percentile_distance == pytest.approx(3e-3, abs=0.02e-3)
    summary = overlap_summary(found)
    assert summary["volume_difference_ml"] == pytest.approx(4 / 3 * np.pi * (12**3 - 15**3) * 1e-3, rel=0.003)
    assert summary["volume_difference_percent"] == pytest.approx(100 * ((12 / 15) ** 3 - 1), abs=0.1)


def test_shifted_balls_agree_as_their_lens_says(ball):
    r, d = 12.0, 5.0
    found = measure_overlap(ball(r), ball(r, (d, 0, 0)))
    lens = np.pi * (4 * r + d) * (2 * r - d) ** 2 / 12
    assert found.dice == pytest.approx(lens / (4 / 3 * np.pi * r**3), abs=0.002)
    # At x = r u, with u uniform, a point of one sphere is |sqrt(r² + d² − 2 r d u) − r| from the other.
    u = np.linspace(-1, 1, 200_001)
    distance = np.abs(np.sqrt(r * r + d * d - 2 * r * d * u) - r)
    assert found.mean_distance * 1e3 == pytest.approx(distance.mean(), abs=0.02)
    assert found.percentile_distance * 1e3 == pytest.approx(np.percentile(distance, 95), abs=0.02)


def test_a_shape_agrees_with_itself(ball):
    found = measure_overlap(ball(12.0), ball(12.0))
    assert found.dice == 1.0
    assert found.mean_distance == pytest.approx(0.0, abs=1e-12)


def test_agreement_is_symmetric_but_for_the_sign_of_the_difference(ball, ellipsoid):
    pair = ball(10.0), ellipsoid((7.0, 10.0, 14.0))
    there, back = (measure_overlap(*each) for each in (pair, pair[::-1]))
    for name in ("dice", "mean_distance", "percentile_distance", "common_volume"):
        assert getattr(there, name) == pytest.approx(getattr(back, name), rel=1e-9)
    assert overlap_summary(there)["volume_difference_ml"] == pytest.approx(
        -overlap_summary(back)["volume_difference_ml"]
    )


def test_shapes_that_do_not_meet_are_refused(ball):
    with pytest.raises(MaskError, match="do not overlap"):
        measure_overlap(ball(10.0), ball(10.0, (30.0, 0, 0)))

"""Signed distances to the organ and stretches within it, against shapes with known answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablasim.geometry import segment_distance
from ablasim.scenario.anatomy import BoxOrgan, CylinderOrgan, SphereOrgan, Vessel
from ablasim.scenario.placement import (
    height_above,
    inside_of,
    shaft_segments,
    shortest_distance,
    vessel_segments,
)
from ablasim.scenario.radiofrequency import RfNeedle

BOX = BoxOrgan(shape="box", size_mm=(40, 60, 80), centre_mm=(1, 2, 3), tissue="liver")
CYLINDER = CylinderOrgan(shape="cylinder", diameter_mm=40, length_mm=60, axis="y", tissue="liver")
SPHERE = SphereOrgan(shape="sphere", diameter_mm=50, centre_mm=(5, 0, 0), tissue="liver")
COORDINATE = st.floats(-100, 100)
POINT = st.tuples(COORDINATE, COORDINATE, COORDINATE).map(np.array)


@pytest.mark.parametrize(
    ("organ", "point", "height"),
    [
        (BOX, (1, 2, 3), -20),
        (BOX, (1, 2, 53), 10),
        (BOX, (24, 36, 3), 5),
        (CYLINDER, (0, 29, 0), -1),
        (CYLINDER, (0, 0, 25), 5),
        (CYLINDER, (24, 33, 0), 5),
        (SPHERE, (5, 0, 0), -25),
        (SPHERE, (5, 30, 0), 5),
    ],
)
def test_height_above_is_the_signed_distance_to_the_outside(organ, point, height):
    assert height_above(organ, point) == pytest.approx(height, abs=1e-12)


@settings(deadline=None)
@given(start=POINT, end=POINT, organ=st.sampled_from([BOX, CYLINDER, SPHERE]))
def test_the_stretch_inside_is_what_sampling_finds(start, end, organ):
    parameters = np.linspace(0, 1, 21)
    samples = start + parameters[:, None] * (end - start)
    heights = np.array([height_above(organ, sample) for sample in samples])
    stretch = inside_of(organ, (start, end))
    if stretch is None:
        assert (heights > -1e-9).all()
        return
    assert max(height_above(organ, place) for place in stretch) <= 1e-9
    inside = samples[heights < -1e-6]
    along = np.array([np.linalg.norm(sample - start) for sample in inside])
    bounds = sorted(np.linalg.norm(place - start) for place in stretch)
    assert ((along >= bounds[0] - 1e-6) & (along <= bounds[1] + 1e-6)).all()


def test_a_shaft_without_a_length_ends_at_the_outside():
    needle = RfNeedle(name="a", kind="rf_needle", tip_mm=(1, 2, 3), direction=(0, 0, 2), active_length_mm=20)
    (segment,) = shaft_segments(needle, BOX)
    assert segment[1].tolist() == pytest.approx([1, 2, 43])


def test_a_shaft_of_given_length_ends_inside():
    needle = RfNeedle(
        name="a",
        kind="rf_needle",
        tip_mm=(1, 2, 3),
        direction=(1, 0, 0),
        active_length_mm=5,
        shaft_length_mm=7,
    )
    (segment,) = shaft_segments(needle, BOX)
    assert segment[1].tolist() == pytest.approx([13, 2, 3])


def test_vessels_that_cross_outside_the_organ_are_far_apart():
    straight = Vessel(name="a", points_mm=((0, -100, 0), (0, 100, 0)), diameter_mm=4)
    slanted = Vessel(name="b", points_mm=((0, 60, 0), (12, 0, 0), (12, -100, 0)), diameter_mm=4)
    distance = shortest_distance(vessel_segments(straight, BOX), vessel_segments(slanted, BOX))
    assert distance == pytest.approx(12 * 28 / 60)
    assert shortest_distance([], vessel_segments(slanted, BOX)) == np.inf


def test_the_shortest_distance_is_that_of_the_nearest_two_of_all_segments():
    random = np.random.default_rng(8)
    for spread in (1.0, 10.0, 100.0):
        first, second = (
            [(start, start + random.normal(size=3)) for start in spread * random.random((12, 3))] for _ in range(2)
        )
        nearest = min(segment_distance(*one, *other) for one in first for other in second)
        assert shortest_distance(first, second) == nearest

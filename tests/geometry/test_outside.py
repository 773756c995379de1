"""The share of a tumour outside the organ, against caps of balls, which have a formula."""

import numpy as np
import pytest

from ablasim.geometry import Ball, Box, Cylinder, Ellipsoid, Sphere, Surface
from ablasim.geometry.outside import share_outside

BLOCK = Box((0, 0, 0), (0.1, 0.1, 0.1))
RADIUS = 0.01


def cap(height, radius=RADIUS):
    """Share of a ball that lies beyond a plane which leaves a cap of some height."""
    return height**2 * (3.0 * radius - height) / (4.0 * radius**3)


def cube(centre, edge):
    corners = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    faces = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
    triangles = [[a, b, c] for f in faces for a, b, c in ((f[0], f[1], f[2]), (f[0], f[2], f[3]))]
    return Surface(np.asarray(centre) + edge * corners, np.array(triangles))


@pytest.mark.parametrize("height", [0.0005, 0.002, 0.006, 0.01])
@pytest.mark.parametrize("normal", [(1, 0, 0), (0, -1, 0), (0, 0, 1)])
def test_a_ball_through_a_face_leaves_a_cap_outside(height, normal):
    centre = (0.05 - RADIUS + height) * np.array(normal)
    assert share_outside(Sphere(centre, 2 * RADIUS), BLOCK) == pytest.approx(cap(height), abs=1e-4)


def test_a_ball_that_touches_the_face_from_within_is_wholly_inside():
    assert share_outside(Sphere((0.04, 0, 0), 2 * RADIUS), BLOCK) < 1e-9
    assert share_outside(Sphere((0.03, 0.03, 0), 2 * RADIUS), BLOCK) == 0.0


def test_stretching_along_the_face_changes_no_share():
    flat = Ellipsoid((0.044, 0, 0), (0.02, 0.05, 0.03))
    assert share_outside(flat, BLOCK) == pytest.approx(cap(0.004), abs=1e-4)


def test_two_faces_cut_twice_as_much_and_an_edge_what_is_left_of_both():
    narrow = Box((0, 0, 0), (0.012, 0.1, 0.1))
    assert share_outside(Sphere((0, 0, 0), 2 * RADIUS), narrow) == pytest.approx(2 * cap(0.004), abs=2e-4)
    at_edge = Sphere((0.05, 0.05, 0), 2 * RADIUS)
    assert share_outside(at_edge, BLOCK) == pytest.approx(0.75, abs=2e-4)


@pytest.mark.parametrize("centre_x", [0.046, 0.05, 0.053, 0.07])
def test_a_surface_may_have_its_centre_outside(centre_x):
    share = np.clip((centre_x + 0.005 - 0.05) / 0.01, 0.0, 1.0)
    assert share_outside(cube((centre_x, 0, 0), 0.01), BLOCK) == pytest.approx(share, abs=2e-3)


def test_a_ball_at_the_end_of_a_cylinder_and_one_in_a_smaller_ball():
    end = Sphere((0, 0, 0.044), 2 * RADIUS)
    assert share_outside(end, Cylinder((0, 0, 0), 0.1, 0.1)) == pytest.approx(cap(0.004), abs=1e-4)
    around = share_outside(Sphere((0, 0, 0), 0.02), Ball((0, 0, 0), 0.016))
    assert around == pytest.approx(1 - 0.8**3, abs=1e-4)

"""Absorption that is given: formulas hold their power, maps interpolate and integrate what they hold."""

from __future__ import annotations

import numpy as np
import pytest

from ablasim.physics.microwave.formulas import GaussianPattern, LinePattern
from ablasim.physics.microwave.maps import GridPattern, TrianglePattern
from ablasim.physics.microwave.patterns import absorbed_share, on_lines

FORMULAS = [
    GaussianPattern(centre=10e-3, radial=6e-3, axial=12e-3, share=0.8),
    GaussianPattern(centre=0.0, radial=12e-3, axial=3e-3, share=1.0),
    LinePattern(start=2e-3, length=20e-3, radius=1e-3, attenuation=48.0, share=0.9),
    LinePattern(start=0.0, length=1e-3, radius=0.5e-3, attenuation=23.0, share=0.5),
    LinePattern(start=-5e-3, length=30e-3, radius=2e-3, attenuation=5.0, share=1.0),
]

R, Z = np.array([0.0, 0.5e-3, 1e-3, 3e-3, 7e-3, 10e-3]), np.array([-8e-3, -1e-3, 0.0, 2e-3, 12e-3])


@pytest.mark.parametrize("pattern", FORMULAS)
def test_a_formula_absorbs_its_share(pattern):
    assert absorbed_share(pattern) == pytest.approx(pattern.share, rel=2e-4)


def test_a_line_falls_as_its_formula_says_and_is_even_within_its_radius():
    line = LinePattern(start=2e-3, length=20e-3, radius=1e-3, attenuation=48.0, share=0.9)
    away = np.array([1e-3, 2e-3, 5e-3, 20e-3])
    beside = line.density(np.column_stack([away, np.full(4, 9e-3)]))
    assert beside / beside[0] == pytest.approx(np.exp(-96.0 * (away - 1e-3)) * (1e-3 / away) ** 2)
    assert line.density(np.column_stack([np.zeros(4), 2e-3 - away])) == pytest.approx(beside)
    assert line.density(np.array([[0.0, 9e-3], [0.6e-3, 22.6e-3]])) == pytest.approx(beside[0])


def test_a_gaussian_leaves_1_over_e_at_its_lengths():
    blob = GaussianPattern(centre=10e-3, radial=6e-3, axial=12e-3, share=0.8)
    middle, aside, above = blob.density(np.array([[0.0, 10e-3], [6e-3, 10e-3], [0.0, 22e-3]]))
    assert aside / middle == pytest.approx(np.exp(-1.0))
    assert above / middle == pytest.approx(np.exp(-1.0))


def linear(r, z):
    return 1e4 + 2e6 * np.asarray(r) + 1e5 * np.asarray(z)


def as_grid():
    return GridPattern(R, Z, linear(*np.meshgrid(R, Z, indexing="ij")))


def as_triangles():
    """The same on triangles, each rectangle of the grid cut into two."""
    points = np.stack(np.meshgrid(R, Z, indexing="ij"), axis=-1).reshape(-1, 2)
    corner = (np.arange(len(R) - 1)[:, None] * len(Z) + np.arange(len(Z) - 1)).ravel()
    right, up, across = corner + len(Z), corner + 1, corner + len(Z) + 1
    cells = np.concatenate([np.column_stack([corner, right, across]), np.column_stack([corner, across, up])])
    return TrianglePattern(points, cells.astype(np.int32), linear(*points.T))


@pytest.mark.parametrize("pattern", [as_grid(), as_triangles()])
def test_a_map_of_a_linear_density_is_exact_inside_and_zero_outside(pattern):
    places = np.random.default_rng(1).uniform([0.0, -8e-3], [10e-3, 12e-3], (200, 2))
    assert pattern.density(places) == pytest.approx(linear(*places.T), rel=1e-9)
    assert pattern.density(np.array([[10.1e-3, 0.0], [5e-3, -8.1e-3], [5e-3, 12.1e-3]])).tolist() == [0.0, 0.0, 0.0]
    a, low, high = R[-1], Z[0], Z[-1]
    exact = np.pi * a**2 * ((high - low) * (1e4 + 2e6 * 2.0 * a / 3.0) + 0.5e5 * (high**2 - low**2))
    assert absorbed_share(pattern) == pytest.approx(exact, rel=1e-9)


def test_grid_cells_with_an_empty_corner_absorb_nothing():
    grid = as_grid()
    values = grid.values.copy()
    values[R < 1e-3] = np.nan  # the antenna: the line r = 1 mm is its surface
    hollow = GridPattern(R, Z, values)
    assert hollow.density(np.array([[0.99e-3, 1e-3]])).tolist() == [0.0]
    assert hollow.density(np.array([[1e-3, 1e-3]])) == pytest.approx(linear([1e-3], [1e-3]))
    core = GridPattern(R[:3], Z, grid.values[:3])
    assert absorbed_share(hollow) == pytest.approx(absorbed_share(grid) - absorbed_share(core), rel=1e-9)


def test_quadrature_on_grid_lines_fills_the_cylinder():
    places, volumes = on_lines(R, Z)
    assert volumes.sum() == pytest.approx(np.pi * R[-1] ** 2 * (Z[-1] - Z[0]))
    assert volumes @ places[:, 0] ** 2 == pytest.approx(0.5 * np.pi * R[-1] ** 4 * (Z[-1] - Z[0]))

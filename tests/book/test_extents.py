"""Extents and volume of the tissue that a level takes for dead."""

from types import SimpleNamespace

import numpy as np
import pytest

from ablasim.book.extents import dead_extents_mm, dead_volume_ml
from ablasim.mesh.structured import box_mesh


@pytest.fixture(scope="module")
def results():
    mesh = box_mesh((0.04, 0.04, 0.04), (20, 20, 20))
    return SimpleNamespace(case=SimpleNamespace(mesh=mesh, tissue_cells=mesh.cells_of_body("")))


def test_an_ellipsoid_has_its_axes_and_its_volume(results):
    x, y, z = results.case.mesh.points.T
    level = 1.0 - np.sqrt((x / 0.015) ** 2 + (y / 0.01) ** 2 + (z / 0.012) ** 2)
    np.testing.assert_allclose(dead_extents_mm(results, level), (30.0, 20.0, 24.0), atol=0.5)
    assert dead_volume_ml(results, level) == pytest.approx(4.0 / 3.0 * np.pi * 1.5 * 1.0 * 1.2, rel=0.05)


def test_where_nothing_died_there_is_no_extent(results):
    level = np.full(results.case.mesh.n_points, -1.0)
    assert dead_extents_mm(results, level).tolist() == [0.0, 0.0, 0.0]
    assert dead_volume_ml(results, level) == 0.0

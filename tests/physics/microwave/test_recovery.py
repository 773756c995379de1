import numpy as np
import pytest
from half_planes import rectangle

from ablasim.physics.microwave.elements import wave_elements
from ablasim.physics.microwave.locate import Locator
from ablasim.physics.microwave.recovery import Recovery


def graded():
    """A rectangle whose cells differ in size by factors of hundreds."""
    radii = np.concatenate([[0.0], np.geomspace(1e-5, 2e-2, 20)])
    heights = np.concatenate([-np.geomspace(1e-2, 1e-5, 12), np.geomspace(2e-5, 3e-2, 15)])
    return rectangle(radii, heights, ["tissue"] * 26, ("axis", "side", "below", "top"))


def test_points_are_found_in_the_triangle_that_has_them():
    mesh = graded()
    random = np.random.default_rng(3)
    points = random.uniform([0.0, -1e-2], [2e-2, 3e-2], (2000, 2))
    points[:500] *= 1e-3  # among the small ones
    cells, barycentric = Locator.of(mesh.points, mesh.cells).find(points)
    assert (cells >= 0).all()
    weights = np.column_stack([1.0 - barycentric.sum(axis=1), barycentric])
    assert weights.min() >= -1e-9
    again = np.einsum("kc,kcd->kd", weights, mesh.points[mesh.cells[cells]])
    assert again == pytest.approx(points, abs=1e-12)


def test_points_outside_are_in_no_triangle_and_nodes_are_in_one():
    mesh = graded()
    locator = Locator.of(mesh.points, mesh.cells)
    outside = np.array([[-1e-9, 0.0], [2.1e-2, 0.0], [1e-2, -1.1e-2], [1e-2, 3.1e-2], [np.nan, 0.0]])
    assert (locator.find(outside)[0] == -1).all()
    assert (locator.find(mesh.points)[0] >= 0).all()


def test_a_quadratic_field_is_recovered_exactly_everywhere_and_on_the_axis():
    elements = wave_elements(graded())
    recovery = Recovery.of(elements, np.ones(len(elements.cells), dtype=bool))

    def exact(points):
        r, z = points[..., 0] * 1e2, points[..., 1] * 1e2
        return np.stack([r * z - 2.0 * r**2 + 1j * r, 1.0 - z**2 + 1j * (3.0 + r * z)], axis=-1)

    nodal = recovery.project(exact(elements.quadrature))
    random = np.random.default_rng(5)
    points = random.uniform([0.0, -1e-2], [2e-2, 3e-2], (1000, 2))
    points[:100, 0] = 0.0
    values, inside = recovery.at(points, nodal)
    assert inside.all()
    assert values == pytest.approx(exact(points), abs=1e-8)


def test_ring_volumes_add_up_to_the_cylinder():
    elements = wave_elements(graded())
    assert elements.volumes.sum() == pytest.approx(np.pi * 2e-2**2 * 4e-2)

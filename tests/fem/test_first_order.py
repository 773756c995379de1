import numpy as np
import pytest

from ablasim.errors import MeshError
from ablasim.fem.elements import element_geometry
from ablasim.fem.first_order import first_order_gradients, first_order_products

ROUNDING = 1e-13


@pytest.fixture
def tetrahedra():
    """Points and cells: a hundred tetrahedra of a millimetre at random places, positively oriented."""
    random = np.random.default_rng(11)
    points = np.repeat(random.uniform(-0.05, 0.05, (100, 3)), 4, axis=0) + random.uniform(0.0, 1e-3, (400, 3))
    cells = np.arange(400, dtype=np.int32).reshape(-1, 4)
    edges = points[cells[:, 1:]] - points[cells[:, :1]]
    turned = np.linalg.det(edges) < 0.0
    cells[turned] = cells[turned][:, [0, 2, 1, 3]]
    return points, cells


def test_gradients_and_products_are_those_of_sfepy(tetrahedra):
    theirs = element_geometry(*tetrahedra, order=1, quadrature_order=0)
    gradients = np.moveaxis(theirs.gradients[:, 0], 1, 2)
    largest = np.abs(gradients).max(axis=(1, 2))
    ours = first_order_gradients(*tetrahedra)
    assert (np.abs(ours - gradients).max(axis=(1, 2)) <= 1e3 * ROUNDING * largest).all()
    volumes, products = first_order_products(*tetrahedra)
    np.testing.assert_allclose(volumes, theirs.weights[:, 0], rtol=1e3 * ROUNDING)
    one, other = np.triu_indices(4, k=1)
    expected = np.einsum("cpa,cpa->cp", ours[:, one], ours[:, other]) * volumes[:, None]
    assert (np.abs(products - expected) <= ROUNDING * np.abs(expected).max(axis=1, keepdims=True)).all()


def test_gradients_of_a_linear_field_are_its_slope(tetrahedra):
    points, cells = tetrahedra
    slope = np.array([3.0, -2.0, 0.5])
    found = np.einsum("cpa,cp->ca", first_order_gradients(points, cells), (points @ slope)[cells])
    np.testing.assert_allclose(found, np.broadcast_to(slope, found.shape), rtol=1e-6)


def test_a_cell_that_is_turned_over_is_refused(tetrahedra):
    points, cells = tetrahedra
    cells[7] = cells[7][[0, 2, 1, 3]]
    with pytest.raises(MeshError, match="1 tetrahedra have no positive volume"):
        first_order_products(points, cells)

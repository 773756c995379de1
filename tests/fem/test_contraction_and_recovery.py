import numpy as np
import pytest

from ablasim.errors import ModelError
from ablasim.fem import make_space
from ablasim.fem.contraction import contracted
from ablasim.fem.gradients import Gradients, with_directed
from ablasim.fem.operators import Pattern, stiffness
from ablasim.fem.recovery import Recovery
from ablasim.mesh.structured import ball_mesh, box_mesh


@pytest.fixture(scope="module")
def box():
    mesh = box_mesh((0.02, 0.015, 0.01), (6, 5, 4))
    return mesh, make_space(mesh)


def as_matrix(operator):
    return operator.constrained(np.zeros(len(operator.loss), dtype=bool)).matrix().toarray()


def test_tied_nodes_give_the_projected_matrix(box):
    mesh, space = box
    groups = [mesh.points_of_facets("x_min"), np.array([100, 57, 133])]
    sigma = np.random.default_rng(0).uniform(0.1, 1.0, mesh.n_cells)
    tied = contracted(space, groups)
    full = as_matrix(stiffness(space, Pattern.of(space), sigma))
    to_nodes = np.zeros((space.n_nodes, space.n_nodes))
    to_nodes[np.arange(space.n_nodes), tied.representative] = 1.0
    expected = to_nodes.T @ full @ to_nodes
    found = as_matrix(stiffness(tied.space, Pattern.of(tied.space), sigma))
    np.testing.assert_allclose(found, expected, atol=1e-12 * np.abs(expected).max())
    assert tied.space.stiffness.indices.dtype == np.int32
    assert len(np.unique(tied.representative)) == space.n_nodes - sum(len(group) - 1 for group in groups)


@pytest.mark.parametrize("groups", [[np.array([], dtype=int)], [np.array([1, 2]), np.array([2, 3])]])
def test_groups_that_are_empty_or_share_a_node_are_refused(box, groups):
    with pytest.raises(ModelError, match="groups of nodes to be tied"):
        contracted(box[1], groups)


@pytest.mark.parametrize("order", [1, 2])
def test_gradients_of_a_linear_field_are_exact(box, order):
    mesh, _ = box
    space = make_space(mesh, order)
    slope = np.array([3.0, -2.0, 5.0])
    found = Gradients.of(space).of_field(space.points @ slope)
    np.testing.assert_allclose(found, np.broadcast_to(slope, found.shape), rtol=1e-12)


@pytest.mark.parametrize("tie", [False, True])
@pytest.mark.parametrize("order", [1, 2])
def test_conduction_along_directions_is_that_of_a_dense_assembly(order, tie):
    mesh = box_mesh((0.02, 0.01, 0.01), (2, 1, 2))
    space = make_space(mesh, order)
    groups = [np.array([0, 3, 5])] if tie else []
    tied, rng = contracted(space, groups), np.random.default_rng(1)
    gradients = Gradients.of(space)
    n_points = len(space.gradient_weights)
    direction, weights = rng.normal(size=(n_points, 3)), rng.uniform(0.0, 1.0, n_points)
    weights[::3] = 0.0
    slopes, pattern = gradients.along(direction), Pattern.of(tied.space)
    nothing = stiffness(tied.space, pattern, np.zeros(n_points))
    found = as_matrix(with_directed(nothing, tied.space, pattern, weights, slopes))
    expected = np.zeros((space.n_nodes, space.n_nodes))
    for point in range(n_points):
        nodes = tied.representative[space.cells[point // space.gradient_points_per_cell]]
        np.add.at(expected, (nodes[:, None], nodes[None, :]), weights[point] * np.outer(slopes[point], slopes[point]))
    np.testing.assert_allclose(found, expected, atol=1e-12 * np.abs(expected).max())


def all_cells(mesh):
    return np.ones(mesh.n_cells, dtype=bool)


def centres(mesh):
    return mesh.points[mesh.cells].mean(axis=1)


def test_recovery_is_exact_for_linear_fields_up_to_the_boundary(box):
    mesh, space = box
    slope = np.array([3.0, -2.0, 5.0])
    recovery = Recovery.of(space, all_cells(mesh))
    values = 1.0 + centres(mesh) @ slope
    np.testing.assert_allclose(recovery.nodal(values), 1.0 + mesh.points @ slope, rtol=1e-10)
    np.testing.assert_allclose(recovery.smoothed(values), values, rtol=1e-10)


def test_materials_are_fitted_apart_where_a_field_jumps():
    mesh = ball_mesh([1.0, 1.5, 2.0], 2, region_names=["tumour", "organ", "organ"])
    inner = mesh.cells_of_tissue("tumour")
    recovery = Recovery.of(make_space(mesh), all_cells(mesh), inner.astype(int))
    found = recovery.nodal(np.where(inner, 5.0, 1.0))
    radius = np.linalg.norm(mesh.points, axis=1)
    np.testing.assert_allclose(found[radius < 0.99], 5.0)
    np.testing.assert_allclose(found[radius > 1.01], 1.0)
    assert np.all((found[np.abs(radius - 1.0) < 0.01] > 1.0) & (found[np.abs(radius - 1.0) < 0.01] < 5.0))


def test_cells_that_do_not_count_leave_no_trace_and_their_nodes_have_no_value(box):
    mesh, space = box
    left = centres(mesh)[:, 0] < 0.0
    recovery = Recovery.of(space, left)
    found = recovery.nodal(np.where(left, 2.0, 1e9))
    x = mesh.points[:, 0]
    np.testing.assert_allclose(found[x < 1e-9], 2.0)
    assert np.isnan(found[x > 1e-9]).all()
    assert not recovery.smoothed(np.where(left, 2.0, 1e9))[~left].any()


def test_the_field_of_a_finite_element_solution_is_recovered_with_second_order():
    errors = []
    for n in (6, 12, 24):
        mesh = box_mesh((1.0, 1.0, 1.0), (n, n, n))
        space = make_space(mesh)
        x, y, z = mesh.points.T
        gradients = Gradients.of(space).of_field(np.exp(x) * np.sin(y) + z * x)
        found = Recovery.of(space, all_cells(mesh)).nodal(gradients[:, 0])
        inner = np.abs(mesh.points).max(axis=1) < 0.26
        errors.append(np.abs(found - np.exp(x) * np.sin(y) - z)[inner].max())
    assert np.log2(errors[0] / errors[1]) > 1.8
    assert np.log2(errors[1] / errors[2]) > 1.8


def test_lengths_of_scattering_vectors_are_not_too_large_in_the_mean():
    mesh = box_mesh((1.0, 1.0, 1.0), (10, 10, 10))
    scattered = np.array([1.0, 0.0, 0.0]) + 0.3 * np.random.default_rng(0).normal(size=(mesh.n_cells, 3))
    recovery = Recovery.of(make_space(mesh), all_cells(mesh))
    assert np.linalg.norm(scattered, axis=1).mean() > 1.07
    assert recovery.strength(scattered).mean() == pytest.approx(1.0, abs=0.02)


def test_recovery_is_for_first_order(box):
    with pytest.raises(ValueError, match="must be 1"):
        Recovery.of(make_space(box[0], 2), all_cells(box[0]))

import numpy as np
import pytest

from ablasim.margins import CellSearch, TriangleSearch, interpolate


def brute_force(points, corners):
    """Distance by a general optimiser over the convex combinations of each triangle's corners."""
    from scipy.optimize import minimize

    out = []
    for point in points:
        best = np.inf
        for triangle in corners:
            edges = (triangle[1:] - triangle[0]).T

            def squared(w, edges=edges, triangle=triangle, point=point):
                return ((triangle[0] + edges @ w - point) ** 2).sum()

            found = minimize(
                squared,
                [0.3, 0.3],
                bounds=[(0, 1), (0, 1)],
                constraints={"type": "ineq", "fun": lambda w: 1 - w.sum()},
                tol=1e-14,
            )
            best = min(best, found.fun)
        out.append(np.sqrt(best))
    return np.array(out)


def test_distances_agree_with_an_optimiser_on_random_triangles():
    rng = np.random.default_rng(3)
    corners = rng.normal(size=(9, 3, 3))
    points = rng.normal(size=(15, 3)) * 2
    found = TriangleSearch.of(corners).distance(points)
    np.testing.assert_allclose(found, brute_force(points, corners), atol=1e-5)


def test_many_triangles_of_very_different_sizes_give_the_distance_of_the_nearest_alone():
    rng = np.random.default_rng(4)
    sizes = 10 ** rng.uniform(-4, 0, size=(3000, 1, 1))
    corners = rng.uniform(-1, 1, size=(3000, 1, 3)) + sizes * rng.normal(size=(3000, 3, 3))
    points = rng.uniform(-2, 2, size=(20, 3))
    one_by_one = np.min([TriangleSearch.of(corners[i : i + 1]).distance(points) for i in range(len(corners))], axis=0)
    np.testing.assert_array_equal(TriangleSearch.of(corners).distance(points), one_by_one)


def test_a_triangle_without_area_is_measured_as_the_segment_or_point_it_is():
    line = np.array([[[0.0, 0, 0], [1, 0, 0], [2, 0, 0]]])
    point = np.array([[[1.0, 1, 1]] * 3]).reshape(1, 3, 3)
    np.testing.assert_allclose(TriangleSearch.of(line).distance(np.array([[1.5, 2.0, 0], [3, 0, 0]])), [2.0, 1.0])
    np.testing.assert_allclose(TriangleSearch.of(point).distance(np.array([[1.0, 1, 3]])), [2.0])


def test_without_triangles_the_distance_is_infinite():
    assert TriangleSearch.of(np.empty((0, 3, 3))).distance(np.zeros((2, 3))).tolist() == [np.inf, np.inf]


def test_points_are_found_in_the_tetrahedron_that_holds_them(box):
    domain = box(half=0.01, n=6, jitter=0.25)
    rng = np.random.default_rng(5)
    points = rng.uniform(-0.01, 0.01, size=(500, 3))
    cell, barycentric = domain.search.locate(points)
    assert (cell >= 0).all()
    assert (barycentric >= -1e-9).all()
    rebuilt = np.einsum("ni,nij->nj", barycentric, domain.points[domain.cells[cell]])
    np.testing.assert_allclose(rebuilt, points, atol=1e-15)


def test_mesh_points_and_points_on_shared_faces_are_found_too(box):
    domain = box(half=0.01, n=3, jitter=0.2)
    on_faces = domain.points[domain.cells][:, :3].mean(axis=1)
    for points in (domain.points, on_faces):
        assert (domain.search.locate(points)[0] >= 0).all()


def test_points_outside_the_mesh_are_in_no_tetrahedron(box):
    domain = box(half=0.01, n=2)
    cell, barycentric = domain.search.locate(np.array([[0.0101, 0, 0], [1.0, 1, 1]]))
    assert cell.tolist() == [-1, -1]
    assert np.isnan(barycentric).all()


def test_a_linear_field_is_interpolated_exactly_and_is_nan_outside(box):
    domain = box(half=0.01, n=3)
    points = np.array([[0.001, 0.002, -0.003], [1.0, 0, 0]])
    search = CellSearch.of(domain.points, domain.cells)
    values = interpolate(domain.cells, domain.points @ [1.0, 2.0, 3.0], *search.locate(points))
    assert values[0] == pytest.approx(-0.004)
    assert np.isnan(values[1])

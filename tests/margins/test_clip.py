import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ablasim.margins.clip import cell_volumes, dead_first, dead_fraction, dead_volume, positive_parts
from ablasim.margins.facets import boundary_facets, dead_facets, soup_areas

LEVELS = arrays(float, (5, 4), elements=st.floats(-10, 10).map(lambda value: round(value, 6)))
UNIT_TETRAHEDRON = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])


@settings(deadline=None)  # the first example compiles
@given(LEVELS)
def test_the_parts_cut_out_of_a_tetrahedron_fill_its_dead_share(level):
    parent, weights = positive_parts(level)
    shares = np.bincount(parent, weights=np.abs(np.linalg.det(weights)), minlength=len(level))
    np.testing.assert_allclose(shares, dead_fraction(level), atol=1e-12)


@settings(deadline=None)  # the first example compiles
@given(LEVELS)
def test_the_parts_hold_no_living_vertex_and_lie_inside_their_parent(level):
    parent, weights = positive_parts(level)
    values = np.einsum("nij,nj->ni", weights, level[parent])
    assert (values >= -1e-12).all()
    assert (weights >= -1e-12).all()
    np.testing.assert_allclose(weights.sum(axis=2), 1.0)


@settings(deadline=None)  # the first example compiles
@given(LEVELS)
def test_dead_and_living_shares_add_up_to_one(level):
    np.testing.assert_allclose(dead_fraction(level) + dead_fraction(-level), (level != 0).any(axis=1), atol=1e-12)


def test_dead_share_agrees_with_counting_random_points():
    rng = np.random.default_rng(0)
    barycentric = rng.dirichlet(np.ones(4), 200_000)
    for level in ([1.0, -0.3, -2.0, -0.5], [1.0, 0.4, -2.0, -0.5], [1.0, 0.4, 0.7, -0.5]):
        counted = (barycentric @ np.array(level) > 0).mean()
        assert abs(dead_fraction(np.array([level]))[0] - counted) < 5e-3  # four standard deviations


def test_the_dead_volume_of_a_plane_cut_is_exact(box):
    domain = box(half=0.01, n=5, jitter=0.2)
    level = 0.003 - domain.points @ [0.0, 0.0, 1.0]
    volume = dead_volume(domain.points, domain.cells, level).sum()
    np.testing.assert_allclose(volume, 0.02 * 0.02 * 0.013, rtol=1e-12)


def test_dead_corners_come_first_and_orientation_is_kept():
    level = np.random.default_rng(1).normal(size=(200, 4))
    order, n_dead = dead_first(level)
    ordered = np.take_along_axis(level, order, axis=1) > 0
    assert (ordered.sum(axis=1) == n_dead).all()
    assert (np.diff(ordered.astype(int), axis=1) <= 0).all()
    corners = UNIT_TETRAHEDRON[order]
    assert (np.linalg.det(corners[:, 1:] - corners[:, :1]) > 0).all()


def test_the_dead_part_of_facets_has_the_right_area_and_orientation():
    points = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]])
    triangles = np.array([[0, 1, 2], [1, 3, 2]])
    level = 0.25 - points[:, 0]
    parts = dead_facets(points, triangles, level)
    np.testing.assert_allclose(soup_areas(parts).sum(), 0.25)
    normals = np.cross(parts[:, 1] - parts[:, 0], parts[:, 2] - parts[:, 0])
    assert (normals[:, 2] >= 0).all()
    np.testing.assert_allclose(soup_areas(dead_facets(points, triangles, -level)).sum(), 0.75)


def test_the_facets_round_a_box_face_outwards_and_enclose_it(box):
    domain = box(half=0.01, n=4)
    facets = boundary_facets(domain.cells, np.ones(len(domain.points), dtype=bool))
    corners = domain.points[facets]
    np.testing.assert_allclose(soup_areas(corners).sum(), 6 * 0.02**2)
    volume = np.linalg.det(corners).sum() / 6
    np.testing.assert_allclose(volume, cell_volumes(domain.points, domain.cells).sum())

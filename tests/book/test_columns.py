"""Meshes of symmetric problems, and the error over a part of a mesh."""

import numpy as np
import pytest

from ablasim.book.columns import cone_mesh, slab_mesh, with_outside
from ablasim.book.direct import l2_error
from ablasim.errors import MeshError
from ablasim.fem import make_space
from ablasim.mesh import check_quality
from ablasim.mesh.structured import box_mesh


def test_a_slab_has_its_outside_at_the_first_depth_only():
    mesh = slab_mesh([0.0, 1e-3, 3e-3, 6e-3], 2e-3)
    assert mesh.facet_region_names == ("outer",)
    np.testing.assert_allclose(mesh.points[mesh.points_of_facets("outer"), 0], 0.0)
    assert mesh.cell_volumes.sum() == pytest.approx(6e-3 * 4e-6)


def test_a_cone_is_a_sector_of_a_ball_with_its_outside_at_the_last_radius():
    width = 0.02
    mesh = cone_mesh(np.geomspace(1e-3, 0.05, 60), width)
    check_quality(mesh)
    radius = np.linalg.norm(mesh.points[mesh.points_of_facets("outer")], axis=1)
    np.testing.assert_allclose(radius, 0.05)
    solid_angle = width**2  # of a narrow square, to the order of its square
    assert mesh.cell_volumes.sum() == pytest.approx(solid_angle * (0.05**3 - 1e-9) / 3.0, rel=1e-3)


def test_sides_of_a_cone_are_planes_through_the_origin():
    mesh = cone_mesh([1e-3, 2e-3, 5e-3], 0.1)
    np.testing.assert_allclose(np.abs(mesh.points[:, 1:] / mesh.points[:, :1]), 0.05)


@pytest.mark.parametrize("depths", [[0.0], [0.0, 0.0], [1.0, 0.5]])
def test_layers_that_do_not_increase_are_refused(depths):
    with pytest.raises(MeshError, match="must increase"):
        slab_mesh(depths, 1.0)


def test_a_cone_to_the_very_tip_is_refused():
    with pytest.raises(MeshError, match="must be above 0"):
        cone_mesh([0.0, 1.0], 0.01)


def test_an_unknown_side_is_refused_with_the_known_ones():
    with pytest.raises(MeshError, match="no facet region 'top'; it has: x_min"):
        with_outside(box_mesh((1.0, 1.0, 1.0), (1, 1, 1)), "top")


def test_the_error_over_a_part_of_the_mesh_leaves_out_the_rest():
    mesh = box_mesh((2.0, 1.0, 1.0), (2, 1, 1))
    space = make_space(mesh)
    left = mesh.points[mesh.cells].mean(axis=1)[:, 0] < 0.0
    field = np.zeros(space.n_nodes)
    error = l2_error(mesh, space, field, lambda places: np.where(places[:, 0] < 0.0, 1.0, 7.0), left)
    assert error == pytest.approx(1.0)

import numpy as np
import pytest

from ablasim.errors import MeshError
from ablasim.mesh import cell_quality
from ablasim.mesh.assemble import boundary_faces, face_keys
from ablasim.mesh.structured import ball_mesh, box_mesh, shell_mesh
from ablasim.mesh.tetrahedra import triangle_areas


def test_a_box_is_filled_by_equal_positive_cells_and_its_sides_are_named():
    mesh = box_mesh((0.1, 0.2, 0.3), (2, 3, 4))
    np.testing.assert_allclose(mesh.cell_volumes, 0.1 * 0.2 * 0.3 / (6 * 24))
    for axis, side in enumerate("xyz"):
        others = np.delete([0.1, 0.2, 0.3], axis)
        for end, sign in (("min", -0.5), ("max", 0.5)):
            triangles = mesh.facets_of(f"{side}_{end}")
            assert triangle_areas(mesh.points, triangles).sum() == pytest.approx(np.prod(others))
            np.testing.assert_allclose(mesh.points[triangles][..., axis], sign * [0.1, 0.2, 0.3][axis])


@pytest.mark.parametrize(
    "mesh", [box_mesh((1, 1, 1), (3, 2, 2)), shell_mesh([1, 1.5, 3], 2), ball_mesh([1, 1.5, 3], 2)]
)
def test_structured_meshes_are_conforming_and_positive(mesh):
    assert mesh.cell_volumes.min() > 0.0
    np.testing.assert_array_equal(np.sort(face_keys(boundary_faces(mesh.cells))), np.sort(face_keys(mesh.facets)))
    assert cell_quality(mesh).min() > 0.05


def test_volume_and_area_of_a_ball_converge_with_second_order():
    errors = [
        abs(ball_mesh([0.5, 1.0], subdivisions).cell_volumes.sum() / (4 * np.pi / 3) - 1) for subdivisions in (2, 3, 4)
    ]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(2.0, abs=0.1)
    assert np.log2(errors[1] / errors[2]) == pytest.approx(2.0, abs=0.1)


def test_points_of_a_shell_lie_on_its_spheres():
    radii = np.array([1.0, 1.5, 3.0])
    mesh = shell_mesh(radii, 2)
    np.testing.assert_allclose(np.unique(np.linalg.norm(mesh.points, axis=1).round(12)), radii)
    for name, radius in (("inner", 1.0), ("outer", 3.0)):
        np.testing.assert_allclose(np.linalg.norm(mesh.points[mesh.points_of_facets(name)], axis=1), radius)


def test_layers_can_be_tumour_and_organ():
    mesh = ball_mesh([1.0, 2.0, 3.0], 3, region_names=["tumour", "organ", "organ"])
    tumour = mesh.cell_volumes[mesh.cells_of_tissue("tumour")].sum()
    assert tumour / mesh.cell_volumes.sum() == pytest.approx(1 / 27, rel=1e-6)


def test_a_stretch_gives_an_ellipsoid_and_keeps_cells_positive():
    mesh = ball_mesh([0.5, 1.0], 3, stretch=lambda points: points * [1.0, 2.0, 3.0])
    assert mesh.cell_volumes.min() > 0.0
    assert mesh.cell_volumes.sum() == pytest.approx(6 * 4 * np.pi / 3, rel=0.02)


def test_a_stretch_that_folds_the_mesh_is_refused():
    with pytest.raises(MeshError, match="stretch folds or mirrors"):
        shell_mesh([1.0, 2.0], 1, stretch=lambda points: np.abs(points))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: box_mesh((1, 1, 0), (1, 1, 1)), "three lengths above 0"),
        (lambda: box_mesh((1, 1, 1), (1, 0, 1)), "three counts from 1"),
        (lambda: shell_mesh([1.0], 1), "radii .*must be 2 or more"),
        (lambda: ball_mesh([2.0, 1.0], 1), "increasing"),
        (lambda: ball_mesh([1.0], -1), "subdivisions = -1"),
        (lambda: ball_mesh([1.0, 2.0], 1, region_names=["organ"]), "must be 2, one for each layer"),
    ],
)
def test_impossible_structured_meshes_are_refused(make, words):
    with pytest.raises(MeshError, match=words):
        make()

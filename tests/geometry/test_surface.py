import meshio
import numpy as np
import pytest

from ablasim.errors import ModelError
from ablasim.geometry import Surface, read_stl

CUBE = np.array([[x, y, z] for x in (0.0, 0.02) for y in (0.0, 0.02) for z in (0.0, 0.02)])
FACES = np.array(
    [
        [0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1],
        [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3],
    ]
)  # fmt: skip


def box_distance(points):
    offset = np.abs(points - 0.01) - 0.01
    outside = np.linalg.norm(np.maximum(offset, 0.0), axis=1)
    return outside + np.minimum(offset.max(axis=1), 0.0)


def test_distance_to_a_cube_is_exact_and_has_the_right_sign_beside_edges_and_corners():
    points = np.random.default_rng(0).uniform(-0.02, 0.04, (5000, 3))
    cube = Surface(CUBE, FACES)
    np.testing.assert_allclose(cube.signed_distance(points), box_distance(points), atol=1e-15)
    np.testing.assert_array_equal(cube.contains(points), box_distance(points) <= 0.0)


def test_figures_of_a_cube_are_exact():
    cube = Surface(CUBE, FACES)
    assert cube.volume == pytest.approx(8e-6)
    assert cube.centre == pytest.approx((0.01, 0.01, 0.01))
    assert cube.depth == pytest.approx(0.01, rel=1e-3)


def test_a_surface_wound_inwards_is_turned():
    assert Surface(CUBE, FACES[:, ::-1]).volume == pytest.approx(8e-6)
    assert Surface(CUBE, FACES[:, ::-1]).contains([[0.01, 0.01, 0.01]]).all()


def test_samples_have_the_area_of_the_triangles_and_point_outwards():
    points, area, normals = Surface(CUBE, FACES).sample_surface(3e-3)
    assert area.sum() == pytest.approx(6 * 0.02**2)
    assert (area * np.einsum("ij,ij->i", points, normals)).sum() / 3.0 == pytest.approx(8e-6)
    assert area.max() < 0.5 * 3e-3**2


@pytest.mark.parametrize(
    ("triangles", "words"),
    [
        (FACES[1:], "3 edges border one triangle only"),
        (np.vstack([FACES[1:], FACES[:1, ::-1]]), "3 edges border two triangles wound opposite ways"),
        (np.vstack([FACES, FACES[:1]]), "more than two triangles"),
        (FACES[:2], "at least four triangles"),
        (FACES + 1, "corners outside 0..7"),
    ],
)
def test_an_open_or_tangled_surface_is_refused_in_words(triangles, words):
    with pytest.raises(ModelError, match=words):
        Surface(CUBE, triangles)


def test_a_surface_in_two_pieces_is_refused():
    with pytest.raises(ModelError, match="2 pieces that do not touch"):
        Surface(np.vstack([CUBE, CUBE + 0.1]), np.vstack([FACES, FACES + 8]))


@pytest.mark.parametrize("binary", [False, True])
def test_an_stl_file_in_millimetres_is_read_in_metres(tmp_path, binary):
    path = tmp_path / "tumour.stl"
    meshio.write(path, meshio.Mesh(1e3 * CUBE, [("triangle", FACES)]), binary=binary)
    assert read_stl(path, "mm").volume == pytest.approx(8e-6)


def test_a_missing_file_and_an_unknown_unit_are_named(tmp_path):
    with pytest.raises(ModelError, match=r"none\.stl: cannot be read as STL"):
        read_stl(tmp_path / "none.stl", "mm")
    with pytest.raises(ModelError, match="unit = inch: must be m, cm or mm"):
        read_stl(tmp_path / "none.stl", "inch")


def test_a_moved_surface_keeps_its_shape():
    moved = Surface(CUBE, FACES).moved((0.1, 0, 0))
    assert moved.volume == pytest.approx(8e-6)
    assert moved.centre == pytest.approx((0.11, 0.01, 0.01))

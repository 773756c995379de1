import gzip

import nibabel
import numpy as np
import pytest
import pyvista as pv

from ablasim.errors import MaskError
from ablasim.masks import read_shape
from ablasim.masks.nifti import read_label


def bent(places):
    """A body without any symmetry: two blocks of different lengths, and a ball at one end; RAS+, mm."""
    x, y, z = (places - [31.0, -17.0, 8.0]).T
    long = (np.abs(x) < 9) & (np.abs(y) < 3) & (np.abs(z) < 3)
    short = (x > 3) & (x < 9) & (y > 0) & (y < 12) & (np.abs(z) < 3)
    return long | short | ((x + 9) ** 2 + y**2 + (z - 4) ** 2 < 16)


def affine(axes, spacing, centre=(31.0, -17.0, 8.0), shape=(64, 64, 64)):
    """Affine that maps the middle of the volume to a centre, mm."""
    matrix = np.eye(4)
    matrix[:3, :3] = np.asarray(axes, dtype=float) * spacing
    matrix[:3, 3] = centre - matrix[:3, :3] @ (0.5 * (np.array(shape) - 1))
    return matrix


def turned(x, y, z):
    angles = np.radians([x, y, z])
    (cx, cy, cz), (sx, sy, sz) = np.cos(angles), np.sin(angles)
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    return np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]]) @ about_y @ about_x


AXES = {
    "RAS": np.eye(3),
    "LPS": np.diag([-1, -1, 1]),
    "LAS, mirrored": np.diag([-1, 1, 1]),
    "PIR, permuted": np.array([[0, 0, 1], [-1, 0, 0], [0, -1, 0]]),
    "turned": turned(20, -35, 50),
    "turned and mirrored": turned(-40, 15, 70) @ np.diag([1, 1, -1]),
}


@pytest.mark.parametrize("axes", AXES.values(), ids=AXES)
def test_the_axes_of_a_volume_do_not_move_a_body_without_symmetry(write_volume, axes):
    shape = (90, 84, 88)
    path = write_volume("bent.nii.gz", affine(axes, 0.5, shape=shape), shape, label_1=bent)
    surface = read_shape(path, "body").surface
    ticks = np.arange(-16, 16, 0.2) + 0.1
    fine = np.stack(np.meshgrid(ticks + 31, ticks - 17, ticks + 8, indexing="ij"), axis=-1).reshape(-1, 3)
    inside = fine[bent(fine)]
    np.testing.assert_allclose(np.array(surface.centre) * 1e3, inside.mean(axis=0), atol=0.25)  # half a voxel
    assert surface.volume * 1e9 == pytest.approx(len(inside) * 0.2**3, rel=0.04)
    for one, exact in zip(surface.bounds, (inside.min(axis=0), inside.max(axis=0)), strict=True):
        np.testing.assert_allclose(one * 1e3, exact, atol=0.6)  # a voxel: its corners are rounded
    deep = inside[np.arange(0, len(inside), 97)]
    depth = surface.signed_distance(deep * 1e-3)
    assert (depth < 0.6e-3).all()  # mirrored or permuted, most of the body would lie outside


def test_an_uneven_voxel_is_told_by_its_longest_edge(write_volume):
    path = write_volume(
        "ball.nii", affine(np.eye(3), [0.8, 0.8, 2.5], (0, 0, 0)), (64, 64, 64), label_1=lambda p: (p**2).sum(1) < 100
    )
    shape = read_shape(path, "zone")
    assert shape.voxel == pytest.approx(2.5e-3)
    assert shape.error == pytest.approx(1.25e-3)


def test_units_of_a_volume_are_read_from_it(write_volume):
    path = write_volume(
        "ball.nii", affine(np.eye(3), 1.0, (0, 0, 0)), (64, 64, 64), label_1=lambda p: (p**2).sum(1) < 100
    )
    image = nibabel.load(path)
    in_metres = nibabel.Nifti1Image(np.asarray(image.dataobj), np.diag([1e-3, 1e-3, 1e-3, 1]) @ image.affine)
    in_metres.header.set_xyzt_units("meter")
    nibabel.save(in_metres, path.with_name("metres.nii"))
    one, other = (read_shape(path.with_name(name), "zone").surface for name in ("ball.nii", "metres.nii"))
    np.testing.assert_allclose(one.points, other.points, atol=1e-8)


def test_one_label_of_several_is_taken(write_volume):
    def at(x):
        return lambda p: ((p - [x, 0, 0]) ** 2).sum(1) < 49

    path = write_volume("two.nii", affine(np.eye(3), 1.0, (0, 0, 0)), (64, 64, 64), label_3=at(-12), label_7=at(12))
    assert read_shape(path, "tumour", label=3).surface.centre[0] == pytest.approx(-12e-3, abs=0.1e-3)
    assert read_shape(path, "tumour", label=7).surface.centre[0] == pytest.approx(12e-3, abs=0.1e-3)
    with pytest.raises(MaskError, match="has the labels 3, 7: say which"):
        read_shape(path, "tumour")
    with pytest.raises(MaskError, match="label 4 is empty; the volume has 3, 7"):
        read_shape(path, "tumour", label=4)


def test_what_is_cut_off_or_in_pieces_is_told(write_volume):
    def at(x, r=7):
        return lambda p: ((p - [x, 0, 0]) ** 2).sum(1) < r * r

    grid = affine(np.eye(3), 1.0, (0, 0, 0))
    cut = read_shape(write_volume("cut.nii", grid, (64, 64, 64), label_1=at(30)), "zone")
    assert "reaches the edge of its image" in cut.warnings[0]
    assert cut.surface.volume > 0
    two = read_shape(write_volume("two.nii", grid, (64, 64, 64), label_1=lambda p: at(-12)(p) | at(12, 4)(p)), "zone")
    assert two.surface.n_pieces == 2
    assert "is in 2 pieces; specks" in two.warnings[0]


def test_volumes_that_cannot_be_are_refused(tmp_path):
    def save(name, values, affine):
        nibabel.save(nibabel.Nifti1Image(values, affine), tmp_path / name)
        return tmp_path / name

    empty = np.zeros((5, 5, 5), dtype=np.uint8)
    some = empty.copy()
    some[2, 2, 2] = 1
    cases = {
        "is empty: all its voxels are 0": save("empty.nii", empty, np.eye(4)),
        "has the value 0.5: must be a label volume": save("share.nii", some.astype(np.float32) * 0.5, np.eye(4)),
        r"has shape \(5, 5, 5, 2\)": save("four.nii", np.stack([some, some], axis=-1), np.eye(4)),
        "says not where its voxels lie": save("nowhere.nii", some, None),
    }
    for words, path in cases.items():
        with pytest.raises(MaskError, match=words):
            read_label(path)
    broken = tmp_path / "broken.nii.gz"
    broken.write_bytes(gzip.compress(b"nothing"))
    with pytest.raises(MaskError, match="cannot be read as NIfTI"):
        read_label(broken)


@pytest.mark.parametrize("name", ["ball.stl", "ball.vtp", "ball.ply", "ball.obj"])
def test_surfaces_of_all_kinds_are_the_same_ball(write_ball, name):
    surface = read_shape(write_ball(name, 10.0, (3.0, 2.0, 1.0)), "zone").surface
    assert surface.volume * 1e9 == pytest.approx(4 / 3 * np.pi * 1000, rel=0.01)
    np.testing.assert_allclose(np.array(surface.centre) * 1e3, [3, 2, 1], atol=1e-3)
    assert surface.n_pieces == 1


def test_metres_are_read_if_asked_for(write_ball):
    one = read_shape(write_ball("mm.stl", 10.0), "zone").surface.volume
    assert read_shape(write_ball("m.stl", 0.01), "zone", unit="m").surface.volume == pytest.approx(one, rel=1e-4)
    with pytest.raises(MaskError, match=r"is 0.02 mm across: must be between 0.5 and 1000 mm; is its unit m"):
        read_shape(write_ball("m.stl", 0.01), "zone")
    with pytest.raises(MaskError, match="is its unit mm"):
        read_shape(write_ball("mm.stl", 10.0), "zone", unit="m")


def test_surfaces_that_cannot_be_are_refused(write_ball, tmp_path):
    def save(name, mesh):
        mesh.save(tmp_path / name)
        return tmp_path / name

    ball = pv.Icosphere(radius=10.0, nsub=2)
    crossing = ball.merge(pv.Icosphere(radius=10.0, nsub=2, center=(8.0, 0, 0)))
    faces = np.array(ball.faces).reshape(-1, 4)
    faces[0, 1:] = faces[0, :0:-1].copy()
    flipped = pv.PolyData(np.asarray(ball.points), faces.ravel())
    cases = {
        "zone .*open.stl: 3 edges border one triangle only": save("open.stl", ball.remove_cells([5])),
        "two of its 2 pieces intersect; unite them": save("crossing.stl", crossing.extract_surface(algorithm=None)),
        "edges border two triangles wound opposite ways": save("flipped.vtp", flipped),
    }
    for words, path in cases.items():
        with pytest.raises(MaskError, match=words):
            read_shape(path, "zone")
    for name, text, words in (
        ("none.stl", None, "there is no such file"),
        ("zone.nrrd", "x", "files of this kind are not read; known: .stl, .vtp, .ply, .obj, .nii, .nii.gz"),
        ("words.stl", "these are only words", "has no triangles|cannot be read"),
    ):
        if text is not None:
            (tmp_path / name).write_text(text)
        with pytest.raises(MaskError, match=words):
            read_shape(tmp_path / name, "zone")
    with pytest.raises(MaskError, match=r"a label \(2\) belongs to a volume"):
        read_shape(write_ball("ball.stl", 10.0), "zone", label=2)


def test_an_organ_is_read_near_the_shapes_only_and_is_the_same_there(write_volume, ball):
    grid = affine(turned(10, 20, 30), 1.5, (0, 0, 0))
    path = write_volume("organ.nii", grid, (64, 64, 64), label_1=lambda p: (p**2).sum(1) < 40**2)
    whole = read_shape(path, "organ").surface
    part = read_shape(path, "organ", near=[ball(6.0, (28.0, 0, 0))], reach=8e-3).surface
    assert part.volume < 0.5 * whole.volume
    places = np.random.default_rng(1).uniform(-3e-3, 3e-3, (200, 3)) + [37e-3, 0, 0]
    inside = [surface.signed_distance(places) for surface in (whole, part)]
    assert (np.sign(inside[0]) == np.sign(inside[1])).mean() > 0.97  # another level keeps the volume of a part
    near = np.abs(inside[0]) < 2e-3
    np.testing.assert_allclose(inside[1][near], inside[0][near], atol=0.15e-3)
    with pytest.raises(MaskError, match="has no voxel near ball: are they in one coordinate frame"):
        read_shape(path, "organ", near=[ball(6.0, (200.0, 0, 0))], reach=8e-3)

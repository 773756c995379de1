import meshio
import numpy as np
import pytest

from ablasim.errors import MeshError
from ablasim.mesh import read_mesh, write_mesh
from ablasim.mesh.structured import ball_mesh, box_mesh

CORNERS = np.array([[0.0, 0, 0], [10, 0, 0], [0, 10, 0], [0, 0, 10], [50, 50, 50]])


def write_file(path, cells, names=(("organ", 3), ("outer", 2)), tags=None):
    """A gmsh file in mm; tags default to one region for each kind of element."""
    numbers = {"tetra": 1, "triangle": 2}
    blocks = list(cells.items())
    tags = tags or [np.full(len(data), numbers.get(kind, 3)) for kind, data in blocks]
    field_data = {name: np.array([i, dim]) for i, (name, dim) in enumerate(names, start=1)}
    mesh = meshio.Mesh(
        CORNERS,
        blocks,
        cell_data={"gmsh:physical": tags, "gmsh:geometrical": tags},
        field_data=field_data,
    )
    meshio.write(path, mesh, file_format="gmsh22", binary=False)
    return path


def test_a_mesh_survives_writing_and_reading(tmp_path, small_mesh):
    write_mesh(small_mesh, tmp_path / "mesh.msh")
    again = read_mesh(tmp_path / "mesh.msh")
    assert again.cell_region_names == small_mesh.cell_region_names
    assert again.facet_region_names == small_mesh.facet_region_names
    assert again.n_points == small_mesh.n_points
    for region in range(len(again.cell_region_names)):
        volumes = [mesh.cell_volumes[mesh.cell_region == region].sum() for mesh in (again, small_mesh)]
        assert volumes[0] == pytest.approx(volumes[1], rel=1e-12)
    np.testing.assert_array_equal(np.bincount(again.facet_region), np.bincount(small_mesh.facet_region))


def test_units_turn_and_stray_points_are_mended_silently(tmp_path):
    path = write_file(tmp_path / "a.msh", {"tetra": np.array([[0, 2, 1, 3]]), "triangle": np.array([[0, 1, 2]])})
    mesh = read_mesh(path, length_unit="mm")
    assert mesh.n_points == 4
    assert mesh.cell_volumes[0] == pytest.approx(1e-6 / 6)


def test_cell_sets_name_regions_too(tmp_path):
    mesh = box_mesh((1.0, 1.0, 1.0), (2, 2, 2))
    sets = {
        "left": [np.flatnonzero(np.arange(mesh.n_cells) < 20), np.array([], dtype=int)],
        "right": [np.flatnonzero(np.arange(mesh.n_cells) >= 20), np.array([], dtype=int)],
        "outer": [np.array([], dtype=int), np.arange(len(mesh.facets))],
    }
    content = meshio.Mesh(mesh.points, [("tetra", mesh.cells), ("triangle", mesh.facets)], cell_sets=sets)
    meshio.write(tmp_path / "b.inp", content)
    again = read_mesh(tmp_path / "b.inp")
    assert set(again.cell_region_names) == {"left", "right"}
    assert again.facet_region_names == ("outer",)
    assert np.bincount(again.cell_region).tolist() == [20, mesh.n_cells - 20]


@pytest.mark.parametrize(
    ("cells", "options", "words"),
    [
        ({"triangle": np.array([[0, 1, 2]])}, {}, "no tetrahedra"),
        (
            {"tetra": np.array([[0, 1, 2, 3]]), "triangle": np.array([[0, 1, 2]])},
            {"names": (("outer", 2),)},
            "1 of 1 tetrahedra have no region name",
        ),
        ({"tetra": np.array([[0, 1, 2, 3]])}, {}, "no named surfaces"),
        (
            {"tetra": np.array([[0, 1, 2, 3]]), "triangle": np.array([[0, 1, 4]])},
            {},
            "1 triangles of named surfaces are no faces",
        ),
        (
            {"tetra": np.array([[0, 1, 2, 2]]), "triangle": np.array([[0, 1, 2]])},
            {},
            "1 tetrahedra have no volume",
        ),
    ],
)
def test_files_that_cannot_be_used_are_refused_in_words(tmp_path, cells, options, words):
    path = write_file(tmp_path / "bad.msh", cells, **options)
    with pytest.raises(MeshError, match=rf"bad\.msh: .*{words}"):
        read_mesh(path)


def test_second_order_tetrahedra_are_refused_with_advice(tmp_path):
    cells = {"tetra10": np.array([[0, 1, 2, 3, 4, 4, 4, 4, 4, 4]])}
    with pytest.raises(MeshError, match="no tetrahedra; write it with first-order elements instead of tetra10"):
        read_mesh(write_file(tmp_path / "second.msh", cells))


def test_what_is_no_mesh_file_is_refused(tmp_path):
    with pytest.raises(MeshError, match=r"none\.msh: cannot be read"):
        read_mesh(tmp_path / "none.msh")
    (tmp_path / "words.msh").write_text("hello")
    with pytest.raises(MeshError, match=r"words\.msh: cannot be read"):
        read_mesh(tmp_path / "words.msh")
    with pytest.raises(MeshError, match="length unit 'inch': must be one of m, cm, mm"):
        read_mesh(tmp_path / "words.msh", length_unit="inch")


def test_a_mesh_that_cannot_be_written_says_so(tmp_path):
    with pytest.raises(MeshError, match="cannot be written"):
        write_mesh(ball_mesh([1.0], 0), tmp_path / "missing" / "mesh.msh")

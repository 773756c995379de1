"""Layers on the faces of the organ are meshed with it, and its tumour ends at its surface."""

import numpy as np
import pytest

from ablasim.errors import MeshError, ModelError
from ablasim.geometry import Box, Sphere
from ablasim.geometry.layers import stacked
from ablasim.mesh.estimate import estimate_points
from ablasim.mesh.tetrahedra import boundary_triangles, triangle_areas

FLUID, BOWEL, AIR = ("fluid", "+x", 0.004), ("bowel", "+x", 0.009), ("air", "-z", 0.006)


@pytest.fixture(scope="module")
def layered(case):
    """A tumour that the organ's surface cuts, under two layers; a third on another face."""
    layers = stacked(case.organ, [FLUID, AIR, BOWEL])
    tumour = Sphere((0.026, 0.0, 0.0), 0.016)
    return layers, case.mesh(tumour=tumour, vessels=[], layers=layers)


def volume_of(mesh, cells):
    return mesh.cell_volumes[cells].sum()


def test_layers_are_stacked_outside_in_the_order_given(case):
    layers = {layer.name: layer for layer in stacked(case.organ, [FLUID, AIR, BOWEL])}
    assert [layers[name].depth for name in ("fluid", "bowel", "air")] == [0, 1, 0]
    np.testing.assert_allclose(layers["bowel"].box.bounds, [[0.034, -0.03, -0.03], [0.043, 0.03, 0.03]], atol=1e-12)
    np.testing.assert_allclose(layers["air"].box.bounds, [[-0.03, -0.03, -0.036], [0.03, 0.03, -0.03]], atol=1e-12)


def test_only_a_box_has_layers(case):
    with pytest.raises(ModelError, match="the organ must be one"):
        stacked(Sphere((0, 0, 0), 0.05), [FLUID])


def test_each_layer_has_its_cells_and_its_side_towards_the_organ(case, layered):
    layers, mesh = layered
    for layer in layers:
        cells = mesh.cells_of_body(layer.name)
        assert volume_of(mesh, cells) == pytest.approx(layer.box.volume, rel=1e-9)
        side = mesh.facets_of(layer.name)
        assert triangle_areas(mesh.points, side).sum() == pytest.approx(0.06**2, rel=1e-9)
    towards = {name: mesh.points[mesh.points_of_facets(name)] for name in ("fluid", "bowel", "air")}
    np.testing.assert_allclose(towards["fluid"][:, 0], 0.03, atol=1e-9)
    np.testing.assert_allclose(towards["bowel"][:, 0], 0.034, atol=1e-9)
    np.testing.assert_allclose(towards["air"][:, 2], -0.03, atol=1e-9)


def test_the_outside_is_that_of_the_whole(layered):
    _, mesh = layered
    outer = triangle_areas(mesh.points, mesh.facets_of("outer")).sum()
    whole = triangle_areas(mesh.points, boundary_triangles(mesh.cells)).sum()
    needle = np.pi * 0.00075**2  # its cut by the outside belongs to no region
    assert outer == pytest.approx(whole - needle, rel=1e-3)
    assert whole == pytest.approx(6 * 0.06**2 + 4 * 0.06 * (0.004 + 0.009 + 0.006), rel=1e-9)


def test_a_tumour_ends_at_the_surface_of_the_organ(layered):
    _, mesh = layered
    tumour = mesh.cells_of_tissue("tumour")
    assert mesh.points[mesh.cells[tumour]][..., 0].max() < 0.03 + 1e-9
    cap = 0.008 - 0.004  # height of what the surface cuts off
    expected = 4 / 3 * np.pi * 0.008**3 - np.pi * cap**2 * (3 * 0.008 - cap) / 3
    assert volume_of(mesh, tumour) == pytest.approx(expected, rel=0.05)


def test_a_layer_is_at_least_three_cells_thick(case, layered):
    layers, mesh = layered
    for layer in layers:
        heights = np.ptp(mesh.points[mesh.cells[mesh.cells_of_body(layer.name)]], axis=1)
        across = heights[:, "xyz".index(layer.face[1])]
        assert np.median(across) <= layer.thickness / 3 * 1.2


def test_the_number_of_points_is_foreseen(case, layered):
    layers, mesh = layered
    foreseen = estimate_points(case.organ, Sphere((0.026, 0, 0), 0.016), [], [case.needle], case.sizes, layers)
    assert foreseen == pytest.approx(mesh.n_points, rel=0.2)


def test_a_mesh_whose_layer_has_another_thickness_is_refused(case):
    from ablasim.mesh.expected import Shapes
    from ablasim.mesh.inspection import check_against_geometry

    mesh = case.mesh(tumour=None, vessels=[], needles=[], layers=stacked(case.organ, [FLUID]))
    shapes = Shapes(Box((0, 0, 0), (0.06, 0.06, 0.06)), None, [], [], stacked(case.organ, [("fluid", "+x", 0.005)]))
    with pytest.raises(MeshError, match=r"fluid\.layer: the mesh has volume"):
        check_against_geometry(mesh, shapes, case.sizes)

"""Meshes of several needles, of bipolar needles and of plates."""

import numpy as np
import pytest

from ablasim.errors import MeshError
from ablasim.geometry import Ball, Layer, Needle, Plate, Vessel
from ablasim.geometry.electrodes import array_offsets, tilted
from ablasim.geometry.layers import stacked
from ablasim.mesh import mesh_quality
from ablasim.mesh.tetrahedra import triangle_areas

RADIUS, EXPOSURE = 0.535e-3, 0.015


def area(mesh, name):
    return triangle_areas(mesh.points, mesh.facets_of(name)).sum()


def array(count, *, spacing=0.012, lean_deg=0.0):
    """Needles round the tumour, every other of which leans outwards."""
    needles = []
    for number, (x, y) in enumerate(array_offsets("polygon", count, spacing, 20.0)):
        azimuth = np.degrees(np.arctan2(y, x))
        direction = tilted([0, 0, 1], lean_deg if number % 2 else 0.0, azimuth)
        tip = np.array([x, y, 0.0]) - 0.5 * EXPOSURE * direction
        needles.append(Needle(f"n_{number + 1}", tuple(tip), tuple(direction), 2 * RADIUS, EXPOSURE))
    return needles


@pytest.mark.parametrize("count", [2, 4, 6])
@pytest.mark.parametrize("lean_deg", [0.0, 12.0])
def test_tilted_needles_beside_vein_and_tumour_are_meshed_with_all_their_metal(count, lean_deg, case):
    vein = Vessel("vein", [[0.018, 0, -0.03], [0.018, 0, 0.03]], 0.006)
    mesh = case.mesh(needles=array(count, lean_deg=lean_deg), vessels=[vein])
    assert mesh_quality(mesh).min_quality > 0.05
    for number in range(1, count + 1):
        exposed = 2 * np.pi * RADIUS * EXPOSURE + np.pi * RADIUS**2
        assert area(mesh, f"n_{number}.active") == pytest.approx(exposed, rel=0.04)


def test_needles_that_cross_are_refused(case):
    crossing = [*array(2), Needle("across", (-0.01, 0.0, 0.0), (1, 0, 0), 2 * RADIUS, 0.02)]
    first = crossing[0]
    crossing[2] = Needle("across", (first.tip[0] - 0.01, first.tip[1], 0.0), (1, 0, 0), 2 * RADIUS, 0.02)
    with pytest.raises(MeshError, match="n_1 and across overlap or touch"):
        case.mesh(needles=crossing)


def test_both_poles_of_a_bipolar_needle_have_their_own_surface(case):
    probe = Needle("probe", (-0.002, 0, -0.011), (0.1, 0, 1), 0.00165, 0.022, gap=(0.007, 0.015))
    mesh = case.mesh(needles=[probe])
    girth = np.pi * 0.00165
    assert area(mesh, "probe.distal") == pytest.approx(girth * 0.007 + np.pi * 0.000825**2, rel=0.04)
    assert area(mesh, "probe.proximal") == pytest.approx(girth * 0.007, rel=0.04)
    assert not mesh.has_facets("probe.active")
    height, across = probe.along_and_across(mesh.points[mesh.points_of_facets("probe.proximal")])
    assert (height.min(), height.max()) == pytest.approx((0.015, 0.022))
    np.testing.assert_allclose(across, probe.radius)
    assert not np.intersect1d(mesh.points_of_facets("probe.distal"), mesh.points_of_facets("probe.proximal")).size
    body = mesh.cell_volumes[mesh.cells_of_body("probe")].sum()
    assert body == pytest.approx(np.pi * 0.000825**2 * 0.041 * np.sqrt(1.01), rel=0.09)  # nine edges round it take 8 %


def test_the_mesh_follows_the_edges_of_plates(case):
    plates = [
        Plate.whole_face("left", "-x", case.organ),
        Plate("disc", "-z", (-0.01, 0.0, -0.03), "disc", (0.02, 0.02)),
        Plate("pad", "+y", (0.004, 0.03, 0.0), "rectangle", (0.02, 0.03)),
    ]
    mesh, plain = case.mesh(plates=plates), case.mesh()
    assert area(mesh, "left") == pytest.approx(0.06**2)
    assert area(mesh, "pad") == pytest.approx(0.02 * 0.03)
    assert area(mesh, "disc") == pytest.approx(np.pi * 0.01**2, rel=0.02)
    corners = mesh.points[mesh.points_of_facets("pad")]
    np.testing.assert_allclose(corners.min(axis=0), [-0.006, 0.03, -0.015], atol=1e-9)
    np.testing.assert_allclose(corners.max(axis=0), [0.014, 0.03, 0.015], atol=1e-9)
    assert area(mesh, "outer") == pytest.approx(area(plain, "outer"), rel=1e-3)  # what lies under plates is outer too


def test_a_vessel_that_leaves_under_a_plate_keeps_its_cut(case):
    pad = Plate("pad", "+z", (0.01, 0.0, 0.03), "rectangle", (0.03, 0.02))
    mesh = case.mesh(plates=[pad])
    assert area(mesh, "pad") == pytest.approx(0.03 * 0.02 - np.pi * 0.003**2, rel=0.01)
    assert area(mesh, "vein.end") == pytest.approx(2 * np.pi * 0.003**2, rel=0.1)


def test_plates_beside_their_face_or_under_layers_are_refused(case):
    aside = Plate("pad", "+z", (0.02, 0.0, 0.03), "disc", (0.03, 0.03))
    with pytest.raises(MeshError, match=r"plate pad: must lie on the face \+z of a box, as a whole"):
        case.mesh(plates=[aside])
    with pytest.raises(MeshError, match="plate pad: must lie on the face"):
        case.mesh(organ=Ball((0, 0, 0), 0.06), plates=[aside])
    fluid: tuple[Layer, ...] = stacked(case.organ, [("fluid", "+y", 0.005)])
    below = Plate("pad", "+y", (0.0, 0.03, 0.0), "disc", (0.02, 0.02))
    with pytest.raises(MeshError, match=r"layers lie on the face \+y"):
        case.mesh(needles=[], vessels=[], layers=fluid, plates=[below])

import numpy as np
import pytest

from ablasim.errors import MeshError, ModelError
from ablasim.geometry.antenna import Antenna, Catheter, Coaxial, CoaxialSlots, Coolant, Monopole, Slot
from ablasim.mesh.antenna_mesh import AntennaDomain, antenna_mesh
from ablasim.mesh.half_plane import HalfPlaneMesh

LINE = Coaxial(0.135e-3, 0.47e-3, 0.595e-3, permittivity=2.03)
TWO_SLOTS = CoaxialSlots((Slot(5.5e-3, 1e-3), Slot(9e-3, 2e-3)), short_length=0.1e-3)
FLAT, CONE = (Catheter(1.2e-3, 2.6, 0.5e-3, tip) for tip in ("flat", "conical"))
WATER = Coolant(0.9e-3, 77.0, 1.0)
DOMAIN = AntennaDomain(radius=15e-3, below=10e-3, shaft=20e-3)
WAVELENGTH = 18.467e-3
COARSE = 0.5  # refinement


def areas(mesh):
    """Area of each region, mm²."""
    a, b, c = (mesh.points[mesh.cells[:, k]] * 1e3 for k in range(3))
    twice = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    assert (twice > 0.0).all()
    return {name: 0.5 * twice[mesh.cells_of(name)].sum() for name in mesh.region_names}


def lengths(mesh):
    """Length of each part of the outline, mm."""
    points = mesh.points * 1e3
    return {
        name: np.linalg.norm(points[edges[:, 1]] - points[edges[:, 0]], axis=1).sum()
        for name, edges in mesh.edges.items()
    }


def test_slots_in_a_cooled_conical_catheter():
    mesh = antenna_mesh(Antenna(LINE, TWO_SLOTS, CONE, WATER), DOMAIN, WAVELENGTH, COARSE)
    found = areas(mesh)
    assert found.pop("slot_1") == pytest.approx(0.125 * 1.0)
    assert found.pop("slot_2") == pytest.approx(0.125 * 2.0)
    assert found.pop("dielectric") == pytest.approx(0.335 * (20.0 - 0.6))
    assert found.pop("coolant") == pytest.approx(0.305 * 19.5)
    assert found.pop("catheter") == pytest.approx(0.3 * 19.5 + 0.5 * 1.2 * 0.5)
    assert found.pop("tissue") == pytest.approx(15.0 * 30.0 - 1.2 * 19.5 - 0.5 * 1.2 * 0.5)
    assert not found
    outline = lengths(mesh)
    assert outline.pop("axis") == pytest.approx(10.5)  # tissue and the tip of the catheter
    assert outline.pop("port") == pytest.approx(0.335)
    assert outline.pop("catheter_top") == pytest.approx(0.3)
    assert outline.pop("coolant_top") == pytest.approx(0.305)
    assert outline.pop("tissue_top") == pytest.approx(13.8)
    assert outline.pop("tissue_side") == pytest.approx(30.0)
    assert outline.pop("tissue_below") == pytest.approx(15.0)
    inner = 19.4  # of the inner conductor, from the short up
    outer = 2.0 * (19.4 - 3.0) + 4 * 0.125 + 0.1  # both sides of the outer one, the slots' ends, the short's side
    assert outline.pop("metal") == pytest.approx(inner + outer + 0.335 + 0.595)
    assert not outline


@pytest.mark.parametrize(
    ("antenna", "expected"),
    [
        (Antenna(LINE, Monopole(8e-3)), {"dielectric": 0.335 * 20.0}),
        (Antenna(LINE, Monopole(8e-3, covered=False)), {"dielectric": 0.335 * 12.0}),
        (
            Antenna(LINE, Monopole(8e-3), FLAT),
            {"dielectric": 0.335 * 19.5, "catheter": 1.2 * 20.0 - 0.595 * 19.5 + 0.125 * 8.0},
        ),
        (
            Antenna(LINE, Monopole(8e-3, covered=False), FLAT, WATER),
            {"dielectric": 0.335 * 11.5, "catheter": 0.3 * 20.0 + 0.9 * 0.5, "coolant": 0.305 * 19.5 + 0.46 * 8.0},
        ),
        (
            Antenna(LINE, TWO_SLOTS),
            {"dielectric": 0.335 * 19.9, "slot_1": 0.125, "slot_2": 0.25},
        ),
    ],
)
def test_regions_of_other_antennas(antenna, expected):
    found = areas(antenna_mesh(antenna, DOMAIN, WAVELENGTH, COARSE))
    body = antenna.radius * 20e3
    if isinstance(antenna.radiator, Monopole) and antenna.catheter is None:
        body -= 8.0 * (0.595 - (0.47 if antenna.radiator.covered else 0.135))
    assert found.pop("tissue") == pytest.approx(450.0 - body)
    assert found == pytest.approx(expected)


def test_the_same_input_gives_the_same_mesh():
    first, second = (antenna_mesh(Antenna(LINE, TWO_SLOTS, FLAT), DOMAIN, WAVELENGTH, COARSE) for _ in range(2))
    assert np.array_equal(first.points, second.points)
    assert np.array_equal(first.cells, second.cells)


def test_edges_are_short_at_the_slot_and_long_far_away():
    mesh = antenna_mesh(Antenna(LINE, TWO_SLOTS, FLAT), DOMAIN, WAVELENGTH)
    longest = np.linalg.norm(np.diff(mesh.points[mesh.cells[:, [0, 1, 2, 0]]], axis=1), axis=2).max(axis=1)
    centres = mesh.points[mesh.cells].mean(axis=1)
    at_corner = np.linalg.norm(centres - [0.595e-3, 6.0e-3], axis=1) < 0.02e-3
    assert at_corner.any()
    assert longest[at_corner].max() < 0.05e-3
    assert longest.max() < WAVELENGTH / 6.0
    assert longest[centres[:, 0] > 10e-3].min() > WAVELENGTH / 40.0


@pytest.mark.parametrize(
    ("domain", "message"),
    [
        (AntennaDomain(1e-3, 10e-3, 20e-3), r"radius = 0\.001 m: must be above the antenna's, 0\.0012 m"),
        (AntennaDomain(15e-3, 10e-3, 10e-3), r"shaft = 0\.01 m: the slots lie within 0\.0115 m of the tip"),
        (AntennaDomain(15e-3, 10e-3, 12e-3), r"the line must go on for 0\.001675 m"),
    ],
)
def test_domains_that_cut_the_antenna_are_refused(domain, message):
    with pytest.raises(ModelError, match=message):
        antenna_mesh(Antenna(LINE, TWO_SLOTS, FLAT), domain, WAVELENGTH)


def test_domains_without_extent_are_refused():
    with pytest.raises(ModelError, match="antenna domain: below = 0 m"):
        AntennaDomain(1e-3, 0.0, 20e-3)


def test_an_outline_without_a_name_is_refused():
    points = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    cells, region = np.array([[0, 1, 2]], dtype=np.int32), np.zeros(1, dtype=np.int32)
    edges = {"axis": np.array([[2, 0]], dtype=np.int32), "metal": np.array([[0, 1]], dtype=np.int32)}
    with pytest.raises(MeshError, match="outline has 3 edges, 2 are named"):
        HalfPlaneMesh(points, cells, region, ("tissue",), edges)

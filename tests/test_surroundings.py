"""Layers outside the organ and real outer faces: exact slabs, what must not change, and what is protected."""

import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

import ablasim
from ablasim.build import build_case
from ablasim.errors import ModelError
from ablasim.march import march
from ablasim.margins import Domain
from ablasim.scenario import parse_scenario
from ablasim.scenario.terminal_pairs import TerminalPair
from ablasim.settle import settle

QUICK = Path(__file__).parent / "data" / "quick.yaml"
AUDIT = 3e-4
SURFACE = 6.5e-3
"""Height of the face +x above the electrode, m."""

PLAIN = {
    "density_kg_m3": 1000.0,
    "heat_capacity_j_kg_k": 4000.0,
    "electrical_conductivity_s_m": 0.2,
    "perfusion_rate_per_s": 0.0,
    "vaporisation": False,
}


def conductor(conductivity):
    return PLAIN | {"thermal_conductivity_w_m_k": conductivity}


SLAB = {
    "schema_version": 1,
    "title": "Heat through a wall of three layers and a film",
    "organ": {"shape": "box", "size_mm": [20, 12, 12], "tissue": "wall"},
    "layers": [
        {"name": "fluid", "face": "+x", "thickness_mm": 3, "tissue": "fluid"},
        {"name": "bowel", "face": "+x", "thickness_mm": 6, "tissue": "bowel"},
    ],
    "tissues": {"wall": conductor(0.5), "fluid": conductor(0.2), "bowel": conductor(0.8)},
    "boundary": {
        "thermal": "insulated",
        "faces": {
            "-x": {"thermal": "fixed", "temperature_c": 50},
            "+x": {"film_coefficient_w_m2_k": 100, "temperature_c": 20},
        },
    },
    "protocol": [{"steady": True}],
    "cool_down_s": 0,
    "damage": {"headline": "isotherm_50", "perfusion_shutdown": {"model": "none"}},
    "numerics": {"mesh": {"far_mm": 3, "layer_mm": 2}},
}

MESH = {"needle_mm": 0.9, "vessel_mm": 2.0, "tumour_mm": 2.0, "shell_mm": 2.5, "far_mm": 8, "growth": 0.5}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("meshes")


@pytest.fixture(scope="module")
def data():
    """The quick scenario without its vein, 6.5 mm below the face +x."""
    quick = YAML(typ="safe").load(QUICK)
    quick["organ"] |= {"centre_mm": [1e3 * SURFACE - 25, 0, 0]}
    quick["protocol"][0]["duration_s"] = 60
    numerics = quick["numerics"] | {"mesh": MESH}
    return quick | {"vessels": [], "cool_down_s": 0, "numerics": numerics, "heat_sink": {"twins": []}}


def test_heat_through_layers_and_a_film_is_that_of_resistances_in_series(cache):
    """Linear elements hold a piecewise linear temperature exactly."""
    case = build_case(parse_scenario(copy.deepcopy(SLAB)), cache)
    found = settle(case)
    thickness, conductivity = np.array([20e-3, 3e-3, 6e-3]), np.array([0.5, 0.2, 0.8])
    drops = 30.0 / (np.sum(thickness / conductivity) + 1.0 / 100.0) * thickness / conductivity
    places = np.concatenate([[-10e-3], -10e-3 + np.cumsum(thickness)])
    exact = np.interp(case.mesh.points[:, 0], places, 323.15 - np.concatenate([[0.0], np.cumsum(drops)]))
    np.testing.assert_allclose(found.temperature, exact, atol=1e-4)
    flux = drops[0] * conductivity[0] / thickness[0]
    out = case.outside.films()[0].power(found.temperature)
    assert out == pytest.approx(flux * 12e-3**2, rel=1e-5)
    assert found.ledger.boundary == pytest.approx(0.0, abs=1e-5 * out)  # what comes in leaves


def test_a_layer_of_the_organs_tissue_is_more_organ(cache, data):
    """On one mesh, its layer once named as organ: the same answer, to the rounding of another order of sums."""
    layered = build_case(
        parse_scenario(data | {"layers": [{"name": "more", "face": "+x", "thickness_mm": 10, "tissue": "liver"}]}),
        cache,
    )
    size, centre = data["organ"]["size_mm"], data["organ"]["centre_mm"]
    whole = data["organ"] | {"size_mm": [size[0] + 10, *size[1:]], "centre_mm": [centre[0] + 5, *centre[1:]]}
    mesh = layered.mesh
    names = tuple("organ" if name == "more.layer" else name for name in mesh.cell_region_names)
    larger = replace(
        layered,
        scenario=parse_scenario(data | {"organ": whole}),
        anatomy=replace(layered.anatomy, layers=()),
        mesh=replace(mesh, cell_region_names=names),
    )
    one, other = march(layered), march(larger)
    np.testing.assert_allclose(one.temperature, other.temperature, rtol=0.0, atol=1e-9)
    assert one.ledger.perfusion == pytest.approx(other.ledger.perfusion, rel=1e-9)


def test_layers_are_no_tissue_of_the_zone(cache, data):
    case = build_case(
        parse_scenario(data | {"layers": [{"name": "fluid", "face": "+x", "thickness_mm": 5, "tissue": "dextrose_5"}]}),
        cache,
    )
    domain = Domain.of_mesh(case.mesh, ["electrode"])
    assert not (domain.is_tissue & case.layer_cells()).any()
    assert not domain.is_lumen.any()
    assert not (case.zone_cells("no_vessel") & case.layer_cells()).any()
    surface = np.isclose(case.mesh.points[:, 0], SURFACE)
    assert surface[domain.outer_points].sum() == surface.sum()


BOWEL = {"name": "bowel", "face": "+x", "thickness_mm": 6, "tissue": "colon_wall"}


@pytest.fixture(scope="module")
def beside_bowel(cache, data):
    """Run the scenario with the bowel on the organ, or beyond a fluid of 5 mm."""

    def run(fluid=None, **blocks):
        layers = [BOWEL] if fluid is None else [BOWEL | {"name": "fluid", "thickness_mm": 5, "tissue": fluid}, BOWEL]
        return ablasim.run(parse_scenario(data | {"layers": layers} | blocks), mesh_cache=cache)

    return run


def hottest_side(results, layer):
    return results.actual.temperature[results.case.mesh.points_of_facets(layer)].max() - 273.15


def test_the_zone_may_reach_the_organs_surface_under_a_layer_and_the_audit_closes(beside_bowel):
    results = beside_bowel()
    assert results.summary["zone"]["touches_outside"]
    assert np.nanmax(results.case.mesh.points[results.zone.dead_points][:, 0]) <= SURFACE + 1e-9
    assert abs(results.actual.ledger.residual_share) < AUDIT


def test_fluid_between_protects_the_bowel(beside_bowel):
    """As in pigs (Laeseke et al., AJR 186:S249, 2006): without fluid the injury is largest."""
    bare, saline, dextrose = (
        hottest_side(beside_bowel(fluid), "bowel") for fluid in (None, "normal_saline", "dextrose_5")
    )
    assert saline < bare - 5.0
    assert dextrose < bare - 5.0


def test_a_real_face_may_be_reached_by_the_zone_and_an_artificial_one_not(cache, data):
    with pytest.raises(ModelError, match=r"boundary\.faces"):
        ablasim.run(parse_scenario(data | {"boundary": {"thermal": "insulated"}}), mesh_cache=cache)
    faces = {"+x": {"film_coefficient_w_m2_k": 10, "temperature_c": 25}}
    results = ablasim.run(parse_scenario(data | {"boundary": {"faces": faces}}), mesh_cache=cache)
    assert results.summary["zone"]["touches_outside"]
    assert abs(results.actual.ledger.residual_share) < AUDIT
    on_face = np.isclose(results.case.mesh.points[:, 0], SURFACE)
    hot = results.actual.temperature[on_face].max()
    assert hot > 273.15 + 45.0  # 10 W/(m² K) hardly cool it


def test_a_film_goes_from_insulated_to_held_as_it_grows(cache, data):
    def on_face(face):
        case = build_case(parse_scenario(data | {"boundary": {"faces": {"+x": face}}}), cache)
        nodes = np.flatnonzero(np.isclose(case.mesh.points[:, 0], SURFACE))
        inner = np.setdiff1d(nodes, case.outside.cut_nodes())
        return march(case).temperature[inner].max()

    films = [on_face({"film_coefficient_w_m2_k": h}) for h in (1, 100, 1e5)]
    insulated, held = on_face({"thermal": "insulated"}), on_face({"thermal": "fixed"})
    assert insulated > films[0] > films[1] > films[2] > held
    assert films[0] == pytest.approx(insulated, abs=0.5)
    assert films[2] == pytest.approx(held, abs=0.5)


def test_a_face_without_current_keeps_it_out(cache, data):
    """Nothing flows through an insulated face; the impedance is higher than with that face grounded."""

    def conductance(electric):
        faces = {"+x": {"thermal": "insulated", "electric": electric}}
        case = build_case(parse_scenario(data | {"boundary": {"faces": faces}}), cache)
        sigma = case.conductors("actual").electrical(case.initial_temperature("actual"))
        return case.electric_problem(TerminalPair(("electrode",)), "actual").solve(sigma).conductance

    assert conductance("insulated") < conductance("ground")
    whole = build_case(parse_scenario(data), cache)
    sigma = whole.conductors("actual").electrical(whole.initial_temperature("actual"))
    as_cut = whole.electric_problem(TerminalPair(("electrode",)), "actual").solve(sigma).conductance
    assert conductance("ground") == pytest.approx(as_cut, rel=1e-6)

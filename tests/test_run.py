"""Whole runs of a small coarse block: what physics asks of the answer, whatever its numbers.

What holds for every scenario (conservation, symmetry, scaling) is in `properties`.
"""

from __future__ import annotations

import copy
import math
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

import ablasim
from ablasim.build import build_case
from ablasim.errors import ScenarioError
from ablasim.geometry import point_segment_distance
from ablasim.mesh import write_mesh
from ablasim.mesh.assemble import assemble_mesh
from ablasim.scenario import load_scenario, parse_scenario

QUICK = Path(__file__).parent / "data" / "quick.yaml"
STEADY_SPHERE = Path(__file__).parents[1] / "scenarios" / "steady_heated_sphere.yaml"

NOISE = {"volume": 0.05, "length_mm": 0.4}
"""What another mesh of the same shapes may change at this coarseness."""

FINER = {"needle_mm": 0.6, "vessel_mm": 1.5, "tumour_mm": 1.2, "shell_mm": 2.5, "far_mm": 10, "growth": 0.4}
"""Mesh sizes where single places of the zone are compared."""


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory):
    """Meshes of these tests go to a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def quick():
    """The quick scenario as plain data."""
    return YAML(typ="safe").load(QUICK.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def answer(quick):
    """Run the quick scenario with some of its top-level blocks replaced (None: left out)."""

    def run(*, folder=".", **blocks):
        data = copy.deepcopy(quick) | {"heat_sink": {"twins": []}, "cool_down_s": 0} | blocks
        return ablasim.run(
            parse_scenario({key: value for key, value in data.items() if value is not None}, folder=folder)
        )

    return run


@pytest.fixture(scope="module")
def reference(answer):
    """The quick scenario itself, without twin or cool-down."""
    return answer()


@pytest.fixture(scope="module")
def needle(quick):
    return quick["applicators"][0]


@pytest.fixture(scope="module")
def uncooled(needle):
    """The needle without its coolant."""
    return {key: value for key, value in needle.items() if key != "coolant_temperature_c"}


@pytest.fixture(scope="module")
def finer(quick):
    """Numerics with the finer mesh."""
    return quick["numerics"] | {"mesh": FINER}


def prescribed(heat, region, **drive):
    source = {"name": "source", "kind": "prescribed", "region": region, "heat_w_m3": heat}
    protocol = [{"duration_s": 20, "drive": {"source": drive or {"control": "as_given"}}}]
    return {"applicators": [source], "protocol": protocol}


def extent_mm(results):
    """Least and largest coordinates of the zone's surface, mm, shape (2, 3)."""
    points = 1e3 * results.zone.surface.points
    return np.array([points.min(axis=0), points.max(axis=0)])


def assert_balanced(results):
    share = results.actual.ledger.residual_share
    assert share is not None
    assert abs(share) < 0.01


def test_constant_power_is_delivered_and_the_energy_audit_closes(reference):
    assert reference.actual.ledger.delivered == pytest.approx(20.0 * 15.0, rel=1e-9)
    assert_balanced(reference)
    energy = reference.summary["energy"]
    spent = sum(energy[key] for key in ("stored_j", "boundary_j", "perfusion_j", "vessels_j", "lumen_joule_j"))
    assert spent + energy["cooling_j"] == pytest.approx(energy["delivered_j"] + energy["metabolic_j"], rel=0.01)


def test_a_dose_as_headline_warns_of_a_short_treatment_whose_edge_is_hot(answer):
    warnings = answer(damage={"headline": "cem43_240"}).summary["warnings"]
    assert any("CEM43 ≥ 240 min" in warning and "too large" in warning for warning in warnings)


def test_where_nothing_dies_no_zone_is_called_too_large_and_doubtful_places_are_told(answer, quick):
    (vein,) = quick["vessels"]
    drive = {"electrode": {"control": "power", "power_w": 0}}
    results = answer(
        damage={"headline": "cem43_240"},
        protocol=[{"duration_s": 2, "drive": drive}],
        vessels=[vein | {"points_mm": [[12, 0, -25], [12, 0, 10]]}],
    )
    assert results.summary["zone"]["volume_ml"] == 0.0
    warnings = results.summary["warnings"]
    assert not any("too large" in warning for warning in warnings)
    assert (
        sum("vessels.vein.points_mm.1 [12, 0, 10]: the last point lies 13 mm deep" in words for words in warnings) == 1
    )
    assert not any("see the report" in warning for warning in warnings)


def test_the_hottest_point_lies_off_the_cooled_surface(reference, needle):
    _, node, _ = reference.actual.hottest
    tip = np.array(needle["tip_mm"]) / 1e3
    end = tip + np.array([0, 0, needle["active_length_mm"] / 1e3])
    distance = point_segment_distance(reference.case.mesh.points[[node]], tip, end)[0]
    assert distance > 0.5e-3 * needle["diameter_mm"] * 1.01


def test_the_zone_is_smaller_on_the_side_of_the_vein(answer, quick, finer):
    near = quick["vessels"][0] | {"model": "fixed_temperature", "diameter_mm": 4}
    results = answer(vessels=[near | {"points_mm": [[-5.5, 2, -25], [-5.5, 2, 25]]}], numerics=finer)
    least, most = extent_mm(results)
    assert most[0] > -least[0] + NOISE["length_mm"]


@pytest.mark.slow
def test_the_steady_heated_sphere_is_as_hot_as_the_exact_solution():
    results = ablasim.run(load_scenario(STEADY_SPHERE))
    centre = np.argmin(np.linalg.norm(results.case.mesh.points, axis=1))
    assert np.linalg.norm(results.case.mesh.points[centre]) < 1e-3
    rise = results.actual.temperature.max() - 310.15
    assert rise == pytest.approx(111.881, rel=0.005)
    assert_balanced(results)


def test_a_vessel_held_at_body_temperature_carries_heat_away_and_blood_flow_limits_it(answer, quick):
    near = quick["vessels"][0] | {"points_mm": [[6, 0, -25], [6, 0, 25]], "model": "fixed_temperature"}
    held = answer(vessels=[near])
    cooled = answer(vessels=[near | {"model": "convective"}])
    removed = [results.actual.ledger.vessels["vein"] for results in (held, cooled)]
    assert removed[0] > removed[1] > 0.0
    wall = held.case.mesh.points_of_facets("vein")
    np.testing.assert_allclose(held.actual.temperature[wall], 310.15, atol=1e-9)
    assert cooled.actual.temperature[wall].max() > 311.0
    assert_balanced(held)
    assert_balanced(cooled)


def test_a_needle_left_out_with_a_held_surface_keeps_its_surface_cold(answer, uncooled):
    results = answer(applicators=[uncooled | {"body": "left_out", "surface_temperature_c": 15}])
    surface = results.case.mesh.points_of_facets("electrode.active")
    np.testing.assert_allclose(results.actual.temperature[surface], 288.15, atol=1e-9)
    assert results.summary["energy"]["cooling_j"] > 0.0
    assert results.summary["source"]["max_temperature_c"] > 50.0
    assert_balanced(results)


def test_prescribed_heat_of_a_formula_delivers_its_integral(answer, finer):
    width_mm, density = 6.0, 1e6
    blocks = prescribed(f"1e6 * exp(-r_mm**2 / {width_mm**2})", "everywhere")
    results = answer(vessels=[], numerics=finer, **blocks)
    power = density * (math.pi * (width_mm / 1e3) ** 2) ** 1.5
    assert results.actual.ledger.delivered == pytest.approx(20.0 * power, rel=0.02)
    assert results.summary["source"]["kind"] == "prescribed"
    assert_balanced(results)


def test_prescribed_heat_can_be_scaled_to_a_power(answer):
    results = answer(**prescribed(1e6, "tumour", control="power", power_w=4))
    assert results.actual.ledger.delivered == pytest.approx(80.0, rel=1e-9)
    assert_balanced(results)


@pytest.mark.parametrize("density", [1e4, 1e6])
def test_a_source_that_hardly_warms_still_closes_its_audit(density, answer):
    results = answer(**prescribed(density, "tumour"))
    assert results.summary["source"]["max_temperature_c"] < 42.0
    assert_balanced(results)


def test_each_of_two_vessels_is_told_apart(answer, quick, uncooled):
    vein = quick["vessels"][0] | {"points_mm": [[7, 0, -25], [7, 0, 25]]}
    artery = {
        "name": "artery",
        "points_mm": [[-60, -12, 0], [60, -12, 4]],
        "diameter_mm": 4,
        "mean_speed_mm_s": 200,
        "model": "convective",
    }
    results = answer(applicators=[uncooled], vessels=[vein, artery], heat_sink={"twins": ["no_vessel", "occluded"]})
    vessels = results.summary["heat_sink"]["vessels"]
    assert set(vessels) == {"vein", "artery"}
    assert vessels["vein"]["energy_removed_j"] > vessels["artery"]["energy_removed_j"] > 0.0
    assert vessels["vein"]["retraction_mm"] > vessels["artery"]["retraction_mm"]
    heat_sink = results.summary["heat_sink"]
    parts = heat_sink["flow_loss"]["ml"] + heat_sink["presence_loss"]["ml"]
    assert parts == pytest.approx(heat_sink["volume_loss_ml"], abs=1e-9)
    for march in results.marches.values():
        assert abs(march.ledger.residual_share) < 0.01
    assert len(results.actual.damage) > 1
    for twin in ("no_vessel", "occluded"):
        assert set(results.marches[twin].damage) == {results.case.headline.name}


@pytest.mark.parametrize(
    "organ",
    [
        {"shape": "cylinder", "diameter_mm": 50, "length_mm": 50, "axis": "x"},
        {"shape": "sphere", "diameter_mm": 55},
    ],
    ids=["cylinder", "sphere"],
)
def test_another_shape_of_organ_far_away_changes_little(organ, answer, reference):
    results = answer(organ=organ | {"tissue": "liver"})
    volumes = [r.summary["zone"]["volume_ml"] for r in (results, reference)]
    assert volumes[0] == pytest.approx(volumes[1], rel=2 * NOISE["volume"])
    assert_balanced(results)


def test_a_tumour_from_an_stl_file_is_as_good_as_the_sphere_it_describes(answer, reference, tmp_path):
    write_ball_stl(tmp_path / "tumour.stl", radius_mm=5.0)
    results = answer(
        tumour={"shape": "surface", "file": "tumour.stl", "tissue": "colorectal_metastasis"}, folder=tmp_path
    )
    volumes = [r.summary["zone"]["volume_ml"] for r in (results, reference)]
    margins = [r.summary["margin"]["minimum_mm"] for r in (results, reference)]
    assert volumes[0] == pytest.approx(volumes[1], rel=NOISE["volume"])
    assert margins[0] == pytest.approx(margins[1], abs=NOISE["length_mm"])


def test_a_mesh_from_a_file_gives_the_same_answer(answer, reference, quick, tmp_path):
    write_mesh(reference.case.mesh, tmp_path / "block.msh")
    results = answer(numerics=quick["numerics"] | {"mesh_file": "block.msh"}, folder=tmp_path)
    for block, key in (("zone", "volume_ml"), ("margin", "minimum_mm"), ("source", "max_temperature_c")):
        assert results.summary[block][key] == pytest.approx(reference.summary[block][key], rel=1e-6)


def hollow(mesh):
    """A mesh without the cells of its vessels and needles, whose surfaces stay."""
    tissue = mesh.cells_of_body("")
    surfaces = np.isin(mesh.facets, mesh.cells[tissue]).all(axis=1)
    return assemble_mesh(
        mesh.points,
        mesh.cells[tissue],
        mesh.cell_region[tissue],
        mesh.cell_region_names,
        mesh.facets[surfaces],
        mesh.facet_region[surfaces],
        mesh.facet_region_names,
    )


def test_a_mesh_file_may_leave_out_vessels_and_needles_that_take_no_part(quick, needle, reference, tmp_path):
    mesh = hollow(reference.case.mesh)
    write_mesh(mesh, tmp_path / "hollow.msh")
    twins = quick | {"applicators": [needle | {"body": "left_out"}], "numerics": {"mesh_file": "hollow.msh"}}
    alone = twins | {"heat_sink": {"twins": []}}
    assert build_case(parse_scenario(alone, folder=tmp_path)).mesh.n_cells == mesh.n_cells
    with pytest.raises(ScenarioError, match=r"hollow\.msh: .* missing vein;"):
        build_case(parse_scenario(twins, folder=tmp_path))
    with pytest.raises(ScenarioError, match=r"hollow\.msh: .* missing electrode;"):
        build_case(parse_scenario(alone | {"applicators": [needle]}, folder=tmp_path))


def test_metabolic_heat_starts_from_its_own_steady_state(answer, quick, uncooled):
    tissues = {"busy": {"from": "liver", "metabolic_heat_w_m3": 20000}}
    results = answer(
        tissues=tissues,
        body={"metabolic_heat": True},
        organ=quick["organ"] | {"tissue": "busy"},
        applicators=[uncooled],
        protocol=[{"duration_s": 20}],
    )
    start, end = results.frames[0][1], results.frames[-1][1]
    assert end.max() > 37.2
    np.testing.assert_allclose(start, end, atol=5e-3)
    energy = results.summary["energy"]
    assert energy["boundary_j"] + energy["perfusion_j"] + energy["vessels_j"] == pytest.approx(
        energy["metabolic_j"], rel=0.01
    )


def test_no_threads_are_refused():
    with pytest.raises(ValueError, match="threads: 0: must be at least 1"):
        ablasim.run(QUICK, threads=0)


def test_only_the_driven_one_of_two_needles_heats(answer, needle):
    idle = needle | {"name": "idle", "tip_mm": [-9, 0, -6]}
    results = answer(applicators=[needle, idle])
    by_driven, by_idle = (
        results.actual.temperature[near(results, needle["tip_mm"])].max(),
        results.actual.temperature[near(results, idle["tip_mm"])].max(),
    )
    assert by_driven > by_idle + 10.0
    assert_balanced(results)


def near(results, place_mm):
    distance = np.linalg.norm(1e3 * results.case.mesh.points - np.asarray(place_mm), axis=1)
    return (distance < 4.0) & results.case.bioheat("actual").active


def write_ball_stl(path, radius_mm, n_around=16, n_along=8):
    """An ASCII STL of a ball."""
    polar = np.pi * np.arange(n_along + 1) / n_along
    around = 2.0 * np.pi * np.arange(n_around) / n_around

    def corner(i, j):
        ring, turn = polar[i], around[j % n_around]
        return radius_mm * np.array([np.sin(ring) * np.cos(turn), np.sin(ring) * np.sin(turn), np.cos(ring)])

    triangles = []
    for i in range(n_along):
        for j in range(n_around):
            first, second, third, fourth = corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)
            triangles += [(first, second, third)] * (i < n_along - 1) + [(first, third, fourth)] * (i > 0)
    lines = ["solid ball"]
    for triangle in triangles:
        corners = "".join("vertex {:.9g} {:.9g} {:.9g}\n".format(*np.round(place, 9) + 0.0) for place in triangle)
        lines.append(f"facet normal 0 0 0\nouter loop\n{corners}endloop\nendfacet")
    path.write_text("\n".join([*lines, "endsolid ball\n"]), encoding="ascii")


def test_implicit_euler_comes_to_the_same_answer_with_first_order(answer, quick):
    def end_of_power(**numerics):
        results = answer(numerics=quick["numerics"] | numerics, cool_down_s=0)
        assert_balanced(results)
        assert any("nothing estimates the error of steps fixed at" in text for text in results.summary["warnings"])
        return results.actual.temperature_end_of_power

    exact = end_of_power(time_step_s=0.25)
    coarse, fine = (np.abs(end_of_power(time_method="implicit_euler", time_step_s=dt) - exact).max() for dt in (2, 1))
    assert 0.4 < fine / coarse < 0.65

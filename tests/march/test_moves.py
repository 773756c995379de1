"""Electrodes that are moved: what absent ones must equal, what the first application leaves, where the heat goes."""

import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from ablasim.bodies import Bodies
from ablasim.build import build_case
from ablasim.march import march
from ablasim.margins import measure_axes
from ablasim.results.assess import assess
from ablasim.results.summary import Clock
from ablasim.scenario import parse_scenario
from ablasim.simulate import march_all
from ablasim.units import kelvin

QUICK = Path(__file__).parents[1] / "data" / "quick.yaml"
AUDIT = 3e-4
"""Residual of the energy audit, relative: what Newton's method may leave (see ``properties/test_conservation``)."""

LEFT = {"name": "left", "tip_mm": [-14, 0, -6]}
RIGHT = {"name": "right", "tip_mm": [14, 0, -6]}
DEEP = {"name": "deep", "tip_mm": [0, 0, -12]}
SHALLOW = {"name": "shallow", "tip_mm": [0, 0, 0]}
INSULATED = {"boundary": {"thermal": "insulated"}}
POWER = {"control": "power", "power_w": 12, "voltage_limit_v": 60}


def heat(name, seconds=15, in_place=None):
    return {"duration_s": seconds, "drive": {name: POWER}, "in_place": [name] if in_place is None else in_place}


def out(seconds=0.5):
    return {"duration_s": seconds, "in_place": []}


@pytest.fixture(scope="module")
def case_of(tmp_path_factory):
    """The quick scenario without its vein and tumour, with some needles and steps."""
    cache = tmp_path_factory.mktemp("meshes")
    base = YAML(typ="safe").load(QUICK)

    def build(needles, protocol, **blocks):
        data = copy.deepcopy(base) | {"heat_sink": {"twins": []}, "vessels": [], "tumour": None} | blocks
        (needle,) = data["applicators"]
        data["applicators"] = [{**needle, **said} for said in needles]
        return build_case(parse_scenario(data | {"protocol": protocol}), cache)

    return build


def zone_of(case, marches):
    return assess(case, marches, clock=Clock.now()).zone


def assert_audited(case, found):
    """The audit closes, and what is stored is what the needles and tissue in place at the end hold above the start."""
    assert abs(found.ledger.residual_share) < AUDIT
    curve = case.bioheat("actual", absent=found.steps[-1].absent).enthalpy
    cold = np.full_like(found.temperature, kelvin(case.scenario.initial_temperature_c))
    gained = float((curve.heat(found.temperature) - curve.heat(cold)).sum())
    first = case.bioheat("actual", absent=case.absent_at_start)
    at_start = first.enthalpy.heat(first.with_held_temperatures(cold)) - first.enthalpy.heat(cold)
    assert found.ledger.stored == pytest.approx(gained - float(at_start.sum()), rel=AUDIT)


def without_body(case, name):
    """The case with a needle gone, its cells tissue, on the same mesh."""
    mesh, scenario = case.mesh, case.scenario
    plain = [region.removeprefix(f"{name}.") for region in mesh.cell_region_names]
    known = tuple(dict.fromkeys(plain))
    kept = ~np.isin(mesh.facet_region, [i for i, n in enumerate(mesh.facet_region_names) if n.startswith(f"{name}.")])
    bare = replace(
        mesh,
        cell_region=np.array([known.index(region) for region in plain], dtype=np.int32)[mesh.cell_region],
        cell_region_names=known,
        facets=mesh.facets[kept],
        facet_region=mesh.facet_region[kept],
    )
    gone = scenario.model_copy(
        update={
            "applicators": tuple(item for item in scenario.applicators if item.name != name),
            "protocol": scenario.protocol[:1],
        }
    )
    return replace(case, scenario=gone, mesh=bare)


def test_a_needle_that_is_absent_is_tissue(case_of):
    case = case_of([LEFT, RIGHT], [heat("left"), {"duration_s": 5, "in_place": ["right"]}], cool_down_s=0)
    bare = without_body(case_of([LEFT, RIGHT], [heat("left", in_place=["left", "right"])], cool_down_s=0), "right")
    first, alone = march(case), march(bare)
    for moved, single in zip(first.steps, alone.steps, strict=False):
        assert moved.max_temperature == single.max_temperature
        assert moved.electrical == single.electrical
        assert moved.delivered_power == single.delivered_power


def test_two_applications_far_apart_are_the_sum_of_two_single_ones(case_of):
    left, right = [heat("left"), out(30)], [heat("right"), out(30)]
    both = case_of([LEFT, RIGHT], [*left, *right], cool_down_s=0)
    singles = [
        case_of([LEFT, RIGHT], [*left, {"duration_s": 0.01, "in_place": ["right"]}, out(0.01)], cool_down_s=0),
        case_of([LEFT, RIGHT], [*right, {"duration_s": 0.01, "in_place": ["left"]}, out(0.01)], cool_down_s=0),
    ]
    np.testing.assert_array_equal(both.mesh.points, singles[0].mesh.points)
    zone = zone_of(both, {"actual": march(both)})
    alone = [zone_of(case, {"actual": march(case)}) for case in singles]
    assert min(single.volume for single in alone) > 0.1e-6
    assert zone.n_pieces == sum(single.n_pieces for single in alone)
    assert zone.volume == pytest.approx(sum(single.volume for single in alone), rel=2e-3)


@pytest.mark.parametrize(
    "cooled",
    [
        {"coolant_temperature_c": None},
        {"coolant_temperature_c": 10},
        {"coolant_temperature_c": None, "surface_temperature_c": 20},
    ],
    ids=["not cooled", "cooled", "held"],
)
def test_the_audit_closes_over_moves(case_of, cooled):
    needles = [{**item, **cooled} for item in (DEEP, SHALLOW, RIGHT)]
    case = case_of(needles, [heat("deep"), heat("shallow"), out(5), heat("right"), heat("deep")])
    found = march(case)
    assert_audited(case, found)
    assert found.ledger.moved != 0.0


def test_a_needle_comes_at_the_temperature_of_the_start_and_what_was_metal_keeps_its_own(case_of):
    case = case_of([DEEP, SHALLOW, LEFT], [heat("deep"), heat("shallow"), heat("left")], **INSULATED)
    hot = np.full(case.space.n_nodes, kelvin(60.0))
    bodies = Bodies(case, "actual")
    pulled, _ = bodies.move(hot, frozenset({"deep", "left"}))
    np.testing.assert_allclose(pulled, hot, rtol=1e-12)
    assert bodies.absent == {"deep", "left"}
    moved, entry = bodies.move(pulled, frozenset({"deep", "shallow"}))
    inside = np.setdiff1d(
        case.mesh.cells[case.mesh.cells_of_body("left")], case.mesh.cells[~case.mesh.cells_of_body("left")]
    )
    surface = case.mesh.points_of_facets("left.active")
    np.testing.assert_allclose(moved[inside], kelvin(37.0))
    assert np.all((kelvin(37.0) < moved[surface]) & (moved[surface] < kelvin(60.0)))
    away = np.setdiff1d(np.arange(case.space.n_nodes), case.mesh.cells[case.mesh.cells_of_body("left")])
    np.testing.assert_array_equal(moved[away], hot[away])
    assert entry.moved == pytest.approx(-entry.stored)
    assert entry.moved > 0.0


def test_what_the_first_application_killed_stays_dead_and_a_pull_back_makes_the_zone_longer(case_of):
    once = case_of([DEEP, SHALLOW], [heat("deep"), {"duration_s": 5, "in_place": ["shallow"]}], cool_down_s=0)
    twice = case_of([DEEP, SHALLOW], [heat("deep"), heat("shallow")], cool_down_s=0)
    first, both = march(once), march(twice)
    for model in once.damage_models:
        dead = model.level(first.damage[model.name]) > 0.0
        assert np.all(model.level(both.damage[model.name])[dead] > 0.0)
    axis = np.array([0.0, 0.0, 1.0])
    lengths = [
        measure_axes(zone_of(case, {"actual": found}), axis).long for case, found in ((once, first), (twice, both))
    ]
    assert lengths[1] - lengths[0] == pytest.approx(12e-3, abs=3e-3)


def test_a_sensor_in_a_needle_that_is_pulled_out_reads_its_metal_and_then_the_tissue(case_of):
    inside = [{"name": "inside", "on": "left", "above_tip_mm": 4}]
    case = case_of([LEFT], [heat("left", 4), out(1)], sensors=inside, cool_down_s=0)
    found = march(case)
    assert case.sensors.lies_in == ("left",)
    assert found.steps[-1].sensors["inside"].temperature == pytest.approx(case.sensors.at(found.temperature)[0])
    assert all(np.isfinite(step.sensors["inside"].temperature) for step in found.steps)


def test_twins_go_through_the_same_moves(case_of):
    vein = {"name": "vein", "points_mm": [[20, 0, -25], [20, 0, 25]], "diameter_mm": 6, "mean_speed_mm_s": 150}
    case = case_of(
        [LEFT, {**RIGHT, "tip_mm": [8, 0, -6]}],
        [heat("left", 6), heat("right", 6), out()],
        vessels=[vein],
        heat_sink={"twins": ["no_vessel", "occluded"]},
        cool_down_s=0,
    )
    marches = march_all(case)
    for found in marches.values():
        assert abs(found.ledger.residual_share) < AUDIT
        assert [sorted(absent) for absent in dict.fromkeys(step.absent for step in found.steps)] == [
            ["right"],
            ["left"],
            ["left", "right"],
        ]
    assert marches["actual"].ledger.vessels["vein"] > 0.0


def test_the_summary_tells_each_application_and_the_history_which_needle_was_in_place(case_of):
    case = case_of([LEFT, RIGHT], [heat("left", 6), heat("left", 4), out(3), heat("right", 8)], cool_down_s=0)
    found = march(case)
    results = assess(case, {"actual": found}, clock=Clock.now())
    one, two = results.summary["applications"]
    assert 0.0 < one["zone_volume_ml"] < two["zone_volume_ml"]
    assert two["zone_volume_ml"] == results.summary["zone"]["volume_ml"]
    assert (one["from_s"], one["until_s"]) == pytest.approx((0.0, 10.0))
    assert (two["from_s"], two["until_s"]) == pytest.approx((13.0, 21.0))
    assert (one["driven"], one["in_place"], two["driven"], two["in_place"]) == (
        ["left"],
        ["left"],
        ["right"],
        ["right"],
    )
    energies = one["energy_delivered_j"], two["energy_delivered_j"]
    assert sum(energies) == pytest.approx(found.ledger.delivered)
    assert min(energies) > 50.0
    history = results.history()
    named = dict.fromkeys(history["in_place"].tolist())
    assert list(named) == ["left", "", "right"]
    before = history["time_s"][history["in_place"] == "left"]
    assert before.max() == pytest.approx(10.0)

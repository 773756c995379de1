"""Occluded vessels: what they must equal, and where the heat of stagnant blood goes."""

import copy
import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from ablasim.build import build_case
from ablasim.march import march
from ablasim.scenario import parse_scenario
from ablasim.settle import settle
from ablasim.simulate import march_all

QUICK = Path(__file__).parents[1] / "data" / "quick.yaml"
AUDIT = 3e-4
"""Residual of the energy audit, relative: what Newton's method may leave (see ``properties/test_conservation``)."""

PRINGLE = {"name": "pringle", "systems": ["portal_vein", "hepatic_artery"]}
NEAR = {"points_mm": [[7, 0, -25], [7, 0, 25]], "system": "portal_vein"}


@pytest.fixture(scope="module")
def case_of(tmp_path_factory):
    """The quick scenario with its vein nearer, a portal branch, and some top-level blocks replaced."""
    cache = tmp_path_factory.mktemp("meshes")

    def build(vessel=None, **blocks):
        data = copy.deepcopy(YAML(typ="safe").load(QUICK)) | {"heat_sink": {"twins": []}} | blocks
        data["vessels"][0] |= NEAR | (vessel or {})
        return build_case(parse_scenario(data), cache)

    return build


def assert_same(one, other):
    np.testing.assert_array_equal(one.temperature, other.temperature)
    assert len(one.steps) == len(other.steps)
    assert one.ledger == other.ledger
    both = one.damage.keys() & other.damage.keys()  # twins follow the headline model alone
    assert both
    for name in both:
        np.testing.assert_array_equal(one.damage[name], other.damage[name])


def assert_balanced(found):
    """The audit closes, and the history tells the same story as the ledger."""
    assert abs(found.ledger.residual_share) < AUDIT
    for name, heat in found.ledger.vessels.items():
        told = [step.dt * step.vessel_power[name] + step.washed_out.get(name, 0.0) for step in found.steps]
        assert math.fsum(told) == pytest.approx(heat, abs=1e-9)


@pytest.mark.parametrize("model", ["convective", "fixed_temperature", "transport"])
def test_a_pringle_throughout_is_the_occluded_twin_without_perfusion(case_of, model):
    clamped = march(case_of({"model": model}, occlusions=[PRINGLE]))
    bloodless = march(case_of({"model": model}, body={"perfusion_factor": 0}), "occluded")
    assert clamped.ledger.vessels == {"vein": 0.0}
    assert clamped.ledger.perfusion == 0.0
    assert_same(clamped, bloodless)


def test_occluding_what_feeds_nothing_and_has_no_vessel_changes_nothing(case_of):
    assert_same(march(case_of(occlusions=[{"name": "balloon", "systems": ["hepatic_vein"]}])), march(case_of()))


def test_a_steady_state_can_be_occluded(case_of):
    steady = {
        "protocol": [{"steady": True, "drive": {"electrode": {"control": "power", "power_w": 1}}}],
        "cool_down_s": 0,
    }
    clamped = settle(case_of(occlusions=[PRINGLE], **steady))
    bloodless = settle(case_of(body={"perfusion_factor": 0}, **steady), "occluded")
    np.testing.assert_array_equal(clamped.temperature, bloodless.temperature)


@pytest.mark.parametrize("model", ["convective", "fixed_temperature", "transport"])
@pytest.mark.parametrize("blood_temperature_c", [37, 33])
def test_every_joule_is_found_again_when_blood_stops_and_flows_by_turns(case_of, model, blood_temperature_c):
    """Blood, body and outside at different temperatures: mixing and holding then move heat at every switch."""
    clamp = PRINGLE | {"start_s": 3, "on_s": 5, "off_s": 4, "end_s": 18}
    vessel = {"model": model, "blood_temperature_c": blood_temperature_c}
    case = case_of(
        vessel, occlusions=[clamp], boundary={"temperature_c": 35}, heat_sink={"twins": ["no_vessel", "occluded"]}
    )
    for found in march_all(case).values():
        assert_balanced(found)
    found = march(case)
    by_turns = [bool(step.stagnant) for step in found.steps]
    pairs = itertools.pairwise(found.steps)
    switched = [after.time - after.dt for before, after in pairs if before.stagnant != after.stagnant]
    assert switched == pytest.approx([3, 8, 12, 17])
    assert not by_turns[0]
    assert not by_turns[-1]
    flowing = case.bioheat("actual")  # as at the start: what is stored is then the difference of two states
    start = flowing.with_held_temperatures(case.initial_temperature("actual"))
    states = [flowing.enthalpy.heat(temperature).sum() for temperature in (start, found.temperature)]
    assert found.ledger.stored == pytest.approx(states[1] - states[0], rel=1e-9)


def test_blood_that_flows_again_carries_off_what_it_gained(case_of):
    """Opened at the end of power: what the vessel then takes at once is what its stagnant blood held."""
    closed = case_of(occlusions=[PRINGLE], cool_down_s=0)
    lumen = closed.lumen("vein")
    gained = float(lumen.gained(march(closed).temperature).sum())
    assert gained > 1.0
    opened = march(case_of(occlusions=[PRINGLE | {"end_s": 20}]))
    first = next(step for step in opened.steps if step.time > 20.0)
    assert not first.stagnant
    assert first.washed_out == {"vein": pytest.approx(gained, rel=1e-12)}
    assert [step.washed_out for step in opened.steps if step is not first] == [{}] * (len(opened.steps) - 1)
    inside = lumen.nodes & ~closed.bioheat("actual").active
    np.testing.assert_array_equal(opened.temperature[inside], lumen.temperature)


def test_perfusion_falls_by_the_share_of_what_is_closed(case_of):
    def rate(region, **supply):
        case = case_of(body={"blood_supply": {region: supply}} if supply else {})
        cells = case.mesh.cells_of_tissue(region) & case.tissue_cells
        flowing, closed = (case.bioheat("actual", closed=frozenset(names)) for names in ([], ["portal_vein"]))
        inner = np.setdiff1d(case.mesh.cells[cells], case.mesh.cells[~cells])
        return (closed.perfusion[inner] / flowing.perfusion[inner]).tolist()

    assert rate("organ") == pytest.approx([0.25] * len(rate("organ")))
    assert rate("tumour") == pytest.approx([0.9] * len(rate("tumour")))
    assert rate("organ", portal_vein=0.6)[0] == pytest.approx(0.4)


def test_embolisation_takes_perfusion_from_its_region_alone(case_of):
    untouched = case_of().bioheat("actual").perfusion
    assert_same(march(case_of(body={"embolisation": {"tumour_perfusion_factor": 1.0}})), march(case_of()))
    for region, other in (("tumour", "organ"), ("organ", "tumour")):
        case = case_of(body={"embolisation": {f"{region}_perfusion_factor": 0.2}})
        left = case.bioheat("actual").perfusion
        alone = [
            np.setdiff1d(case.mesh.cells[cells], case.mesh.cells[~cells])
            for cells in (case.mesh.cells_of_tissue(name) & case.tissue_cells for name in (region, other))
        ]
        np.testing.assert_allclose(left[alone[0]], 0.2 * untouched[alone[0]], rtol=1e-12)
        np.testing.assert_array_equal(left[alone[1]], untouched[alone[1]])


def test_the_zone_grows_with_what_is_occluded_in_the_order_of_the_experiment(case_of):
    """None, artery, portal vein, both: the order in pigs (Chinn et al., AJR 176:789, 2001)."""

    def volume(*systems, **times):
        occlusions = [{"name": "clamp", "systems": list(systems)} | times] if systems else []
        long = [{"duration_s": 120, "drive": {"electrode": {"control": "power", "power_w": 12, "voltage_limit_v": 60}}}]
        found = march(case_of(occlusions=occlusions, protocol=long, numerics=MESH, cool_down_s=0))
        return found.steps[-1].zone_volume

    none, artery, portal, both = volume(), volume("hepatic_artery"), volume("portal_vein"), volume(*PRINGLE["systems"])
    by_turns = volume(*PRINGLE["systems"], on_s=30, off_s=30)
    assert none < artery < portal < both
    assert none < by_turns < both


MESH = {
    "mesh": {"needle_mm": 0.9, "vessel_mm": 2.0, "tumour_mm": 2.0, "shell_mm": 2.5, "far_mm": 10, "growth": 0.5},
    "time_tolerance": 1,
}

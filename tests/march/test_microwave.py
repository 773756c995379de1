"""Antennas in a mesh: their power, what blood and other antennas change, and how it follows the temperature."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from ablasim.build import Case, build_case
from ablasim.march import march
from ablasim.materials import dielectric, tissue
from ablasim.scenario import parse_scenario
from ablasim.settle import settle
from ablasim.units import kelvin

SMALL = Path(__file__).parents[1] / "data" / "antenna.yaml"
FREQUENCY = 2.45e9
BODY = float(kelvin(37.0))
ALONE: dict[str, Any] = {"vessels": [], "heat_sink": {"twins": []}}


@pytest.fixture(scope="module")
def case_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Case]:
    """The small scenario with some of its keys, and some of its antenna's, changed."""
    cache = tmp_path_factory.mktemp("meshes")

    def build(antenna: dict[str, Any] | None = None, **changes: Any) -> Case:
        data = copy.deepcopy(YAML(typ="safe").load(SMALL)) | changes
        data["applicators"][0] |= antenna or {}
        return build_case(parse_scenario(data), cache)

    return build


def warm(case: Case, temperature_c: float = 37.0) -> np.ndarray:
    return np.full(case.space.n_nodes, kelvin(temperature_c))


def delivered(case: Case, power: dict[str, float] | None = None, variant: str = "actual", **options: Any) -> Any:
    heat = case.microwave_heat(variant)
    return heat.at(power or {"antenna": 20.0}, options.pop("temperature", warm(case)), coherent=False)


@pytest.mark.parametrize(
    ("tip", "direction"), [([0, 0, -7], [0, 0, 1]), ([3, -2, -5], [1, 0.5, 2]), ([-7, 0, 1], [1, 0, 0])]
)
def test_the_mesh_gets_the_power_of_the_half_plane_wherever_the_antenna_lies(
    case_of: Callable[..., Case], tip: list[float], direction: list[float]
) -> None:
    found = delivered(case_of({"tip_mm": tip, "direction": direction}, **ALONE))
    point = found.point.antennas["antenna"]
    assert point.correction == pytest.approx(1.0, abs=0.01)
    assert found.point.laid_w + point.beyond_w == pytest.approx(point.budget.absorbed_w, rel=1e-3)
    assert point.budget.residual_w == pytest.approx(0.0, abs=1e-5)
    assert found.heat.sum() == pytest.approx(found.point.laid_w, rel=1e-12)  # this antenna has no loss of its own


def test_power_density_is_that_of_the_half_plane(case_of: Callable[..., Case]) -> None:
    case = case_of(**ALONE)
    found = delivered(case)
    antenna = case.antennas.in_mesh[0]
    centres = case.mesh.points[case.mesh.cells].mean(axis=1)
    places = antenna.axis.half_plane(centres)
    chosen = case.tissue_cells & (places[:, 0] > 2e-3) & (places[:, 0] < 12e-3) & (np.abs(places[:, 1] - 6e-3) < 8e-3)
    field = antenna.model.solve(FREQUENCY, *antenna.medium(warm(case)))
    vectors, _ = field.electric_field(places[chosen])
    sigma = dielectric(tissue("liver"), FREQUENCY).at_body_temperature[1]
    expected = 20.0 * 0.5 * sigma * np.sum(np.abs(vectors) ** 2, axis=1)
    in_cells = found.heat[chosen] / case.space.gradient_weights[chosen]
    assert np.sqrt(np.mean((in_cells / expected - 1.0) ** 2)) < 0.05  # a cell's mean against its middle


def test_blood_changes_only_what_is_deposited_in_the_lumen(case_of: Callable[..., Case]) -> None:
    case = case_of()
    actual, twin = (delivered(case, variant=variant) for variant in ("actual", "no_vessel"))
    lumen = case.lumen_cells()
    conductivity = {name: dielectric(tissue(name), FREQUENCY).at_body_temperature[1] for name in ("blood", "liver")}
    assert actual.heat[~lumen] == pytest.approx(twin.heat[~lumen], rel=1e-12)
    ratio = conductivity["blood"] / conductivity["liver"]
    assert actual.heat[lumen] == pytest.approx(ratio * twin.heat[lumen], rel=1e-9)
    assert actual.point.antennas["antenna"].s11 == twin.point.antennas["antenna"].s11
    assert actual.heat[lumen].sum() > 0.02 * actual.point.laid_w


@pytest.fixture(scope="module")
def pair(case_of: Callable[..., Case]) -> Callable[[float], Case]:
    """Two parallel antennas 8 mm apart, the second with a phase."""

    def build(phase_deg: float) -> Case:
        first: dict[str, Any] = {"kind": "mw_antenna", "device": "coaxial_slot", "direction": [0, 0, 1]}
        antennas = [
            first | {"name": "antenna", "tip_mm": [-4, 0, -7]},
            first | {"name": "other", "tip_mm": [4, 0, -7], "phase_deg": phase_deg},
        ]
        return case_of(applicators=antennas, **ALONE)

    return build


def test_fields_that_add_agree_on_average_with_powers_that_add(pair: Callable[[float], Case]) -> None:
    power = {"antenna": 10.0, "other": 20.0}
    cases = [pair(phase) for phase in (0.0, 180.0)]
    together = [case.microwave_heat("actual").at(power, warm(case), coherent=True).heat for case in cases]
    apart = delivered(cases[0], power).heat
    assert 0.5 * (together[0] + together[1]) == pytest.approx(apart, rel=1e-6)
    centres = cases[0].mesh.points[cases[0].mesh.cells].mean(axis=1)
    middle = (np.abs(centres[:, 0]) < 1.5e-3) & (np.abs(centres[:, 1]) < 1.5e-3) & (np.abs(centres[:, 2]) < 4e-3)
    same, opposite = (heat[middle].sum() / apart[middle].sum() for heat in together)
    assert same + opposite == pytest.approx(2.0, rel=1e-6)
    for case, heat in zip(cases, together, strict=True):
        point = case.microwave_heat("actual").at(power, warm(case), coherent=True).point
        assert point.interference_w == pytest.approx(heat.sum() - apart.sum(), rel=1e-9)
        assert abs(point.interference_w) > 0.01
    assert delivered(cases[0], power).point.interference_w == 0.0
    assert same > 1.3  # the fields along the antennas add, and those towards and away from them cancel


def test_the_field_is_solved_anew_only_when_the_tissue_has_changed(case_of: Callable[..., Case]) -> None:
    case = case_of(**ALONE)
    heat = case.microwave_heat("actual")
    first = heat.at({"antenna": 20.0}, warm(case), coherent=False)
    second = heat.at({"antenna": 20.0}, warm(case, 38.0), coherent=False)
    assert heat.solves == 1
    assert second.point.antennas == first.point.antennas
    near = np.exp(-((np.hypot(case.space.points[:, 0], case.space.points[:, 1]) / 5e-3) ** 2))
    third = heat.at({"antenna": 20.0}, warm(case) + 70.0 * near, coherent=False)
    assert heat.solves == 2
    assert abs(third.point.antennas["antenna"].s11 - first.point.antennas["antenna"].s11) > 0.02
    assert third.point.laid_w == pytest.approx(
        third.point.antennas["antenna"].budget.absorbed_w - third.point.antennas["antenna"].beyond_w, rel=2e-3
    )


def test_between_solutions_a_field_goes_on_as_the_permittivity_does(case_of: Callable[..., Case]) -> None:
    numerics = YAML(typ="safe").load(SMALL)["numerics"]
    case = case_of(numerics=numerics | {"field_tolerance": 0.05}, **ALONE)
    exact = case_of(numerics=numerics | {"field_tolerance": 0.0}, **ALONE)
    near = np.exp(-((np.hypot(case.space.points[:, 0], case.space.points[:, 1]) / 5e-3) ** 2))

    def at(heat: Any, rise: float, *, extended: bool = True) -> Any:  # fields that add are not extended
        return heat.at({"antenna": 20.0}, warm(case, 60.0) + rise * near, coherent=not extended)

    followed, solved = case.microwave_heat("actual"), exact.microwave_heat("actual")
    for rise in (0.0, 16.0):
        at(followed, rise)
    assert followed.solves == 2
    extended, held, true = (at(followed, 20.0), at(followed, 20.0, extended=False), at(solved, 20.0))
    assert followed.solves == 2
    assert np.abs(extended.heat - true.heat).sum() < 0.4 * np.abs(held.heat - true.heat).sum()
    assert extended.heat.min() >= 0.0
    found, asked, before = (each.point.antennas["antenna"] for each in (extended, true, held))
    assert abs(found.s11 - asked.s11) < 0.3 * abs(before.s11 - asked.s11)
    gained = asked.budget.absorbed_w - before.budget.absorbed_w
    assert found.budget.absorbed_w == pytest.approx(asked.budget.absorbed_w, abs=0.3 * abs(gained))
    assert found.budget.residual_w == pytest.approx(0.0, abs=1e-6)


def test_heat_yields_as_the_conductivity_falls(case_of: Callable[..., Case]) -> None:
    case = case_of(**ALONE)
    hot = warm(case, 95.0)
    found = delivered(case, temperature=hot)
    law = dielectric(tissue("liver"), FREQUENCY)
    now, warmer = (float(law.conductivity(np.array(kelvin(value)))) for value in (95.0, 95.1))
    heated = found.heat > 0.0
    assert found.yielding[heated] == pytest.approx(found.heat[heated] * (now - warmer) / (0.1 * now), rel=5e-3)


def test_a_steady_state_settles_where_absorption_falls_steeply(case_of: Callable[..., Case]) -> None:
    drive = {"antenna": {"control": "forward_power", "forward_power_w": 20}}
    steady = {"protocol": [{"steady": True, "drive": drive}], "damage": {"headline": "isotherm_50"}}
    case = case_of(**ALONE, **steady)
    found = settle(case)
    assert found.hottest[0] > kelvin(100.0)  # on the way there σ falls by 4 to 7 % per kelvin
    ledger = found.ledger
    assert ledger.delivered == pytest.approx(ledger.perfusion + ledger.boundary, rel=1e-5)
    again = case.microwave_heat("actual").at({"antenna": 20.0}, found.temperature, coherent=False)
    assert again.heat.sum() == pytest.approx(ledger.delivered, rel=1e-4)


@pytest.mark.slow
def test_a_steady_state_is_where_a_run_comes_to_rest(case_of: Callable[..., Case]) -> None:
    drive = {"antenna": {"control": "forward_power", "forward_power_w": 4.6}}
    exact = YAML(typ="safe").load(SMALL)["numerics"] | {"field_tolerance": 0.0}
    options = {"damage": {"headline": "isotherm_50"}, "body": {"perfusion_factor": 0.0}, "numerics": exact, **ALONE}
    case = case_of(protocol=[{"steady": True, "drive": drive}], **options)
    still = settle(case)
    rested = march(case_of(protocol=[{"duration_s": 7200, "drive": drive}], **options))
    assert 80.0 < still.hottest[0] - kelvin(0.0) < 95.0  # σ falls steeply, and no water boils
    assert rested.temperature == pytest.approx(still.temperature, abs=0.3)


def test_lost_power_heats_the_antennas_body(case_of: Callable[..., Case]) -> None:
    coolant = {"outer_diameter_mm": 1.6, "temperature_c": 20, "permittivity": 78, "conductivity_s_m": 1.2}
    catheter = {"outer_diameter_mm": 2.0, "permittivity": 2.6, "tip": "flat", "tip_length_mm": 0.5}
    case = case_of({"catheter": catheter, "coolant": coolant, "cable_loss_db": 1.0}, **ALONE)
    found = delivered(case)
    budget = found.point.antennas["antenna"].budget
    body = case.mesh.cells_of_body("antenna")
    assert budget.lost_in_antenna_w == budget.coolant_w > 0.1
    assert found.heat[body].sum() == pytest.approx(budget.lost_in_antenna_w, rel=1e-9)
    assert budget.cable_loss_w > 20.0 * (1.0 - 10.0**-0.1)  # the reflected wave loses on its way back too
    assert budget.residual_w == pytest.approx(0.0, abs=1e-5)


def test_a_run_finds_every_joule_and_says_where_the_power_went(case_of: Callable[..., Case]) -> None:
    case = case_of()
    found = march(case)
    assert abs(found.ledger.residual_share or 0.0) < 1e-4
    powers = [step.microwave.laid_w for step in found.steps if step.microwave is not None]
    assert len(powers) == len(found.steps)
    assert found.ledger.delivered == pytest.approx(np.mean(powers) * 20.0, rel=0.02)
    assert found.ledger.lumen_joule > 0.0
    assert found.work["antenna_solves"] < len(found.steps)
    assert found.hottest[0] > kelvin(60.0)


@pytest.mark.slow
def test_shorter_steps_tell_the_same_of_dried_tissue(case_of: Callable[..., Case]) -> None:
    """Taken at the temperature foreseen, heat of dry tissue would swing; so its fall with temperature is implicit."""
    protocol = [{"duration_s": 200, "drive": {"antenna": {"control": "forward_power", "forward_power_w": 30}}}]
    alone = {"protocol": protocol, "organ": {"shape": "box", "size_mm": [90, 90, 90], "tissue": "liver"}, **ALONE}
    numerics = YAML(typ="safe").load(SMALL)["numerics"]
    short, usual = (
        march(case_of(numerics=numerics | more, **alone)) for more in ({"max_time_step_s": 1}, {"max_time_step_s": 20})
    )
    assert usual.work["steps"] < 0.6 * short.work["steps"]
    absorbed = [np.mean([s.microwave.total("absorbed_w") for s in found.steps[-5:]]) for found in (short, usual)]
    assert absorbed[1] == pytest.approx(absorbed[0], rel=0.05)
    assert usual.steps[-1].zone_volume == pytest.approx(short.steps[-1].zone_volume, rel=0.02)
    assert usual.ledger.delivered == pytest.approx(short.ledger.delivered, rel=0.02)
    assert 120.0 < usual.hottest[0] - kelvin(0.0) < 200.0

"""Energy and current are conserved, whatever the scenario."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from runs import BODY, case_of, examples, terms
from strategies import COARSE, EVERYTHING_AT_ONCE, scenarios

from ablasim.build import Case
from ablasim.course import March
from ablasim.scenario.terminal_pairs import TerminalPair
from ablasim.simulate import march_all

AUDIT = 3e-4
"""Residual of the energy audit, relative. In each step Newton's method may leave 3e-4 of the heat that the step moves
from node to node; the terms of the audit are those of the whole run, so that they may be somewhat smaller than all
that was moved. Drawn scenarios stay below 6e-5."""

CURRENT = 1e-5
"""Difference of electrode and ground current, and of the power as V·I and as the integral of the Joule heat, relative.
The potential is solved to a residual of 1e-7 of the right side in the Euclidean norm; what reaches the current is the
sum over the nodes, at most √n of them times as much, and the right side is that of the bare electrode in tissue at
0 V, some ten times the current. Drawn scenarios stay below 2e-7."""

SOFTLY_WARMED = {  # a fine mesh round a vessel far from a weak source: what each node leaves over adds up
    "schema_version": 1,
    "title": "A small tumour warmed by 0.3 K",
    "organ": {"shape": "box", "size_mm": [40, 40, 40], "centre_mm": [10.3, -6, 16], "tissue": "liver"},
    "tumour": {
        "shape": "ellipsoid",
        "centre_mm": [10.3, -6, 16],
        "diameters_mm": [6, 6.1, 6],
        "tissue": "colorectal_metastasis",
    },
    "vessels": [
        {
            "name": "vein",
            "points_mm": [[18.3, -66, 13.9], [18.3, 54, 13.9]],
            "diameter_mm": 2,
            "model": "fixed_temperature",
        }
    ],
    "applicators": [{"name": "heat", "kind": "prescribed", "region": "tumour", "heat_w_m3": 1e5}],
    "protocol": [{"duration_s": 17.9, "drive": {"heat": {"control": "as_given"}}}],
    "cool_down_s": 0,
    "body": {"perfusion_factor": 0},
    "damage": {"headline": "isotherm_50", "models": ["isotherm_50"]},
    "heat_sink": {"twins": []},
    "numerics": {"mesh": COARSE, "time_tolerance": 1},
}


def check_every_joule_is_found_again(data: dict[str, Any]) -> None:
    for march in march_all(case_of(data)).values():
        ledger = march.ledger
        assert np.isfinite(terms(ledger)).all()
        assert ledger.delivered > 0.0
        assert ledger.lumen_joule >= 0.0
        assert ledger.residual_share is not None
        assert abs(ledger.residual_share) < AUDIT
        check_history_adds_up(march)


def check_history_adds_up(march: March) -> None:
    """The steps tell the same story as the ledger, and power is voltage times current."""
    ledger = march.ledger
    delivered = math.fsum(step.dt * step.delivered_power for step in march.steps)
    assert delivered == pytest.approx(ledger.delivered, rel=1e-9)
    for name, heat in ledger.vessels.items():
        assert math.fsum(step.dt * step.vessel_power[name] for step in march.steps) == pytest.approx(heat, abs=1e-9)
    for point in (step.electrical for step in march.steps if step.electrical is not None):
        assert point.voltage * point.current == pytest.approx(point.power, rel=1e-9)
    powers = [(step.electrical.power, step.delivered_power) for step in march.steps if step.electrical is not None]
    for by_generator, by_joule_heat in powers:
        assert by_joule_heat == pytest.approx(by_generator, rel=1e-9)


@example(EVERYTHING_AT_ONCE)
@example(SOFTLY_WARMED)
@given(scenarios())
@examples(4)
def test_every_joule_is_found_again(data):
    check_every_joule_is_found_again(data)


@pytest.mark.slow
@given(scenarios())
@examples(30)
def test_every_joule_is_found_again_in_many_scenarios(data):
    check_every_joule_is_found_again(data)


CLOSED = {"boundary": {"thermal": "insulated"}, "body": {"perfusion_factor": 0.0}, "surfaces": ("plain",)}
"""Scenarios from which no heat can leave."""


def check_what_is_delivered_stays(data: dict[str, Any]) -> None:
    ledger = march_all(case_of(data))["actual"].ledger
    assert ledger.stored == pytest.approx(ledger.delivered, rel=AUDIT)
    assert [ledger.boundary, ledger.perfusion, ledger.cooling, ledger.lumen_joule] == [0.0] * 4


@given(scenarios(vessel_models=(), **CLOSED))
@examples(4)
def test_what_is_delivered_stays_where_nothing_carries_it_off(data):
    check_what_is_delivered_stays(data)


@pytest.mark.slow
@given(scenarios(vessel_models=(), **CLOSED))
@examples(15)
def test_what_is_delivered_stays_where_nothing_carries_it_off_in_many_scenarios(data):
    check_what_is_delivered_stays(data)


def hot_spot(case: Case, place: list[float], height_k: float) -> np.ndarray:
    """Body temperature with a bell of heat round a place that is given as shares of the way through the organ."""
    points = case.mesh.points
    low, high = points.min(axis=0), points.max(axis=0)
    away = np.linalg.norm(points - low - np.array(place) * (high - low), axis=1)
    bell: np.ndarray = BODY + height_k * np.exp(-((away / 6e-3) ** 2))
    return bell


HOT_SPOTS = st.tuples(st.lists(st.floats(0.3, 0.7), min_size=3, max_size=3), st.floats(0.0, 120.0))
"""Where, and how hot: up to dried tissue that conducts ten thousand times worse than the rest."""


def check_current_comes_out_as_it_went_in(data: dict[str, Any], spots: list[tuple[list[float], float]]) -> None:
    case = case_of(data)
    for variant in ("actual", "no_vessel", "occluded"):
        problem = case.electric_problem(TerminalPair(("electrode",)), variant)
        for place, height in spots:
            potential = problem.solve(case.conductors(variant).electrical(hot_spot(case, place, height)))
            assert potential.electrode_current > 0.0
            assert potential.current_imbalance < CURRENT
            assert potential.joule_heat.min() >= 0.0
            power = potential.electrode_current * 1.0  # times the one volt
            assert potential.joule_heat.sum() == pytest.approx(power, rel=CURRENT)
            assert potential.potential.min() >= -CURRENT
            assert potential.potential.max() <= 1.0 + CURRENT


@given(scenarios(sources=("needle",)), st.lists(HOT_SPOTS, min_size=2, max_size=2))
@examples(2)
def test_the_current_into_tissue_comes_out_and_heats_it(data, spots):
    check_current_comes_out_as_it_went_in(data, spots)


@pytest.mark.slow
@given(scenarios(sources=("needle",)), st.lists(HOT_SPOTS, min_size=3, max_size=3))
@examples(15)
def test_the_current_into_tissue_comes_out_and_heats_it_in_many_scenarios(data, spots):
    check_current_comes_out_as_it_went_in(data, spots)

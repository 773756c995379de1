"""How the properties run what was drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, assume, settings

from ablasim.anatomy import build_anatomy
from ablasim.build import Case, build_case
from ablasim.energy import EnergyLedger
from ablasim.errors import MeshError
from ablasim.fem import make_space
from ablasim.mesh import Mesh
from ablasim.results.assess import assess
from ablasim.results.outcome import Results
from ablasim.results.summary import Clock
from ablasim.scenario import parse_scenario
from ablasim.simulate import march_all

BODY = 310.15
"""Body temperature, K: every scenario starts at it."""

TOO_THIN = "two surfaces almost touch"


def examples(number: int) -> settings:
    """Settings that draw the same `number` of examples each time, however long they take."""
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    return settings(max_examples=number, deadline=None, derandomize=True, database=None, suppress_health_check=slow)


def case_of(data: dict[str, Any]) -> Case:
    """The case of a drawn scenario.

    Where two surfaces come nearer than cells fit between them, at these coarse sizes, the mesher refuses with the
    advice to move one or refine: such a draw is no example.
    """
    scenario = parse_scenario(data)
    try:
        return build_case(scenario)
    except MeshError as error:
        assume(TOO_THIN not in str(error))
        raise


def on_mesh(case: Case, data: dict[str, Any], mesh: Mesh) -> Case:
    """The case of another scenario with the same materials and damage models, on a given mesh."""
    scenario = parse_scenario(data)
    return replace(case, scenario=scenario, anatomy=build_anatomy(scenario), mesh=mesh, space=make_space(mesh))


def answer(case: Case) -> Results:
    """Everything that a run of a case finds, its twins included."""
    clock = Clock.now()
    return assess(case, march_all(case), clock=clock)


def terms(ledger: EnergyLedger) -> list[float]:
    """All heats of a ledger, J."""
    named = (ledger.delivered, ledger.metabolic, ledger.stored, ledger.boundary, ledger.perfusion)
    return [*named, ledger.lumen_joule, ledger.cooling, *ledger.vessels.values()]

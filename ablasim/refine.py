"""The same scenario on a finer mesh and with shorter time steps: what a run is verified against."""

from __future__ import annotations

from dataclasses import asdict, replace
from math import sqrt
from typing import Any

from ablasim.anatomy import MOST_POINTS, Anatomy, build_anatomy, expected_points, mesh_sizes_of
from ablasim.mesh import MeshSizes
from ablasim.scenario import Scenario, located_error
from ablasim.scenario.settings import MeshSizes as SaidSizes
from ablasim.scenario.settings import Numerics
from ablasim.units import MM_PER_M

REFINEMENT = sqrt(2.0)
"""Ratio of edge lengths from a run to the one that verifies it."""

TIME_TOLERANCE_SHARE = 0.5
"""Time tolerance of the finer run, relative to that of the run."""

_STEP_SHARE = TIME_TOLERANCE_SHARE ** (1.0 / 3.0)  # local errors fall with the third power of the step


def finer(scenario: Scenario) -> Scenario:
    """The same question asked of a mesh with edges shorter by √2, and of shorter time steps.

    Sizes are refined from what the shapes let them be: a needle that is meshed more finely than asked for, because it
    is thin, is refined too. The time tolerance is halved, and the longest step shortened as the tolerance shortens
    the others, by the cube root of 2; a fixed step is halved. A steady protocol has no time to refine. Sizes may fall
    below what a scenario file may say: its bounds are there to catch slips of a unit.

    Parameters
    ----------
    scenario : Scenario
        What was asked.

    Returns
    -------
    Scenario
        The finer scenario, which names all its mesh sizes.

    Raises
    ------
    ScenarioError
        If the mesh comes from a file.
    """
    if scenario.numerics.mesh_file is not None:
        message = (
            f"'{scenario.numerics.mesh_file}': a mesh from a file cannot be refined, so the run cannot be verified: "
            "leave mesh_file out, or run without --verify (in Python: verify=False)"
        )
        raise located_error(scenario, "numerics.mesh_file", message)
    sizes = _as_meshed(mesh_sizes_of(scenario), build_anatomy(scenario)).scaled(1.0 / REFINEMENT)
    changes = {"mesh": _said(sizes)} | _shorter_steps(scenario)
    return scenario.model_copy(update={"numerics": scenario.numerics.model_copy(update=changes)})


def check_refinable(scenario: Scenario) -> None:
    """Check, before a run that is to be verified begins, that the finer one can be made.

    Raises
    ------
    ScenarioError
        If the mesh comes from a file, or the finer one would have too many points.
    """
    n_points = expected_points(finer(scenario), build_anatomy(scenario))
    if n_points > MOST_POINTS:
        message = (
            f"the finer mesh that verifies the run would have about {n_points:,} points: must be below "
            f"{MOST_POINTS:,}; take larger sizes, or run without --verify (in Python: verify=False)"
        )
        raise located_error(scenario, "numerics.mesh", message)


def _as_meshed(sizes: MeshSizes, anatomy: Anatomy) -> MeshSizes:
    """Sizes as the shapes let them be: a size above them all would not change when it is divided."""
    needles = [sizes.on_needle(needle) for needle in anatomy.needles.values()]
    tines = [sizes.on_tines(needle.tines) for needle in anatomy.needles.values() if needle.tines is not None]
    vessels = [sizes.on_vessel(vessel) for vessel in anatomy.vessels.values()]
    return replace(
        sizes,
        needle=max(needles, default=sizes.needle),
        tine=max(tines, default=sizes.tine),
        vessel=max(vessels, default=sizes.vessel),
        layer=max((sizes.in_layer(layer) for layer in anatomy.layers), default=sizes.layer),
        tumour=sizes.tumour if anatomy.tumour is None else sizes.on_tumour(anatomy.tumour),
        far=sizes.far_in(anatomy.organ),
    )


def _said(sizes: MeshSizes) -> SaidSizes:
    """Sizes as a scenario says them: lengths in mm, growth as it is; not checked against a file's bounds."""
    values = {name: value for name, value in asdict(sizes).items() if value is not None}
    lengths = {f"{name}_mm": value * MM_PER_M for name, value in values.items() if name != "growth"}
    return SaidSizes.model_construct(**lengths, growth=sizes.growth)


def _shorter_steps(scenario: Scenario) -> dict[str, Any]:
    """Fields of the numerics that make the time steps shorter."""
    numerics: Numerics = scenario.numerics
    if scenario.protocol[0].steady:
        return {}
    if numerics.time_step_s is not None:
        return {"time_step_s": TIME_TOLERANCE_SHARE * numerics.time_step_s}
    return {
        "time_tolerance": TIME_TOLERANCE_SHARE * numerics.time_tolerance,
        "max_time_step_s": _STEP_SHARE * numerics.max_time_step_s,
    }

"""Settings of margins, heat sink, damage and numerics that must go together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ablasim.scenario.applicators import RF_ELECTRODES, MwAntenna
from ablasim.scenario.located import Problem, join
from ablasim.scenario.schema import Scenario
from ablasim.scenario.settings import Numerics


def problems_of_settings(scenario: Scenario) -> Iterator[Problem]:
    """Find settings of margins, heat sink, damage and numerics that do not go together.

    Yields
    ------
    Problem
        The path of the key to mend, and what is wrong.
    """
    targets = scenario.margins.targets_mm
    if any(second <= first for first, second in pairwise(targets)):
        yield Problem("margins.targets_mm", f"{list(targets)}: must increase")
    if scenario.margins.contraction is not None:
        missing = [
            what
            for what, has in (
                ("a tumour", scenario.tumour is not None),
                (
                    "a radiofrequency electrode or mw_antenna",
                    any(isinstance(item, (*RF_ELECTRODES, MwAntenna)) for item in scenario.applicators),
                ),
            )
            if not has
        ]
        if missing:
            yield Problem("margins.contraction", f"needs {' and '.join(missing)}: tissue shrinks towards an applicator")
    for path, items in (
        ("heat_sink.twins", scenario.heat_sink.twins),
        ("damage.models", scenario.damage.models or ()),
    ):
        yield from (
            Problem(join(path, i), f"'{item}': must not be named twice")
            for i, item in enumerate(items)
            if item in items[:i]
        )
    if scenario.heat_sink.attribute and "no_vessel" not in scenario.heat_sink.twins:
        yield Problem("heat_sink.attribute", "true: the twin 'no_vessel' must be among heat_sink.twins")
    if scenario.protocol[0].steady and scenario.numerics.time_step_s is not None:
        yield Problem("numerics.time_step_s", "must be left out where the steady state is asked for")
    if scenario.numerics.time_method == "implicit_euler" and scenario.numerics.time_step_s is None:
        yield Problem("numerics.time_method", "implicit_euler has no estimate of its error: give numerics.time_step_s")
    yield from _steps(scenario.numerics)


def _steps(numerics: Numerics) -> Iterator[Problem]:
    fixed, longest = numerics.time_step_s, numerics.max_time_step_s
    if fixed is not None and "max_time_step_s" in numerics.model_fields_set and fixed > longest:
        yield Problem("numerics.time_step_s", f"{fixed:g} s: must be at most max_time_step_s, {longest:g} s")

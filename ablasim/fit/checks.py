"""What cannot be within a fit file, beyond the type of each key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ablasim.fit.schema import Fit
from ablasim.scenario.load import typed_scenario
from ablasim.scenario.located import Problem, Source, join
from ablasim.study.checks import overlapping, unit_suffix
from ablasim.study.load import unknown_in


def problems_across(fit: Fit) -> Iterator[Problem]:
    """Find names, bounds and units that do not go together."""
    names = [parameter.name for parameter in fit.parameters]
    for place, parameter in enumerate(fit.parameters):
        here = join("parameters", parameter.name if parameter.name not in names[:place] else place)
        if parameter.name in names[:place]:
            yield Problem(join(here, "name"), f"'{parameter.name}': must be the name of one parameter alone")
        if not parameter.low < parameter.high:
            yield Problem(join(here, "low"), f"{parameter.low:g}: must be below high, {parameter.high:g}")
        elif not parameter.low < parameter.start < parameter.high:
            words = f"{parameter.start:g}: must lie between low and high, {parameter.low:g} and {parameter.high:g}"
            yield Problem(join(here, "start"), words)
        if parameter.scale == "log" and parameter.low <= 0.0:
            yield Problem(join(here, "low"), f"{parameter.low:g}: must be above 0 where the scale is log")
        for path in parameter.paths:
            unit = unit_suffix(path)
            if not parameter.name.endswith(unit):
                yield Problem(join(here, "name"), f"'{parameter.name}': must end in {unit}, the unit of {path}")
            for other in fit.parameters[:place]:
                if any(overlapping(earlier, path) for earlier in other.paths):
                    words = f"'{path}': undoes what '{other.name}' sets: leave one of them out"
                    yield Problem(join(here, "path"), words)


def problems_of_paths(fit: Fit, data: Any, folder: Path) -> Iterator[Problem]:
    """Find keys that the base does not have."""
    resolved = typed_scenario(data, Source(folder=folder)).model_dump(mode="json", by_alias=True)
    for parameter in fit.parameters:
        for path in parameter.paths:
            if words := unknown_in(resolved, path):
                yield Problem(join(join("parameters", parameter.name), "path"), f"'{path}': {words}")

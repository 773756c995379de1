"""What cannot be within a study file, beyond the type of each key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ablasim.results.files import plain
from ablasim.scenario.located import Problem, item_label, join
from ablasim.scenario.messages import did_you_mean, shown
from ablasim.study.schema import Morris, Shift, Study, Variable, VesselDistance

OWN_COLUMNS = ("base", "case", "status", "error", "seconds", "cpu_seconds", "warnings")
"""Columns that every table has."""

_UNITS = (
    "_v_per_cm", "_w_m2_k", "_w_m_k", "_j_kg_k", "_j_kg", "_kg_m3", "_w_m3", "_ml_min", "_mm_s", "_s_m", "_per_s",
    "_per_k", "_mm", "_ml", "_w", "_j", "_c", "_k", "_s", "_ohm", "_percent", "_v", "_a", "_deg", "_mhz", "_hz", "_db",
    "_us", "_min",
)  # fmt: skip
_OF_OFFSET = "an offset has finite numbers, mm, as values"
_WAYS = ("values", "range", "distribution", "between")


def unit_suffix(path: str) -> str:
    """Unit at the end of a path's key, as a suffix; '' where it has none.

    Examples
    --------
    >>> unit_suffix("vessels.hepatic_vein.mean_speed_mm_s"), unit_suffix("applicators.electrode.tip_mm.2")
    ('_mm_s', '_mm')
    >>> unit_suffix("body.perfusion_factor")
    ''
    """
    keys = [key for key in path.split(".") if not key.isdigit()]
    return next((unit for unit in _UNITS if keys and keys[-1].endswith(unit)), "")


def problems_across(study: Study) -> Iterator[Problem]:
    """Find what cannot be within a study.

    Yields
    ------
    Problem
        The path of the key to mend, and what is wrong.
    """
    yield from _of_bases(study)
    names = [variable.name for variable in study.vary]
    for place, variable in enumerate(study.vary):
        here = join("vary", variable.name if variable.name not in names[:place] else place)
        if variable.name in names[:place]:
            yield Problem(join(here, "name"), f"'{variable.name}': must be the name of one variable alone")
        elif variable.name in OWN_COLUMNS:
            yield Problem(join(here, "name"), f"'{variable.name}': every table has such a column: choose another name")
        yield from _of_what(variable, here)
        yield from _of_values(variable, here)
        yield from _of_link(variable, study, here)
        if study.design == "crossed":
            yield from _set_twice(variable, study.vary[:place], here)
    yield from _of_sampling(study)
    yield from _of_design(study)


def _of_bases(study: Study) -> Iterator[Problem]:
    known = () if isinstance(study.base, str) else tuple(base.name for base in study.base)
    for place, name in enumerate(known):
        if name in known[:place]:
            yield Problem(join("base", place, "name"), f"'{name}': must be the name of one base alone")
    for variable in study.vary:
        for name in variable.bases or ():
            if name not in known:
                words = did_you_mean(name, known) or "; the study has one base, without a name"
                yield Problem(join("vary", variable.name, "bases"), f"'{name}': no such base{words}")


def _of_what(variable: Variable, here: str) -> Iterator[Problem]:
    if (variable.path is None) == (variable.offset is None):
        yield Problem(here, "must have either a path or an offset")
        return
    if isinstance(variable.offset, Shift) and not np.linalg.norm(variable.offset.along) > 0.0:
        yield Problem(join(here, "offset.along"), "[0, 0, 0]: must have a length, such as [1, 0, 0]")
    units = {unit_suffix(path) for path in variable.paths} if variable.offset is None else {"_mm"}
    if len(units) > 1:
        yield Problem(join(here, "path"), f"keys in different units: {', '.join(sorted(units))}: must be of one unit")
    elif (unit := units.pop()) and not variable.name.endswith(unit):
        yield Problem(
            join(here, "name"),
            f"'{variable.name}': must end in the unit of what it sets, {unit}, such as '{variable.name}{unit}'",
        )


def overlapping(earlier: str, later: str) -> bool:
    """Whether setting a later path undoes what an earlier one has set.

    Examples
    --------
    >>> overlapping("vessels.vein.diameter_mm", "vessels.vein"), overlapping("vessels.vein", "vessels.vein.diameter_mm")
    (True, False)
    """
    return f"{earlier}.".startswith(f"{later}.")


def _set_twice(variable: Variable, before: Sequence[Variable], here: str) -> Iterator[Problem]:
    """Find earlier variables whose values this one would undo: the table would name values that no run had."""
    for other in before:
        if variable.bases is not None and other.bases is not None and not set(variable.bases) & set(other.bases):
            continue
        words = f"undoes what '{other.name}' sets: leave one of them out"
        for path in variable.paths:
            if any(overlapping(earlier, path) for earlier in other.paths):
                yield Problem(join(here, "path"), f"'{path}': {words}")
        moved = variable.offset
        if isinstance(moved, VesselDistance) and moved == other.offset:
            yield Problem(join(here, "offset.vessel"), f"'{moved.vessel}': {words}")


def _of_values(variable: Variable, here: str) -> Iterator[Problem]:
    given = [way for way in _WAYS if getattr(variable, way) is not None]
    if len(given) != 1:
        words = f"has {' and '.join(given)}: must" if given else "must"
        yield Problem(here, f"{words} have one of {', '.join(_WAYS)}")
    if variable.range is not None:
        start, stop = variable.range.start, variable.range.stop
        if not start < stop:
            yield Problem(join(here, "range"), f"from {start:g} to {stop:g}: an empty range; 'to' must be above 'from'")
        elif variable.range.spacing == "log" and start <= 0.0:
            yield Problem(join(here, "range.from"), f"{start:g}: must be above 0 where ratios are equal (log)")
    if variable.distribution is not None:
        for words in variable.distribution.problems():
            yield Problem(join(here, "distribution"), words)
    if variable.between is not None and not variable.between.low < variable.between.high:
        low, high = variable.between.low, variable.between.high
        yield Problem(join(here, "between"), f"low {low:g}, high {high:g}: high must be above low")
    for value in variable.values or ():
        try:
            plain(value)
        except TypeError:
            words = "must be a number, a word, true, false, a list, or keys and values"
            yield Problem(join(here, "values"), f"{value!s}: {words}")
    of_offset = variable.values or () if variable.offset is not None else ()
    for i, value in enumerate(of_offset):
        if not is_number(value):
            yield Problem(join(here, "values", item_label(of_offset, i)), f"{shown(value)}: {_OF_OFFSET}")


def is_number(value: object) -> bool:
    """Whether a value is a finite number.

    Examples
    --------
    >>> [is_number(value) for value in (4, 2.5, float("nan"), True, "4")]
    [True, True, False, False, False]
    """
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(np.isfinite(value))


def _of_link(variable: Variable, study: Study, here: str) -> Iterator[Problem]:
    if variable.linked_to is None:
        return
    path = join(here, "linked_to")
    others = {other.name: other for other in study.vary if other is not variable}
    lead = others.get(variable.linked_to)
    if lead is None:
        yield Problem(
            path, f"'{variable.linked_to}': no such variable{did_you_mean(variable.linked_to, tuple(others))}"
        )
    elif lead.linked_to is not None or lead.drawn_from is not None or variable.drawn_from is not None:
        yield Problem(path, "both must have values or a range, and the other must not be linked itself")
    elif lead.bases != variable.bases:
        yield Problem(path, f"'{lead.name}' belongs to other bases: both must have the same")
    elif (mine := _count(variable)) != (its := _count(lead)):
        yield Problem(path, f"{mine} values, '{lead.name}' has {its}: must be as many")


def _count(variable: Variable) -> int:
    return variable.range.count if variable.range is not None else len(variable.values or ())


def _of_sampling(study: Study) -> Iterator[Problem]:
    drawn = [variable for variable in study.vary if variable.drawn_from is not None]
    if drawn and study.sampling is None:
        yield Problem(
            join("vary", drawn[0].name, "distribution" if drawn[0].between is None else "between"),
            "needs `sampling`, such as sampling: {method: latin_hypercube, count: 64, seed: 1}",
        )
    if study.sampling is None:
        return
    if not drawn:
        yield Problem("sampling", "no variable has a distribution or bounds (between): leave it out")
    if isinstance(study.sampling, Morris):
        if study.sampling.levels % 2:
            yield Problem("sampling.levels", f"{study.sampling.levels}: must be an even number, such as 4")
        return
    if study.sampling.method == "sobol" and study.sampling.count & (study.sampling.count - 1):
        below = 2 ** (study.sampling.count.bit_length() - 1)
        yield Problem("sampling.count", f"{study.sampling.count}: must be a power of 2, such as {below} or {2 * below}")


def _of_design(study: Study) -> Iterator[Problem]:
    if study.design == "crossed":
        return
    for variable in study.vary:
        if variable.distribution is not None:
            yield Problem(
                join("vary", variable.name, "distribution"),
                "a variable that varies alone must have values or a range, such as its low and high end",
            )

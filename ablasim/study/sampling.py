"""From what varies to the points of a design."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.study.schema import Morris, Sampling, Study, Variable

Floats = NDArray[np.float64]
Inputs = dict[str, Any]
"""A value for each variable, by its name."""

_SMALLEST_SHARE = 2.0**-53


def unit_sample(sampling: Sampling | Morris, dimensions: int) -> Floats:
    """Points of the unit cube.

    Parameters
    ----------
    sampling : Sampling or Morris
        Method, number of points and seed.
    dimensions : int
        Number of variables.

    Returns
    -------
    ndarray, shape (count, dimensions)
        Shares between 0 and 1, neither included. Sobol points are scrambled by the seed. Trajectories of Morris'
        screening follow each other, each of ``dimensions + 1`` points.

    Examples
    --------
    >>> unit_sample(Sampling(method="sobol", count=8, seed=1), 2).shape
    (8, 2)
    """
    from scipy.stats import qmc

    if isinstance(sampling, Morris):
        return _trajectories(sampling, dimensions)
    numbers = np.random.default_rng(sampling.seed)
    if sampling.method == "random":
        points = numbers.random((sampling.count, dimensions))
    elif sampling.method == "sobol":
        points = qmc.Sobol(dimensions, scramble=True, rng=numbers).random(sampling.count)
    else:
        points = qmc.LatinHypercube(dimensions, rng=numbers).random(sampling.count)
    shares: Floats = np.clip(np.asarray(points, dtype=float), _SMALLEST_SHARE, 1.0 - _SMALLEST_SHARE)
    return shares


def _trajectories(sampling: Morris, dimensions: int) -> Floats:
    from SALib.sample import morris

    unit_cube = {
        "num_vars": dimensions,
        "names": [str(place) for place in range(dimensions)],
        "bounds": [[0.0, 1.0]] * dimensions,
    }
    steps = morris.sample(unit_cube, sampling.trajectories, num_levels=sampling.levels, seed=sampling.seed)
    levels = np.rint(np.asarray(steps, dtype=float) * (sampling.levels - 1))
    shares: Floats = (levels + 0.5) / sampling.levels
    return shares


def design(study: Study, base: str) -> Iterator[Inputs]:
    """Points of the design of one base.

    Values and ranges are crossed, the first slowest, and the sample is taken at each of them. One at a time: first the
    base as it is, then every variable alone (with those linked to it), the others left out.

    Parameters
    ----------
    study : Study
        A study without problems.
    base : str
        Name of the base.

    Yields
    ------
    dict of str to object
        A value for each variable that belongs to the base, in the order of the study; one at a time: for some.
    """
    variables = [variable for variable in study.vary if variable.belongs_to(base)]
    axes = [_steps(variable, variables) for variable in variables if _leads(variable)]
    if study.design == "one_at_a_time":
        yield {}
        yield from chain.from_iterable(axes)
        return
    drawn = _drawn(study.sampling, [variable for variable in variables if variable.drawn_from is not None])
    for steps in product(*axes, drawn):
        values = {name: value for step in steps for name, value in step.items()}
        yield {variable.name: values[variable.name] for variable in variables}


def _leads(variable: Variable) -> bool:
    return variable.drawn_from is None and variable.linked_to is None


def _steps(lead: Variable, variables: Sequence[Variable]) -> list[Inputs]:
    together = [lead, *(variable for variable in variables if variable.linked_to == lead.name)]
    columns = [levels(variable) for variable in together]
    return [
        {variable.name: value for variable, value in zip(together, row, strict=True)}
        for row in zip(*columns, strict=True)
    ]


def levels(variable: Variable) -> list[Any]:
    """Values of a variable that has values or a range.

    Examples
    --------
    >>> from ablasim.study.schema import Range
    >>> ratio = Range.model_validate({"from": 1, "to": 100, "count": 3, "spacing": "log"})
    >>> levels(Variable(name="speed_mm_s", path="vessels.vein.mean_speed_mm_s", range=ratio))
    [1.0, 10.0, 100.0]
    """
    if variable.range is None:
        return list(variable.values or ())
    spread = np.geomspace if variable.range.spacing == "log" else np.linspace
    values: list[Any] = spread(variable.range.start, variable.range.stop, variable.range.count).tolist()
    return values


def _drawn(sampling: Sampling | Morris | None, variables: Sequence[Variable]) -> list[Inputs]:
    if sampling is None or not variables:
        return [{}]
    shares = unit_sample(sampling, len(variables))
    columns = [
        distribution.quantile(column).tolist()
        for variable, column in zip(variables, shares.T, strict=True)
        if (distribution := variable.drawn_from) is not None
    ]
    names = [variable.name for variable in variables]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]

"""How much of a result is the mesh's chance: the spread of cases that were repeated on other meshes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from ablasim.study.flat import flat
from ablasim.study.store import StudyFolder


@dataclass(frozen=True)
class Spread:
    """Spread of a result over meshes.

    Parameters
    ----------
    sd : float
        Standard deviation, pooled over the cases, in the unit of the result.
    cases : int
        Cases that were repeated.
    runs : int
        Runs of them, the first of each included; ``runs - cases`` degrees of freedom.
    largest : float
        Largest standard deviation of one case.
    """

    sd: float
    cases: int
    runs: int
    largest: float


def pooled(groups: Sequence[Sequence[float]]) -> Spread | None:
    """Spread within groups of repeated values; None if there is none to pool.

    Groups of one value, and groups whose values are all equal, tell nothing: where nothing died, the margin is minus
    the tumour's depth on every mesh.

    Parameters
    ----------
    groups : sequence of sequence of float
        Values of one case each.

    Examples
    --------
    >>> found = pooled([[1.0, 2.0, 3.0], [10.0, 10.0], [5.0, 5.0, 8.0]])
    >>> round(found.sd ** 2, 9), found.cases, found.runs
    (2.0, 2, 6)
    """
    told = [np.array(values) for values in groups if len(values) > 1 and len(set(values)) > 1]
    if not told:
        return None
    runs = sum(map(len, told))
    squares = sum(float(((values - values.mean()) ** 2).sum()) for values in told)
    largest = max(float(values.std(ddof=1)) for values in told)
    return Spread(sqrt(squares / (runs - len(told))), len(told), runs, largest)


def noise_floors(folder: StudyFolder, asked: Mapping[str, Any]) -> dict[str, dict[str, Spread]]:
    """Spread of every number of the summary over meshes, by base and dotted path.

    Parameters
    ----------
    folder : StudyFolder
        Folder of the study; repeats that have not ended or have failed are left out.
    asked : mapping
        Content of its ``study.json``.

    Returns
    -------
    dict of str to dict
        Empty where nothing was repeated.
    """
    floors: dict[str, dict[str, Spread]] = {}
    for base in dict.fromkeys(repeat["base"] for repeat in asked["repeats"]):
        groups = [list(_numbers(folder, keys)) for keys in _groups(asked["repeats"], base)]
        paths = dict.fromkeys(path for runs in groups for numbers in runs for path in numbers)
        found = {path: pooled([[run[path] for run in runs if path in run] for runs in groups]) for path in paths}
        floors[base] = {path: spread for path, spread in found.items() if spread is not None}
    return floors


def _groups(repeats: Sequence[Mapping[str, Any]], base: str) -> list[list[str]]:
    """Hashes of each case and its repeats."""
    groups: dict[str, list[str]] = {}
    for repeat in repeats:
        if repeat["base"] == base:
            groups.setdefault(repeat["of"], [repeat["of"]]).append(repeat["case"])
    return list(groups.values())


def _numbers(folder: StudyFolder, keys: Sequence[str]) -> Iterator[dict[str, float]]:
    for key in keys:
        record = folder.record(key)
        if record is not None and record["status"] == "done":
            yield {
                path: float(value)
                for path, value in flat(record["summary"])
                if isinstance(value, int | float) and not isinstance(value, bool)
            }

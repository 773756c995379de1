"""A finished or running study as its pictures need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.study.names import Label, input_label
from ablasim.study.noise_floor import Spread, noise_floors
from ablasim.study.store import StudyFolder
from ablasim.study.table import build_table
from ablasim.units import Floats

DONE = "done"
_MOST_BETWEEN = 2


@dataclass(frozen=True)
class Input:
    """A variable of a study.

    Parameters
    ----------
    name : str
        Its column in the table.
    label : Label
        What it is called.
    is_drawn, is_between, is_linked, is_log : bool
        Whether its values are drawn from a distribution; are spread between bounds; go in step with another's; count
        by their logarithm: a range at equal ratios, or a log-normal distribution.
    said : mapping
        The variable as the study says it.
    """

    name: str
    label: Label
    is_drawn: bool
    is_between: bool
    is_linked: bool
    is_log: bool
    said: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Studied:
    """Table of a study, and what it is about.

    Parameters
    ----------
    title : str
        The question.
    table : pandas.DataFrame
        As `ablasim.study.table.build_table` makes it, or rows of it.
    inputs : tuple of Input
        What varies.
    one_at_a_time : bool
        Whether each varies alone.
    bases : mapping of str to mapping
        Resolved base scenarios.
    floors : mapping of str to mapping
        Spread over meshes, by base and path of the result.
    """

    title: str
    table: Any
    inputs: tuple[Input, ...]
    one_at_a_time: bool
    bases: Mapping[str, Mapping[str, Any]]
    floors: Mapping[str, Mapping[str, Spread]]

    def numbers(self, column: str) -> Floats:
        """A column as numbers, shape (n_rows,); NaN for what is missing, and all over for a column of words."""
        values = self.table[column]
        is_numeric = values.dtype == "float64"
        found: Floats = values.to_numpy(dtype=float) if is_numeric else np.full(len(values), np.nan)
        return found

    @property
    def status(self) -> NDArray[np.str_]:
        """Status of each row."""
        return np.array(self.table["status"], dtype=np.str_)

    def of_base(self, base: str) -> Studied:
        """The same with the rows of one base."""
        return self.rows(np.array(self.table["base"]) == base)

    def rows(self, mask: NDArray[np.bool_]) -> Studied:
        """The same with some of its rows."""
        return replace(self, table=self.table[mask])

    def numeric(self, inputs: Sequence[Input]) -> tuple[Input, ...]:
        """Those inputs that have numbers, at least two different ones, in these rows."""
        return tuple(item for item in inputs if len(self.levels(item)) > 1)

    def levels(self, item: Input) -> Floats:
        """Different numbers of an input in these rows, ascending."""
        values = self.numbers(item.name)
        return np.unique(values[np.isfinite(values)])

    def chosen(self) -> tuple[Input, ...]:
        """Inputs with numbers that are neither drawn nor linked to others."""
        return self.numeric([item for item in self.inputs if not (item.is_drawn or item.is_linked)])

    def crossed(self) -> tuple[Input, ...]:
        """Chosen inputs that span the design.

        One between bounds does where nothing is drawn and one more at most is between bounds: else two cases that lie
        next to each other differ in what a picture does not show.
        """
        n_between = sum(item.is_between for item in self.inputs)
        spans = n_between <= _MOST_BETWEEN and not any(item.is_drawn for item in self.inputs)
        return tuple(item for item in self.chosen() if spans or not item.is_between)

    def floor(self, base: str, result: str) -> Spread | None:
        """Spread of a result over meshes; None if it was not estimated."""
        return self.floors.get(base, {}).get(result)


def read_studied(folder: StudyFolder, rows: Any = None) -> Studied:
    """Read the folder of a study for its pictures.

    Parameters
    ----------
    folder : StudyFolder
        The folder.
    rows : pandas.DataFrame, optional
        Rows of its table to draw; by default all.

    Raises
    ------
    OutputError
        If it is no folder of a study.
    """
    asked = folder.asked()
    said = asked["study"]
    return Studied(
        title=asked["title"],
        table=build_table(folder) if rows is None else rows,
        inputs=tuple(_input(variable) for variable in said["vary"] or ()),
        one_at_a_time=said["design"] == "one_at_a_time",
        bases=asked["bases"],
        floors=noise_floors(folder, asked),
    )


def _input(variable: Mapping[str, Any]) -> Input:
    span, drawn_from = variable["range"], variable["distribution"]
    return Input(
        name=variable["name"],
        label=input_label(variable),
        is_drawn=drawn_from is not None,
        is_between=variable["between"] is not None,
        is_linked=variable["linked_to"] is not None,
        is_log=(span is not None and span["spacing"] == "log")
        or (drawn_from is not None and drawn_from["kind"] == "lognormal"),
        said=variable,
    )

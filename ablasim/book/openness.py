"""How far an answer moves over what an experiment's paper leaves open.

Every open input is moved to either end of its range while all others keep their documented value. The ranges are the
same for all cases and stand in one file of the book.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from ablasim.errors import BookError
from ablasim.results.outcome import Results

Answers = Mapping[str, float]
"""Numbers by the name of the quantity."""

Measure = Callable[[Results], Answers]
"""What is read off a run."""

Runner = Callable[[Mapping[str, Any]], Results]
"""Runs a scenario with changes, such as `Bench.run`."""

ROUGH: Mapping[str, Any] = {
    "numerics.mesh": {"needle_mm": 0.64, "vessel_mm": 1.3, "far_mm": 12.0, "growth": 0.2},
    "numerics.time_tolerance": 1.0,
}
"""Changes for the ends of ranges: the sizes of ``normal`` doubled. They show how an answer moves, not its level."""

_KEYS = {"words", "low", "high"}


@dataclass(frozen=True)
class OpenInput:
    """An input that a paper leaves open.

    Parameters
    ----------
    name : str
        Its name in the file.
    words : str
        What it is, with its range.
    low, high : mapping of str to object
        Changes of the scenario at either end of the range, by dotted path.
    """

    name: str
    words: str
    low: Mapping[str, Any]
    high: Mapping[str, Any]


@dataclass(frozen=True)
class Openness:
    """Answers over what is left open.

    Parameters
    ----------
    centre : mapping of str to float
        Answers with the documented values, on the mesh of the ends.
    ends : mapping of str to (mapping, mapping)
        Answers with each open input at its low and its high end, by the input's words.
    """

    centre: Answers
    ends: Mapping[str, tuple[Answers, Answers]]

    def bars(self, quantity: str, nominal: float) -> tuple[tuple[str, float, float], ...]:
        """Each input's words with the answer at its low and high end, moved to a nominal answer of a finer mesh."""
        moved = nominal - self.centre[quantity]
        return tuple((words, low[quantity] + moved, high[quantity] + moved) for words, (low, high) in self.ends.items())

    def span(self, quantity: str, nominal: float) -> tuple[float, float]:
        """Lowest and highest answer over all ends, moved to a nominal answer of a finer mesh."""
        answers = [nominal, *(answer for _, *pair in self.bars(quantity, nominal) for answer in pair)]
        return min(answers), max(answers)


def read_open_inputs(file: Path, names: Sequence[str]) -> tuple[OpenInput, ...]:
    """Some of the open inputs of the book.

    Parameters
    ----------
    file : Path
        YAML file: for each name ``words``, ``low`` and ``high``.
    names : sequence of str
        Which of them, in this order.

    Raises
    ------
    BookError
        If one is not there, or is not as it must be.
    """
    data = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    strays = [name for name in names if name not in data]
    if strays:
        message = f"{file}: no open input {', '.join(strays)}: known are {', '.join(data)}"
        raise BookError(message)
    for name in names:
        if set(data[name]) != _KEYS:
            message = f"{file}: {name} has the keys {', '.join(data[name])}: must have {', '.join(sorted(_KEYS))}"
            raise BookError(message)
    return tuple(OpenInput(name=name, **data[name]) for name in names)


def answers_over(run: Runner, inputs: Sequence[OpenInput], measure: Measure, base: Mapping[str, Any]) -> Openness:
    """Run a scenario with the documented values and with each open input at either end of its range.

    Parameters
    ----------
    run : callable
        Runs the scenario with changes.
    inputs : sequence of OpenInput
        What is open.
    measure : callable
        What is read off each run.
    base : mapping of str to object
        Changes that all of these runs share, such as a coarse mesh.
    """
    ends = {one.words: (measure(run({**base, **one.low})), measure(run({**base, **one.high}))) for one in inputs}
    return Openness(measure(run(base)), ends)

"""Where in its file each key of a scenario stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from ablasim.errors import ScenarioError


class Place(NamedTuple):
    """A place in a file: line and column, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Parameters
    ----------
    path : str
        Dotted path with names, ``vessels.hepatic_vein.diameter_mm``; '' for the whole scenario.
    message : str
        What was given, and what is allowed.
    """

    path: str
    message: str


@dataclass(frozen=True)
class Source:
    """Where a scenario came from. It is no part of what the scenario says, so all sources compare equal.

    Parameters
    ----------
    label : str
        File as the user named it; '' for a scenario made in Python.
    folder : Path
        Folder that relative file names in the scenario start at.
    places : mapping of str to Place
        Place of each key by dotted path.
    aliases : mapping of str to str
        Parts that the file does not have under their path, and the part that stands for each; the first
        that fits counts.
    """

    label: str = field(default="", compare=False)
    folder: Path = field(default_factory=Path, compare=False)
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    aliases: Mapping[str, str] = field(default_factory=dict, compare=False)

    def standing_for(self, aliases: Mapping[str, str]) -> Source:
        """The same source, in which some parts of the file stand for others."""
        return replace(self, aliases={**self.aliases, **aliases})

    def told(self, path: str) -> str:
        """Path of a key as the file has it: that of what stands for it, if something does.

        Examples
        --------
        >>> Source(aliases={"applicators.cluster_1": "applicators.cluster"}).told("applicators.cluster_1.diameter_mm")
        'applicators.cluster.diameter_mm'
        """
        for part, stands_for in self.aliases.items():
            if path == part or path.startswith(f"{part}."):
                return stands_for + path.removeprefix(part)
        return path

    def place(self, path: str) -> Place:
        """Place of a key, or of the nearest part around it that the file has."""
        path = self.told(path)
        while path and path not in self.places:
            path = path.rpartition(".")[0]
        return self.places.get(path, Place(1, 1))

    def sentence(self, problem: Problem) -> str:
        """One line: file, line, column, path, what was given and what is allowed."""
        parts = [self.told(problem.path), problem.message] if problem.path else [problem.message]
        if self.label:
            parts.insert(0, "{}:{}:{}".format(self.label, *self.place(problem.path)))
        return ": ".join(parts)

    def error(self, problems: Iterable[Problem]) -> ScenarioError:
        """One error for all problems, a line each, in the order of the file."""
        ordered = sorted(problems, key=lambda problem: self.place(problem.path))
        return ScenarioError("\n".join(dict.fromkeys(self.sentence(problem) for problem in ordered)))


def item_label(items: Sequence[object], index: int) -> str:
    """Name by which a path addresses an item of a list: its `name` where that is its own, else its index.

    Examples
    --------
    >>> item_label([{"name": "hepatic_vein"}, {"name": "hepatic_vein"}, 3.0], 0)
    'hepatic_vein'
    >>> item_label([{"name": "hepatic_vein"}, {"name": "hepatic_vein"}, 3.0], 1)
    '1'
    """
    name = _name(items[index])
    if name and all(_name(item) != name for item in items[:index]):
        return name
    return str(index)


def _name(item: object) -> str:
    name = item.get("name") if isinstance(item, Mapping) else getattr(item, "name", None)
    return name if isinstance(name, str) else ""


def join(*parts: str | int) -> str:
    """Dotted path of its parts; empty parts are left out."""
    return ".".join(str(part) for part in parts if part != "")

"""From a study file to a checked study and the scenarios that it starts from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ablasim.errors import ScenarioError
from ablasim.resolve import check_names
from ablasim.scenario import Scenario
from ablasim.scenario.changes import with_changes
from ablasim.scenario.document import read_document
from ablasim.scenario.load import checked_scenario, typed_scenario
from ablasim.scenario.located import Problem, Source, item_label, join
from ablasim.scenario.messages import did_you_mean, problems_of
from ablasim.study.checks import problems_across
from ablasim.study.offsets import changes_of_offset
from ablasim.study.sampling import levels
from ablasim.study.schema import Base, Study, Variable
from ablasim.study.values import refused_values


@dataclass(frozen=True, eq=False)
class BaseCase:
    """A base scenario as the study sets it.

    Parameters
    ----------
    name : str
        What the table calls it.
    data : mapping
        Plain data of the file, with the study's fixed values set.
    folder : Path
        Folder of the scenario file, where relative names of files start.
    scenario : Scenario
        The same, checked.
    """

    name: str
    data: Mapping[str, Any]
    folder: Path
    scenario: Scenario


@dataclass(frozen=True, eq=False)
class LoadedStudy:
    """A study with its bases.

    Parameters
    ----------
    study : Study
        What the file says.
    source : Source
        Where it came from.
    bases : tuple of BaseCase
        The scenarios that it starts from.
    """

    study: Study
    source: Source
    bases: tuple[BaseCase, ...]


def load_study(path: Path) -> LoadedStudy:
    """Read and check a study file, its base scenarios, and that every key it names is there.

    Raises
    ------
    ScenarioError
        If something cannot be; the message has a line for each problem: file, line, column, what was given and what is
        allowed.
    """
    data, source = read_document(path, "study")
    try:
        study = Study.model_validate(data)
    except ValidationError as error:
        raise source.error(problems_of(error, Study, data)) from None
    if problems := list(problems_across(study)):
        raise source.error(problems)
    bases = tuple(_base(base, study, source) for base in _bases(study))
    problems = [problem for base in bases for variable in study.vary for problem in _of_variable(variable, base, study)]
    if problems:
        problems = list(dict.fromkeys(problems))  # bases alike have the same
        raise source.error(problems)
    return LoadedStudy(study, source, bases)


def _bases(study: Study) -> tuple[tuple[str, Base], ...]:
    """Path of each base in the study file, and the base; one without a name is called as its file."""
    if isinstance(study.base, str):
        stem = "".join(letter if letter.isalnum() else "_" for letter in Path(study.base).stem.lower())
        return (("base", Base.model_construct(name=stem, scenario=study.base, set={})),)
    return tuple((join("base", item_label(study.base, i)), base) for i, base in enumerate(study.base))


def _base(said: tuple[str, Base], study: Study, source: Source) -> BaseCase:
    path, base = said
    file = source.folder / base.scenario
    if not file.is_file():
        raise source.error([Problem(path, f"'{base.scenario}': no such scenario file")])
    data, of_scenario = read_document(file)
    typed_scenario(data, of_scenario)  # what is wrong in the file itself is told with its lines
    for place, changes in (("set", study.set), (join(path, "set"), base.set)):
        data = _with_set(data, changes, place, source)
    try:
        scenario = checked_scenario(data, Source(folder=file.parent))
        check_names(scenario)
    except ScenarioError as error:
        changed = "" if not (study.set or base.set) else ", with the values set"
        raise source.error([Problem(path, f"'{base.scenario}'{changed}: {error}")]) from error
    return BaseCase(base.name, data, file.parent, scenario)


def _with_set(data: Any, changes: Mapping[str, Any], place: str, source: Source) -> Any:
    try:
        return with_changes(data, changes)
    except ScenarioError as error:
        raise source.error([Problem(place, str(error))]) from error


def _of_variable(variable: Variable, base: BaseCase, study: Study) -> Iterator[Problem]:
    """Find keys and bodies that a base does not have, and values that its keys cannot have."""
    if not variable.belongs_to(base.name):
        return
    here = join("vary", variable.name)
    said = typed_scenario(base.data, Source(folder=base.folder))
    resolved = said.model_dump(mode="json", by_alias=True)
    unknown = {path: words for path in variable.paths if (words := unknown_in(resolved, path))}
    yield from (Problem(join(here, "path"), f"'{path}': {words}") for path, words in unknown.items())
    if not unknown:
        others = [other for other in study.vary if other is not variable and other.belongs_to(base.name)]
        yield from refused_values(variable, others, base.data, base.folder)
    if variable.offset is not None:
        value = levels(variable)[0] if variable.drawn_from is None else 1.0
        try:
            changes_of_offset(variable.offset, float(value), said)
        except ScenarioError as error:
            yield Problem(join(here, "offset"), str(error))


def unknown_in(data: Any, path: str) -> str:
    """What of a dotted path with names is not there, in words; '' if all is.

    Below a part that is null anything may be meant: the scenario's own check tells.

    Examples
    --------
    >>> unknown_in({"vessels": [{"name": "vein", "diameter_mm": 6}]}, "vessels.vein.diamter_mm")
    "unknown key 'diamter_mm'; did you mean 'diameter_mm'?"
    """
    part = data
    for step in path.split("."):
        if part is None:
            return ""
        if isinstance(part, Mapping):
            if step not in part:
                return f"unknown key '{step}'{did_you_mean(step, tuple(map(str, part)))}"
            part = part[step]
        elif isinstance(part, list):
            labels = [item_label(part, i) for i in range(len(part))]
            if step not in labels:
                return f"'{step}': no such item{did_you_mean(step, tuple(labels)) or '; there is none'}"
            part = part[labels.index(step)]
        else:
            return f"'{step}': cannot go below a plain value"
    return ""

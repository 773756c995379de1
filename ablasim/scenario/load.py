"""From a file or a dict to a checked scenario."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ablasim.errors import ScenarioError
from ablasim.scenario.changes import with_changes
from ablasim.scenario.checks import problems_across
from ablasim.scenario.defaults import with_defaults
from ablasim.scenario.document import read_document
from ablasim.scenario.located import Problem, Source
from ablasim.scenario.messages import problems_of
from ablasim.scenario.needle_sets import problems_of_sets, with_needles
from ablasim.scenario.schema import Scenario


def load_scenario(path: str | PathLike[str], changes: Mapping[str, Any] | None = None) -> Scenario:
    """Read and check a scenario file.

    Parameters
    ----------
    path : str or path
        YAML 1.2 file in UTF-8.
    changes : mapping of str to object, optional
        Values that replace those of the file, by dotted path with names (see `with_changes`), such as
        ``{"vessels.hepatic_vein.diameter_mm": 4}``.

    Returns
    -------
    Scenario
        Checked, with all defaults filled in; it knows the place of each key in the file.

    Raises
    ------
    ScenarioError
        If the file cannot be read or says something that cannot be. The message has a line for each problem:
        file, line, column, path, what was given and what is allowed.
    """
    data, source = read_document(Path(path))
    if changes and isinstance(data, dict):
        data = with_changes(data, changes)
    return checked_scenario(data, source)


def parse_scenario(data: Mapping[str, Any], *, folder: str | PathLike[str] = ".") -> Scenario:
    """Check a scenario given as a mapping with the keys of the file.

    Parameters
    ----------
    data : mapping
        The scenario; it is left as it is.
    folder : str or path, optional
        Folder that relative file names start at.

    Returns
    -------
    Scenario
        Checked, with all defaults filled in.

    Raises
    ------
    ScenarioError
        If it says something that cannot be; the message has a line for each problem.

    Examples
    --------
    >>> organ = {"shape": "box", "size_mm": [80, 80, 80], "tissue": "liver"}
    >>> scenario = parse_scenario(
    ...     {"schema_version": 1, "title": "Idle", "organ": organ, "protocol": [{"duration_s": 60}]}
    ... )
    >>> scenario.organ.size_mm
    (80.0, 80.0, 80.0)
    """
    return checked_scenario(dict(data), Source(folder=Path(folder)))


def located_error(scenario: Scenario, path: str, message: str) -> ScenarioError:
    """Error about a key of a scenario, with the place of the key in the file where there is one.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    path : str
        Dotted path with names: ``organ.tissue``, ``vessels.hepatic_vein.diameter_mm``, ``protocol.0``.
    message : str
        What was given, and what is allowed.

    Returns
    -------
    ScenarioError
        To be raised by the caller.

    Examples
    --------
    >>> organ = {"shape": "box", "size_mm": [80, 80, 80], "tissue": "livre"}
    >>> scenario = parse_scenario(
    ...     {"schema_version": 1, "title": "Idle", "organ": organ, "protocol": [{"duration_s": 60}]}
    ... )
    >>> str(located_error(scenario, "organ.tissue", "'livre': unknown; did you mean 'liver'?"))
    "organ.tissue: 'livre': unknown; did you mean 'liver'?"
    """
    return scenario.source.error([Problem(path, message)])


def checked_scenario(data: Any, source: Source) -> Scenario:
    """Scenario of plain data, checked across its parts, with defaults filled in.

    Parameters
    ----------
    data : object
        What a file says.
    source : Source
        Where it came from.

    Raises
    ------
    ScenarioError
        If it says something that cannot be; the message has a line for each problem.
    """
    scenario = typed_scenario(data, source)
    if problems := list(problems_of_sets(scenario)):
        raise source.error(problems)
    scenario = with_needles(scenario)
    if problems := list(problems_across(scenario)):
        raise scenario.source.error(problems)
    return with_defaults(scenario)


def typed_scenario(data: Any, source: Source) -> Scenario:
    """Scenario of plain data, each key checked by itself; sets of needles still stand for their needles.

    Raises
    ------
    ScenarioError
        If a key is unknown, missing or of the wrong kind.
    """
    try:
        return Scenario.model_validate(data, context=source)
    except ValidationError as error:
        raise source.error(problems_of(error, Scenario, data)) from None

"""A scenario on its way out: the resolved file, its hash and the schema for editors."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from io import StringIO
from os import PathLike
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.representer import RoundTripRepresenter

from ablasim.errors import OutputError
from ablasim.scenario.changes import with_changes
from ablasim.scenario.located import Problem
from ablasim.scenario.schema import Scenario

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_hash(scenario: Scenario) -> str:
    """Hash of what a scenario says, defaults filled in; files count by what is in them, not by their name.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario.

    Returns
    -------
    str
        SHA-256 of its canonical JSON, hexadecimal.

    Raises
    ------
    ScenarioError
        If a file that it names cannot be read.
    """
    canonical = json.dumps(plain_scenario(scenario), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def plain_scenario(scenario: Scenario) -> dict[str, Any]:
    """What a scenario says as plain data, defaults filled in; in place of a file stands the hash of its content.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario.

    Raises
    ------
    ScenarioError
        If a file that it names cannot be read.
    """
    contents = {path: _hash_of_file(scenario, path, file) for path, file in scenario.files().items()}
    return _with_files(scenario, contents)


def write_resolved(scenario: Scenario, path: str | PathLike[str], extra: Mapping[str, Any] | None = None) -> None:
    """Write a scenario with every default filled in, so that it can be run again.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario.
    path : str or path
        File to write; relative names of files are rewritten to start at its folder.
    extra : mapping, optional
        What to say at the head, in comments: versions, hashes, the size of the mesh.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    target = Path(path)
    moved = {key: _moved(scenario, file, target.parent) for key, file in scenario.files().items()}
    text = _commented(extra or {}) + _yaml(_with_files(scenario, moved))
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"{target}: the resolved scenario cannot be written: {error.strerror or error}"
        raise OutputError(message) from error


def json_schema() -> dict[str, Any]:
    """JSON Schema of scenario files, for completion and checks in editors."""
    return {"$schema": SCHEMA_DIALECT, **Scenario.model_json_schema(by_alias=True)}


def _with_files(scenario: Scenario, files: Mapping[str, str]) -> dict[str, Any]:
    """Scenario as plain data under the user's keys, with other words for the files it names."""
    data: dict[str, Any] = scenario.model_dump(mode="json", by_alias=True)
    return with_changes(data, files)


def _hash_of_file(scenario: Scenario, path: str, file: str) -> str:
    try:
        return hashlib.sha256(scenario.resolve(file).read_bytes()).hexdigest()
    except OSError as error:
        problem = Problem(path, f"'{file}': cannot be read: {error.strerror or error}")
        raise scenario.source.error([problem]) from error


def _moved(scenario: Scenario, file: str, folder: Path) -> str:
    """Name of a file as seen from another folder."""
    return file if Path(file).is_absolute() else os.path.relpath(scenario.resolve(file), folder)


def _commented(extra: Mapping[str, Any]) -> str:
    lines = ["Every default is filled in: this file can be run again."]
    lines += _yaml(dict(extra)).splitlines() if extra else []
    return "".join(f"# {line}\n" for line in lines)


class _Representer(RoundTripRepresenter):
    """Writes what is empty as ``null``, so that it shows."""


_Representer.add_representer(type(None), lambda writer, _: writer.represent_scalar("tag:yaml.org,2002:null", "null"))


def _yaml(data: dict[str, Any]) -> str:
    stream = StringIO()
    writer = YAML()
    writer.Representer = _Representer
    writer.width = 110
    writer.dump(_styled(data), stream)
    return stream.getvalue()


def _styled(value: Any) -> Any:
    """Plain data with lists of numbers and words in one line."""
    if isinstance(value, Mapping):
        return CommentedMap({key: _styled(item) for key, item in value.items()})
    if isinstance(value, list):
        styled = CommentedSeq([_styled(item) for item in value])
        if not any(isinstance(item, Mapping) for item in value):
            styled.fa.set_flow_style()
        return styled
    return value

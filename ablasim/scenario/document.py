"""A YAML file as plain data, with the place of every key."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ablasim.errors import ScenarioError
from ablasim.scenario.file_kinds import other_kind
from ablasim.scenario.located import Place, Problem, Source, item_label, join

MOST_NODES = 100_000
"""Values a scenario file may hold, aliases followed: more is no scenario."""

_OTHER_VERSION = re.compile(r"^%YAML[ \t]+(?!1\.2\b).*$", re.MULTILINE)

_ADVICE = {"scenario": "; `ablasim new` writes one"}

_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError)
"""What the YAML library lets through for scalars that it cannot make sense of, such as a 13th month."""


def read_document(path: Path, what: str = "scenario") -> tuple[Any, Source]:
    """Read a YAML 1.2 file.

    Parameters
    ----------
    path : Path
        The file; it is called in messages what the user called it.
    what : {"scenario", "study", "fit"}, optional
        What the file must be.

    Returns
    -------
    data : object
        Dicts, lists and scalars.
    source : Source
        The file, and the place of each key.

    Raises
    ------
    ScenarioError
        If the file cannot be read, is no UTF-8 text, is no YAML, gives a key twice, or is of another kind.
    """
    data, source = parse_document(_text_of(path, what), path, what)
    key, words = other_kind(data, what)
    if key:
        raise source.error([Problem(key, words)])
    return data, source


def parse_document(text: str, path: Path, what: str = "scenario") -> tuple[Any, Source]:
    """Parse the text of a YAML 1.2 file.

    Parameters
    ----------
    text : str
        What the file says.
    path : Path
        The file it came from, for messages and relative file names.
    what : str, optional
        What the file must be, for messages.

    Returns
    -------
    data : object
        Dicts, lists and scalars.
    source : Source
        The file, and the place of each key.

    Raises
    ------
    ScenarioError
        If the text is no YAML 1.2, is empty, or gives a key twice.
    """
    other_version = _OTHER_VERSION.search(text)
    if other_version:
        line = text.count("\n", 0, other_version.start()) + 1
        raise _error(path, Place(line, 1), f"'{other_version[0].strip()}': must be YAML 1.2")
    try:
        root = YAML(typ="safe", pure=True).compose(text)
        if root is None:
            raise _error(path, Place(1, 1), f"the file is empty: must be a {what}{_ADVICE.get(what, '')}")
        _check_tree(root, path)
        data = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        raise _error(path, _mark_of(error), f"no valid YAML: {_words_of(error)}") from error
    except RecursionError as error:
        raise _error(path, Place(1, 1), f"nested too deeply to be a {what}") from error
    except (YAMLError, *_UNREADABLE) as error:
        raise _error(path, Place(1, 1), f"no valid YAML: {_words_of(error)}") from error
    places = {"": _place(root), **_places(root, data, "")}
    return data, Source(label=str(path), folder=path.parent, places=places)


def _text_of(path: Path, what: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        message = f"{path}: no such file: must be a {what} file"
        raise ScenarioError(message) from error
    except IsADirectoryError as error:
        message = f"{path}: a folder: must be a {what} file"
        raise ScenarioError(message) from error
    except UnicodeDecodeError as error:
        message = f"{path}: byte {error.start} is not UTF-8: must be a text file in UTF-8"
        raise ScenarioError(message) from error
    except (OSError, ValueError) as error:
        message = f"{path}: cannot be read: {error}"
        raise ScenarioError(message) from error


def _error(path: Path, place: Place, message: str) -> ScenarioError:
    return Source(label=str(path), places={"": place}).error([Problem("", message)])


def _place(node: Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)


def _mark_of(error: MarkedYAMLError) -> Place:
    mark = error.problem_mark or error.context_mark
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


def _words_of(error: BaseException) -> str:
    """One line of what the YAML library says."""
    said = getattr(error, "problem", None) or str(error) or type(error).__name__
    return " ".join(str(said).split())


def _check_tree(root: Node, path: Path) -> None:
    """Refuse keys given twice, values that contain themselves, and trees too large to be a scenario."""
    stack: list[tuple[Node, tuple[int, ...]]] = [(root, ())]
    seen = 0
    while stack:
        node, above = stack.pop()
        seen += 1
        if id(node) in above:
            raise _error(path, _place(node), "a value that contains itself: must be a plain value")
        if seen > MOST_NODES:
            raise _error(path, _place(node), f"more than {MOST_NODES} values: too large to be a scenario")
        if isinstance(node, MappingNode):
            _check_keys(node, path)
            stack.extend((child, (*above, id(node))) for pair in node.value for child in pair)
        elif isinstance(node, SequenceNode):
            stack.extend((child, (*above, id(node))) for child in node.value)


def _check_keys(node: MappingNode, path: Path) -> None:
    first: dict[str, Place] = {}
    for key, _ in node.value:
        if isinstance(key, ScalarNode) and key.value in first:
            line = first[key.value].line
            raise _error(path, _place(key), f"key '{key.value}' is given twice (first in line {line})")
        if isinstance(key, ScalarNode):
            first[key.value] = _place(key)


def _places(node: Node, data: Any, path: str) -> dict[str, Place]:
    """Place of every key and item below a node, by dotted path."""
    places: dict[str, Place] = {}
    for label, place, child, value in _children(node, data):
        below = join(path, label)
        places[below] = place
        places |= _places(child, value, below)
    return places


def _children(node: Node, data: Any) -> list[tuple[str, Place, Node, Any]]:
    if isinstance(node, SequenceNode) and isinstance(data, list):
        items = enumerate(zip(node.value, data, strict=True))
        return [(item_label(data, i), _place(child), child, value) for i, (child, value) in items]
    if isinstance(node, MappingNode) and isinstance(data, dict):
        named = [(key, child) for key, child in node.value if isinstance(key, ScalarNode)]
        return [(key.value, _place(key), child, data.get(key.value)) for key, child in named]
    return []

"""A case of the book as it lies in its folder: words in ``case.md``, the run in ``run.py``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ablasim.errors import BookError

GROUPS = ("analytic", "code", "experiment", "choices")
"""Folders of the book: exact and manufactured solutions, other codes, experiments, and the choice of default values."""

SECTIONS = ("Question", "Source", "Inputs", "Tolerance", "Refinement")
"""Headings that every ``case.md`` must have; ``Remarks`` may follow."""

_HEADER_KEYS = {"id", "title", "quick"}
_IDENTIFIER = re.compile(r"V-[A-Z][0-9]{1,2}[a-z]?")
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)


@dataclass(frozen=True)
class BookCase:
    """A case: what it asks, and where its files are.

    Parameters
    ----------
    identifier : str
        Such as ``V-A6``.
    title : str
        In words.
    group : str
        One of `GROUPS`.
    quick : bool
        Whether it has a quick form, and belongs to the quick set.
    folder : Path
        Its folder.
    sections : dict of str to str
        Markdown text under each heading of ``case.md``.
    """

    identifier: str
    title: str
    group: str
    quick: bool
    folder: Path
    sections: dict[str, str]


def find_book(given: Path | None = None) -> Path:
    """Folder of the cases: the one given, else ``validation`` here, else that of the checkout ablasim runs from.

    Raises
    ------
    BookError
        If there is none.
    """
    tried = [given] if given else [Path("validation"), Path(__file__).resolve().parents[2] / "validation"]
    for folder in tried:
        if any((folder / group).is_dir() for group in GROUPS):
            return folder
    places = " or ".join(str(folder) for folder in tried)
    message = (
        f"{places}: no cases there: must hold a folder {', '.join(GROUPS[:-1])} or {GROUPS[-1]}; name one by --book"
    )
    raise BookError(message)


def read_cases(book: Path) -> tuple[BookCase, ...]:
    """Every case of the book, in the order of groups and numbers.

    Raises
    ------
    BookError
        If a ``case.md`` is missing or not as it must be, or an identifier is given twice.
    """
    cases: dict[str, BookCase] = {}
    for group in GROUPS:
        found = [read_case(folder, group) for folder in _folders(book / group)]
        for case in sorted(found, key=lambda case: _in_order(case.identifier)):
            if case.identifier in cases:
                message = (
                    f"{case.folder / 'case.md'}: id {case.identifier}: already that of {cases[case.identifier].folder}"
                )
                raise BookError(message)
            cases[case.identifier] = case
    return tuple(cases.values())


def read_case(folder: Path, group: str) -> BookCase:
    """The case in a folder.

    Raises
    ------
    BookError
        If ``case.md`` or ``run.py`` is missing, or a part of ``case.md`` is.
    """
    file = folder / "case.md"
    if not file.is_file():
        message = f"{folder}: has no case.md: a folder in the group '{group}' must be a case"
        raise BookError(message)
    match = _FRONT_MATTER.match(_text_of(file))
    if match is None:
        message = f"{file}: must begin with a header between two lines '---'"
        raise BookError(message)
    header = _header(file, match[1])
    sections = _sections(match[2])
    missing = [name for name in SECTIONS if not sections.get(name, "").strip()]
    if missing:
        message = f"{file}: lacks {', '.join(missing)}: a case must have the sections {', '.join(SECTIONS)}"
        raise BookError(message)
    if not (folder / "run.py").is_file():
        message = f"{folder}: has no run.py: a case must be runnable"
        raise BookError(message)
    return BookCase(str(header["id"]), str(header["title"]), group, bool(header["quick"]), folder, sections)


def chosen_cases(
    cases: Sequence[BookCase], *, only: Sequence[str] = (), group: str | None = None, everything: bool = False
) -> tuple[BookCase, ...]:
    """Cases to run: those named, or all of a group, or else the quick set or everything.

    Raises
    ------
    BookError
        If a name or the group is unknown, or nothing is left.
    """
    known = [case.identifier for case in cases]
    named = {name.upper().replace("V-", "", 1): name for name in only}
    strays = [name for short, name in named.items() if short not in {k.upper()[2:] for k in known}]
    if strays:
        message = f"no case {', '.join(strays)}: must be among {', '.join(known)}"
        raise BookError(message)
    if group is not None and group not in GROUPS:
        message = f"group '{group}': must be one of {', '.join(GROUPS)}"
        raise BookError(message)
    chosen = tuple(
        case
        for case in cases
        if (case.identifier.upper()[2:] in named if only else (everything or case.quick or group is not None))
        and group in (None, case.group)
    )
    if not chosen:
        message = "no case fits that choice; --list shows them all, --all takes those that have no quick form too"
        raise BookError(message)
    return chosen


def _folders(group: Path) -> list[Path]:
    """Folders of a group's cases; hidden ones and those of Python's caches are none."""
    found = group.iterdir() if group.is_dir() else ()
    return [folder for folder in found if folder.is_dir() and not folder.name.startswith((".", "_"))]


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file}: cannot be read as text in UTF-8: {error}"
        raise BookError(message) from error


def _header(file: Path, text: str) -> dict[str, object]:
    try:
        header = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        message = f"{file}: the header is no valid YAML: {' '.join(str(error).split())}"
        raise BookError(message) from error
    if not isinstance(header, dict) or set(header) != _HEADER_KEYS:
        message = f"{file}: the header must have the keys {', '.join(sorted(_HEADER_KEYS))} and no others"
        raise BookError(message)
    if not _IDENTIFIER.fullmatch(str(header["id"])) or not isinstance(header["quick"], bool):
        message = f"{file}: id = {header['id']}, quick = {header['quick']}: must be such as V-A6, and true or false"
        raise BookError(message)
    return header


def _sections(text: str) -> dict[str, str]:
    pieces = _HEADING.split(text)
    return {name: body.strip("\n") for name, body in zip(pieces[1::2], pieces[2::2], strict=True)}


def _in_order(identifier: str) -> tuple[str, int, str]:
    match = re.fullmatch(r"V-([A-Z])(\d+)([a-z]?)", identifier)
    return (match[1], int(match[2]), match[3]) if match else (identifier, 0, "")

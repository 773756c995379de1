"""State diagrams in Mermaid, which a code host draws, as tables: to draw them needs a script from the network."""

from __future__ import annotations

import re

from docsite.tables import plain, table

_BLOCK = re.compile(r"^```mermaid\nstateDiagram-v2\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_TRANSITION = re.compile(r"\s*(\S+) --> (\S+?)(?:: (.*))?\s*")


def tables_for_diagrams(text: str) -> str:
    """Text with a table of states and transitions in place of each diagram.

    Raises
    ------
    ValueError
        If a line of a diagram is no transition.
    """
    return _BLOCK.sub(lambda block: table(("state", "then", "when"), map(_row, block[1].splitlines())), text)


def _row(line: str) -> tuple[str, str, str]:
    match = _TRANSITION.fullmatch(line)
    if match is None:
        message = f"'{line.strip()}': must be 'state --> state: when'"
        raise ValueError(message)
    before, after, when = match.groups()
    return _state(before, "start"), _state(after, "end"), plain(when or "at once")


def _state(name: str, outside: str) -> str:
    return f"*{outside}*" if name == "[*]" else name.replace("_", " ")

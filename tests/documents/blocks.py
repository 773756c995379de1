"""Fenced blocks of the documents: what stands in them, and what their marks ask of a test.

The first word after the fence is the language. Marks follow in braces: ``{.slow}`` (a command that takes long: its
command line is checked instead), ``{.elsewhere}`` (it needs a machine, a network or a program that a test has not),
``{.paraview}``. A ``title`` names the file that a block is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^(```+)(\w*)([^\n]*)\n(.*?)^\1[ \t]*$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block: its document and line, its language, its marks, the file that it is, and its text."""

    document: str
    line: int
    language: str
    marks: frozenset[str]
    title: str
    text: str

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """Lines of a shell block without comments."""
        lines = [re.sub(r"(^|\s+)#.*$", "", line).strip() for line in self.text.splitlines()]
        return [line for line in lines if line]


def documents(root: Path) -> list[Path]:
    """The README and every page, in order."""
    return [root / "README.md", *sorted((root / "docs").rglob("*.md"))]


def blocks(root: Path, language: str) -> list[Block]:
    """All blocks in a language."""
    found = []
    for file in documents(root):
        text, name = file.read_text(encoding="utf-8"), file.relative_to(root).as_posix()
        for match in _FENCE.finditer(text):
            if match[2] == language:
                marks = frozenset(re.findall(r"\.(\w+)", (re.search(r"\{(.*?)\}", match[3]) or [""] * 2)[1]))
                title = (re.search(r'title="([^"]+)"', match[3]) or [""] * 2)[1]
                line = text.count("\n", 0, match.start()) + 1
                found.append(Block(name, line, language, marks, title, match[4]))
    return found

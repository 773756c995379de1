"""Small books whose cases need no physics, so that the runner can be tried in seconds."""

import json
import textwrap

import pytest

from ablasim.cli.main import main

CASE = """\
---
id: {identifier}
title: {title}
quick: {quick}
---

## Question

Is it so?

## Source

Reckoning.

## Inputs

None.

## Tolerance

1 %, | as a bar.

## Refinement

None.
"""

PASSES = """
from ablasim.book import compare
def run(bench):
    return [compare("two", 2.001, 2.0, relative=0.01, unit="m")]
"""


class Book:
    """A folder of cases."""

    def __init__(self, folder):
        self.folder = folder

    def add(self, identifier, program=PASSES, *, group="analytic", quick=True, text=None):
        folder = self.folder / group / f"{identifier}-case"
        folder.mkdir(parents=True)
        said = text or CASE.format(identifier=identifier, title=f"Case {identifier}", quick=str(quick).lower())
        (folder / "case.md").write_text(said, encoding="utf-8")
        (folder / "run.py").write_text(textwrap.dedent(program), encoding="utf-8")
        return folder

    def shown(self):
        """Cases of the JSON beside the index of the pages."""
        return json.loads((self.folder / "book" / "results.json").read_text())["cases"]


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "validation")


@pytest.fixture
def validate(book, monkeypatch, capsys):
    """Runs the command on the book; gives the exit code and what was printed."""

    def call(*words):
        monkeypatch.setattr("sys.argv", ["ablasim", "validate", "--book", str(book.folder), *words])
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        return end.value.code, printed.out, printed.err

    (book.folder.parent / "README.md").parent.mkdir(exist_ok=True, parents=True)
    (book.folder.parent / "README.md").write_text(
        "before\n<!-- table of `ablasim validate --all --accept`: begin -->\nold\n"
        "<!-- table of `ablasim validate --all --accept`: end -->\nafter\n"
    )
    return call

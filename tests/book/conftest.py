"""Small books whose cases need no physics, so that the runner can be tried in seconds."""

import textwrap

import pytest

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


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "validation")

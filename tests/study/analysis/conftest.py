"""Folders of studies whose cases are a formula, not a run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ablasim.study.sampling import design
from ablasim.study.schema import Study
from ablasim.study.store import CASES, FORMAT, STUDY, StudyFolder

Formula = Callable[..., float | None]
Make = Callable[..., StudyFolder]


@pytest.fixture
def folder_of(tmp_path: Path) -> Make:
    """Write the folder of a study: the result `margin.minimum_mm` of each case is a formula of its inputs.

    Where the formula gives None, the case has failed; where it raises ValueError, the point cannot be.
    """

    def make(vary: list[Mapping[str, Any]], formula: Formula, name: str = "out", **more: Any) -> StudyFolder:
        said = {"schema_version": 1, "title": "t", "base": "demo.yaml", "vary": vary, **more}
        study = Study.model_validate(said)
        path = tmp_path / name
        (path / CASES).mkdir(parents=True)
        folder, points = StudyFolder(path), []
        for number, inputs in enumerate(design(study, "demo")):
            point = {"base": "demo", "inputs": inputs, "case": f"{number:04}", "problem": ""}
            try:
                result = formula(**inputs)
            except ValueError as error:
                points.append(point | {"case": None, "problem": str(error)})
                continue
            points.append(point)
            done = {"status": "done", "error": None, "seconds": 1.0, "versions": {}, "summary": None}
            done |= {"summary": {"margin": {"minimum_mm": result}}} if result is not None else {"status": "failed"}
            folder.write_record(point["case"], done)
        content = {
            "format": FORMAT,
            "study": study.model_dump(mode="json", by_alias=True),
            "points": points,
            "repeats": [],
            "bases": {},
        }
        (path / STUDY).write_text(json.dumps(content), encoding="utf-8")
        return folder

    return make


def uncertain(name: str, low: float = 0.0, high: float = 1.0) -> dict[str, Any]:
    """A variable that is uniform between two bounds."""
    return {"name": name, "path": f"body.{name}", "distribution": {"kind": "uniform", "low": low, "high": high}}


def chosen(name: str, low: float, high: float) -> dict[str, Any]:
    """A variable that is chosen between two bounds."""
    return {"name": name, "path": f"body.{name}", "between": {"low": low, "high": high}}


def crossed(name: str, *values: Any) -> dict[str, Any]:
    """A variable with values."""
    return {"name": name, "path": f"body.{name}", "values": list(values)}

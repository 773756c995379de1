"""Real runs at an answer of the surrogate: as many scenarios, drawn from the study's distributions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ablasim.errors import AnalysisError
from ablasim.study.load import BaseCase, LoadedStudy
from ablasim.study.plan import identity
from ablasim.study.schema import Sampling, Variable
from ablasim.study.store import StudyFolder

CHECKS = "checks"
"""Folder below that of a study, with a study of its own for each answer that was checked."""


def study_at(loaded: LoadedStudy, folder: StudyFolder, place: Mapping[str, float | str], runs: int) -> LoadedStudy:
    """Study whose cases are drawn from the distributions, independently, with everything chosen held.

    Parameters
    ----------
    loaded : LoadedStudy
        The study that the answer is about.
    folder : StudyFolder
        Its folder.
    place : mapping of str to float or str
        Value of everything that is chosen; the base by ``base``.
    runs : int
        Number of cases.

    Returns
    -------
    LoadedStudy
        The study of the check. Its draws are not those of the table: the seed is another.

    Raises
    ------
    AnalysisError
        If the folder holds another study, or a variable goes in step with one that is held.
    """
    if identity(loaded) != folder.asked()["identity"]:
        message = f"{loaded.source.label}: is not the study of {folder.path}; give the file that was swept"
        raise AnalysisError(message)
    study = loaded.study
    bases: tuple[BaseCase, ...] = tuple(base for base in loaded.bases if base.name == place.get("base", base.name))
    vary = tuple(_held(variable, place) for variable in study.vary)
    seed = 1 + (0 if study.sampling is None else study.sampling.seed)
    changes = {
        "title": f"{study.title}: real runs at an answer",
        "vary": vary,
        "sampling": Sampling(method="random", count=runs, seed=seed),
        "keep": ("summary",),
    }
    return replace(loaded, study=study.model_copy(update=changes), bases=bases)


def folder_of_check(folder: StudyFolder, check: LoadedStudy) -> Path:
    """Folder of a check, below that of the study."""
    return folder.path / CHECKS / identity(check)[:12]


def _held(variable: Variable, place: Mapping[str, float | str]) -> Variable:
    if variable.linked_to is not None:
        message = f"{variable.name} goes in step with {variable.linked_to}: what it is at an answer is not known"
        raise AnalysisError(message)
    if variable.distribution is not None:
        return variable
    if variable.name in place:
        value = place[variable.name]
    elif variable.values is not None and len(variable.values) == 1:
        value = variable.values[0]
    else:
        message = f"{variable.name}: must have one value for real runs: --at {variable.name}=…"
        raise AnalysisError(message)
    return variable.model_copy(update={"values": (value,), "range": None, "between": None})

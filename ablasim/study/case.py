"""What a worker does: make a mesh, run a case, and write its record itself."""

from __future__ import annotations

import os
import socket
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ablasim.errors import AblasimError, OutputError
from ablasim.results.summary import package_versions
from ablasim.study.clock import CaseClock
from ablasim.study.store import FIELDS, StudyFolder

MOST_TRIES = 3
"""Processes that may die of a case before it is given up."""


@dataclass(frozen=True)
class Order:
    """What a worker is told of a case; plain values, so that it travels.

    Parameters
    ----------
    key : str
        Hash of the case.
    data : mapping
        Plain data of the scenario.
    base_folder : str
        Where relative names of files in it start.
    study_folder : str
        Folder of the study, for records.
    identity : str
        Hash of the study that must be in that folder.
    mesh_cache : str or None
        Folder of cached meshes; None: the user's.
    verify, fields : bool
        Whether the case is repeated on a finer mesh; whether its folder of results is kept.
    version : str
        Version of ablasim that made the plan.
    """

    key: str
    data: Mapping[str, Any]
    base_folder: str
    study_folder: str
    identity: str
    mesh_cache: str | None
    verify: bool
    fields: bool
    version: str


def run_case(order: Order) -> str:
    """Run a case and write its record, unless there is one; gives its status.

    A case that fails costs only itself: whatever is wrong with it stands in its record.

    Raises
    ------
    OutputError
        If this process cannot serve the study: it does not see the folder, or is of another version.
    """
    folder = check_place(order)
    if status := folder.status(order.key):
        return status
    if folder.begin_try(order.key, process_name()) > MOST_TRIES:
        return give_up(folder, order.key)
    with CaseClock() as clock:
        try:
            summary = _run(order, folder)
        except OutputError:
            raise
        except AblasimError as error:
            return _failed(folder, order.key, str(error), clock)
        except MemoryError:
            return _failed(folder, order.key, "not enough memory", clock)
        except Exception as error:  # a mistake of ours in one case must not cost the others
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(where.filename).name}:{where.lineno}"
            return _failed(folder, order.key, f"{type(error).__name__}: {error} ({place})", clock)
        times = clock.times()
    folder.write_record(
        order.key,
        {
            "status": "done",
            "error": None,
            **times,
            "versions": package_versions(),
            "worker": process_name(),
            "summary": summary,
        },
    )
    return "done"


def make_mesh(order: Order, mesh: str) -> str:
    """Make the meshes of a case, so that cases of the same geometry find them; gives '', or why it cannot be.

    Raises
    ------
    OutputError
        If this process cannot serve the study.
    """
    from ablasim.anatomy import build_anatomy, build_scenario_mesh
    from ablasim.refine import finer

    folder = check_place(order)
    if folder.begin_try(mesh, process_name()) > MOST_TRIES:
        return given_up(folder, mesh)
    scenario, cache = _scenario(order), _cache(order)
    try:
        build_scenario_mesh(scenario, build_anatomy(scenario), cache)
    except (AblasimError, MemoryError) as error:
        return str(error) or "not enough memory"
    if order.verify:
        refined = finer(scenario)
        try:
            build_scenario_mesh(refined, build_anatomy(refined), cache)
        except (AblasimError, MemoryError):
            return ""  # the run itself is kept, and says that it could not be verified
    return ""


def check_place(order: Order) -> StudyFolder:
    """Check that this process sees the study's folder and is of the same version.

    Raises
    ------
    OutputError
        If not.
    """
    here = package_versions()["ablasim"]
    if here != order.version:
        message = f"{process_name()} has ablasim {here}, the sweep {order.version}: must be the same everywhere"
        raise OutputError(message)
    folder = StudyFolder(Path(order.study_folder))
    if not folder.path.is_dir():
        message = f"{process_name()} does not see {folder.path}: must be on a file system that all workers share"
        raise OutputError(message)
    if folder.asked()["identity"] != order.identity:
        message = f"{process_name()}: {folder.path} holds another study there"
        raise OutputError(message)
    return folder


def give_up(folder: StudyFolder, key: str) -> str:
    """Record that a case has killed its workers; gives its status."""
    folder.fail(key, given_up(folder, key))
    return "failed"


def given_up(folder: StudyFolder, key: str) -> str:
    """Why a case or mesh is given up, in words."""
    who = ", ".join(folder.tries(key)[:MOST_TRIES])
    return (
        f"given up after {MOST_TRIES} tries: each time its process ended without an answer (killed, out of memory, or "
        f"a crash in compiled code): {who}"
    )


def process_name() -> str:
    """Host and number of this process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _failed(folder: StudyFolder, key: str, error: str, clock: CaseClock) -> str:
    folder.fail(key, error, **clock.times())
    return "failed"


def _run(order: Order, folder: StudyFolder) -> Mapping[str, Any]:
    from ablasim.simulate import run

    results = run(_scenario(order), verify=order.verify, threads=1, mesh_cache=_cache(order))
    if not order.fields:
        return results.summary
    from ablasim.results.folder import ResultFolder
    from ablasim.views.publish import write_results

    with ResultFolder(folder.path / FIELDS / order.key, overwrite=True) as kept:
        return write_results(results, kept.folder)


def _scenario(order: Order) -> Any:
    from ablasim.scenario import parse_scenario

    return parse_scenario(order.data, folder=order.base_folder)


def _cache(order: Order) -> Path | None:
    return None if order.mesh_cache is None else Path(order.mesh_cache)

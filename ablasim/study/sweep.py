"""Run every case of a plan that has no record yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from ablasim.results.summary import package_versions
from ablasim.study.case import Order
from ablasim.study.drive import Drive, Observer, Progress, SchedulerLostError
from ablasim.study.plan import Case, Plan
from ablasim.study.store import StudyFolder

Connect = Callable[[], AbstractContextManager[Any]]
"""Gives a client of a scheduler; see `ablasim.study.cluster`."""


def run_plan(
    plan: Plan,
    folder: StudyFolder,
    connect: Connect,
    *,
    mesh_cache: Path | None = None,
    reconnect: bool = False,
    observe: Observer = lambda _: None,
    say: Callable[[str], None] = lambda _: None,
) -> Progress:
    """Run every case of a plan that has no record yet.

    Parameters
    ----------
    plan : Plan
        The plan.
    folder : StudyFolder
        Its folder, begun.
    connect : callable
        Gives a context manager of a client; see `ablasim.study.cluster`.
    mesh_cache : Path, optional
        Folder of cached meshes; each user's own by default.
    reconnect : bool, optional
        Whether to connect again after the scheduler was lost.
    observe : callable, optional
        Told how far it has come, about twice a second.
    say : callable, optional
        Told in a sentence what befalls the scheduler.

    Returns
    -------
    Progress
        How it ended.

    Raises
    ------
    OutputError
        If there is no scheduler, it is lost, a worker cannot serve the study, or a record cannot be written.
    """
    orders = _orders(plan, folder, mesh_cache)
    while True:
        progress = count(plan.cases, folder)
        if progress.done + progress.failed == progress.total:
            folder.forget_tries()
            return progress
        folder.forget_tries()
        with connect() as client:
            try:
                Drive(plan, folder, client, orders, observe, progress).run()
            except SchedulerLostError as error:
                if not reconnect:
                    raise
                say(f"{error}; looking for it again")


def count(cases: Iterable[str], folder: StudyFolder) -> Progress:
    """How many cases have a record."""
    found = [folder.status(key) for key in cases]
    return Progress(len(found), sum(status == "done" for status in found), sum(status == "failed" for status in found))


def _orders(plan: Plan, folder: StudyFolder, mesh_cache: Path | None) -> Callable[[Case], Order]:
    here = package_versions()["ablasim"]
    common: Mapping[str, Any] = {
        "study_folder": str(folder.path.absolute()),
        "identity": plan.identity,
        "mesh_cache": None if mesh_cache is None else str(mesh_cache.absolute()),
        "verify": plan.study.verify,
        "fields": "fields" in plan.study.keep,
        "version": here,
    }

    def order(case: Case) -> Order:
        return Order(key=case.key, data=case.data, base_folder=str(case.folder), **common)

    return order

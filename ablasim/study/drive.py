"""One go at the cases of a plan with one scheduler: meshes first, then what needs them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from statistics import median
from typing import Any
from uuid import uuid4

from ablasim.errors import OutputError
from ablasim.study.case import MOST_TRIES, Order, given_up, make_mesh, run_case
from ablasim.study.plan import Case, Plan
from ablasim.study.store import StudyFolder

_LOOK_S = 0.1
_COUNT_S = 0.5
_MOST_IDLE_S = 300.0


class SchedulerLostError(OutputError):
    """The scheduler went away; what was finished is in the folder."""


@dataclass
class Progress:
    """How far a sweep has come.

    Parameters
    ----------
    total : int
        Cases of the study.
    done, failed : int
        Cases with a record.
    running : int
        Cases that processes are at.
    meshes : int
        Meshes that processes are at.
    workers : int
        Processes that serve.
    seconds_left : float or None
        Time left by the median of the cases run so far; None before the first.
    """

    total: int
    done: int = 0
    failed: int = 0
    running: int = 0
    meshes: int = 0
    workers: int = 0
    seconds_left: float | None = None


Observer = Callable[[Progress], None]


@dataclass(frozen=True)
class _Job:
    """A mesh to be made for several cases, or a case to be run."""

    order: Order
    mesh: str | None = None
    cases: tuple[Case, ...] = ()

    @property
    def key(self) -> str:
        """Key of the mesh or of the case."""
        return self.mesh or self.order.key


@dataclass
class Drive:
    """One go at what is left, with one scheduler."""

    plan: Plan
    folder: StudyFolder
    client: Any
    order: Callable[[Case], Order]
    observe: Observer
    progress: Progress
    meshes: deque[_Job] = field(default_factory=deque)
    ready: deque[_Job] = field(default_factory=deque)
    flying: dict[Any, _Job] = field(default_factory=dict)
    landed: SimpleQueue[Any] = field(default_factory=SimpleQueue)
    launched: dict[str, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    counted: float = -1e9
    served: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        """Run until nothing is left.

        Raises
        ------
        SchedulerLostError
            If the scheduler goes away.
        OutputError
            If a worker cannot serve the study, or a record cannot be written.
        """
        self._line_up()
        try:
            while self.meshes or self.ready or self.flying:
                self._count_workers()
                self._launch()
                self._tell()
                self._land()
        finally:
            if self.client.status == "running":
                self.client.cancel(list(self.flying), force=True)
        self._tell()

    def _line_up(self) -> None:
        """Sort what is left by mesh; a mesh that one case alone needs is made by that case."""
        by_mesh: dict[str | None, list[Case]] = {}
        for case in self.plan.cases.values():
            if self.folder.status(case.key) is None:
                by_mesh.setdefault(case.mesh, []).append(case)
        for mesh, cases in by_mesh.items():
            if mesh is None or len(cases) == 1:
                self.ready.extend(_Job(self.order(case)) for case in cases)
            else:
                self.meshes.append(_Job(self.order(cases[0]), mesh, tuple(cases)))

    def _count_workers(self) -> None:
        if time.monotonic() - self.counted < _COUNT_S and self.progress.workers:
            return
        self.counted = time.monotonic()
        try:
            self.progress.workers = sum(self.client.nthreads().values())
        except (OSError, TimeoutError, ValueError, RuntimeError) as error:
            raise _lost(error) from error
        if self.client.status != "running":
            raise _lost(None)
        if self.progress.workers:
            self.served = time.monotonic()
        elif time.monotonic() - self.served > _MOST_IDLE_S:
            message = f"no process has served the scheduler for {_MOST_IDLE_S:g} s: `ablasim worker` starts some"
            raise OutputError(message)

    def _launch(self) -> None:
        """Keep every process busy and none waiting: meshes go first only while few cases are ready."""
        while len(self.flying) < self.progress.workers and (self.ready or self.meshes):
            few = len(self.ready) < self.progress.workers
            job = self.meshes.popleft() if self.meshes and few else self.ready.popleft()
            name = "mesh" if job.mesh else "case"
            call = (make_mesh, job.order, job.mesh) if job.mesh else (run_case, job.order)
            key = f"{name}-{job.key[:16]}-{uuid4().hex[:8]}"
            self.launched[job.key] = time.monotonic()
            future = self.client.submit(*call, key=key, pure=False)
            self.flying[future] = job
            future.add_done_callback(self.landed.put)

    def _land(self) -> None:
        try:
            future = self.landed.get(timeout=_LOOK_S)
        except Empty:
            if self.client.status != "running":
                raise _lost(None) from None
            return
        job = self.flying.pop(future)
        if future.status == "finished":
            answer = future.result()
            self._mesh_made(job, answer) if job.mesh else self._case_run(job, answer)
        elif future.status == "error":
            self._died(job, future.exception())
        elif self.client.status != "running":
            raise _lost(None)
        else:
            self._again(job)  # the engine let it go

    def _mesh_made(self, job: _Job, error: str) -> None:
        for case in job.cases:
            if error:
                self.folder.fail(case.key, error)
                self._count("failed")
            else:
                self.ready.append(_Job(self.order(case)))

    def _case_run(self, job: _Job, status: str) -> None:
        self.took.append(time.monotonic() - self.launched[job.key])
        self._count(status)

    def _count(self, status: str) -> None:
        if status == "failed":
            self.progress.failed += 1
        else:
            self.progress.done += 1

    def _died(self, job: _Job, error: BaseException | None) -> None:
        """A job whose process died is tried again; any other error is about this machine or that folder."""
        from distributed.scheduler import KilledWorker

        if not isinstance(error, KilledWorker):
            if isinstance(error, OutputError):
                raise error
            message = f"a worker failed: {type(error).__name__}: {error}"
            raise OutputError(message) from error
        if len(self.folder.tries(job.key)) < MOST_TRIES:
            self._again(job)
        elif job.mesh:
            self._mesh_made(job, given_up(self.folder, job.key))
        else:
            self.folder.fail(job.key, given_up(self.folder, job.key))
            self._case_run(job, "failed")

    def _again(self, job: _Job) -> None:
        (self.meshes if job.mesh else self.ready).appendleft(job)

    def _tell(self) -> None:
        self.progress.running = sum(job.mesh is None for job in self.flying.values())
        self.progress.meshes = len(self.flying) - self.progress.running
        left = self.progress.total - self.progress.done - self.progress.failed
        if self.took and self.progress.workers:
            self.progress.seconds_left = left * median(self.took) / min(self.progress.workers, max(left, 1))
        self.observe(self.progress)


def _lost(error: BaseException | None) -> SchedulerLostError:
    reason = f" ({type(error).__name__})" if error is not None else ""
    return SchedulerLostError(f"the scheduler was lost{reason}; finished cases are kept, the same command goes on")

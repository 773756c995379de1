"""Programs run in processes of their own: pinned to cores, with a number of threads, one JSON line as the answer."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError

ROOT = Path(__file__).resolve().parents[1]

_THREAD_COUNTS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)

_PINNED = ("taskset", "--cpu-list")
_KILLED_WITH_ITS_PARENT = ("setpriv", "--pdeathsig", "KILL")


@dataclass(frozen=True)
class Finished:
    """A program that ended well.

    Parameters
    ----------
    output, messages : str
        What it wrote to its standard output and standard error.
    wall_s, cpu_s : float
        From its start to its end, interpreter and imports included, s.
    """

    output: str
    messages: str
    wall_s: float
    cpu_s: float

    def line(self) -> dict[str, Any]:
        """The last line of the output that is a JSON object.

        Raises
        ------
        BenchmarkError
            If there is none.
        """
        for line in reversed(self.output.splitlines()):
            if line.startswith("{"):
                with suppress(ValueError):
                    found: dict[str, Any] = json.loads(line)
                    return found
        message = f"the program printed no JSON line but:\n{self.output[-500:]}"
        raise BenchmarkError(message)


def run_program(
    command: Sequence[str], *, threads: int = 1, expected_code: int = 0, own_packages: bool = True
) -> Finished:
    """Run a program on as many cores as it has threads; it is killed where this process ends before it.

    Parameters
    ----------
    command : sequence of str
        Program and arguments; it starts in the root of the checkout.
    threads : int, optional
        Number of threads, and of cores that it is pinned to.
    expected_code : int, optional
        Exit code that counts as success.
    own_packages : bool, optional
        Whether the program sees this checkout's packages (``PYTHONPATH``); other Pythons must not.

    Raises
    ------
    BenchmarkError
        If there are not enough cores, or the program cannot be started or ends with another exit code.

    Notes
    -----
    Two commands of util-linux prepare the process before they become the program. Python's own way, a function that
    the new process calls first, hangs where a thread of this one is in BLAS meanwhile: OpenBLAS waits at every fork.
    """
    cores = sorted(os.sched_getaffinity(0))[:threads]
    if len(cores) < threads:
        message = f"{threads} threads: must be at most {len(cores)}, the cores of this machine"
        raise BenchmarkError(message)
    environment = dict(os.environ) | dict.fromkeys(_THREAD_COUNTS, str(threads))
    path = environment.pop("PYTHONPATH", "")
    if own_packages:
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), path]))
    prepared = [*_PINNED, ",".join(map(str, cores)), *_KILLED_WITH_ITS_PARENT, *command]
    for program in (_PINNED[0], _KILLED_WITH_ITS_PARENT[0], command[0]):
        if not shutil.which(program):
            message = f"{program}: cannot be started: no such program, or none that may be executed"
            raise BenchmarkError(message)
    begun, cpu_before = time.perf_counter(), _children_cpu()
    done = subprocess.run(prepared, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    wall_s = time.perf_counter() - begun
    if done.returncode != expected_code:
        message = f"{' '.join(command)}: ended with code {done.returncode}:\n{(done.stderr or done.stdout)[-1500:]}"
        raise BenchmarkError(message)
    return Finished(done.stdout, done.stderr, wall_s, _children_cpu() - cpu_before)


def run_module(module: str, *arguments: str, threads: int = 1) -> Finished:
    """Run a module of this checkout with this Python."""
    return run_program([sys.executable, "-m", module, *arguments], threads=threads)


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime

"""The process that those of a sweep are forked from: it has imported what cases need before they are wanted.

Nothing of ours is imported here, so that a command can start it before it imports what it needs itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver

METHOD = "forkserver"

_IMPORTED = ("ablasim.simulate", "distributed")
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""One process, one core, whatever is set outside: threads of linear algebra would spin on the cores of the others."""


def start_template() -> None:
    """Start it, unless it runs; it ends with this process.

    Imports are then paid once, beside what this process does meanwhile, and not by each process after that.
    """
    multiprocessing.get_context(METHOD).set_forkserver_preload(list(_IMPORTED))
    with _one_thread(), _deaf():
        forkserver.ensure_running()


@contextmanager
def _one_thread() -> Iterator[None]:
    """What is started in the block is told to have one thread."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(_ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _deaf() -> Iterator[None]:
    """What is started in the block does not hear Ctrl-C, which a terminal sends to all processes.

    The command ends them itself, and says what is kept. Only the main thread can see to that.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    hears = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, hears)

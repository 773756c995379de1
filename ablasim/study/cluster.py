"""Processes that run cases: those of this machine, or of a cluster that someone started."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ablasim.errors import OutputError
from ablasim.study.crew import Crew
from ablasim.study.template import METHOD, start_template

_SETTINGS = {
    "distributed.scheduler.allowed-failures": 0,  # tries are counted in the study's folder, scheduler or not
    "distributed.scheduler.worker-ttl": None,  # a long mesh may keep a process from its heartbeat
    "distributed.admin.tick.limit": "1h",
    "distributed.comm.timeouts.tcp": "120s",
    "distributed.worker.multiprocessing-method": METHOD,
    "distributed.worker.profile.enabled": False,  # it stops the case a hundred times a second to look at it
    "distributed.admin.tick.interval": "500ms",
    "distributed.worker.memory.terminate": False,  # the system decides, not a share of the memory per process
}
_CLOSE_S = 5.0
_LOOK_S = 1.0


def default_workers() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def local_client(workers: int) -> Iterator[Any]:
    """Client of a cluster of processes on this machine, each with one thread, that ends with the block.

    Parameters
    ----------
    workers : int
        Number of processes.
    """
    import dask
    from distributed import Client, LocalCluster

    _quiet()
    start_template()
    with (
        dask.config.set(_SETTINGS),
        LocalCluster(
            n_workers=0,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        ) as cluster,
    ):
        client = Client(cluster, set_as_default=False)
        crew = Crew(cluster.scheduler_address, workers)
        kept = asyncio.run_coroutine_threadsafe(crew.keep(), client.loop.asyncio_loop)
        try:
            yield client
        finally:
            kept.cancel()
            client.sync(crew.close)
            client.close(timeout=_CLOSE_S)


@contextmanager
def remote_client(address: str, patience_s: float) -> Iterator[Any]:
    """Client of a scheduler that someone started; it goes on when the block ends.

    Parameters
    ----------
    address : str
        Such as ``tcp://host:8786``.
    patience_s : float
        How long to try, s.

    Raises
    ------
    OutputError
        If there is no scheduler at that address.
    """
    import dask
    from distributed import Client

    _quiet()
    asyncio.run(_reachable(address, patience_s))
    with dask.config.set({"distributed.comm.timeouts.connect": f"{max(patience_s, 1.0)}s"}):
        try:
            client = Client(address, timeout=max(patience_s, 1.0), set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            message = f"no scheduler at {address}: {str(error).splitlines()[0] if str(error) else 'no answer'}"
            raise OutputError(message) from error
    try:
        yield client
    finally:
        client.close(timeout=_CLOSE_S)


def serve(address: str, workers: int, patience_s: float, say: Callable[[str], None]) -> None:
    """Run processes that serve a scheduler, until Ctrl-C or until it has been gone for some time.

    A process that dies is started again; when the scheduler is gone, they wait for it to come back.

    Parameters
    ----------
    address : str
        Such as ``tcp://host:8786``.
    workers : int
        Number of processes, each with one thread.
    patience_s : float
        How long to wait for a scheduler, s.
    say : callable
        Told in a sentence what happens.

    Raises
    ------
    OutputError
        If there is no scheduler within that time.
    """
    import dask
    import distributed  # noqa: F401  (its own settings, before ours)

    _quiet()
    start_template()
    with dask.config.set(_SETTINGS):
        asyncio.run(_serve(address, workers, patience_s, say))


async def _serve(address: str, workers: int, patience_s: float, say: Callable[[str], None]) -> None:
    while True:
        await _reachable(address, patience_s)
        crew = Crew(address, workers)
        kept = asyncio.create_task(crew.keep())
        say(f"{workers} {'process serves' if workers == 1 else 'processes serve'} {address}; Ctrl-C ends")
        try:
            while await _answers(address):
                await asyncio.sleep(_LOOK_S)
        finally:
            kept.cancel()
            await crew.close()
        say(f"the scheduler at {address} is gone; waiting {patience_s:g} s for another")


async def _reachable(address: str, patience_s: float) -> None:
    until = time.monotonic() + patience_s
    while not await _answers(address):
        if time.monotonic() > until:
            message = f"no scheduler at {address} within {patience_s:g} s"
            raise OutputError(message)
        await asyncio.sleep(_LOOK_S)


async def _answers(address: str) -> bool:
    from distributed import rpc

    try:
        async with rpc(address, timeout=_CLOSE_S) as scheduler:
            await asyncio.wait_for(scheduler.identity(), timeout=6.0 * _CLOSE_S)
    except (OSError, TimeoutError):
        return False
    except ValueError as error:
        message = f"no scheduler at {address}: must be an address such as tcp://HOST:8786"
        raise OutputError(message) from error
    return True


def _quiet() -> None:
    """Keep the engine's own messages from the screen: what matters is told by the sweep."""
    for name in ("", ".client", ".worker", ".nanny", ".scheduler", ".core", ".comm", ".utils", ".batched", ".protocol"):
        logging.getLogger(f"distributed{name}").setLevel(logging.CRITICAL)

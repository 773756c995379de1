"""Calls of a function that go side by side, in the processes of a scheduler."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ablasim.errors import ModelError, OutputError

Argument = TypeVar("Argument")
Answer = TypeVar("Answer")


def call_each(client: Any, function: Callable[[Argument], Answer], arguments: Sequence[Argument]) -> list[Answer]:
    """Call a function with each of several arguments; gives the answers in their order.

    Parameters
    ----------
    client : distributed.Client
        Client of a scheduler; see `ablasim.study.cluster`.
    function : callable
        Importable by the processes.
    arguments : sequence
        Plain values.

    Raises
    ------
    ModelError
        If a process dies of a call.
    OutputError
        If the scheduler goes away.
    """
    from distributed.client import FutureCancelledError
    from distributed.scheduler import KilledWorker

    calls = client.map(function, arguments, pure=False)
    try:
        return [call.result() for call in calls]
    except KilledWorker as error:
        message = "a process ended without an answer (killed, out of memory, or a crash in compiled code)"
        raise ModelError(message) from error
    except (FutureCancelledError, OSError) as error:
        message = f"the processes were lost: {error}"
        raise OutputError(message) from error
    finally:
        if client.status == "running":
            client.cancel(calls, force=True)  # of those that were not waited for

"""What every process of a sweep does before it serves: it leaves Ctrl-C to the command that started it.

A terminal sends Ctrl-C to all processes; the command ends them itself, and says what is kept.
"""

from __future__ import annotations

import signal
from typing import Any


def dask_setup(_: Any) -> None:
    """Ignore the interrupt; the engine calls this in each worker's main thread."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

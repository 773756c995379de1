"""Ctrl-C: how a command stops in order, and how it is known again in whatever error a library makes of it."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from rich.console import Console

STOPPED = 130
"""Exit code of a command that Ctrl-C ended."""

_AGAIN_S = 0.02


class StopOnInterrupt:
    """Within its ``with`` block Ctrl-C asks what can end in order to do so; a second one ends it at once.

    Parameters
    ----------
    console : Console
        Where it is said.
    ending : str, optional
        What happens in order after Ctrl-C; '' while there is nothing to keep, so that the first one ends at once.
    """

    def __init__(self, console: Console, ending: str = "") -> None:
        self.ending = ending
        self._event = threading.Event()
        self._console = console
        self._before: Any = None

    def is_set(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._event.is_set()

    def __enter__(self) -> StopOnInterrupt:
        self._before = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        is_second = self._event.is_set()
        self._event.set()  # in any case the time loops end after their step
        if not self.ending or is_second:
            raise KeyboardInterrupt
        self._console.print(self.ending)


def ended_by_ctrl_c(error: BaseException | None) -> bool:
    """Whether an error is Ctrl-C, or was made of it on the way: compiled code tells of it by an error of its own.

    Examples
    --------
    >>> wrapped = SystemError("a kernel returned a result with an exception set")
    >>> wrapped.__cause__ = KeyboardInterrupt()
    >>> ended_by_ctrl_c(wrapped), ended_by_ctrl_c(SystemError("something else"))
    (True, False)
    """
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


@contextmanager
def every_ctrl_c_heard() -> Iterator[None]:
    """Within it no Ctrl-C is lost where Python cannot raise it, as in what compiled code calls back: it comes again."""
    before = sys.unraisablehook

    def hook(unraisable: sys.UnraisableHookArgs) -> None:
        if not ended_by_ctrl_c(unraisable.exc_value):
            before(unraisable)
            return
        again = threading.Timer(_AGAIN_S, _thread.interrupt_main)
        again.daemon = True
        again.start()

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


def ignore_ctrl_c() -> None:
    """Let no further Ctrl-C disturb the end of the program, whose threads end after their step."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)

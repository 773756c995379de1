"""CPU time by part, measured from outside: functions of ablasim are replaced by ones that charge a part.

A part's time is exclusive: what a function of another part takes within it goes to that part. ablasim itself has no
clocks. The calls are thousands, a reading costs about a microsecond; `overhead` says how much that is together.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial, wraps
from importlib import import_module
from inspect import getattr_static
from typing import Any

from benchmarks.errors import BenchmarkError

REST = "other"

Function = Callable[..., Any]


class Stopwatch:
    """CPU seconds of the process, by part. One function at a time may run: there is no lock.

    Parameters
    ----------
    clock : callable, optional
        What is read, s: `time.process_time`, or `time.perf_counter` for wall time.

    Attributes
    ----------
    seconds : dict of str to float
        By part; `REST` is what no part claims.
    calls : int
        Function calls that were charged.
    each : dict of str to list of float
        Seconds of every call of a part, with all that it called.
    """

    def __init__(self, clock: Callable[[], float] = time.process_time) -> None:
        self._clock = clock
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.calls = 0
        self.each: defaultdict[str, list[float]] = defaultdict(list)
        self._parts = [REST]
        self._last = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Measure the block."""
        self._last = self._clock()
        yield
        self._charge()

    def timed(self, part: str, function: Function) -> Function:
        """A function that does the same and is charged to a part."""

        @wraps(function)
        def charged(*arguments: Any, **options: Any) -> Any:
            self._charge()
            self.calls += 1
            self._parts.append(part)
            begun = self._last
            try:
                return function(*arguments, **options)
            finally:
                self._charge()
                self._parts.pop()
                self.each[part].append(self._last - begun)

        return charged

    def overhead(self) -> float:
        """CPU seconds that the measuring itself took: as many empty calls as were charged."""
        empty = Stopwatch(self._clock)
        nothing = empty.timed("nothing", lambda: None)
        with empty.running():
            for _ in range(self.calls):
                nothing()
        return sum(empty.seconds.values())

    def _charge(self) -> None:
        now = self._clock()
        self.seconds[self._parts[-1]] += now - self._last
        self._last = now


@contextmanager
def watched(watch: Stopwatch, parts: Mapping[str, Sequence[str]]) -> Iterator[None]:
    """Replace functions by timed ones within the block.

    Parameters
    ----------
    watch : Stopwatch
        What they are charged to.
    parts : mapping of str to sequence of str
        For each part its functions as ``module:function`` or ``module:Class.method``.

    Raises
    ------
    BenchmarkError
        If there is no such function.
    """
    undo: list[tuple[object, str, object]] = []
    try:
        for part, places in parts.items():
            for place in places:
                _replace(place, partial(watch.timed, part), undo)
        yield
    finally:
        for owner, name, original in reversed(undo):
            setattr(owner, name, original)


def _replace(place: str, change: Callable[[Function], Function], undo: list[tuple[object, str, object]]) -> None:
    module_name, _, path = place.partition(":")
    owner: object = import_module(module_name)
    *classes, name = path.split(".")
    try:
        for step in classes:
            owner = getattr(owner, step)
        original = getattr_static(owner, name)
    except AttributeError as error:
        message = f"{place}: there is no such function any more: bring the parts of the stopwatch up to the code"
        raise BenchmarkError(message) from error
    is_class_method = isinstance(original, classmethod)
    changed: object = classmethod(change(original.__func__)) if is_class_method else change(original)
    owners = [owner] if classes else _importers(name, original)
    for each in owners:
        undo.append((each, name, original))
        setattr(each, name, changed)


def _importers(name: str, function: object) -> list[object]:
    """Modules of the same package in which a function goes by its name."""
    package = str(getattr(function, "__module__", "")).partition(".")[0]
    loaded = [module for key, module in sys.modules.items() if key.partition(".")[0] == package]
    return [module for module in loaded if vars(module).get(name) is function]

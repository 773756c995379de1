"""How long a case takes, on the clock and of the processor."""

from __future__ import annotations

import threading
from time import perf_counter, process_time
from typing import Any, ClassVar


class CaseClock:
    """Time of a block in which a case is run.

    Examples
    --------
    >>> with CaseClock() as clock:
    ...     times = clock.times()
    >>> sorted(times)
    ['cpu_seconds', 'seconds']
    """

    _under_way: ClassVar[set[CaseClock]] = set()
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __enter__(self) -> CaseClock:
        with self._lock:
            self._is_alone = not self._under_way
            for other in self._under_way:
                other._is_alone = False
            self._under_way.add(self)
        self._begun, self._spent = perf_counter(), process_time()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._under_way.discard(self)

    def times(self) -> dict[str, Any]:
        """Times from the beginning of the block until now.

        Returns
        -------
        dict
            ``seconds`` on the clock; ``cpu_seconds`` of the processor, user and system, of all threads of this process
            together. None where another case was under way in this process: their times cannot be told apart.
        """
        spent = process_time() - self._spent if self._is_alone else None
        return {"seconds": perf_counter() - self._begun, "cpu_seconds": spent}

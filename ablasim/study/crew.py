"""Processes that serve a scheduler, kept at their number whatever befalls them."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

_PRELOAD = "ablasim.study.preload"
_CLOSE_S = 5.0
_LOOK_S = 1.0
_START_S = 120.0
_LOOKS = 5
_ALIVE = ("undefined", "created", "init", "starting", "running")


class Crew:
    """Processes with one thread each, watched over by a nanny each.

    A nanny starts a process again that dies, but gives up on one that dies while it starts; such a nanny is replaced.

    Parameters
    ----------
    address : str
        Address of the scheduler.
    number : int
        How many.
    """

    def __init__(self, address: str, number: int) -> None:
        self._address = address
        self._nannies: list[Any] = [None] * number
        self._idle_looks = [0] * number

    async def keep(self) -> None:
        """Start them, and start anew those that are gone, until cancelled."""
        while True:
            gone = [place for place in range(len(self._nannies)) if self._is_gone(place)]
            await asyncio.gather(*(self._replace(place) for place in gone))
            await asyncio.sleep(_LOOK_S)

    async def close(self) -> None:
        """End them all."""
        nannies = [nanny for nanny in self._nannies if nanny is not None]
        await asyncio.gather(*(nanny.close(timeout=_CLOSE_S) for nanny in nannies), return_exceptions=True)

    def _is_gone(self, place: int) -> bool:
        nanny = self._nannies[place]
        if nanny is None or nanny.status.name not in _ALIVE:
            return True
        without = nanny.process is None or nanny.process.status.name in ("stopped", "failed")
        self._idle_looks[place] = self._idle_looks[place] + 1 if without else 0
        return self._idle_looks[place] > _LOOKS

    async def _replace(self, place: int) -> None:
        import dask
        from distributed import Nanny

        if self._nannies[place] is not None:
            await asyncio.gather(self._nannies[place].close(timeout=_CLOSE_S), return_exceptions=True)
        said = dask.config.get("distributed.worker.preload")
        preload = [_PRELOAD, *([said] if isinstance(said, str) else said)]
        nanny = Nanny(self._address, nthreads=1, memory_limit=0, silence_logs=logging.CRITICAL, preload=preload)
        self._nannies[place], self._idle_looks[place] = nanny, 0
        try:
            await asyncio.wait_for(nanny, timeout=_START_S)
        except Exception as error:  # whatever kept it from starting: it is tried again
            logging.getLogger(__name__).info("a process did not start: %s", error)
            await asyncio.gather(nanny.close(timeout=_CLOSE_S), return_exceptions=True)
            self._nannies[place] = None

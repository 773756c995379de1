"""“Compute this one”: the real solver in a process of its own, with progress, and an end at any time."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import warnings
from dataclasses import astuple, dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.app.courses import VESSEL, Course, follow
from ablasim.app.fields import Numbers
from ablasim.app.modalities import MODALITIES
from ablasim.app.settings import Setting
from ablasim.errors import AblasimError
from ablasim.materials import PropertyRangeWarning
from ablasim.scenario import Scenario, load_scenario

Floats = NDArray[np.float64]

_HALF_LENGTH_MM = 55.0
_PATIENCE_S = 5.0
_SHOWN_OF_PULSES = "irreversible_threshold"
"""The one damage model of pulses that the page shows; the others, which a run follows by default, take time."""


@dataclass(frozen=True, eq=False)
class Computed:
    """A run and its twin as the solver found them; one of `ablasim.app.fields.Kept`.

    Parameters
    ----------
    setting : Setting
        What was computed.
    actual, twin : Course
        The run, and the run without the vessel.
    """

    setting: Setting
    actual: Course
    twin: Course

    @property
    def gap_mm(self) -> float:
        """From the applicator's axis to the wall of the vessel."""
        return self.setting.gap_mm

    @property
    def diameter_mm(self) -> float:
        """Of the vessel."""
        return self.setting.diameter_mm

    def free(self, time: int) -> Floats:
        """Damage level of the twin on the grid."""
        return np.asarray(self.twin.grid[time])

    def difference(self, time: int) -> Floats:
        """What the vessel changes in it."""
        return np.asarray(self.actual.polar[time] - self.twin.polar[time])

    def free_plane(self, time: int) -> Floats:
        """Temperature of the twin in the plane y = 0, °C."""
        return np.asarray(self.twin.plane[time])

    def plane_difference(self, time: int) -> Floats:
        """What the vessel changes in it, K."""
        return np.asarray(self.actual.polar_plane[time] - self.twin.polar_plane[time])

    def numbers(self, time: int) -> Floats:
        """The entries of `ablasim.app.fields.Numbers`."""
        return np.array(astuple(numbers_of(self.actual, self.twin, time)))


def numbers_of(actual: Course, twin: Course, time: int) -> Numbers:
    """What a run and its twin say at one of their times."""
    return Numbers(
        float(actual.volume_ml[time]),
        float(twin.volume_ml[time]),
        float(actual.delivered_w[time]),
        float(actual.removed_w[time]),
        float(actual.hottest_c[time]),
    )


def scenario_of(setting: Setting) -> Scenario:
    """The scenario that the solver runs for a setting."""
    modality = MODALITIES[setting.modality]
    centre = setting.gap_mm + 0.5 * setting.diameter_mm
    changes: dict[str, Any] = {
        modality.power_path: setting.power,
        f"vessels.{VESSEL}.points_mm": [[centre, 0.0, -_HALF_LENGTH_MM], [centre, 0.0, _HALF_LENGTH_MM]],
        f"vessels.{VESSEL}.diameter_mm": setting.diameter_mm,
        f"vessels.{VESSEL}.mean_speed_mm_s": setting.speed_mm_s,
    }
    if modality.steps_in_time:
        changes["damage.models"] = [_SHOWN_OF_PULSES]
    return load_scenario(modality.scenario_file, changes)


def compute(setting: Setting, progress: Any = lambda _: None) -> Computed:
    """Run a setting and its twin, side by side.

    Raises
    ------
    AblasimError
        If the solver cannot.
    """
    modality = MODALITIES[setting.modality]
    found = follow(scenario_of(setting), ("actual", "no_vessel"), modality.places, modality.times_s, progress=progress)
    return Computed(setting, found["actual"], found["no_vessel"])


class Computation:
    """A setting that is being computed in a process of its own.

    Parameters
    ----------
    setting : Setting
        What to compute.
    """

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.share = 0.0
        self.result: Computed | None = None
        self.error: str | None = None
        self.begun = time.monotonic()
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_work, args=(theirs, setting), daemon=True)
        self._process.start()
        theirs.close()

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self.begun

    def poll(self) -> bool:
        """Take what the process has told; gives whether it is over, well (`result`) or not (`error`)."""
        try:
            while self._ours.poll():
                kind, content = self._ours.recv()
                if kind == "share":
                    self.share = content
                elif kind == "result":
                    self.result, self.share = content, 1.0
                else:
                    self.error = content
        except EOFError:
            if self.result is None and self.error is None:
                self.error = "the solver's process ended without an answer (out of memory?)"
        over = self.result is not None or self.error is not None
        if over:
            self.cancel()
        return over

    def cancel(self) -> None:
        """End the process, whatever it is at."""
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(_PATIENCE_S)
            if self._process.is_alive():
                self._process.kill()
        self._process.join(_PATIENCE_S)


class Desk:
    """Hands out computations, so many at a time over all sessions.

    Parameters
    ----------
    most : int
        How many may run at a time.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._running: list[Computation] = []

    @property
    def is_free(self) -> bool:
        """Whether one more may be started."""
        return len(self._running) < self.most

    def start(self, setting: Setting) -> Computation | None:
        """Start to compute a setting; None if enough others are being computed."""
        if not self.is_free:
            return None
        computation = Computation(setting)
        self._running.append(computation)
        return computation

    def end(self, computation: Computation) -> None:
        """Give back a computation that is over or no longer wanted; it is cancelled if it still runs."""
        computation.cancel()
        if computation in self._running:
            self._running.remove(computation)

    def close(self) -> None:
        """End all."""
        for computation in list(self._running):
            self.end(computation)


def _end_with_parent() -> None:
    """End this process as soon as the one that started it is gone, however that ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(out: Connection, setting: Setting) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the server too, which ends this process
    threading.Thread(target=_end_with_parent, daemon=True).start()
    told, one_at_a_time = 0.0, threading.Lock()

    def progress(share: float) -> None:  # called from two threads
        nonlocal told
        with one_at_a_time:
            if share - told >= 0.01:
                told = share
                out.send(("share", share))

    warnings.simplefilter("ignore", PropertyRangeWarning)  # nobody reads this process' terminal
    try:
        out.send(("result", compute(setting, progress)))
    except AblasimError as error:
        out.send(("error", str(error)))
    except MemoryError:
        out.send(("error", "not enough memory"))
    except Exception as error:  # the page must learn of it, whatever it is
        out.send(("error", f"{type(error).__name__}: {error}"))

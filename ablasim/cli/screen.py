"""Progress of a run on the screen."""

from __future__ import annotations

import threading

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from ablasim.course import StepRecord
from ablasim.units import celsius, millilitres
from ablasim.variants import Variant

_LABELS = {"actual": "run", "no_vessel": "twin without vessels", "occluded": "twin with stagnant blood"}


class Screen:
    """Progress bars, one for the run and one for each twin; a prefix says of which run."""

    def __init__(self, console: Console, prefix: str = "") -> None:
        self._prefix = prefix
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:6.0f} s"),
            TextColumn("{task.fields[state]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._tasks: dict[Variant, TaskID] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Screen:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, variant: Variant, record: StepRecord, end: float) -> None:
        """Show a step."""
        with self._lock:
            if variant not in self._tasks:
                self._tasks[variant] = self._progress.add_task(self._prefix + _label(variant), total=end, state="")
        power = f"{record.delivered_power:5.1f} W" if record.delivered_power > 0.0 else "power off"
        state = f"{power}  {celsius(record.max_temperature):5.1f} °C  zone {millilitres(record.zone_volume):6.2f} ml"
        self._progress.update(self._tasks[variant], completed=record.time, state=state)


def _label(variant: Variant) -> str:
    return _LABELS.get(variant) or f"twin {variant.replace(':', ' ')}"

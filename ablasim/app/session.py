"""What happens behind one browser window: settings in, scene and numbers out. Knows nothing of any other window."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from ablasim.app.computing import Computation, Computed, Desk
from ablasim.app.fields import Kept, State, state
from ablasim.app.lessons import LESSONS, shown
from ablasim.app.library import shipped
from ablasim.app.modalities import MODALITIES
from ablasim.app.scene import BODIES, Scene
from ablasim.app.settings import POWER, Setting, SettingError, time_range
from ablasim.app.words import numbers_shown, origin

_logger = logging.getLogger(__name__)

SETTINGS = ("modality", "gap_mm", "diameter_mm", "speed_mm_s", "power", "time_s", "tumour_mm")
LIGHT, DARK = "#F4F4F2", "#20242A"
"""Backgrounds of the scene."""

_POLL_S = 0.2
_FRAMES = 40
_FRAME_S = 0.25


class Session:
    """One browser window.

    Parameters
    ----------
    server : trame Server
        Whose state is this window's alone.
    desk : Desk
        Hands out computations, shared by all windows.
    """

    def __init__(self, server: Any, desk: Desk) -> None:
        self.state, self._desk = server.state, desk
        self.scene = Scene()
        self.push: Callable[[], None] = lambda: None
        """Sends the scene to the browser; the page sets it."""
        self.push_camera: Callable[[], None] = lambda: None
        """Sends the camera to the browser; the page sets it."""
        self.renew: Callable[[], None] = lambda: None
        """Keeps the whole scene for a browser that is about to ask for it; the page sets it."""
        self._setting = Setting()
        self._kept: tuple[Any, Kept] | None = None
        self._computed: Computed | None = None
        self._computation: Computation | None = None
        self._dirty = False
        self._answered: list[object] = []
        self._n_answers = 0
        self._player: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.state.update(
            {
                **vars(self._setting),
                "ranges": ranges(self._setting.modality),
                "show": list(BODIES),
                "dark": None,
                "can_draw": True,
                "playing": False,
                "computing": False,
                "progress": 0,
                "message": "",
                "lesson": -1,
                "lessons": [shown(lesson) for lesson in LESSONS],
            }
        )
        self.refresh()
        self.state.change(*SETTINGS, "show", "dark")(self._changed)
        self.state.change("playing")(self._played)
        self.state.change("lesson")(self._chosen)

    def refresh(self) -> None:
        """Answer what is set now: check it, find its state, show it."""
        try:
            setting = Setting.checked({name: self.state[name] for name in SETTINGS})
        except SettingError as error:
            self.state.update({**vars(self._setting), "message": str(error)})
            self._answered = self._asked()
            return
        message = self.state.message if setting == self._setting else ""
        moved = {name: value for name, value in vars(setting).items() if self.state[name] != value}
        self._setting = setting
        kept, is_computed = self._kept_of(setting)
        found: State = state(kept, MODALITIES[setting.modality], setting.time_s)
        hidden = frozenset(BODIES) - {name for name in _listed(self.state.show) if name in BODIES}
        margin, twin = self.scene.show(setting, found, hidden)
        self._n_answers += 1
        self.scene.set_background(DARK if self.state.dark is True else LIGHT)
        self.state.update(
            {
                **moved,
                "numbers": numbers_shown(setting, found, margin, twin),
                "origin": origin(shipped(setting.modality), setting, is_computed=is_computed),
                "is_computed": is_computed,
                "message": "The vein would touch the tumour: it was moved out." if "gap_mm" in moved else message,
                "answer": self._n_answers,
            }
        )
        self._answered = self._asked()
        self.push()

    def _asked(self) -> list[object]:
        """What the page says is set."""
        return [self.state[name] for name in (*SETTINGS, "show", "dark")]

    def _kept_of(self, setting: Setting) -> tuple[Kept, bool]:
        if self._computed is not None and self._computed.setting.physics == setting.physics:
            return self._computed, True
        if self._kept is None or self._kept[0] != setting.physics:
            self._kept = setting.physics, shipped(setting.modality).at(setting)
        return self._kept[1], False

    def _changed(self, **_: Any) -> None:
        """Answer soon: values that come while an answer is being made are answered together."""
        self._follow_modality()
        if not self._dirty:
            self._dirty = True
            self._spawn(self._answer())

    def _follow_modality(self) -> None:
        name = self.state.modality
        if name == self._setting.modality or not isinstance(name, str) or name not in MODALITIES:
            return
        self.state.update(
            {
                "ranges": ranges(name),
                "power": DEFAULT_POWER[name],
                "time_s": time_range(name).high,
                "playing": False,
            }
        )

    async def _answer(self) -> None:
        await asyncio.sleep(0)  # what is in the line comes first
        self._dirty = False
        if self._asked() != self._answered:  # else it is what an answer has set
            with self.state:
                self.refresh()

    def _played(self, playing: object, **_: Any) -> None:
        if playing is True and (self._player is None or self._player.done()):
            self._player = self._spawn(self._play())

    async def _play(self) -> None:
        span = time_range(self._setting.modality)
        step = max(span.step, round(span.high / _FRAMES / span.step) * span.step)
        time = 0.0 if self._setting.time_s >= span.high else self._setting.time_s
        while self.state.playing is True and time < span.high:
            if self.state.time_s != time:  # moved by hand, and answered
                time = self._setting.time_s
            time = min(time + step, span.high)
            with self.state:
                self.state.time_s = time
            await asyncio.sleep(_FRAME_S if span.step < 60.0 else 4.0 * _FRAME_S)
        with self.state:
            self.state.playing = False

    def _chosen(self, lesson: object, **_: Any) -> None:
        if isinstance(lesson, int) and not isinstance(lesson, bool) and 0 <= lesson < len(LESSONS):
            preset = LESSONS[lesson].preset
            self.state.update({"ranges": ranges(preset.modality), **vars(preset), "playing": False, "message": ""})
            self._setting = preset
            self._changed()

    def look(self, view: str) -> None:
        """Turn the camera."""
        if view in ("front", "above", "oblique"):
            self.scene.set_view(view)
            self.push_camera()

    def compute(self) -> None:
        """Compute what is set now with the real solver."""
        if self._computation is not None:
            return
        self._computation = self._desk.start(self._setting)
        if self._computation is None:
            self.state.message = "Other windows are computing: try again when one of them is done."
            return
        self.state.update({"computing": True, "progress": 0, "message": ""})
        self._spawn(self._wait(self._computation))

    async def _wait(self, computation: Computation) -> None:
        try:
            while self._computation is computation and not computation.poll():
                with self.state:
                    self.state.progress = round(100.0 * computation.share)
                await asyncio.sleep(_POLL_S)
        finally:
            self._desk.end(computation)
        if self._computation is not computation:
            return
        self._computation = None
        with self.state:
            self.state.update({"computing": False, "progress": 100})
            if computation.result is None:
                self.state.message = f"The solver could not: {computation.error}"
                return
            self._computed = computation.result
            self.refresh()
            self.state.message = f"Computed in {computation.seconds:.0f} s."

    def cancel(self) -> None:
        """Give up what is being computed."""
        if self._computation is not None:
            self._desk.end(self._computation)
            self._computation = None
            self.state.update({"computing": False, "progress": 0, "message": "Cancelled."})

    def close(self) -> None:
        """End everything that runs for this window."""
        self.cancel()
        for task in list(self._tasks):
            task.cancel()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(_told)
        return task


DEFAULT_POWER = {"rf": 25.0, "microwave": 50.0, "ire": 2700.0}


def ranges(modality: str) -> dict[str, dict[str, Any]]:
    """Ends and steps of the sliders that depend on the modality."""
    settings, power, time = MODALITIES[modality], POWER[modality], time_range(modality)
    return {
        "power": {
            "low": power.low,
            "high": power.high,
            "step": power.step,
            "unit": power.unit,
            "name": settings.power_name,
        },
        "time": {"low": time.low, "high": time.high, "step": time.step},
        "speed": {"matters": not settings.steps_in_time},
    }


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _told(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _logger.error("in a window of the app", exc_info=error)

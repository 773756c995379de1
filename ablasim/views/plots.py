"""Plots of a run over time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ablasim.units import SECONDS_PER_MINUTE, Floats
from ablasim.views.event_marks import EVENTS, draw_events
from ablasim.views.frame import save

LONG_RUN_S = 300.0  # from here on the axis counts minutes
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
STYLES = ("-", "--", ":")
VESSEL_SUFFIX, WALL_SUFFIX, SENSOR_SUFFIX = "_power_removed_w", "_hottest_wall_c", "_sensor_c"
MOST_SENSORS = 12
"""More curves than this cannot be told apart: the hottest are drawn."""

MARKED = ("power_w", "impedance_ohm")
"""Columns in whose panels the generator's events are marked."""

ROOM = 0.03
"""Room between curves and the frame, share of what is shown."""

TEMPERATURE = "temperature / °C"


class Panel(NamedTuple):
    """One panel: the label of its axis and the columns drawn in it, each with its label."""

    label: str
    columns: tuple[tuple[str, str], ...]


PANELS = (
    Panel("power / W", (("power_w", "delivered to tissue"),)),
    Panel(
        "microwave power / W",
        (
            ("microwave_forward_w", "forward"),
            ("microwave_absorbed_w", "absorbed by tissue"),
            ("microwave_reflected_w", "reflected"),
            ("microwave_lost_in_antenna_w", "lost in the antenna"),
            ("microwave_radiated_w", "beyond the computed tissue"),
        ),
    ),
    Panel("voltage / V (rms)", (("voltage_v", "voltage"),)),
    Panel("current of a pulse / A", (("pulse_current_a", "current"),)),
    Panel("mean power of pulses / W", (("pulse_mean_power_w", "over pulses and pauses"),)),
    Panel("impedance / Ω", (("impedance_ohm", "impedance"),)),
    Panel(TEMPERATURE, (("max_temperature_c", "highest in tissue"),)),
    Panel("volume / ml", (("zone_volume_ml", "ablation zone"),)),
)


def history_plot(path: Path, history: Mapping[str, ArrayLike], *, title: str = "Course of the ablation") -> None:
    """Draw power, voltage, impedance, temperature, zone volume and what each vessel took over time.

    Parameters
    ----------
    path : Path
        PNG file to write.
    history : mapping of str to array, shape (n_times,)
        Columns as in ``history.csv``: ``time_s`` and any of ``power_w``, ``voltage_v``, ``impedance_ohm``,
        ``max_temperature_c``, ``zone_volume_ml``, ``pulse_current_a``, ``pulse_mean_power_w``,
        ``<vessel>_power_removed_w``, ``<vessel>_hottest_wall_c`` and ``<sensor>_sensor_c``; panels without a column
        are left out. ``generator_event`` marks power and impedance. NaN leaves a gap, as for the impedance when the
        power is off. Where ``in_place`` changes, an electrode was moved: a dash-dotted line.
    title : str, optional
        Above the plots.

    Raises
    ------
    ValueError
        If there is no ``time_s``, or no column that belongs in a plot.
    """
    panels = present(history)
    if "time_s" not in history or not panels:
        message = f"a history needs time_s and something to plot; it has {sorted(history)}"
        raise ValueError(message)
    time_s = np.asarray(history["time_s"], dtype=float)
    in_minutes = bool(time_s.size) and time_s[-1] >= LONG_RUN_S
    time = time_s / SECONDS_PER_MINUTE if in_minutes else time_s
    rows = -(-len(panels) // 2)
    figure = Figure(figsize=(10.0, 2.5 * rows + 0.7), layout="constrained")
    moves = _moves(history, time)
    figure.suptitle(f"{title} (dash-dotted: an electrode is moved)" if len(moves) else title, fontsize=12)
    for index, panel in enumerate(panels):
        axes = figure.add_subplot(rows, min(2, len(panels)), index + 1)
        _draw(axes, time, panel, history)
        for moment in moves:
            axes.axvline(moment, color="0.35", linestyle="-.", linewidth=1.0)
        axes.set_xlabel("time / min" if in_minutes else "time / s")
    save(figure, path)


def present(history: Mapping[str, ArrayLike]) -> list[Panel]:
    """Panels that a history has something to draw in."""
    walls = tuple((name, f"wall of {name.removesuffix(WALL_SUFFIX)}") for name in history if name.endswith(WALL_SUFFIX))
    vessels = tuple((name, name.removesuffix(VESSEL_SUFFIX)) for name in history if name.endswith(VESSEL_SUFFIX))
    panels = [
        Panel(label, tuple(item for item in (*columns, *(walls if label == TEMPERATURE else ())) if item[0] in history))
        for label, columns in PANELS
    ]
    panels.append(Panel("taken by vessels / W", vessels))
    panels.append(_sensors(history))
    return [panel for panel in panels if any(_has_values(history[name]) for name, _ in panel.columns)]


def _sensors(history: Mapping[str, ArrayLike]) -> Panel:
    """The sensors, the hottest first, so that the legend stands in the order of the peaks."""

    def highest(name: str) -> float:
        return float(np.nanmax(np.asarray(history[name], dtype=float), initial=-np.inf))

    names = sorted((name for name in history if name.endswith(SENSOR_SUFFIX)), key=highest, reverse=True)
    shown = tuple((name, name.removesuffix(SENSOR_SUFFIX)) for name in names[:MOST_SENSORS])
    of_all = f", {MOST_SENSORS} hottest of {len(names)}" if len(names) > MOST_SENSORS else ""
    return Panel(f"sensors{of_all} / °C", shown)


def _moves(history: Mapping[str, ArrayLike], time: Floats) -> Floats:
    """Times at which an electrode is moved: the ends of the steps before."""
    in_place = np.asarray(history.get("in_place", np.array([])))
    return time[:-1][in_place[1:] != in_place[:-1]] if in_place.size else in_place.astype(float)


def _has_values(column: ArrayLike) -> bool:
    return bool(np.isfinite(np.asarray(column, dtype=float)).any())


def _draw(axes: Axes, time: Floats, panel: Panel, history: Mapping[str, ArrayLike]) -> None:
    for i, (name, label) in enumerate(panel.columns):
        style, colour = STYLES[i // len(COLOURS) % len(STYLES)], COLOURS[i % len(COLOURS)]
        axes.plot(time, np.asarray(history[name], dtype=float), style, color=colour, label=label, linewidth=1.6)
    is_marked = EVENTS in history and any(name in MARKED for name, _ in panel.columns)
    if is_marked:
        draw_events(axes, time, history)
    axes.set_ylabel(panel.label)
    axes.grid(alpha=0.25)
    if time.size > 1:
        beside = ROOM * (time[-1] - time[0])
        axes.set_xlim(time[0] - beside, time[-1] + beside)
    is_temperature = any(name.endswith("_c") for name, _ in panel.columns)
    columns = [np.asarray(history[name], dtype=float) for name, _ in panel.columns]
    lowest, highest = min(map(np.nanmin, columns)), max(map(np.nanmax, columns))
    if lowest >= 0.0 and highest > 0.0 and not is_temperature:
        axes.set_ylim(-ROOM * highest, (1.0 + 2.0 * ROOM) * highest)
    if len(panel.columns) > len(COLOURS):
        axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    else:
        axes.legend(frameon=is_marked, edgecolor="none", fontsize=8)

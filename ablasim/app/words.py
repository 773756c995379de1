"""Numbers of a state in words and units, as the page shows them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ablasim.app.fields import State
from ablasim.app.library import Library
from ablasim.app.modalities import MODALITIES
from ablasim.app.settings import Setting
from ablasim.app.zones import GridMargin
from ablasim.margins.statistics import classify
from ablasim.units import metres

CLASSES = {
    "residual": "residual tumour",
    "below_5": "below 5 mm",
    "5_to_10": "5 to 10 mm",
    "a0": "above 10 mm (A0)",
}


def margin_class(minimum_mm: float) -> str:
    """Clinical class of a smallest margin, in words.

    Examples
    --------
    >>> margin_class(4.9), margin_class(-0.1)
    ('below 5 mm', 'residual tumour')
    """
    return CLASSES[classify(float(metres(minimum_mm)), has_residual=False)]


def numbers_shown(setting: Setting, state: State, margin: GridMargin, twin: GridMargin) -> dict[str, Any]:
    """What the page says of a state, by name."""
    numbers = state.numbers
    if numbers.volume_ml <= 0.0 and numbers.twin_volume_ml <= 0.0:
        nothing = dict.fromkeys(("margin", "twin_margin", "margin_lost", "place", "loss"), "–")
        words = {"class": "nothing is dead yet", "shares": [], "shares_words": "no zone"}
        return nothing | _always(setting, state) | words
    loss = numbers.twin_volume_ml - numbers.volume_ml
    percent = 100.0 * loss / numbers.twin_volume_ml if numbers.twin_volume_ml > 0.0 else 0.0
    shares = np.rint(100.0 * margin.shares).astype(int).tolist()
    return _always(setting, state) | {
        "margin": f"{plain(margin.minimum_mm)} mm",
        "class": f"class: {margin_class(margin.minimum_mm)}",
        "twin_margin": f"{plain(twin.minimum_mm)} mm",
        "margin_lost": f"{plain(twin.minimum_mm - margin.minimum_mm)} mm",
        "place": place(margin),
        "loss": f"{plain(loss)} ml ({plain(percent, 0)} %)",
        "shares": shares,
        "shares_words": f"of the tumour's surface, {shares[0]} % below 0 mm, {shares[1]} % from 0 to 5 mm, "
        f"{shares[2]} % from 5 to 10 mm, {shares[3]} % above 10 mm",
    }


def plain(value: float, digits: int = 1) -> str:
    """A number with so many digits after the point, a minus sign for what is below 0, none for what rounds to it.

    Examples
    --------
    >>> plain(-2.25), plain(-0.04), plain(-0.4, 0)
    ('−2.2', '0.0', '0')
    """
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")


def _always(setting: Setting, state: State) -> dict[str, str]:
    numbers = state.numbers
    return {
        "volume": f"{numbers.volume_ml:.1f} ml",
        "twin_volume": f"{numbers.twin_volume_ml:.1f} ml",
        "removed": f"{numbers.removed_w:.1f} W",
        "delivered": "power off" if numbers.delivered_w <= 0.0 < setting.time_s else f"{numbers.delivered_w:.0f} W",
        "hottest": f"{numbers.hottest_c:.0f} °C",
        "scene_words": f"the scene: a zone of {numbers.volume_ml:.1f} ml, a tumour of {setting.tumour_mm:g} mm, "
        f"a vein of {setting.diameter_mm:g} mm at {setting.to_tumour_mm:.1f} mm from it",
        "to_tumour": f"{setting.to_tumour_mm:.1f} mm",
        "clock": clock(setting),
    }


def place(margin: GridMargin) -> str:
    """Where the smallest margin is, seen from the tumour's centre."""
    x, y, z = margin.smallest_at_mm
    radius = float((x * x + y * y + z * z) ** 0.5)
    if x > 0.8 * radius:
        return "on the side of the vein"
    if abs(z) > 0.8 * radius:
        return "at the upper end" if z > 0.0 else "at the lower end"
    return "away from the vein" if x < 0.0 else "obliquely towards the vein"


def clock(setting: Setting) -> str:
    """The moment in words.

    Examples
    --------
    >>> clock(Setting(time_s=90.0)), clock(Setting("ire", time_s=120.0))
    ('1:30 min', '2 of 6 pairs')
    """
    if MODALITIES[setting.modality].steps_in_time:
        return f"{setting.time_s // 60:.0f} of 6 pairs"
    minutes, seconds = divmod(round(setting.time_s), 60)
    cooling = ", power off" if setting.time_s > 600.0 else ""
    return f"{minutes}:{seconds:02d} min{cooling}"


def origin(library: Library, setting: Setting, *, is_computed: bool) -> str:
    """Where the numbers come from, with the error of what is interpolated."""
    if is_computed:
        return "Computed by the solver for these very values, on a coarse mesh."
    if library.holds(setting):
        return "A run of the library, on a coarse mesh."
    told = library.held_back
    return (
        f"Interpolated between runs of the library. In {told['n_cases']} cases held back from it the smallest margin "
        f"was off by {told['margin_mm_mean']:.2f} mm in the mean, by {told['margin_mm_max']:.2f} mm at most."
    )

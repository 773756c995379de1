"""Five short lessons: each sets the sliders, says what the runs say, and asks a question.

Every number in them is read from the shipped library when the app starts. What a lesson claims stands beside it as an
ordering of such numbers, which a test holds the library to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from ablasim.app.fields import state
from ablasim.app.library import shipped
from ablasim.app.modalities import MODALITIES
from ablasim.app.settings import Setting
from ablasim.app.zones import grid_margin, zone_surface


@dataclass(frozen=True)
class Found:
    """What the library says of a setting.

    Parameters
    ----------
    volume_ml, loss_ml, loss_percent : float
        Zone without the vein, and what the vein takes of it.
    removed_w, delivered_w : float
        Power that the vein carries away, and that the tissue takes up, at the moment asked for.
    margin_mm, twin_margin_mm : float
        Smallest margin with the vein and without.
    """

    volume_ml: float
    loss_ml: float
    loss_percent: float
    removed_w: float
    delivered_w: float
    margin_mm: float
    twin_margin_mm: float

    @property
    def margin_lost_mm(self) -> float:
        """What the vein takes of the margin."""
        return self.twin_margin_mm - self.margin_mm


Facts = Mapping[str, Found]


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Parameters
    ----------
    title : str
        Its title.
    preset : Setting
        What it sets the sliders to.
    asked : mapping of str to Setting
        Settings that it tells the numbers of.
    paragraphs : tuple of str
        Its text; ``{name.quantity:.1f}`` stands for a number of an asked setting.
    question : str
        What to try.
    claims : tuple of (str, callable)
        What the text says, and whether the facts say so too.
    """

    title: str
    preset: Setting
    asked: Mapping[str, Setting]
    paragraphs: tuple[str, ...]
    question: str
    claims: tuple[tuple[str, Callable[[Facts], bool]], ...]


def facts_of(lesson: Lesson) -> Facts:
    """What the library says of the settings that a lesson asks for."""
    return {name: found(setting) for name, setting in lesson.asked.items()}


@cache
def found(setting: Setting) -> Found:
    """What the library says of a setting."""
    modality = MODALITIES[setting.modality]
    places, vessel = modality.places, (setting.gap_mm, 0.5 * setting.diameter_mm)
    now = state(shipped(setting.modality).at(setting), modality, setting.time_s)
    margins = [
        grid_margin(level, zone_surface(level, places, around), places, setting.tumour_mm, around).minimum_mm
        for level, around in ((now.level, vessel), (now.free, None))
    ]
    numbers = now.numbers
    loss = numbers.twin_volume_ml - numbers.volume_ml
    return Found(
        numbers.twin_volume_ml,
        loss,
        100.0 * loss / numbers.twin_volume_ml,
        numbers.removed_w,
        numbers.delivered_w,
        *margins,
    )


def shown(lesson: Lesson) -> dict[str, Any]:
    """A lesson as the page shows it."""
    facts = facts_of(lesson)
    return {
        "title": lesson.title,
        "paragraphs": [paragraph.format(**facts) for paragraph in lesson.paragraphs],
        "question": lesson.question,
    }


_RF = Setting("rf", gap_mm=12.0, diameter_mm=10.0, speed_mm_s=200.0, power=22.0, time_s=660.0, tumour_mm=20.0)
_FAR = replace(_RF, gap_mm=24.0, diameter_mm=3.0)
_ON = 600.0  # s: the last moment of power
_MICROWAVE = replace(_RF, modality="microwave", power=42.0)
_IRE = Setting("ire", gap_mm=12.0, diameter_mm=10.0, speed_mm_s=150.0, power=3000.0, time_s=360.0, tumour_mm=20.0)

PENNES = Lesson(
    "What is Pennes' equation?",
    _FAR,
    {"two": replace(_FAR, time_s=120.0), "five": replace(_FAR, time_s=300.0), "ten": replace(_FAR, time_s=_ON)},
    (
        "Three things decide how warm tissue gets: the heat that the applicator makes in it, conduction to its "
        "neighbours, and the blood that seeps through its finest vessels at 37 °C.",
        "ρc ∂T/∂t = ∇·(k∇T) + ω ρ_b c_b (37 °C − T) + q: stored = conducted + carried off by blood + made.",
        "The further the zone reaches, the more tissue there is to cool it. Here it has {two.volume_ml:.1f} ml after "
        "2 minutes, {five.volume_ml:.1f} ml after 5 and {ten.volume_ml:.1f} ml after 10: time helps less and less.",
    ),
    "Play the treatment. After how many minutes has half of the final zone died?",
    (
        (
            "the zone grows more slowly the longer it lasts",
            lambda f: (
                (f["ten"].volume_ml - f["five"].volume_ml) / 300.0
                < (f["five"].volume_ml - f["two"].volume_ml) / 180.0
                < f["two"].volume_ml / 120.0
            ),
        ),
    ),
)

HEAT_SINK = Lesson(
    "The heat sink",
    _RF,
    {
        "near": replace(_RF, time_s=_ON),
        "far": replace(_RF, gap_mm=17.0, time_s=_ON),
        "thin": replace(_RF, diameter_mm=3.0, time_s=_ON),
        "slow": replace(_RF, speed_mm_s=50.0, time_s=_ON),
    },
    (
        "A vein is another matter than fine vessels: its blood stays at 37 °C, and its wall is cold in warm tissue.",
        "This vein of 10 mm, 12 mm from the electrode, carries away {near.removed_w:.1f} of {near.delivered_w:.0f} W. "
        "That is little, but it is taken where the margin is thinnest: the vein costs {near.loss_ml:.1f} ml "
        "({near.loss_percent:.0f} %) of the zone, and {near.margin_lost_mm:.1f} mm of the smallest margin.",
        "At 17 mm it costs {far.margin_lost_mm:.1f} mm. A vein of 3 mm at 12 mm costs {thin.margin_lost_mm:.1f} mm. "
        "Blood at a quarter of the speed still carries away {slow.removed_w:.1f} W.",
    ),
    "What moves the margin most: distance, diameter or speed? Change one at a time.",
    (
        ("a nearer vein costs more margin", lambda f: f["near"].margin_lost_mm > f["far"].margin_lost_mm),
        ("a nearer vein costs more volume", lambda f: f["near"].loss_ml > f["far"].loss_ml),
        ("a thicker vein carries away more", lambda f: f["near"].removed_w > f["thin"].removed_w),
        ("faster blood carries away more", lambda f: f["near"].removed_w > f["slow"].removed_w),
        ("the share of the power is small", lambda f: f["near"].removed_w < 0.2 * f["near"].delivered_w),
    ),
)

MICROWAVES = Lesson("Microwaves", _MICROWAVE, {"rf": _RF, "microwave": _MICROWAVE}, (), "", ())
PULSES = Lesson("Electroporation", _IRE, {"rf": _RF, "ire": _IRE}, (), "", ())
MARGIN = Lesson("What 5 mm of margin mean", _RF, {"now": _RF}, (), "", ())

LESSONS = (PENNES, HEAT_SINK, MICROWAVES, PULSES, MARGIN)

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
        Power that the vein carries away, and that the tissue takes up, at that moment or when the power went off.
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
    def gain_ml(self) -> float:
        """What the vein adds to the zone."""
        return -self.loss_ml

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
    powered = state(shipped(setting.modality).at(setting), modality, min(setting.time_s, _ON)).numbers
    loss = numbers.twin_volume_ml - numbers.volume_ml
    return Found(
        numbers.twin_volume_ml,
        loss,
        100.0 * loss / numbers.twin_volume_ml,
        powered.removed_w,
        powered.delivered_w,
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


_ON = 600.0  # s: the last moment of power
_RF = Setting("rf", gap_mm=12.0, diameter_mm=10.0, speed_mm_s=200.0, power=27.0, time_s=660.0, tumour_mm=20.0)
_FAR = replace(_RF, gap_mm=24.0, diameter_mm=3.0, power=20.0)
_WIDE = replace(_RF, gap_mm=17.0, power=20.0)
_MICROWAVE = replace(_RF, modality="microwave", power=42.0)
_IRE = Setting("ire", gap_mm=12.0, diameter_mm=10.0, speed_mm_s=150.0, power=3000.0, time_s=360.0, tumour_mm=20.0)


def _near(one: float, other: float) -> bool:
    """Whether two numbers differ by less than a half of the smaller."""
    return abs(one - other) < 0.5 * min(one, other)


PENNES = Lesson(
    "What is Pennes' equation?",
    _FAR,
    {"two": replace(_FAR, time_s=120.0), "five": replace(_FAR, time_s=300.0), "ten": replace(_FAR, time_s=_ON)},
    (
        "Three things decide how warm tissue gets: the heat that the applicator makes in it, conduction to its "
        "neighbours, and the blood that seeps through its finest vessels at 37 °C.",
        "ρc ∂T/∂t = ∇·(k∇T) + ω ρ_b c_b (37 °C − T) + q: stored = conducted + carried off by blood + made.",
        "The further the zone reaches, the more tissue there is to cool it. Here it has {two.volume_ml:.1f} ml after "
        "2 minutes, {five.volume_ml:.1f} ml after 5 and {ten.volume_ml:.1f} ml after 10: the last 5 minutes bring "
        "little more than the 3 before.",
    ),
    "Play the treatment. After how many minutes has half of the final zone died?",
    (
        (
            "the zone grows more slowly from 5 to 10 minutes than from 2 to 5",
            lambda f: (
                (f["ten"].volume_ml - f["five"].volume_ml) / 300.0
                < 0.8 * (f["five"].volume_ml - f["two"].volume_ml) / 180.0
            ),
        ),
        (
            "the last 5 minutes bring little more than the 3 before",
            lambda f: _near(f["ten"].volume_ml - f["five"].volume_ml, f["five"].volume_ml - f["two"].volume_ml),
        ),
    ),
)

HEAT_SINK = Lesson(
    "The heat sink",
    _RF,
    {
        "near": _RF,
        "far": replace(_RF, gap_mm=17.0),
        "thin": replace(_RF, diameter_mm=3.0),
        "slow": replace(_RF, speed_mm_s=50.0),
    },
    (
        "A vein is another matter than fine vessels: its blood stays at 37 °C, and its wall is cold in warm tissue.",
        "This vein of 10 mm, 12 mm from the electrode, carries away {near.removed_w:.1f} of {near.delivered_w:.0f} W "
        "while power is on. That is little, but it is taken where the margin is thinnest: the vein costs "
        "{near.loss_ml:.1f} ml ({near.loss_percent:.0f} %) of the zone, and {near.margin_lost_mm:.1f} mm of the "
        "smallest margin.",
        "It is distance that decides. The same vein at 17 mm costs {far.margin_lost_mm:.1f} mm. One of 3 mm at 12 mm "
        "carries away {thin.removed_w:.1f} W and yet costs {thin.margin_lost_mm:.1f} mm: its wall is as cold. Blood at "
        "a quarter of the speed still carries away {slow.removed_w:.1f} W.",
    ),
    "What moves the margin most: distance, diameter or speed? Change one at a time.",
    (
        ("a nearer vein costs far more margin", lambda f: f["near"].margin_lost_mm > 3.0 * f["far"].margin_lost_mm),
        ("a nearer vein costs more volume", lambda f: f["near"].loss_ml > f["far"].loss_ml),
        (
            "a thin vein in the same place costs much the same margin",
            lambda f: _near(f["near"].margin_lost_mm, f["thin"].margin_lost_mm),
        ),
        ("a thicker vein carries away more", lambda f: f["near"].removed_w > f["thin"].removed_w),
        (
            "slower blood carries away a little less",
            lambda f: 0.7 * f["near"].removed_w < f["slow"].removed_w < f["near"].removed_w,
        ),
        ("the share of the power is small", lambda f: f["near"].removed_w < 0.1 * f["near"].delivered_w),
    ),
)

MICROWAVES = Lesson(
    "Do microwaves mind the vein less?",
    _MICROWAVE,
    {"rf": _RF, "microwave": _MICROWAVE, "strong": replace(_MICROWAVE, power=65.0)},
    (
        "An electrode makes its heat within millimetres of itself, and conduction has to carry it on. An antenna "
        "radiates: it heats tissue further out too, also beside the vein. So microwaves are said to suffer less.",
        "In these runs they do not. With the vein at 12 mm, it takes {rf.loss_percent:.0f} % of a radiofrequency zone "
        "of {rf.volume_ml:.0f} ml, and {microwave.loss_percent:.0f} % of a microwave zone of "
        "{microwave.volume_ml:.0f} ml; of the margin {rf.margin_lost_mm:.1f} and {microwave.margin_lost_mm:.1f} mm.",
        "An antenna can give more: with 65 instead of 42 W forward the zone has {strong.volume_ml:.0f} ml. But the "
        "smallest margin, at the vein, only goes from {microwave.margin_mm:.1f} to {strong.margin_mm:.1f} mm: the zone "
        "grows everywhere else.",
    ),
    "Find the power at which the margin on the side of the vein stops growing. Where does it go on growing?",
    (
        (
            "the vein takes much the same share of both",
            lambda f: _near(f["rf"].loss_percent, f["microwave"].loss_percent),
        ),
        (
            "microwaves do not lose less",
            lambda f: (
                f["microwave"].loss_percent > f["rf"].loss_percent
                and f["microwave"].margin_lost_mm > f["rf"].margin_lost_mm
            ),
        ),
        ("more power makes a larger zone", lambda f: f["strong"].volume_ml > 1.3 * f["microwave"].volume_ml),
        (
            "but hardly more margin at the vein",
            lambda f: (
                f["strong"].margin_mm - f["microwave"].margin_mm
                < 0.3 * (f["strong"].twin_margin_mm - f["microwave"].twin_margin_mm)
            ),
        ),
    ),
)

PULSES = Lesson(
    "Why electroporation does not mind",
    _IRE,
    {"rf": _RF, "ire": _IRE},
    (
        "Pulses of irreversible electroporation open the membranes of cells for good. They kill by the field, not by "
        "heat, and blood that carries heat off carries no field away.",
        "The vein that takes {rf.loss_ml:.1f} ml ({rf.loss_percent:.0f} %) of the radiofrequency zone changes this one "
        "by {ire.gain_ml:+.1f} of {ire.volume_ml:.0f} ml, and costs {ire.margin_lost_mm:.1f} instead of "
        "{rf.margin_lost_mm:.1f} mm of the smallest margin.",
        "What little it changes comes from the blood's conductivity: it is higher than that of liver, so the field is "
        "bent towards the vein, stronger at some places of its wall and weaker at others.",
    ),
    "Move the time back: which pair of needles brings the largest part of the zone? Then lower the voltage.",
    (
        (
            "the vein changes the zone of pulses less",
            lambda f: abs(f["ire"].loss_percent) < 0.3 * f["rf"].loss_percent,
        ),
        ("and costs less of its margin", lambda f: f["ire"].margin_lost_mm < 0.5 * f["rf"].margin_lost_mm),
    ),
)

MARGIN = Lesson(
    "What a margin of 5 mm means",
    _WIDE,
    {
        "little": replace(_WIDE, power=12.0),
        "more": _WIDE,
        "most": replace(_WIDE, power=27.0),
        "small": replace(_WIDE, power=27.0, tumour_mm=12.0),
    },
    (
        "Cells of a tumour may lie some millimetres beyond the edge that a scan shows, and no one places a needle "
        "exactly. So the zone should reach 5 mm, better 10 mm, beyond the tumour, and all round: it is the smallest "
        "margin that counts, not the mean.",
        "With 12, 20 and 27 W the smallest margin round this tumour of 20 mm is {little.margin_mm:.1f}, "
        "{more.margin_mm:.1f} and {most.margin_mm:.1f} mm. Below 0 some of the tumour lives on; below 5 mm it may grow "
        "again.",
        "Round a tumour of 12 mm in the same place 27 W leave {small.margin_mm:.1f} mm.",
    ),
    "How large may the tumour be for 5 mm all round? Then bring the vein 5 mm nearer and ask again.",
    (
        (
            "more power leaves more margin",
            lambda f: f["little"].margin_mm < f["more"].margin_mm < f["most"].margin_mm,
        ),
        ("with the least power some of the tumour lives on", lambda f: f["little"].margin_mm < 0.0),
        (
            "the large tumour has less than 5 mm, the small one more",
            lambda f: f["most"].margin_mm < 5.0 < f["small"].margin_mm,
        ),
    ),
)

LESSONS = (PENNES, HEAT_SINK, MICROWAVES, PULSES, MARGIN)

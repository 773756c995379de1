"""Electrodes of pulses as they lie: what a pair may name, how far apart its two are, and what voltage that asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ablasim.geometry.electrodes import Exposure, PairGeometry, pair_geometry, pairs_of
from ablasim.geometry.layers import axis_of
from ablasim.scenario.anatomy import BoxOrgan
from ablasim.scenario.electrodes import IreBipolar, IreNeedle, IrePlate
from ablasim.scenario.placement import unit
from ablasim.scenario.pulses import SaidTrain
from ablasim.scenario.schema import Scenario
from ablasim.units import MM_PER_CM

Floats = NDArray[np.float64]

PARALLEL_WITHIN_DEG = 3.0
"""Angle up to which two needles count as parallel, °: above it the voltage per distance changes by 5 % or more over
2 cm of exposure at 1 cm of spacing."""


@dataclass(frozen=True, eq=False)
class Face:
    """A plate as a plane: its name, a point of it, mm, and the unit vector out of the organ, each of shape (3,)."""

    name: str
    centre: Floats
    normal: Floats


PoleShape: TypeAlias = Exposure | Face


def poles_of(scenario: Scenario) -> dict[str, PoleShape]:
    """Every electrode that a pair may name, mm, in the order of the applicators."""
    poles: dict[str, PoleShape] = {}
    for item in scenario.applicators:
        if isinstance(item, IreNeedle):
            poles[item.name] = _stretch(item.name, item, 0.0, item.exposure_mm)
        elif isinstance(item, IreBipolar):
            lower, upper = f"{item.name}.distal", f"{item.name}.proximal"
            above = item.distal_length_mm + item.gap_mm
            poles[lower] = _stretch(lower, item, 0.0, item.distal_length_mm)
            poles[upper] = _stretch(upper, item, above, item.heating_length_mm)
        elif isinstance(item, IrePlate) and isinstance(scenario.organ, BoxOrgan):
            poles[item.name] = _face(item, scenario.organ)
    return poles


def needle_pairs(scenario: Scenario) -> tuple[PairGeometry, ...]:
    """How every two needles for pulses lie to each other, mm; plates and bipolar needles are left out."""
    needles = [item for item in scenario.applicators if isinstance(item, IreNeedle)]
    return pairs_of([_stretch(item.name, item, 0.0, item.exposure_mm) for item in needles])


def not_parallel(pairs: tuple[PairGeometry, ...]) -> list[str]:
    """A sentence for each pair of needles that is not parallel: by how much the field falls at the wide end.

    Examples
    --------
    >>> upright = Exposure("n_1", np.array([0.0, 0, -10]), np.array([0.0, 0, 10]))
    >>> leaning = Exposure("n_2", np.array([13.0, 0, -10]), np.array([17.0, 0, 10]))
    >>> not_parallel(pairs_of([upright, leaning]))[0][:64]
    'n_1 and n_2 are 11.3° from parallel: 13.0 mm apart at the tips, '
    """
    return [
        f"{pair.first} and {pair.second} are {pair.angle_deg:.1f}° from parallel: {pair.at_tips:.1f} mm apart at the "
        f"tips, {pair.spacing:.1f} mm at mid-exposure, {pair.at_shafts:.1f} mm at the upper end of the exposure: at "
        f"the wide end the voltage per distance is {100.0 * pair.share_at_wide_end:.0f} % of that at mid-exposure"
        for pair in pairs
        if pair.angle_deg > PARALLEL_WITHIN_DEG
    ]


def spacing_mm(one: PoleShape, other: PoleShape) -> float | None:
    """Distance over which a voltage per centimetre counts, mm; None where it means nothing.

    Of two needles that at mid-exposure, across them; of two poles of one shaft that of their middles; of a needle and
    a plate that of the middle of the exposure from the plate; of two plates on opposite faces that of the faces.
    """
    if isinstance(one, Exposure) and isinstance(other, Exposure):
        if one.name.partition(".")[0] == other.name.partition(".")[0]:
            return float(np.linalg.norm(other.middle - one.middle))
        return pair_geometry(one, other).spacing
    if isinstance(one, Exposure):
        one, other = other, one
    assert isinstance(one, Face)
    if isinstance(other, Face) and float(one.normal @ other.normal) > -0.5:
        return None
    place = other.middle if isinstance(other, Exposure) else other.centre
    return abs(float((place - one.centre) @ one.normal))


def voltage_of(train: SaidTrain, poles: dict[str, PoleShape]) -> float | None:
    """Voltage of a train, V; None where it says none, or a voltage per centimetre means nothing."""
    if train.voltage_v is not None or train.volts_per_cm is None:
        return train.voltage_v
    distance = spacing_mm(poles[train.anode], poles[train.cathode])
    return None if distance is None else train.volts_per_cm * distance / MM_PER_CM


def _stretch(name: str, item: IreNeedle | IreBipolar, low: float, high: float) -> Exposure:
    tip, along = np.array(item.tip_mm), unit(item.direction)
    return Exposure(name, tip + low * along, tip + high * along)


def _face(plate: IrePlate, organ: BoxOrgan) -> Face:
    axis, sign = axis_of(plate.face)
    normal = sign * np.eye(3)[axis]
    return Face(plate.name, np.array(organ.centre_mm) + 0.5 * organ.size_mm[axis] * normal, normal)

"""The three modalities as the app offers them: what is set, in which range, and when it is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.app.places import Places
from ablasim.scenario import Scenario

Floats = NDArray[np.float64]

DATA = Path(__file__).parent / "data"

_HEATED = (0, 20, 40, 60, 90, 120, 180, 240, 300, 360, 420, 480, 540, 600, 660)


@dataclass(frozen=True, eq=False)
class Modality:
    """A way to ablate.

    Parameters
    ----------
    name : str
        Name in files.
    title : str
        Name on the page.
    power_name, power_unit : str
        What is turned up, and its unit.
    power_path : str
        Its key in the scenario.
    times_s : ndarray
        When the app knows the state, s.
    steps_in_time : bool
        Whether the zone jumps at these times, as it does when a pair of needles has given its pulses.
    places : Places
        Where the app knows it.
    """

    name: str
    title: str
    power_name: str
    power_unit: str
    power_path: str
    times_s: Floats
    steps_in_time: bool
    places: Places

    @property
    def scenario_file(self) -> Path:
        """The scenario that the app varies."""
        return DATA / f"{self.name}.yaml"


MODALITIES = {
    modality.name: modality
    for modality in (
        Modality(
            "rf",
            "Radiofrequency",
            "Power",
            "W",
            "protocol.0.drive.electrode.power_w",
            np.array(_HEATED, dtype=float),
            steps_in_time=False,
            places=Places(mirrored=True),
        ),
        Modality(
            "microwave",
            "Microwave",
            "Forward power",
            "W",
            "protocol.0.drive.antenna.forward_power_w",
            np.array(_HEATED, dtype=float),
            steps_in_time=False,
            places=Places(mirrored=True),
        ),
        Modality(
            "ire",
            "Irreversible electroporation",
            "Voltage",
            "V",
            "protocol.0.pulses.voltage_v",
            np.arange(0.0, 361.0, 60.0),
            steps_in_time=True,
            places=Places(mirrored=False),
        ),
    )
}


def power_of(modality: str, scenario: Scenario) -> float:
    """Power of a scenario of the app, W; of pulses, their voltage, V."""
    value: Any = scenario.protocol[0]
    for key in MODALITIES[modality].power_path.split(".")[2:]:
        value = value[key] if isinstance(value, Mapping) else getattr(value, key)
    return float(value)

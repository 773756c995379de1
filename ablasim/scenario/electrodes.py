"""Electrodes of pulses: single needles, parallel sets of them, bipolar needles and plates."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ablasim.scenario.arrays import NeedleSet
from ablasim.scenario.plates import FacePlate
from ablasim.scenario.shafts import ActiveLength, BipolarShaft, NeedleDiameter, Shaft

NEEDLE_19G_MM = 1.07
"""Outside diameter of a 19 G needle, mm: 0.042 in by the usual gauge table (ISO 9626 has 1.05 to 1.10 mm); 19 G is the
clinical single electrode of irreversible electroporation (Scheffer et al., BMC Cancer 15:772, 2015). Both from memory,
not checked at the source."""


class IreNeedle(Shaft):
    """Straight needle for pulses, bare from the tip over its exposure, with an insulated shaft."""

    kind: Literal["ire_needle"]
    diameter_mm: NeedleDiameter = Field(
        default=NEEDLE_19G_MM, description="Outside diameter, mm (19 G is 1.07 mm, 18 G 1.27 mm)."
    )
    exposure_mm: ActiveLength = Field(description="Length of the bare part, from the tip, mm.")

    @property
    def heating_length_mm(self) -> float:
        """Length from the tip of the bare part, mm."""
        return self.exposure_mm

    @property
    def outer_diameter_mm(self) -> float:
        """Outside diameter, mm."""
        return self.diameter_mm


class IreNeedles(NeedleSet):
    """A set of like needles, parallel unless told; it stands for needles called NAME_1 to NAME_n."""

    kind: Literal["ire_needles"]
    diameter_mm: NeedleDiameter = Field(
        default=NEEDLE_19G_MM, description="Outside diameter, mm (19 G is 1.07 mm, 18 G 1.27 mm)."
    )
    exposure_mm: ActiveLength = Field(description="Length of the bare part of each needle, from the tip, mm.")

    @property
    def bare_length_mm(self) -> float:
        """Length of the bare part of each needle, mm."""
        return self.exposure_mm


class IreBipolar(BipolarShaft):
    """One shaft with two bare poles, NAME.distal at the tip and NAME.proximal above an insulated gap."""

    kind: Literal["ire_bipolar"]
    diameter_mm: NeedleDiameter = Field(default=1.65, description="Outside diameter, mm (16 G is 1.65 mm).")


class IrePlate(FacePlate):
    """A plate held against an outer face of the block."""

    kind: Literal["ire_plate"]

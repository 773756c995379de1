"""Multi-tine expandable electrodes: a trocar, and tines that are pushed out of it."""

from __future__ import annotations

from math import radians
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from ablasim.geometry.tines import LARGEST_TURN_DEG, Tines
from ablasim.scenario.arrays import Azimuth
from ablasim.scenario.base import Between
from ablasim.scenario.from_device import FromDevice
from ablasim.scenario.shafts import ActiveLength, NeedleDiameter, Shaft

TineLength: TypeAlias = Annotated[float, Between(1.0, 100.0, "mm")]

WALL_MM = 0.1
"""Wall of the trocar that tines leave through unless their distance from its axis is told, mm."""

USUAL_ANGLES_DEG = {"star": (25.0, 65.0), "umbrella": (0.0, 180.0)}
"""Angle from forwards at which the tines of a shape leave, and angle by which they turn outwards and back, °: those of
a star end sideways, those of an umbrella curl back."""


class RfTines(FromDevice, Shaft):
    """Expandable electrode: the bare tip of its trocar and all tines are one metal.

    The tines are alike and lie evenly round the trocar. Each leaves at an angle, goes straight, and then turns on a
    circle; of one that is not wholly deployed the far end is out, so that the straight stretch comes out last.
    """

    device_kinds: ClassVar[tuple[str, ...]] = ("rf_tines",)

    kind: Literal["rf_tines"]
    diameter_mm: NeedleDiameter = Field(default=2.1, description="Outside diameter of the trocar, mm (14 G is 2.1 mm).")
    active_length_mm: ActiveLength = Field(description="Length of the bare tip of the trocar, mm.")
    shape: Literal["star", "umbrella"] = Field(
        description="Tines that diverge forwards and sideways, or leave forwards and curl back; this says the "
        "angles that are not given."
    )
    tine_count: Annotated[int, Between(2, 16)] = Field(description="Number of tines.")
    tine_diameter_mm: Annotated[float, Between(0.2, 2.0, "mm")] = Field(
        default=0.53, description="Diameter of a tine, mm."
    )
    tine_length_mm: TineLength | None = Field(
        default=None, description="Length of a tine when it is wholly out, mm; null: follows from bend_radius_mm."
    )
    bend_radius_mm: TineLength | None = Field(
        default=None, description="Radius of the circle that a tine turns on, mm; null: follows from tine_length_mm."
    )
    straight_mm: Annotated[float, Between(0.0, 100.0, "mm")] = Field(
        default=0.0, description="Length of a tine that is straight, next to the trocar, mm."
    )
    turn_deg: Annotated[float, Between(-LARGEST_TURN_DEG, LARGEST_TURN_DEG, "°")] | None = Field(
        default=None,
        description="Angle that a tine turns by, °: above 0 outwards and back, below 0 forwards; null: "
        f"{USUAL_ANGLES_DEG['star'][1]:g} for a star, {USUAL_ANGLES_DEG['umbrella'][1]:g} for an umbrella.",
    )
    exit_angle_deg: Annotated[float, Between(0.0, 180.0, "°")] | None = Field(
        default=None,
        description="Angle between a tine where it begins and forwards, away from the shaft, °; null: "
        f"{USUAL_ANGLES_DEG['star'][0]:g} for a star, {USUAL_ANGLES_DEG['umbrella'][0]:g} for an umbrella.",
    )
    exit_distance_mm: Annotated[float, Between(0.0, 5.0, "mm")] | None = Field(
        default=None,
        description="Distance from the trocar's axis at which a tine begins, mm; null: as far out as it can with "
        f"{WALL_MM:g} mm of wall.",
    )
    exit_height_mm: Annotated[float, Between(0.0, 100.0, "mm")] = Field(
        default=0.0, description="Height above the trocar's tip at which a tine begins, mm."
    )
    rotation_deg: Azimuth = Field(
        default=0.0,
        description="Azimuth of the first tine, °: 0 is x as far as that lies across the direction (else y), counted "
        "counter-clockwise for who looks against the direction.",
    )
    deployed_percent: Annotated[float, Between(1.0, 100.0, "%")] = Field(
        default=100.0, description="Share of the tines' length that is out, %."
    )

    @property
    def heating_length_mm(self) -> float:
        """Length from the tip of the trocar's bare part, mm."""
        return self.active_length_mm

    @property
    def outer_diameter_mm(self) -> float:
        """Outside diameter of the trocar, mm."""
        return self.diameter_mm

    @property
    def exit_mm(self) -> float:
        """Distance from the trocar's axis at which a tine begins, mm."""
        if self.exit_distance_mm is not None:
            return self.exit_distance_mm
        return 0.5 * (self.diameter_mm - self.tine_diameter_mm) - WALL_MM

    @property
    def angles_deg(self) -> tuple[float, float]:
        """Angle where a tine begins, and that it turns by, °."""
        leaves, turns = USUAL_ANGLES_DEG[self.shape]
        return (
            leaves if self.exit_angle_deg is None else self.exit_angle_deg,
            turns if self.turn_deg is None else self.turn_deg,
        )

    @property
    def whole_length_mm(self) -> float:
        """Length of a tine when it is wholly out, mm."""
        if self.tine_length_mm is not None:
            return self.tine_length_mm
        return self.straight_mm + abs(radians(self.angles_deg[1])) * (self.bend_radius_mm or 0.0)

    def tines(self, unit: float = 1.0) -> Tines:
        """The tines as they are deployed, lengths in mm times a unit.

        Raises
        ------
        ModelError
            If they cross the trocar's axis.
        """
        leaves, turns = self.angles_deg
        bent = self.whole_length_mm - self.straight_mm if turns else 0.0
        out = 0.01 * self.deployed_percent * self.whole_length_mm
        share = min(out / bent, 1.0) if bent > 0.0 else 0.0
        bend = bent / abs(radians(turns)) if bent > 0.0 else self.whole_length_mm
        if self.bend_radius_mm is not None and bent > 0.0:
            bend = self.bend_radius_mm
        return Tines(
            self.tine_count,
            0.5 * self.tine_diameter_mm * unit,
            self.exit_mm * unit,
            self.exit_height_mm * unit,
            leaves,
            lead=max(out - bent, 0.0) * unit,
            bend_radius=bend * unit,
            turn_deg=share * turns,
            rotation_deg=self.rotation_deg,
        )

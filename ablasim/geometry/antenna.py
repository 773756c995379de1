"""Microwave antennas as shapes: a coaxial line with slots or a bare end, in a catheter, cooled or not.

All are bodies of revolution. z runs from the outermost tip (z = 0) up the shaft; metals are perfect conductors and have
no inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ablasim.errors import ModelError
from ablasim.geometry.checks import check_lengths, check_medium, check_positive


@dataclass(frozen=True)
class Coaxial:
    """Coaxial line: inner conductor, dielectric, outer conductor.

    Parameters
    ----------
    inner_radius, dielectric_radius, outer_radius : float
        Outer radii of the inner conductor, the dielectric and the outer conductor, m.
    permittivity : float
        Relative permittivity of the dielectric, which has no loss.

    Raises
    ------
    ModelError
        If a radius is not above zero or not above the one inside it, or the permittivity is below 1.
    """

    inner_radius: float
    dielectric_radius: float
    outer_radius: float
    permittivity: float

    def __post_init__(self) -> None:
        names = ("inner_radius", "dielectric_radius", "outer_radius")
        check_lengths(self, names, name="coaxial line")
        for inside, outside in pairwise(names):
            _check_order(getattr(self, inside), getattr(self, outside), f"coaxial line: {outside.replace('_', ' ')}")
        check_medium(self.permittivity, name="coaxial line")


def _check_order(inside: float, outside: float, label: str) -> None:
    if outside <= inside:
        message = f"{label} = {outside:g} m: must be above the radius inside it, {inside:g} m"
        raise ModelError(message)


@dataclass(frozen=True)
class Slot:
    """Gap all round the outer conductor.

    Parameters
    ----------
    distance : float
        From the conductor's tip to the slot's near edge, m.
    length : float
        Along the axis, m.
    permittivity : float, optional
        Relative permittivity of what fills it; air if not given.
    """

    distance: float
    length: float
    permittivity: float = 1.0

    def __post_init__(self) -> None:
        check_lengths(self, ("distance", "length"), name="slot")
        check_medium(self.permittivity, name="slot")

    @property
    def end(self) -> float:
        """Distance from the conductor's tip to the far edge, m."""
        return self.distance + self.length


@dataclass(frozen=True)
class CoaxialSlots:
    """Radiator: one or two slots in the outer conductor of a line that is shorted at its tip.

    Parameters
    ----------
    slots : tuple of Slot
        One or two slots, the nearest to the tip first.
    short_length : float
        Length of the metal that joins the conductors at the tip, m.

    Raises
    ------
    ModelError
        If there are not one or two slots, one reaches into the short, or they touch or overlap.
    """

    slots: tuple[Slot, ...]
    short_length: float

    def __post_init__(self) -> None:
        check_positive(self.short_length, name="antenna: short length")
        if len(self.slots) not in (1, 2):
            message = f"antenna: {len(self.slots)} slots: must be one or two"
            raise ModelError(message)
        first = self.slots[0]
        if first.distance < self.short_length:
            message = (
                f"slot at {first.distance:g} m from the conductor's tip: must be outside the short, "
                f"which is {self.short_length:g} m long"
            )
            raise ModelError(message)
        for near, far in pairwise(self.slots):
            if far.distance <= near.end:
                message = (
                    f"slots overlap: the one at {far.distance:g} m from the conductor's tip must begin above the end "
                    f"of the one before, {near.end:g} m"
                )
                raise ModelError(message)

    @property
    def length(self) -> float:
        """From the conductor's tip to the end of the last slot, m."""
        return self.slots[-1].end


@dataclass(frozen=True)
class Monopole:
    """Radiator: the inner conductor reaches beyond the end of the outer one.

    Parameters
    ----------
    length : float
        Beyond the outer conductor's end, m.
    covered : bool, optional
        Whether the dielectric reaches over it, with a flush end; otherwise it ends with the outer conductor.
    """

    length: float
    covered: bool = True

    def __post_init__(self) -> None:
        check_positive(self.length, name="monopole: length")


@dataclass(frozen=True)
class Catheter:
    """Closed tube round the line.

    It fills what it encloses unless a coolant does.

    Parameters
    ----------
    outer_radius : float
        m.
    permittivity : float
        Relative permittivity.
    tip_length : float
        Length of solid catheter beyond the conductor's tip, m.
    tip : {"flat", "conical"}, optional
        Form of that part; the cone's point is on the axis.
    conductivity : float, optional
        Of the catheter at the antenna's frequency, S/m.
    """

    outer_radius: float
    permittivity: float
    tip_length: float
    tip: Literal["flat", "conical"] = "flat"
    conductivity: float = 0.0

    def __post_init__(self) -> None:
        check_lengths(self, ("outer_radius", "tip_length"), name="catheter")
        check_medium(self.permittivity, self.conductivity, name="catheter")
        if self.tip not in ("flat", "conical"):
            message = f"catheter: tip = {self.tip!r}: must be 'flat' or 'conical'"
            raise ModelError(message)


@dataclass(frozen=True)
class Coolant:
    """Liquid between the line and its catheter, along the whole line.

    Parameters
    ----------
    outer_radius : float
        Inner radius of the catheter's wall, m.
    permittivity, conductivity : float
        Of the liquid at the antenna's frequency; relative, and S/m.
    """

    outer_radius: float
    permittivity: float
    conductivity: float

    def __post_init__(self) -> None:
        check_lengths(self, ("outer_radius",), name="coolant")
        check_medium(self.permittivity, self.conductivity, name="coolant")


@dataclass(frozen=True)
class Antenna:
    """Coaxial antenna with its radiator, catheter and coolant.

    Parameters
    ----------
    line : Coaxial
        The coaxial line.
    radiator : CoaxialSlots or Monopole
        What radiates.
    catheter : Catheter, optional
        Tube round the line.
    coolant : Coolant, optional
        Liquid inside the catheter.

    Raises
    ------
    ModelError
        If radii are out of order, or there is a coolant without a catheter.

    Examples
    --------
    The antenna of the COMSOL model "Microwave Heating of a Cancer Tumor":

    >>> antenna = Antenna(
    ...     Coaxial(0.135e-3, 0.47e-3, 0.595e-3, permittivity=2.03),
    ...     CoaxialSlots((Slot(distance=5.5e-3, length=1e-3),), short_length=0.1e-3),
    ...     Catheter(0.895e-3, permittivity=2.6, tip_length=0.5e-3, tip="conical"),
    ... )
    >>> antenna.radius
    0.000895
    """

    line: Coaxial
    radiator: CoaxialSlots | Monopole
    catheter: Catheter | None = None
    coolant: Coolant | None = None

    def __post_init__(self) -> None:
        if self.coolant is not None and self.catheter is None:
            message = "antenna: a coolant needs a catheter round it"
            raise ModelError(message)
        radius = self.line.outer_radius
        for name in ("coolant", "catheter"):
            layer = getattr(self, name)
            if layer is not None:
                _check_order(radius, layer.outer_radius, f"{name}: outer radius")
                radius = layer.outer_radius

    @property
    def radius(self) -> float:
        """Outer radius of the whole, m."""
        return self.line.outer_radius if self.catheter is None else self.catheter.outer_radius

    @property
    def conductor_tip(self) -> float:
        """Height of the conductor's tip above the antenna's, m."""
        return 0.0 if self.catheter is None else self.catheter.tip_length

    @property
    def radiator_end(self) -> float:
        """Height at which the undisturbed line begins, m."""
        return self.conductor_tip + self.radiator.length

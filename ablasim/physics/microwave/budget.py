"""Where the power of a microwave generator goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ablasim.errors import ModelError
from ablasim.physics.microwave.field import AntennaField

_LOSSES = ("dielectric", "catheter", "coolant")


@dataclass(frozen=True)
class Feed:
    """What lies between the generator and the port of the antenna's model.

    Parameters
    ----------
    cable_loss_db : float, optional
        One-way loss of the cable, dB.
    shaft_loss_db : float, optional
        One-way loss in the shaft (its attenuation times its length), dB.

    Raises
    ------
    ModelError
        If a loss is below zero.
    """

    cable_loss_db: float = 0.0
    shaft_loss_db: float = 0.0

    def __post_init__(self) -> None:
        for name in ("cable_loss_db", "shaft_loss_db"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value >= 0.0):
                message = f"{name} = {value:g}: must be at least 0 dB"
                raise ModelError(message)

    @property
    def cable(self) -> float:
        """Share of power that passes the cable, one way."""
        return float(10.0 ** (-self.cable_loss_db / 10.0))

    @property
    def shaft(self) -> float:
        """Share of power that passes the shaft, one way."""
        return float(10.0 ** (-self.shaft_loss_db / 10.0))


@dataclass(frozen=True)
class PowerBudget:
    """The generator's forward power and its parts, W.

    Parameters
    ----------
    forward_w : float
        What the generator sends.
    reflected_w : float
        What comes back to it.
    cable_loss_w, shaft_loss_w : float
        Lost in cable and shaft, on the way there and of the reflected wave on its way back.
    incident_w : float
        What arrives at the antenna's port; no part of the sum.
    entering_w : float
        What of it is not reflected there; no part of the sum.
    absorbed_w : float
        Absorbed by the tissue.
    dielectric_w, catheter_w, coolant_w : float
        Absorbed by these.
    radiated_w : float
        What leaves the computed tissue.
    """

    forward_w: float
    reflected_w: float
    cable_loss_w: float
    shaft_loss_w: float
    incident_w: float
    entering_w: float
    absorbed_w: float
    dielectric_w: float
    catheter_w: float
    coolant_w: float
    radiated_w: float

    @property
    def lost_in_antenna_w(self) -> float:
        """Absorbed by the antenna's own parts."""
        return self.dielectric_w + self.catheter_w + self.coolant_w

    @property
    def residual_w(self) -> float:
        """Forward power that none of the parts accounts for."""
        parts = (self.reflected_w, self.cable_loss_w, self.shaft_loss_w, self.absorbed_w, self.radiated_w)
        return self.forward_w - sum(parts) - self.lost_in_antenna_w


def forward_power(incident: float, feed: Feed) -> float:
    """Forward power, W, that brings a power to the antenna's port."""
    return incident / (feed.cable * feed.shaft)


def power_budget(field: AntennaField, forward: float, feed: Feed) -> PowerBudget:
    """Split the generator's forward power.

    The generator is matched: what comes back is not sent again.

    Parameters
    ----------
    field : AntennaField
        For 1 W at the port.
    forward : float
        Forward power at the generator, W.
    feed : Feed
        Cable and shaft.

    Raises
    ------
    ModelError
        If the power is below zero.
    """
    if not (np.isfinite(forward) and forward >= 0.0):
        message = f"forward power = {forward:g} W: must be at least 0"
        raise ModelError(message)
    into_shaft = forward * feed.cable
    incident = into_shaft * feed.shaft
    reflected = incident * field.reflected
    out_of_shaft = reflected * feed.shaft
    absorbed: Mapping[str, float] = {name: incident * power for name, power in field.absorbed.items()}
    losses = {f"{name}_w": absorbed.get(name, 0.0) for name in _LOSSES}
    return PowerBudget(
        forward_w=forward,
        reflected_w=out_of_shaft * feed.cable,
        cable_loss_w=(forward + out_of_shaft) * (1.0 - feed.cable),
        shaft_loss_w=(into_shaft + reflected) * (1.0 - feed.shaft),
        incident_w=incident,
        entering_w=incident - reflected,
        absorbed_w=absorbed["tissue"],
        radiated_w=incident * sum(field.radiated.values()),
        **losses,
    )

"""An antenna alone in the tissue of its organ: reflection over frequency, where the power goes, absorption in space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.antennas import antenna_model, antenna_of
from ablasim.geometry.antenna import Antenna
from ablasim.materials import Tissue, dielectric
from ablasim.mesh.antenna_outline import region_polygons
from ablasim.physics.microwave.antenna import AntennaModel
from ablasim.physics.microwave.budget import Feed, PowerBudget, power_budget
from ablasim.physics.microwave.field import AntennaField, Place
from ablasim.physics.microwave.waves import vacuum_wavenumber
from ablasim.scenario import Scenario, located_error
from ablasim.scenario.applicators import MwAntenna
from ablasim.scenario.protocol import ForwardPowerControl
from ablasim.units import HZ_PER_MHZ, kelvin

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Polygons = dict[str, list[tuple[float, float]]]

REFINEMENT_ALONE = 0.8
"""Of the half-plane's mesh at the antenna's own frequency: `antennas.REFINEMENT` is enough for the power, but shows in
contour lines far away."""

_BRIGHT = 100.0  # brightest colour over the absorption that half of the power passes

POWER_OF_IDLE_W = 1.0
"""Forward power of an antenna that no step of the protocol drives, W."""


@dataclass(frozen=True, eq=False)
class AntennaStudy:
    """What an antenna does in a homogeneous tissue.

    Parameters
    ----------
    name : str
        Of the antenna.
    antenna : Antenna
        Its shape, m.
    frequency : float
        Its own, Hz.
    tissue : Tissue
        What it lies in.
    temperature : float
        Of the tissue, K.
    medium : tuple of float
        Relative permittivity of the tissue, and conductivity in S/m, at the antenna's frequency.
    model : AntennaModel
        The half-plane.
    field : AntennaField
        At the antenna's frequency, for 1 W at its port.
    budget : PowerBudget
        Where the forward power goes.
    frequencies : ndarray, shape (n_frequencies,)
        Of the sweep, Hz.
    s11 : ndarray of complex, shape (n_frequencies,)
        Reflected over incident voltage at the end of the radiator, where the undisturbed line begins.
    s11_at_frequency : complex
        The same at the antenna's frequency.
    """

    name: str
    antenna: Antenna
    frequency: float
    tissue: Tissue
    temperature: float
    medium: tuple[float, float]
    model: AntennaModel
    field: AntennaField
    budget: PowerBudget
    frequencies: Floats
    s11: Complexes
    s11_at_frequency: complex

    @property
    def polygons(self) -> Polygons:
        """Outlines of the regions of the half-plane, r and z from the tip, m."""
        (radius, top), below = self.model.mesh.points.max(axis=0), -self.model.mesh.points[:, 1].min()
        return region_polygons(self.antenna, float(radius), float(below), float(top))

    def sar(self, places: ArrayLike) -> Floats:
        """Absorbed power per mass of tissue for the forward power, W/kg; NaN outside the tissue.

        Parameters
        ----------
        places : array_like, shape (n_places, 2)
            r and z from the antenna's tip, m.
        """
        field, place = self.field.electric_field(places)
        squares = self.budget.incident_w * np.sum(np.abs(field) ** 2, axis=1)
        return np.where(place == Place.TISSUE, 0.5 * self.medium[1] * squares / self.tissue.density, np.nan)

    @property
    def sar_scale(self) -> float:
        """Power of ten that bounds the absorption but for corners: a hundred times the middle of the power, W/kg.

        The highest absorption would say nothing: at a bare corner of a metal it has no bound.
        """
        density = self.field.tissue_density
        power = density * self.model.tissue_volumes
        order = np.argsort(density)
        passed = np.cumsum(power[order]) > 0.5 * power.sum()
        sar = self.budget.incident_w * density[order][passed][0] / self.tissue.density
        return float(10.0 ** np.ceil(np.log10(_BRIGHT * sar)))


def study_antenna(scenario: Scenario, item: MwAntenna, organ: Tissue, frequencies: Sequence[float]) -> AntennaStudy:
    """Solve an antenna alone in its organ's tissue, at the temperature at which the scenario starts.

    Permittivity and conductivity of catheter and coolant are kept over the sweep.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    item : MwAntenna
        One of its antennas.
    organ : Tissue
        The organ's tissue.
    frequencies : sequence of float
        Of the sweep, rising, Hz.

    Raises
    ------
    ScenarioError
        If the antenna cannot be, or the tissue has no values at a frequency, or absorbs nothing.
    SolverError
        If a field cannot be solved.
    """
    design = item.design()
    own = design.frequency_mhz * HZ_PER_MHZ
    temperature = kelvin(scenario.initial_temperature_c)
    medium = _medium(organ, own, temperature)
    if medium[1] == 0.0:
        message = f"tissue '{organ.name}' absorbs nothing: microwave_conductivity_s_m must be above 0 S/m"
        raise located_error(scenario, "organ.tissue", message)
    antenna = antenna_of(design)
    model = antenna_model(scenario, item, organ, refinement=REFINEMENT_ALONE)
    coarse = antenna_model(scenario, item, organ, band=(min(frequencies), max(frequencies)))
    field = model.solve(own, *medium)
    sweep = [coarse.solve(frequency, *_medium(organ, frequency, temperature)) for frequency in frequencies]
    return AntennaStudy(
        name=item.name,
        antenna=antenna,
        frequency=own,
        tissue=organ,
        temperature=temperature,
        medium=medium,
        model=model,
        field=field,
        budget=power_budget(field, forward_power_of(scenario, item.name), Feed(cable_loss_db=item.cable_loss_db)),
        frequencies=np.array(frequencies),
        s11=np.array([_at_radiator(swept, coarse, antenna) for swept in sweep]),
        s11_at_frequency=_at_radiator(field, model, antenna),
    )


def _at_radiator(field: AntennaField, model: AntennaModel, antenna: Antenna) -> complex:
    """S11 moved from the port to the end of the radiator: the line between them has no loss."""
    length = float(model.mesh.points[:, 1].max()) - antenna.radiator_end
    phase = vacuum_wavenumber(field.frequency) * np.sqrt(antenna.line.permittivity) * length
    return complex(field.s11 * np.exp(2j * phase))


def forward_power_of(scenario: Scenario, name: str) -> float:
    """Forward power with which the protocol first drives an antenna, W; `POWER_OF_IDLE_W` if it never does."""
    drives = (step.drive.get(name) for step in scenario.protocol)
    return next((drive.forward_power_w for drive in drives if isinstance(drive, ForwardPowerControl)), POWER_OF_IDLE_W)


def _medium(tissue: Tissue, frequency: float, temperature: float) -> tuple[float, float]:
    values = dielectric(tissue, frequency)
    return float(values.permittivity(temperature)), float(values.conductivity(temperature))

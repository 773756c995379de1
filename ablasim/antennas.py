"""From the microwave antennas of a scenario to antennas in its mesh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.anatomy import Anatomy
from ablasim.errors import ModelError
from ablasim.geometry.antenna import Antenna, Catheter, Coaxial, CoaxialSlots, Coolant, Monopole, Slot
from ablasim.margins.distance import CellSearch
from ablasim.materials import Tissue, dielectric
from ablasim.mesh import Mesh
from ablasim.mesh.antenna_mesh import AntennaDomain, antenna_mesh
from ablasim.mesh.tetrahedra import ORGAN
from ablasim.physics.microwave.antenna import AntennaModel, antenna_media, make_antenna_model
from ablasim.physics.microwave.budget import Feed
from ablasim.physics.microwave.in_mesh import AntennaInMesh, FieldPoints
from ablasim.physics.microwave.placement import Axis, Rings
from ablasim.physics.microwave.samples import CellSamples
from ablasim.physics.microwave.waves import complex_permittivity, wavelength
from ablasim.scenario import Scenario, located_error
from ablasim.scenario.antennas import AntennaDesign, SlotsRadiator
from ablasim.scenario.applicators import MwAntenna
from ablasim.units import HZ_PER_MHZ, kelvin, metres

Mask = NDArray[np.bool_]

REFINEMENT = 0.6
"""Of the half-plane's mesh: a field costs a tenth of a second, and its power is right to 0.02 %."""

REACH = 2.5
"""Wavelengths in the organ that are computed round an antenna: e^-13 of the power is left there, or less."""

REACH_OF_BAND = 1.9
"""The same at other frequencies of a sweep: |S11| is right to 0.2 dB there."""


@dataclass(frozen=True, eq=False)
class Antennas:
    """The antennas of a case, shared by the run and its twins.

    Parameters
    ----------
    in_mesh : tuple of AntennaInMesh
        The antennas.
    samples : CellSamples
        Points of the mesh's cells at which their fields are looked up.
    """

    in_mesh: tuple[AntennaInMesh, ...]
    samples: CellSamples


def build_antennas(
    scenario: Scenario,
    anatomy: Anatomy,
    mesh: Mesh,
    materials: Mapping[str, Tissue],
    kinds: Mapping[str, Mask],
    free: Mask,
) -> Antennas | None:
    """Antennas of a scenario in its mesh; None if it has none.

    Parameters
    ----------
    scenario : Scenario
        What was asked.
    anatomy : Anatomy
        Its shapes, m.
    mesh : Mesh
        Its mesh.
    materials : mapping of str to Tissue
        Of each kind of tissue.
    kinds : mapping of str to ndarray of bool, shape (n_cells,)
        Cells of organ, tumour and layers.
    free : ndarray of bool, shape (n_cells,)
        Cells that belong to no applicator.

    Raises
    ------
    ScenarioError
        If an antenna cannot be, or a tissue has no values at its frequency.
    """
    settings = [item for item in scenario.applicators if isinstance(item, MwAntenna)]
    if not settings:
        return None
    axes = [_axis(anatomy, item.name) for item in settings]
    models = [antenna_model(scenario, item, materials[ORGAN]) for item in settings]
    near = np.zeros(mesh.n_cells, dtype=bool)
    centres = mesh.points[mesh.cells].mean(axis=1)
    for axis, model in zip(axes, models, strict=True):
        low, high = model.mesh.points.min(axis=0), model.mesh.points.max(axis=0)
        near |= np.all((axis.half_plane(centres) >= low) & (axis.half_plane(centres) <= high), axis=1)
    samples = CellSamples.of(mesh.points, mesh.cells, near & free, axes)
    locate = CellSearch.of(mesh.points, mesh.cells).locate
    found = []
    for item, axis, model in zip(settings, axes, models, strict=True):
        design = item.design()
        frequency = design.frequency_mhz * HZ_PER_MHZ
        try:
            dielectrics = {name: dielectric(materials[name], frequency) for name in kinds}
        except ModelError as error:
            raise located_error(scenario, f"applicators.{item.name}", str(error)) from error
        start = np.array(kelvin(scenario.initial_temperature_c))
        organ = dielectrics[ORGAN]
        found.append(
            AntennaInMesh(
                name=item.name,
                model=model,
                frequency=frequency,
                axis=axis,
                feed=Feed(cable_loss_db=item.cable_loss_db),
                phase=float(np.radians(item.phase_deg)),
                rings=Rings.of(axis, model.tissue_points, locate, mesh, kinds, free),
                dielectrics=dielectrics,
                background=(float(organ.permittivity(start)), float(organ.conductivity(start))),
                points=FieldPoints.of(model, axis, samples.points),
            )
        )
    return Antennas(tuple(found), samples)


def antenna_model(
    scenario: Scenario,
    item: MwAntenna,
    organ: Tissue,
    *,
    band: tuple[float, ...] = (),
    refinement: float = REFINEMENT,
) -> AntennaModel:
    """Half-plane of an antenna in an organ.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    item : MwAntenna
        One of its antennas.
    organ : Tissue
        What it lies in.
    band : tuple of float, optional
        Frequencies that it is to be solved at beside the antenna's own, Hz.
    refinement : float, optional
        Of its mesh.

    Raises
    ------
    ScenarioError
        If the antenna cannot be, or the organ has no values at its frequency.
    """
    design = item.design()
    frequencies = (design.frequency_mhz * HZ_PER_MHZ, *band)
    try:
        antenna = antenna_of(design)
        own, *others = [
            wavelength(complex_permittivity(*dielectric(organ, frequency).at_body_temperature, frequency), frequency)
            for frequency in frequencies
        ]
        reach = max([REACH * own, *(REACH_OF_BAND * other for other in others)])
        domain = _domain(item, antenna, reach)
        return make_antenna_model(
            antenna_mesh(antenna, domain, min([own, *others]), refinement), antenna_media(antenna)
        )
    except ModelError as error:
        raise located_error(scenario, f"applicators.{item.name}", str(error)) from error


def _domain(item: MwAntenna, antenna: Antenna, reach: float) -> AntennaDomain:
    """What is asked for, else a distance, m, beyond tip, radiator and axis."""
    if item.field is None:
        return AntennaDomain(radius=reach, below=reach, shaft=antenna.radiator_end + reach)
    lengths = (item.field.radius_mm, item.field.below_mm, item.field.shaft_mm)
    return AntennaDomain(*(float(metres(length)) for length in lengths))


def antenna_of(design: AntennaDesign) -> Antenna:
    """Shape of an antenna, m.

    Raises
    ------
    ModelError
        If its parts do not fit.
    """

    def radius(diameter_mm: float) -> float:
        return 0.5 * float(metres(diameter_mm))

    line = Coaxial(
        radius(design.inner_conductor_diameter_mm),
        radius(design.dielectric_diameter_mm),
        radius(design.outer_conductor_diameter_mm),
        design.dielectric_permittivity,
    )
    radiator: CoaxialSlots | Monopole
    if isinstance(design.radiator, SlotsRadiator):
        slots = tuple(
            Slot(float(metres(slot.distance_mm)), float(metres(slot.length_mm)), slot.permittivity)
            for slot in design.radiator.slots
        )
        radiator = CoaxialSlots(slots, float(metres(design.radiator.short_length_mm)))
    else:
        radiator = Monopole(float(metres(design.radiator.length_mm)), covered=not design.radiator.bare)
    catheter, coolant = design.catheter, design.coolant
    return Antenna(
        line,
        radiator,
        None
        if catheter is None
        else Catheter(
            radius(catheter.outer_diameter_mm),
            catheter.permittivity,
            float(metres(catheter.tip_length_mm)),
            catheter.tip,
            catheter.conductivity_s_m,
        ),
        None
        if coolant is None
        else Coolant(radius(coolant.outer_diameter_mm), coolant.permittivity, coolant.conductivity_s_m),
    )


def _axis(anatomy: Anatomy, name: str) -> Axis:
    needle = anatomy.needles[name]
    return Axis(np.array(needle.tip), np.array(needle.direction))

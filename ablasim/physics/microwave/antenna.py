"""Full-wave field of an antenna in tissue whose properties may vary from point to point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.constants import VACUUM_PERMITTIVITY_F_M
from ablasim.errors import ModelError
from ablasim.geometry.antenna import Antenna, CoaxialSlots
from ablasim.mesh.half_plane import PORT, TISSUE, HalfPlaneMesh
from ablasim.physics.microwave.coaxial import TemLine
from ablasim.physics.microwave.elements import wave_elements
from ablasim.physics.microwave.field import AntennaField
from ablasim.physics.microwave.recovery import Recovery
from ablasim.physics.microwave.system import WaveSystem, beside, wave_system
from ablasim.physics.microwave.waves import (
    Medium,
    angular_frequency,
    complex_permittivity,
    vacuum_wavenumber,
    wave_impedance,
)

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]


@dataclass(frozen=True, eq=False)
class AntennaModel:
    """An antenna on its mesh, with everything that does not depend on tissue and frequency.

    Parameters
    ----------
    mesh : HalfPlaneMesh
        The mesh; its outline has a ``port``.
    media : mapping of str to Medium
        Medium of each region but ``tissue``.
    system : WaveSystem
        Operators.
    recovery : Recovery
        Evaluates the field in the tissue.
    """

    mesh: HalfPlaneMesh
    media: Mapping[str, Medium]
    system: WaveSystem
    recovery: Recovery

    @cached_property
    def tissue_points(self) -> Floats:
        """Quadrature points of the tissue, r and z, m, shape (n_tissue_points, 2)."""
        return self.system.elements.quadrature[self.mesh.cells_of(TISSUE)].reshape(-1, 2)

    @cached_property
    def tissue_volumes(self) -> Floats:
        """Volume that each quadrature point of the tissue stands for, m³, shape (n_tissue_points,)."""
        return self.system.elements.volumes[self.mesh.cells_of(TISSUE)].ravel()

    def solve(self, frequency: float, permittivity: ArrayLike, conductivity: ArrayLike) -> AntennaField:
        """Solve for 1 W at the port.

        Parameters
        ----------
        frequency : float
            Hz.
        permittivity, conductivity : array_like, shape () or (n_tissue_points,)
            Of the tissue at `tissue_points` or everywhere; relative, and S/m.

        Raises
        ------
        ModelError
            If the frequency is not above zero, a permittivity is not above zero or a conductivity below zero, a
            shape does not fit, or the line's filling at the port has a loss.
        SolverError
            If the equations are not satisfied.
        """
        elements = self.system.elements
        sigma, epsilon = self._coefficients(frequency, permittivity, conductivity)
        port = elements.outline[PORT]
        radii = elements.points[port.nodes, 0]
        filling = complex(beside(port, epsilon).mean())
        if filling.imag != 0.0:
            message = "antenna model: what fills the line at the port must have no loss"
            raise ModelError(message)
        line = TemLine(float(radii.min()), float(radii.max()), filling, frequency)
        incident = line.current(1.0) / (2.0 * np.pi)  # u of the wave that arrives
        mode = np.bincount(port.nodes.ravel(), port.loads.ravel(), len(elements.points))
        load = 2j * vacuum_wavenumber(frequency) / np.sqrt(filling) * incident * mode
        u = self.system.solve(self.system.matrix(epsilon, frequency), load)
        back = complex(mode @ u) / line.log_ratio - incident

        scale = 1.0 / (
            1j * angular_frequency(frequency) * VACUUM_PERMITTIVITY_F_M * epsilon * elements.quadrature[..., 0]
        )
        slopes = np.einsum("cqdi,ci->cqd", elements.gradients, u[elements.cells], optimize=True)
        field = slopes[..., ::-1] * scale[..., None] * [-1.0, 1.0]  # E_r, E_z
        density = 0.5 * sigma * np.sum(np.abs(field) ** 2, axis=2)
        powers = np.bincount(
            self.mesh.cell_region, np.sum(density * elements.volumes, axis=1), len(self.mesh.region_names)
        )
        tissue = self.mesh.cells_of(TISSUE)
        return AntennaField(
            frequency=frequency,
            s11=-back / incident,
            entering=line.power(2.0 * np.pi * incident, 2.0 * np.pi * back),
            absorbed=dict(zip(self.mesh.region_names, powers.tolist(), strict=True)),
            radiated={part: self._radiated(part, epsilon, u) for part in self.mesh.open_parts},
            tissue_density=density[tissue].ravel(),
            recovery=self.recovery,
            nodal=self.recovery.project(field[tissue]),
            bounds=np.array([self.mesh.points.min(axis=0), self.mesh.points.max(axis=0)]),
        )

    def _radiated(self, part: str, permittivity: Complexes, u: Complexes) -> float:
        """∫ ½ Re(η) |H_φ|² over an open part of the outline, W."""
        edges = self.system.elements.outline[part]
        impedance = np.array([wave_impedance(value) for value in beside(edges, permittivity)])
        return float(np.pi * impedance.real @ edges.squared(u))

    def _coefficients(
        self, frequency: float, permittivity: ArrayLike, conductivity: ArrayLike
    ) -> tuple[Floats, Complexes]:
        """σ and ε_c at all quadrature points, shape (n_cells, n_quadrature)."""
        if not (np.isfinite(frequency) and frequency > 0.0):
            message = f"frequency = {frequency:g} Hz: must be above 0"
            raise ModelError(message)
        shape = self.system.elements.weights.shape
        values = {"permittivity": np.empty(shape), "conductivity": np.empty(shape)}
        for region, medium in self.media.items():
            cells = self.mesh.cells_of(region)
            values["permittivity"][cells], values["conductivity"][cells] = medium.permittivity, medium.conductivity
        tissue = self.mesh.cells_of(TISSUE)
        for (name, everywhere), given in zip(values.items(), (permittivity, conductivity), strict=True):
            everywhere[tissue] = _checked(given, name, len(self.tissue_points)).reshape(-1, shape[1])
        sigma = values["conductivity"]
        return sigma, complex_permittivity(values["permittivity"], sigma, frequency)


def _checked(given: ArrayLike, name: str, n_points: int) -> Floats:
    values = np.asarray(given, dtype=float)
    if values.shape not in ((), (n_points,)):
        message = f"tissue {name}: must be one number or an array of shape ({n_points},), not {values.shape}"
        raise ModelError(message)
    fits = np.isfinite(values) & (values > 0.0 if name == "permittivity" else values >= 0.0)
    if not fits.all():
        allowed = "above 0" if name == "permittivity" else "at least 0"
        message = f"tissue {name} = {float(values[~fits].flat[0]):g}: must be {allowed}"
        raise ModelError(message)
    return np.broadcast_to(values, (n_points,))


def make_antenna_model(mesh: HalfPlaneMesh, media: Mapping[str, Medium]) -> AntennaModel:
    """Precompute what does not depend on tissue and frequency.

    Parameters
    ----------
    mesh : HalfPlaneMesh
        The mesh.
    media : mapping of str to Medium
        Medium of each region but ``tissue``: `antenna_media` of an antenna.

    Raises
    ------
    ModelError
        If a region has no medium, or there is no tissue or no port.
    """
    regions = {*mesh.region_names}
    missing = sorted((regions - {*media, TISSUE}) | ({TISSUE} - regions))
    if missing or PORT not in mesh.edges:
        message = f"antenna model: no {', '.join(missing)}" if missing else "antenna model: the outline has no port"
        raise ModelError(message)
    elements = wave_elements(mesh)
    return AntennaModel(mesh, media, wave_system(elements), Recovery.of(elements, mesh.cells_of(TISSUE)))


def antenna_media(antenna: Antenna) -> dict[str, Medium]:
    """Medium of each region of an antenna's mesh but the tissue."""
    media = {"dielectric": Medium(antenna.line.permittivity)}
    if isinstance(antenna.radiator, CoaxialSlots):
        for number, slot in enumerate(antenna.radiator.slots, start=1):
            media[f"slot_{number}"] = Medium(slot.permittivity)
    for name in ("catheter", "coolant"):
        body = getattr(antenna, name)
        if body is not None:
            media[name] = Medium(body.permittivity, body.conductivity)
    return media

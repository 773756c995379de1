"""Problem R1 as the peers solve it: constants, laws, mesh, bookkeeping, and the line each prints.

Needs numpy alone, so that it runs on the Python that a peer is installed on. A test holds the constants to the scenario
that ablasim runs.
"""

import json
import resource
import sys
import time
from contextlib import contextmanager

import numpy as np

BODY_C = 37.0
ELECTRODE_C = 20.0
POWER_W = 40.0
STEP_S = 5.0
TOLERANCE = 1e-6  # of the residual, relative to |b| over the free rows

HEAT_CAPACITY = 1060.0 * 3600.0  # J/(m³ K)
LATENT_HEAT = 0.8 * 1060.0 * 2.26e6  # J/m³
BOILING_C, HALF_WINDOW_K = 100.0, 5.0
PERFUSION = 0.0064 * 1060.0 * 3770.0  # W/(m³ K)
FILM = 1000.0  # W/(m² K)
FREQUENCY_PER_S, ACTIVATION_J_MOL, GAS_J_MOL_K = 7.39e39, 2.577e5, 8.314462618

OUTER, ELECTRODE, SHAFT, VEIN = 1, 2, 3, 4

BEGINNING_S = 60.0  # answers are compared here and at the end
_MM3_PER_M3 = 1e9
_KIB_PER_MIB = 1024.0


def electrical_conductivity(celsius):
    """σ, S/m."""
    return 0.19 * (1.0 + 0.015 * (np.minimum(celsius, 100.0) - BODY_C))


def thermal_conductivity(celsius):
    """Thermal conductivity, W/(m K)."""
    return 0.52 * (1.0 + 0.0012 * (np.minimum(celsius, 100.0) - BODY_C))


def heat_capacity(celsius):
    """Apparent heat capacity, J/(m³ K): the latent heat as a smooth bump of fourth degree over 95 to 105 °C."""
    aside = np.minimum(np.abs(celsius - BOILING_C) / HALF_WINDOW_K, 1.0)
    return HEAT_CAPACITY + LATENT_HEAT * 15.0 / (16.0 * HALF_WINDOW_K) * (1.0 - aside**2) ** 2


def damage_rate(celsius):
    """Rate of the Arrhenius integral, 1/s."""
    return FREQUENCY_PER_S * np.exp(-ACTIVATION_J_MOL / (GAS_J_MOL_K * (celsius + 273.15)))


class Tetrahedra:
    """A mesh with what first-order elements need."""

    def __init__(self, points, cells):
        self.points, self.cells = points, cells
        edges = points[cells[:, 1:]] - points[cells[:, :1]]
        normals = np.stack([np.cross(edges[:, i - 2], edges[:, i - 1]) for i in range(3)], axis=1)
        determinant = np.einsum("ci,ci->c", edges[:, 0], normals[:, 0])
        self._gradients = normals / determinant[:, None, None]
        self.volumes = np.abs(determinant) / 6.0
        self.nodal_volumes = np.bincount(cells.ravel(), np.repeat(self.volumes / 4.0, 4), minlength=len(points))

    def means(self, field):
        """Mean of a nodal field in each cell."""
        return field[self.cells].mean(axis=1)

    def squared_gradient(self, field):
        """|∇u|² in each cell."""
        rises = field[self.cells[:, 1:]] - field[self.cells[:, :1]]
        gradient = np.einsum("cki,ck->ci", self._gradients, rises)
        return np.einsum("ci,ci->c", gradient, gradient)


def arguments():
    """Arrays of the mesh and number of steps, from the command line."""
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} MESH.npz STEPS")
    with np.load(sys.argv[1]) as file:
        return {name: file[name] for name in file.files}, int(sys.argv[2])


def nodes_of(arrays, tag):
    """Sorted nodes of a named surface."""
    return np.unique(arrays["facets"][arrays["facet_tag"] == tag])


class Continuation:
    """Where the iteration for the next solution starts: as far beyond the last one as that is beyond the one before."""

    def __init__(self, solution=None):
        self._last = None if solution is None else solution.copy()

    def after(self, solution):
        """The start, when this solution has been found."""
        before, self._last = self._last, solution.copy()
        return self._last.copy() if before is None else 2.0 * self._last - before


class Course:
    """Clock and answers of a run: CPU seconds of the process from its making on.

    Make it after imports and after the mesh has been read; call `start` when the set-up is done, `note` after every
    step and `finish` at the end.
    """

    def __init__(self, name, version, n_nodes):
        self._line = {"name": name, "version": version, "n_nodes": int(n_nodes)}
        self._made = time.process_time()
        self._parts = {}
        self._answers = {}
        self.iterations = {"electric": 0, "heat": 0}

    def start(self):
        """The set-up is done."""
        self._line["setup_s"] = time.process_time() - self._made
        self._loop = time.process_time()

    @contextmanager
    def part(self, name):
        """Count the CPU time of a block to a part."""
        begun = time.process_time()
        yield
        self._parts[name] = self._parts.get(name, 0.0) + time.process_time() - begun

    def note(self, step, steps, voltage, temperature_c, integral, nodal_volumes):
        """A step is done: keep the answers at 60 s and at the end, and the time."""
        self._line["loop_s"] = time.process_time() - self._loop
        moments = {"beginning": step * STEP_S == BEGINNING_S, "end": step == steps}
        for moment, is_now in moments.items():
            if is_now:
                self._answers[moment] = {
                    "voltage_v": float(voltage),
                    "impedance_ohm": float(voltage**2 / POWER_W),
                    "max_temperature_c": float(temperature_c.max()),
                    "ablated_mm3": float(nodal_volumes[integral >= 1.0].sum() * _MM3_PER_M3),
                }
        self._line["steps"] = step

    def finish(self):
        """Print the line."""
        line = self._line
        line["cpu_s"] = line["setup_s"] + line["loop_s"]
        line["cpu_s_per_step"] = line["loop_s"] / line["steps"]
        line["parts_s"] = self._parts
        line["iterations"] = self.iterations
        line["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MIB
        sys.stdout.write(json.dumps(line | {"answers": self._answers}) + "\n")

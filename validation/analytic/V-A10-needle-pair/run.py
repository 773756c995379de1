"""V-A10: field of two parallel needles, and the contours on which it has a threshold."""

from itertools import groupby

import numpy as np

from ablasim.book import compare, stays_below
from ablasim.damage.electroporation import FieldThreshold
from ablasim.fem import make_space
from ablasim.fem.recovery import Recovery
from ablasim.geometry import Cylinder, Vessel
from ablasim.margins.contour import contour
from ablasim.materials import tissue
from ablasim.mesh import MeshSizes, build_mesh
from ablasim.physics.bioheat import Region
from ablasim.physics.electroporation.media import Media
from ablasim.physics.electroporation.nonlinear import NonlinearPotential
from ablasim.units import kelvin, metres, volts_per_cm, volts_per_metre
from ablasim.views.book_figures import Curve

SIGMA = 0.1
CONSTANT = {"pulse_conductivity_s_m": SIGMA, "electroporated_conductivity_s_m": SIGMA}
FAR, HEIGHT, SIZE = 18e-3, 6e-3, 0.1e-3


class Pair:
    """Two cylinders of radius a, their axes D apart, at ±V/2."""

    def __init__(self, radius, spacing, voltage):
        self.radius, self.spacing = radius, spacing
        self.focus = np.sqrt(0.25 * spacing**2 - radius**2)
        self.strength = voltage / (2.0 * np.arccosh(0.5 * spacing / radius))
        self.conductance = np.pi * SIGMA / np.arccosh(0.5 * spacing / radius)

    def potential(self, places):
        """φ, V."""
        z = places[:, 0] + 1j * places[:, 1]
        return self.strength * np.log(np.abs((z + self.focus) / (z - self.focus)))

    def field(self, places):
        """|E|, V/m."""
        z = places[:, 0] + 1j * places[:, 1]
        return 2.0 * self.strength * self.focus / np.abs(z**2 - self.focus**2)

    def steepness(self, places):
        """|∇ ln E|, 1/m."""
        z = places[:, 0] + 1j * places[:, 1]
        return 2.0 * np.abs(z) / np.abs(z**2 - self.focus**2)


def mesh_of(pair):
    needles = [
        Vessel(name, np.array([[x, 0.0, -0.5 * HEIGHT], [x, 0.0, 0.5 * HEIGHT]]), 2.0 * pair.radius)
        for name, x in (("cathode", -0.5 * pair.spacing), ("anode", 0.5 * pair.spacing))
    ]
    sizes = MeshSizes(needle=SIZE, vessel=SIZE, tumour=SIZE, shell=SIZE, far=0.6e-3, growth=0.16)
    organ = Cylinder((0.0, 0.0, 0.0), 2.0 * FAR, HEIGHT, (0.0, 0.0, 1.0))
    return build_mesh(organ, None, needles, [], sizes)


def solve(mesh, pair, voltage):
    """Recovered logarithm of the field at the nodes, cells of tissue, and the current between the needles."""
    space = make_space(mesh)
    metal = {name: mesh.cells_of_body(name) for name in ("anode", "cathode")}
    tissue_cells = ~(metal["anode"] | metal["cathode"])
    media = Media(space, [Region(tissue("liver", CONSTANT), tissue_cells)])
    bodies = {name: np.unique(mesh.cells[cells]) for name, cells in metal.items()}
    problem = NonlinearPotential(space, media, tissue_cells, list(bodies.values()))
    rim = np.flatnonzero(np.hypot(mesh.points[:, 0], mesh.points[:, 1]) > FAR * (1.0 - 1e-9))
    nodes = np.concatenate([rim, bodies["anode"][:1], bodies["cathode"][:1]])
    values = np.concatenate([pair.potential(mesh.points[rim]), [0.5 * voltage, -0.5 * voltage]])
    found = problem.solve(nodes, values, np.full(space.n_nodes, kelvin(37.0)), tolerance=1e-9)
    model, recovery = FieldThreshold(), Recovery.of(space, tissue_cells)
    state = model.expose(model.start(mesh.n_cells), recovery.strength(found.electric_field), 90)
    log_field = recovery.nodal(model.level(state, np.ones(mesh.n_cells)))
    currents = [sign * problem.current(bodies[name], found) for name, sign in (("anode", 1.0), ("cathode", -1.0))]
    return log_field, tissue_cells, currents


def on_plane(surface, axis):
    """Points at which the edges of a contour's triangles cross the plane on which a coordinate is zero."""
    edges = np.concatenate([surface.triangles[:, [0, 1]], surface.triangles[:, [1, 2]], surface.triangles[:, [2, 0]]])
    one, other = surface.points[edges[:, 0]], surface.points[edges[:, 1]]
    crosses = one[:, axis] * other[:, axis] < 0.0
    one, other = one[crosses], other[crosses]
    share = one[:, axis] / (one[:, axis] - other[:, axis])
    return one + share[:, None] * (other - one)


def at_middle(mesh, tissue_cells, nodal):
    """Linear interpolation at the middle between the needles, over the height."""
    near = np.flatnonzero(tissue_cells)
    corners = mesh.points[mesh.cells[near]]
    moved = np.array([1.1e-7, 1.3e-7, 1.7e-7]) - corners[:, 0]  # next to the middle, in no face of the mesh
    shares = np.linalg.solve(np.swapaxes(corners[:, 1:] - corners[:, :1], 1, 2), moved[..., None])[..., 0]
    shares = np.column_stack([1.0 - shares.sum(axis=1), shares])
    inside = np.argmax(shares.min(axis=1))
    return float(shares[inside] @ nodal[mesh.cells[near[inside]]])


def run(bench):
    checks, curves = [], []
    rows = bench.reference()
    if bench.quick:
        rows = rows[:2]

    def of_pair(row):
        return tuple(float(row[key]) for key in ("radius_mm", "spacing_mm", "voltage_v"))

    meshes = {}
    for (radius, spacing, voltage), group in groupby(rows, key=of_pair):
        pair = Pair(*(float(metres(length)) for length in (radius, spacing)), voltage)
        mesh = meshes.setdefault(spacing, None)
        if mesh is None:
            mesh = meshes[spacing] = mesh_of(pair)
        log_field, tissue_cells, currents = solve(mesh, pair, voltage)
        label = f"{spacing:g} mm, {voltage:g} V"
        listed = list(group)
        middle = np.exp(at_middle(mesh, tissue_cells, log_field))
        exact = volts_per_metre(float(listed[0]["middle_v_per_cm"]))
        current = HEIGHT * pair.conductance * voltage
        checks += [
            compare(f"current, {label}", currents[0], current, relative=0.01, unit="A"),
            stays_below(f"anode against cathode, {label}", abs(currents[0] - currents[1]) / current, 0.01),
            compare(f"field in the middle, {label}", volts_per_cm(middle), volts_per_cm(exact), relative=0.01,
                    unit="V/cm"),
        ]  # fmt: skip
        for row in listed:
            threshold = float(row["threshold_v_per_cm"])
            surface = contour(mesh.points, mesh.cells[tissue_cells], log_field - np.log(volts_per_metre(threshold)))
            along, across = on_plane(surface, 1), on_plane(surface, 0)
            width, height = 2e3 * np.abs(along[:, 0]).max(), 2e3 * np.abs(across[:, 1]).max()
            off = np.abs(np.log(pair.field(surface.points) / volts_per_metre(threshold)))
            distance = 1e3 * (off / pair.steepness(surface.points)).max()
            what = f"{threshold:g} V/cm, {label}"
            checks += [
                compare(f"width, {what}", width, float(row["width_mm"]), absolute=0.2, unit="mm"),
                compare(f"height in the middle, {what}", height, float(row["height_mm"]), absolute=0.2, unit="mm"),
                stays_below(f"contour from the exact one, {what}", distance, 0.2, unit="mm"),
            ]
            if not curves and threshold == 600.0:
                curves += drawn(pair, threshold, surface)
    bench.profile(
        "contour", f"Contour of 600 V/cm, {rows[0]['spacing_mm']} mm, {rows[0]['voltage_v']} V.", curves,
        x_label="along the line of the needles / mm", y_label="across / mm",
    )  # fmt: skip
    return checks


def drawn(pair, threshold, surface):
    """Exact oval of Cassini, and vertices of the contour."""
    inside = 2.0 * pair.strength * pair.focus / volts_per_metre(threshold)
    turn = np.linspace(0.0, 2.0 * np.pi, 400)
    oval = np.sqrt(pair.focus**2 + inside * np.exp(1j * turn))
    both = np.concatenate([oval, -oval])
    both = both[np.argsort(np.angle(both))]
    pick = surface.points[:: max(1, len(surface.points) // 150)]
    return [
        Curve("exact", 1e3 * both.real, 1e3 * both.imag, kind="exact"),
        Curve("computed", 1e3 * pick[:, 0], 1e3 * pick[:, 1], group=1),
    ]

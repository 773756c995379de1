"""V-A22: current between concentric cylinders through tissue whose conductivity follows the field."""

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq

from ablasim.book import compare, converges, stays_below
from ablasim.book.prisms import wedge_mesh
from ablasim.fem import make_space
from ablasim.fem.recovery import Recovery
from ablasim.materials import electroporation, tissue
from ablasim.physics.bioheat import Region
from ablasim.physics.electroporation.field import PulseFields
from ablasim.physics.electroporation.media import Media
from ablasim.units import kelvin
from ablasim.views.book_figures import Curve, Series

INNER, OUTER, HEIGHT, ANGLE = 1e-3, 20e-3, 1e-3, np.pi / 6.0
SHARE = ANGLE / (2.0 * np.pi)  # of the full circle
LEVELS = (20, 40, 80, 160)
LAWS = {
    "constant": {"pulse_conductivity_s_m": 0.1, "electroporated_conductivity_s_m": 0.1},
    "smoothstep": {},
    "sigmoid": {"electroporation_law": "sigmoid"},
    "gompertz": {"electroporation_law": "gompertz", "gompertz_displacement": 3.053, "gompertz_rate_cm_per_v": 0.00233},
}
MEMORY_V, LATER_V = 3000.0, 500.0


def field_at(radius, current, values):
    """Field at a radius, V/m, for a current per length: the root of 2πr σ(E) E = I."""
    return brentq(
        lambda field: 2.0 * np.pi * radius * float(values.conductivity(field)) * field - current, 0.0, 1e9, xtol=1e-8
    )


def voltage_of(current, values):
    """∫ E dr by parts: at fixed I, r is a function of E."""
    low, high = field_at(OUTER, current, values), field_at(INNER, current, values)
    kinks = [edge for edge in values.constants if low < edge < high]
    area = quad(
        lambda field: current / (2.0 * np.pi * float(values.conductivity(field)) * field),
        low, high, points=kinks or None, limit=500,
    )[0]  # fmt: skip
    return low * OUTER - high * INNER + area


def exact_current(voltage, values):
    """Current per length, A/m."""
    return brentq(lambda current: voltage_of(current, values) - voltage, 1e-3, 1e5, xtol=1e-10)


class Wedge:
    """A wedge between the cylinders, and the fields in it."""

    def __init__(self, layers, liver):
        self.mesh = wedge_mesh(np.geomspace(INNER, OUTER, layers + 1), ANGLE, layers // 4, HEIGHT)
        self.space = make_space(self.mesh)
        self.cells = np.ones(self.mesh.n_cells, dtype=bool)
        electrodes = {name: self.mesh.points_of_facets(name) for name in ("inner", "outer")}
        self.fields = PulseFields(self.space, Media(self.space, [Region(liver, self.cells)]), self.cells, electrodes)

    def solve(self, voltage, temperature_c=37.0, **options):
        """Field of a pulse at a uniform temperature."""
        temperature = np.full(self.space.n_nodes, kelvin(temperature_c))
        return self.fields.solve("inner", "outer", voltage, temperature, tolerance=1e-9, **options)

    def per_length(self, field):
        """Current of the full circle per length, A/m."""
        return field.current / (SHARE * HEIGHT)

    def nodal_field(self, field):
        """Radius, m, and recovered field strength, V/m, of the nodes in the middle half of the wedge."""
        recovery = Recovery.of(self.space, self.cells)
        logarithm = recovery.nodal(np.log(recovery.strength(field.electric_field)))
        x, y, _ = self.mesh.points.T
        middle = np.abs(np.arctan2(y, x)) < 0.25 * ANGLE
        return np.hypot(x, y)[middle], np.exp(logarithm[middle])


def law_by_law(bench):
    checks, series, curves = [], [], []
    for group, (law, voltage) in enumerate((row["law"], float(row["voltage_v"])) for row in bench.reference()):
        liver = tissue("liver", LAWS[law])
        values = electroporation(liver)
        exact = exact_current(voltage, values)
        listed = float(bench.reference()[group]["current_a_per_m"])
        label, errors = f"{law}, {voltage:g} V", []
        for layers in LEVELS:
            wedge = Wedge(layers, liver)
            field = wedge.solve(voltage)
            errors.append(abs(wedge.per_length(field) - exact) / exact)
        checks += [
            stays_below(f"closed relation against its table, {label}", abs(exact / listed - 1.0), 1e-5),
            compare(f"current, {label}", wedge.per_length(field), exact, relative=0.005, unit="A/m"),
            converges(f"error of the current, {label}", [1.0 / layers for layers in LEVELS], errors, 2.0),
            stays_below(f"current from the nodes against that from the power, {label}",
                        max(abs(field.anode_current / field.current - 1.0), field.current_imbalance), 1e-6),
        ]  # fmt: skip
        series.append(Series(label, [1.0 / layers for layers in LEVELS], errors))
        radius, strength = wedge.nodal_field(field)
        law_of_r = np.array([field_at(r, exact, values) for r in radius])
        checks.append(
            stays_below(
                f"recovered field, both surfaces included, {label}", np.abs(strength / law_of_r - 1.0).max(), 0.01
            )
        )
        line = np.geomspace(INNER, OUTER, 200)
        pick = np.argsort(radius)[:: max(1, len(radius) // 40)]
        curves += [
            Curve("", 1e3 * line, [field_at(r, exact, values) / 100.0 for r in line], kind="exact", group=group),
            Curve(label, 1e3 * radius[pick], strength[pick] / 100.0, group=group),
        ]
    bench.convergence("current", "Error of the current.", series, x_label="1 / layers", y_label="relative error",
                      orders=[2.0])  # fmt: skip
    bench.profile("field", "Field over the radius.", curves, x_label="radius / mm", y_label="E / (V/cm)", log_x=True)
    return checks


def memory_and_temperature():
    """A weak pulse after a strong one, which leaves the conductivity that it made; and a warm one."""
    liver = tissue("liver")
    values = electroporation(liver)
    wedge = Wedge(LEVELS[-1], liver)
    strong = wedge.solve(MEMORY_V)
    later = wedge.solve(LATER_V, highest=wedge.fields.remember(None, strong.field_strength))
    current = exact_current(MEMORY_V, values)
    left = quad(
        lambda x: 1.0 / (2.0 * np.pi * float(values.conductivity(field_at(np.exp(x), current, values)))),
        np.log(INNER), np.log(OUTER), limit=500,
    )[0]  # fmt: skip
    warm, cold = wedge.solve(LATER_V, 57.0), wedge.solve(LATER_V)
    return [
        compare(f"current at {LATER_V:g} V after {MEMORY_V:g} V", wedge.per_length(later), LATER_V / left,
                relative=0.005, unit="A/m"),
        compare(f"current at {LATER_V:g} V and 57 °C over that at 37 °C", warm.current / cold.current, 1.24,
                relative=1e-6),
    ]  # fmt: skip


def run(bench):
    return [*law_by_law(bench), *memory_and_temperature()]

"""V-A19: the TEM wave of a coaxial line, its power, its phase and its reflection."""

import numpy as np

from ablasim.book import compare, converges, stays_below
from ablasim.book.half_planes import coaxial_line
from ablasim.physics.microwave.antenna import make_antenna_model
from ablasim.physics.microwave.coaxial import TemLine
from ablasim.views.book_figures import Series

INNER, OUTER, PERMITTIVITY, FREQUENCY, LENGTH, POWER = 0.135e-3, 0.47e-3, 2.03, 2.45e9, 70e-3, 10.0
ALONG, ACROSS = (10, 20, 40), (2, 4, 8)


def solved(far_end, n_along=200, n_across=3):
    mesh = coaxial_line(INNER, OUTER, [("tissue", LENGTH)], n_along, far_end, n_across)
    return make_antenna_model(mesh, {}).solve(FREQUENCY, PERMITTIVITY, 0.0)


def radial_field(field, radius, heights):
    """E_r for `POWER`, complex peak, V/m."""
    values, _ = field.electric_field(np.stack([np.full(len(heights), radius), heights], axis=1))
    return np.sqrt(POWER) * values[:, 0]


def run(bench):
    exact = {row["quantity"]: float(row["value"]) for row in bench.reference()}
    line, other = TemLine(INNER, OUTER, PERMITTIVITY, FREQUENCY), TemLine(0.255e-3, 0.84e-3, 2.1, FREQUENCY)
    voltage = line.voltage(POWER)
    formulas = {
        "impedance_ohm": line.impedance.real,
        "voltage_v": abs(voltage),
        "field_inner_v_m": abs(line.radial_field(voltage, [INNER])[0]),
        "field_outer_v_m": abs(line.radial_field(voltage, [OUTER])[0]),
        "beta_rad_m": line.propagation.imag,
        "impedance_of_v_b9_ohm": other.impedance.real,
    }
    checks = [
        stays_below(
            "formulas against their table", max(abs(formulas[name] / exact[name] - 1.0) for name in exact), 1e-6
        )
    ]

    matched, heights = solved("far"), np.linspace(1e-3, 69e-3, 9)
    step = exact["beta_rad_m"] * LENGTH / 200
    checks.append(stays_below("|S11| of the matched line", abs(matched.s11), 2.0 * step**4))
    for name, radius in (("inner", INNER), ("outer", OUTER)):
        at = radial_field(matched, radius, heights)
        checks.append(compare(f"|E_r| at the {name} conductor, 10 W", float(np.abs(at).mean()),
                              exact[f"field_{name}_v_m"], relative=0.01, unit="V/m"))  # fmt: skip
    slope = float(np.polyfit(heights, np.unwrap(np.angle(at)), 1)[0])
    checks.append(compare("phase constant of the field", slope, exact["beta_rad_m"], relative=1e-5, unit="rad/m"))

    returned = -np.exp(-2j * line.propagation.imag * LENGTH)
    checks.append(stays_below("error of S11 of the short, 200 cells", abs(solved("metal").s11 - returned), 1e-5))
    of_short = [abs(solved("metal", n_along=n).s11 - returned) for n in ALONG]
    middle = np.linspace(30e-3, 40e-3, 50)
    of_field = [
        float(
            np.abs(
                np.abs(radial_field(solved("far", n_across=n), INNER, middle)) / exact["field_inner_v_m"] - 1.0
            ).max()
        )
        for n in ACROSS
    ]
    along_mm, across_mm = [1e3 * LENGTH / n for n in ALONG], [1e3 * (OUTER - INNER) / n for n in ACROSS]
    bench.convergence(
        "convergence",
        "Error of the reflection of a short over the length of the cells along the line, and of the field at the inner "
        "conductor over their mean width.",
        [Series("S11 of the short", along_mm, of_short), Series("field at the inner conductor", across_mm, of_field)],
        x_label="cell / mm", y_label="error", orders=[4.0, 3.0],
    )  # fmt: skip
    return [
        *checks,
        converges("error of S11 of the short", along_mm, of_short, 4.0),
        converges("error of the field at the inner conductor", across_mm, of_field, 3.0),
    ]

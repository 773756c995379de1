"""V-A14l: the length over which the blood of a line comes to the temperature of the tissue."""

import numpy as np
from scipy.optimize import brentq
from scipy.special import j0, j1, y0, y1

from ablasim.book import compare, context, stays_below
from ablasim.geometry import Cylinder
from ablasim.mesh import MeshSizes, build_mesh
from ablasim.mesh.assemble import assemble_mesh
from ablasim.mesh.tetrahedra import OUTER
from ablasim.views.book_figures import Curve

RADIUS, LENGTH, K, HEAT_CAPACITY, NUSSELT = 0.02, 0.12, 0.52, 3.79785e6, 3.66
FROM, TO = 0.04, 0.08  # behind the inlet, m
SIZES_MM = (5.0, 3.5, 2.5)
COLDER = 23.0  # K
RESOLVED = 0.3  # of the length: the longest edge with which it is judged


def rate(diameter, speed):
    return HEAT_CAPACITY * np.pi * diameter**2 / 4.0 * speed


def closed_form(diameter, speed):
    tissue = np.log(2.0 * RADIUS / diameter) / (2.0 * np.pi * K)
    return rate(diameter, speed) * (tissue + 1.0 / (np.pi * NUSSELT * K))


def with_conduction(diameter, speed):
    """Length with conduction along the tissue, m: the root next to the closed form."""

    def balance(beta):
        def bessel(one, other, at):
            return one(beta * at) * y0(beta * RADIUS) - other(beta * at) * j0(beta * RADIUS)

        heat = -np.pi * diameter * K * beta * bessel(j1, y1, diameter / 2.0)
        blood = -heat / (rate(diameter, speed) * beta)
        return bessel(j0, y0, diameter / 2.0) - blood - heat / (np.pi * NUSSELT * K)

    trials = np.geomspace(0.3, 1.2, 400) / closed_form(diameter, speed)
    values = [balance(trial) for trial in trials]
    low = next(i for i in range(len(trials) - 1) if values[i] * values[i + 1] < 0.0)
    return 1.0 / brentq(balance, trials[low], trials[low + 1], xtol=1e-12)


def cylinder(size_mm):
    """Mesh of the cylinder whose ends belong to no region, so that they are insulated."""
    size = 1e-3 * size_mm
    sizes = MeshSizes(needle=size, vessel=size, tumour=size, shell=size, far=size, growth=0.1)
    mesh = build_mesh(Cylinder((0.0, 0.0, 0.0), 2.0 * RADIUS, LENGTH, (0.0, 0.0, 1.0)), None, [], [], sizes)
    side = np.abs(mesh.points[mesh.facets][:, :, 2]).min(axis=1) < 0.5 * LENGTH - 1e-9
    zeros = np.zeros(int(side.sum()), dtype=np.int64)
    return assemble_mesh(
        mesh.points, mesh.cells, mesh.cell_region, mesh.cell_region_names, mesh.facets[side], zeros, [OUTER]
    )


def run(bench):
    checks, rows, curves = [], [], []
    meshes = {
        size: bench.mesh_file(f"cylinder_{size:g}", cylinder(size)) for size in SIZES_MM[: 2 if bench.quick else 3]
    }
    for group, row in enumerate(bench.reference()):
        diameter_mm, speed_mm_s = float(row["diameter_mm"]), float(row["speed_mm_s"])
        diameter, speed = 1e-3 * diameter_mm, 1e-3 * speed_mm_s
        name = f"{diameter_mm:g} mm, {speed_mm_s:g} mm/s"
        exact, closed = with_conduction(diameter, speed), closed_form(diameter, speed)
        at_40_mm = 60.0 - COLDER * np.exp(-0.04 / closed)
        table = max(
            abs(1e3 * closed / float(row["length_mm"]) - 1.0),
            abs(at_40_mm / float(row["temperature_at_40_mm_c"]) - 1.0),
        )
        checks.append(stays_below(f"{name}: closed form against its table, relative", table, 1e-4))
        found = {}
        for size, file in meshes.items():
            changes = {"vessels.line.diameter_mm": diameter_mm, "vessels.line.mean_speed_mm_s": speed_mm_s}
            results = bench.run({**changes, "numerics.mesh_file": file})
            (line,) = results.case.line_vessels
            temperature = results.actual.temperature
            course = line.course(temperature)
            behind = line.embedded.centres[:, 2] + 0.5 * LENGTH
            lag = 310.15 - line.bulk(temperature)
            inside = (behind > 0.0) & (behind < LENGTH)
            first, last = np.interp([FROM, TO], behind, np.log(lag))
            found[size] = (TO - FROM) / (first - last)
            lost = course.exchange.power(temperature)
        checks.append(
            stays_below(
                f"{name}: heat lost by tissue less heat gained by blood, relative",
                abs(lost / course.carried - 1.0),
                1e-9,
            )
        )
        for size, length in found.items():
            judged = 1e-3 * size < RESOLVED * exact
            quantity, numbers = f"{name}: length on a mesh of {size:g} mm", (1e3 * length, 1e3 * exact)
            checks.append(
                compare(quantity, *numbers, relative=0.01, unit="mm")
                if judged
                else context(quantity, numbers[0], expected=numbers[1], unit="mm")
            )
        finest = min(found)
        if closed > 0.1:
            checks.append(
                compare(
                    f"{name}: length by the closed form", 1e3 * found[finest], 1e3 * closed, relative=0.01, unit="mm"
                )
            )
        rows.append(
            [
                f"{diameter_mm:g}",
                f"{speed_mm_s:g}",
                f"{1e3 * closed:.2f}",
                f"{1e3 * exact:.2f}",
                *(f"{1e3 * length:.2f}" for length in found.values()),
            ]
        )
        if closed < 0.2:
            z = np.linspace(0.0, LENGTH, 200)
            pick = np.flatnonzero(inside)[:: max(1, int(inside.sum() / 30))]
            middle = float(np.interp(0.06, behind, lag))
            curves.append(
                Curve(f"{name}: exact", 1e3 * z, middle * np.exp(-(z - 0.06) / exact), kind="exact", group=group)
            )
            curves.append(Curve(f"{name}: found", 1e3 * behind[pick], lag[pick], group=group))
    bench.table(
        "Equilibration length, mm: closed form, with conduction along the tissue, and found on each mesh",
        ["D, mm", "speed, mm/s", "closed form", "with conduction", *(f"mesh of {size:g} mm" for size in meshes)],
        rows,
    )
    bench.profile(
        "profile",
        "Temperature by which the blood lags behind the tissue's outside along the vessel, on the exact decay through "
        "the value in the middle. Near the inlet the insulated end makes the decay steeper.",
        curves,
        x_label="way behind the inlet / mm",
        y_label="lag / K",
    )
    return checks

"""V-B1: reflection, absorbed power, its density and temperatures of a published slot antenna."""

import numpy as np

from ablasim.book import compare, context, stays_below
from ablasim.margins import Domain
from ablasim.margins.distance import interpolate
from ablasim.units import kelvin, metres, millilitres
from ablasim.views.book_figures import Curve

TIP_MM, FORWARD_W = 9.5, 10.0
RING = 2.0 * np.pi * (np.arange(72) + 0.5) / 72
LINE_MM, NEAR_MM = 2.5, 1.0
SIZES = {"needle_mm": 0.3, "far_mm": 5.0, "growth": 0.15}
QUICK, WHOLE = (2.0**0.5,), (1.0, 2.0**0.5, 2.0)
"""Divisors of the sizes of the mesh; the last is judged."""


def on_rings(domain, places_mm):
    """Cells and barycentric coordinates of points on rings round the axis, shape (n_rings, n_points)."""
    r, z = (metres(part)[:, None] for part in places_mm.T)
    ring = np.broadcast_arrays(r * np.cos(RING), r * np.sin(RING), z)
    cell, weights = domain.locate_in_tissue(np.stack(ring, axis=-1).reshape(-1, 3))
    return cell.reshape(len(r), -1), weights.reshape(len(r), -1, 4)


def of_half_plane(case, places_mm):
    """Absorbed power density in the antenna's own half-plane, W/m³."""
    antenna = case.antennas.in_mesh[0]
    permittivity, sigma = antenna.background
    field, _ = antenna.model.solve(antenna.frequency, permittivity, sigma).electric_field(
        metres(places_mm - [0.0, TIP_MM]), allow_antenna=False
    )
    return 0.5 * sigma * FORWARD_W * np.sum(np.abs(field) ** 2, axis=1)


def as_laid(case, domain, places_mm):
    """Absorbed power density in the tetrahedra that a ring through each place passes, mean over the ring, W/m³."""
    temperature = np.full(case.mesh.n_points, kelvin(37.0))
    heat = case.microwave_heat("actual").at({"antenna": FORWARD_W}, temperature, coherent=False).heat
    cell, _ = on_rings(domain, places_mm)
    return (heat / case.mesh.cell_volumes)[cell].mean(axis=1)


def temperatures(results, domain, rows):
    """At the places and times of the rows, mean over the ring through each, °C."""
    frames = dict(results.frames)
    cell, weights = on_rings(domain, places_of(rows))
    found = []
    for row, cells, shares in zip(rows, cell, weights, strict=True):
        inside = cells >= 0  # the polygon of the mesh may leave out a point beside the antenna
        nodal = frames[float(row["time_s"])].astype(float)
        found.append(interpolate(domain.cells, nodal, cells[inside], shares[inside]).mean())
    return np.array(found)


def volume_above_50(case, temperature_c):
    """Volume of tissue cells by the share of their corners that is above 50 °C, ml."""
    share = (temperature_c[case.mesh.cells] > 50.0).mean(axis=1)
    return millilitres(float(share @ np.where(case.tissue_cells, case.mesh.cell_volumes, 0.0)))


def places_of(rows):
    return np.array([[float(row["r_mm"]), float(row["z_mm"])] for row in rows])


def values_of(rows):
    return np.array([float(row["value"]) for row in rows])


def errors_of(results, rows):
    """Largest error of temperature away from the antenna and beside it, K, and all temperatures."""
    found = temperatures(results, Domain.of_mesh(results.case.mesh, ("antenna",)), rows)
    off, beside = np.abs(found - values_of(rows)), places_of(rows)[:, 0] == NEAR_MM
    return float(off[~beside].max()), float(off[beside].max()), found


def run(bench):
    rows = {name: [row for row in bench.reference() if row["quantity"] == name]
            for name in ("absorbed", "reflected_share", "density", "temperature", "volume_above_50")}  # fmt: skip
    for divisor in QUICK if bench.quick else WHOLE:
        results = bench.run({"numerics.mesh": {name: size / divisor for name, size in SIZES.items()}})
        away, beside, found = errors_of(results, rows["temperature"])
        bench.note(
            f"{results.case.mesh.n_points} points: temperature off by {away:.2f} K, by {beside:.2f} K at r = 1 mm."
        )
    case, source = results.case, results.summary["source"]
    domain = Domain.of_mesh(case.mesh, ("antenna",))
    (absorbed,), (reflected,) = values_of(rows["absorbed"]), values_of(rows["reflected_share"])
    checks = [
        compare("power absorbed in liver", source["absorbed_w"]["start"], absorbed, relative=0.01, unit="W"),
        compare("reflected share |S11|²", source["reflected_w"]["start"] / FORWARD_W, reflected, absolute=0.003),
        context("power as laid into the mesh over that of the half-plane, before it is made good",
                1.0 / (1.0 + source["antennas"]["antenna"]["mesh_correction_percent"] / 100.0)),
    ]  # fmt: skip
    places, expected = places_of(rows["density"]), values_of(rows["density"])
    ways = {"half-plane": 1e-6 * of_half_plane(case, places), "laid": 1e-6 * as_laid(case, domain, places)}
    on_line = places[:, 0] == LINE_MM
    for name, density in ways.items():
        off = np.abs(density / expected - 1.0)
        checks.append(stays_below(f"power density along r = 2.5 mm, largest error, {name}", off[on_line].max(), 0.03))
        checks.append(context(f"power density along z = 16 mm, largest error, {name}", off[~on_line].max()))
    checks += [
        stays_below("temperature, largest error, r from 2.5 mm on", away, 0.5, unit="K"),
        stays_below("temperature, largest error, r = 1 mm", beside, 1.5, unit="K"),
    ]
    frames = dict(results.frames)
    for row in rows["volume_above_50"]:
        volume = volume_above_50(case, frames[float(row["time_s"])])
        checks.append(
            context(f"volume above 50 °C at {row['time_s']} s", volume, expected=float(row["value"]), unit="ml")
        )
    draw(bench, rows, places, expected, ways, found)
    return checks


def draw(bench, rows, places, expected, ways, found):
    on_line = places[:, 0] == LINE_MM
    bench.profile(
        "density",
        "Absorbed power density along r = 2.5 mm, 10 W: reference (line), the antenna's half-plane and the mesh "
        "(points).",
        [Curve("reference", places[on_line, 1], expected[on_line], kind="exact")]
        + [Curve(name, places[on_line, 1], density[on_line], group=group)
           for group, (name, density) in enumerate(ways.items(), start=1)],
        x_label="z / mm", y_label="power density / (MW/m³)",
    )  # fmt: skip
    times = np.array([float(row["time_s"]) for row in rows["temperature"]])
    points, given = places_of(rows["temperature"]), values_of(rows["temperature"])
    curves, lines = [], []
    for group, (r, z) in enumerate(dict.fromkeys(map(tuple, points.tolist()))):
        mine = (points[:, 0] == r) & (points[:, 1] == z)
        name = f"({r:g}, {z:g})"
        curves.append(Curve(name, times[mine], given[mine], kind="exact", group=group))
        curves.append(Curve("", times[mine], found[mine], group=group))
        lines.append([name, *(f"{a:.2f} ({b:.2f})" for a, b in zip(found[mine], given[mine], strict=True))])
    bench.profile("temperature", "Temperature at (r, z) in mm: reference (lines), ablasim (points).", curves,
                  x_label="time / s", y_label="temperature / °C")  # fmt: skip
    bench.table("Temperature in °C at (r, z) in mm, reference in brackets",
                ["place", *(f"{moment:g} s" for moment in sorted(set(times.tolist())))], lines)  # fmt: skip
    bench.table("Power density in MW/m³ at (r, z) in mm", ["place", "reference", *ways],
                [[f"({r:g}, {z:g})", f"{expected[i]:g}", *(f"{density[i]:.4g}" for density in ways.values())]
                 for i, (r, z) in enumerate(places.tolist())])  # fmt: skip

"""V-B9: absorbed power density near a monopole with properties that fall with heat, and with constant ones."""

import numpy as np

from ablasim.book import context, states
from ablasim.errors import ModelError
from ablasim.units import kelvin, metres
from ablasim.views.book_figures import Curve

STATIC = {"tissues.case_liver.relative_permittivity": 48.979, "tissues.case_liver.microwave_conductivity_s_m": 2.150,
          "tissues.case_liver.dielectric_law": "constant"}  # fmt: skip
FINE = {"numerics.mesh": {"needle_mm": 0.12, "far_mm": 7.1, "growth": 0.141}}
FORWARD_W, WITHIN_MM, EXPOSED_MM, HOT_C, COOL_C = 50.0, 3.0, 13.0, 90.0, 50.0
DROP, KEEPS, MOMENT_S = 0.8, 0.9, 10.0


def near_cells(case):
    """Tissue cells within 3 mm of the exposed monopole."""
    centres = case.mesh.points[case.mesh.cells].mean(axis=1)
    near = case.tissue_cells & (np.linalg.norm(centres[:, :2], axis=1) < metres(WITHIN_MM))
    return near & (centres[:, 2] > 0.0) & (centres[:, 2] < metres(EXPOSED_MM))


def by_temperature(results, moment):
    """Power near the antenna at a moment over that at the start, in cells that are hot then and in cool ones."""
    case, frames, source = results.case, dict(results.frames), results.case.microwave_heat("actual")
    heat = {at: source.at({"antenna": FORWARD_W}, kelvin(frames[at].astype(float)), coherent=False).heat
            for at in (0.0, moment)}  # fmt: skip
    mean_c = frames[moment][case.mesh.cells].mean(axis=1)
    near = near_cells(case)
    parts = {"hot": near & (mean_c > HOT_C), "cool": near & (mean_c < COOL_C)}
    return {name: heat[moment][part].sum() / heat[0.0][part].sum() for name, part in parts.items()}


def followed(results):
    """Over the saved moments: mean power density near the antenna, W/m³, its hottest cell, °C, and all power, W."""
    case = results.case
    near = near_cells(case)
    volumes = case.mesh.cell_volumes
    source = case.microwave_heat("actual")
    rows = []
    for moment, temperature_c in results.frames:
        nodal = kelvin(temperature_c.astype(float))
        delivered = source.at({"antenna": FORWARD_W}, nodal, coherent=False)
        mean_c = temperature_c[case.mesh.cells].mean(axis=1)
        hot = near & (mean_c > HOT_C)
        density = [delivered.heat[part].sum() / volumes[part].sum() if part.any() else np.nan for part in (near, hot)]
        point = delivered.point.antennas["antenna"]
        rows.append((moment, *density, mean_c[near].max(), delivered.point.laid_w, abs(point.s11) ** 2,
                     1e6 * volumes[hot].sum()))  # fmt: skip
    return np.array(rows)


def run(bench):
    runs = {"50 W": bench.run(), "50 W, finer": bench.run(FINE)}
    found = {name: followed(results) for name, results in runs.items()}
    share = {name: rows[:, 1] / rows[0, 1] for name, rows in found.items()}
    falling, fine = found["50 W"], found["50 W, finer"]
    parts = {name: by_temperature(results, MOMENT_S) for name, results in runs.items()}
    same, finer = parts["50 W"], parts["50 W, finer"]
    table(bench, found)
    bench.profile(
        "density",
        "Mean absorbed power density within 3 mm of the exposed monopole, over that at the start, with sigmoids. With "
        "constant properties it stays at 1.",
        [Curve("constant", [0.0, 300.0], [1.0, 1.0], kind="exact")]
        + [Curve(name, rows[:, 0], share[name], group=group) for group, (name, rows) in enumerate(found.items(), 1)],
        x_label="time / s", y_label="power density over that at the start", y_range=(0.0, 1.3),
    )  # fmt: skip
    bench.note(f"Constant properties, 50 W: {constant(bench)}")
    end = share["50 W"][-1]
    return [
        states("the density near the antenna falls by a fifth and more", end <= DROP,
               note=f"to {100 * end:.0f} % of that at the start, finer mesh {100 * share['50 W, finer'][-1]:.0f} %"),
        states("10 s: it falls by a fifth and more where tissue is above 90 °C", same["hot"] <= DROP,
               note=f"to {100 * same['hot']:.0f} % of what the same cells took at the start, finer mesh "
                    f"{100 * finer['hot']:.0f} %"),
        states("10 s: it falls by a tenth at most where tissue is below 50 °C", same["cool"] >= KEEPS,
               note=f"to {100 * same['cool']:.0f} %, finer mesh {100 * finer['cool']:.0f} %"),
        context("density where it is above 90 °C at the end, over the whole region's at the start",
                falling[-1, 2] / falling[0, 1], note=f"finer mesh {fine[-1, 2] / fine[0, 1]:.2f}"),
        context("reflected share at the end", falling[-1, 5], note=f"{falling[0, 5]:.3f} at the start"),
        context("power absorbed at the end", falling[-1, 4], unit="W", note=f"{falling[0, 4]:.1f} W at the start"),
        *(context(f"volume inside 60 °C, {name}", results.summary["zone"]["volume_ml"], unit="ml")
          for name, results in runs.items()),
    ]  # fmt: skip


def constant(bench):
    """What comes of the run with constant properties, in words."""
    try:
        rows = followed(bench.run(STATIC))
    except ModelError as error:
        return str(error)
    return f"{1e-6 * rows[-1, 1]:.2f} MW/m³ at the end, hottest cell {rows[-1, 3]:.0f} °C"


def table(bench, found):
    moments = (0, 10, 20, 30, 60, 120, 300)
    rows = []
    for name, series in found.items():
        for row in series[np.isin(series[:, 0], moments)]:
            rows.append([name, f"{row[0]:.0f}", f"{1e-6 * row[1]:.2f}", f"{1e-6 * row[2]:.2f}", f"{row[3]:.0f}",
                         f"{row[4]:.1f}", f"{row[5]:.3f}", f"{row[6]:.2f}"])  # fmt: skip
    bench.table(
        "Power density near the antenna, MW/m³: all within 3 mm, and what of it is above 90 °C; hottest cell; absorbed "
        "power; reflected share; volume above 90 °C within 3 mm",
        ["run", "time / s", "density", "where above 90 °C", "hottest / °C", "absorbed / W", "|S11|²", "hot / ml"],
        rows,
    )

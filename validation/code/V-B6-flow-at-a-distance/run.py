"""V-B6: temperatures away from a vessel, and the zone round it, when the flow is halved and doubled."""

import numpy as np

from ablasim.book import context, states, stays_below
from ablasim.margins import Domain
from ablasim.units import celsius
from ablasim.views.book_figures import Curve

DIAMETERS_MM = {4.0: 116.7, 6.0: 150.0}  # with the speed of the set, mm/s
FACTORS = (0.5, 1.0, 2.0)
MORE_FACTORS = (0.1, 10.0)
GAP_MM = 10.0
TIP_MM = (0.0, 0.0, -15.0)
PLACES_MM = {
    "10 mm away from the vessel": (-10, 0, 0),
    "10 mm sideways": (0, 10, 0),
    "10 mm ahead": (0, 0, -10),
    "20 mm away from the vessel": (-20, 0, 0),
}
BETWEEN_MM = (7.0, 0.0, 0.0)
LIMIT_K, LIMIT_PERCENT = 1.0, 5.0
FINER = {"numerics.mesh": {"needle_mm": 0.35, "vessel_mm": 0.7, "far_mm": 8.5, "growth": 0.18}}
GLASS = {"thickness_mm": 0.5, "thermal_conductivity_w_m_k": 1.1}
OPEN = {
    "documented values": {},
    "everything at 37 °C": {
        "body.temperature_c": 37, "body.blood_temperature_c": 37, "vessels.vessel.blood_temperature_c": 37},
    "blood at 20 °C": {"vessels.vessel.blood_temperature_c": 20},
    "glass wall of 0.5 mm": {"vessels.vessel.wall": GLASS},
    "centre line at 10 mm": {"gap": GAP_MM - 3.0},
    "convective": {"vessels.vessel.model": "convective"},
}  # fmt: skip


def vessel(diameter, factor, gap=GAP_MM):
    x = gap + 0.5 * diameter
    return {
        "vessels.vessel.points_mm": [[x, 0, -60], [x, 0, 60]],
        "vessels.vessel.diameter_mm": diameter,
        "vessels.vessel.mean_speed_mm_s": factor * DIAMETERS_MM[diameter],
        "vessels.vessel.blood_temperature_c": 37,
    }


def judged(bench, diameter, factor, changes):
    """Temperatures at the end of power, °C, volume of the zone, ml, and how far it reaches beyond the far wall, mm."""
    changes = dict(changes)
    gap = changes.pop("gap", GAP_MM)
    results = bench.run({**vessel(diameter, factor, gap), **changes})
    domain = Domain.of_mesh(results.case.mesh, tuple(results.case.anatomy.needles))
    places = 1e-3 * np.array([np.add(TIP_MM, one) for one in PLACES_MM.values()] + [BETWEEN_MM])
    cell, weights = domain.locate_in_tissue(places)
    temperature = celsius((results.actual.temperature_end_of_power[domain.cells[cell]] * weights).sum(axis=1))
    return {
        "temperature": temperature[:-1],
        "between": float(temperature[-1]),
        "volume": results.summary["zone"]["volume_ml"],
        "behind": 1e3 * float(results.zone.vertices[:, 0].max()) - (gap + diameter),
        "points": results.case.mesh.n_points,
    }


def spread(found, key, factors=FACTORS):
    """Largest change of a quantity between the documented flow and another."""
    return np.abs([np.subtract(found[factor][key], found[1.0][key]) for factor in factors]).max(axis=0)


def run(bench):
    found = {
        diameter: {factor: judged(bench, diameter, factor, {}) for factor in FACTORS + MORE_FACTORS}
        for diameter in DIAMETERS_MM
    }
    rows = [
        [f"{diameter:g} mm", f"{factor:g}", *(f"{value:.2f}" for value in one["temperature"]), f"{one['between']:.1f}",
         f"{one['volume']:.2f}", f"{-one['behind']:.1f}"]
        for diameter, series in found.items() for factor, one in sorted(series.items())
    ]  # fmt: skip
    bench.table(
        "End of power: temperatures in °C (places: from the tip; between: 7 mm from the axis towards the vessel), zone",
        ["vessel", "flow", *PLACES_MM, "between", "zone / ml", "zone ends before the far wall / mm"],
        rows,
    )
    open_rows = []
    for words, change in OPEN.items():
        series = {factor: judged(bench, 6.0, factor, change) for factor in FACTORS}
        open_rows.append([words, f"{spread(series, 'temperature')[:3].max():.2f}",
                          f"{100.0 * spread(series, 'volume') / series[1.0]['volume']:.1f}",
                          f"{-max(one['behind'] for one in series.values()):.1f}"])  # fmt: skip
    bench.table(
        "6 mm, over what could not be read: largest change when the flow is halved or doubled",
        ["", "at 10 mm / K", "zone / %", "zone ends before the far wall / mm"],
        open_rows,
    )
    finer = judged(bench, 6.0, 1.0, FINER)
    coarse = found[6.0][1.0]
    moved = np.abs(finer["temperature"] - coarse["temperature"])[:3].max()
    bench.note(
        f"On a mesh finer by √2 ({finer['points']} points, not {coarse['points']}) the temperatures at 10 mm move by "
        f"{moved:.2f} K at most, the zone from {coarse['volume']:.2f} to {finer['volume']:.2f} ml."
    )
    bench.profile(
        "flow",
        "Temperature at the end of power, 7 mm from the electrode's axis towards the vessel and 10 mm from the tip "
        "away from it, over the flow.",
        [Curve(f"{diameter:g} mm, {words}", sorted(series), [value(series[f]) for f in sorted(series)], group=2 * i + j)
         for i, (diameter, series) in enumerate(found.items())
         for j, (words, value) in enumerate({"towards the vessel": lambda one: one["between"],
                                             "away from it": lambda one: one["temperature"][0]}.items())],
        x_label="flow over the physiological one", y_label="temperature / °C", log_x=True,
    )  # fmt: skip
    checks = []
    for diameter, series in found.items():
        checks += [
            stays_below(f"largest change at 10 mm from the tip, {diameter:g} mm",
                        spread(series, "temperature")[:3].max(), LIMIT_K, unit="K"),
            stays_below(f"largest change of the zone, {diameter:g} mm",
                        100.0 * spread(series, "volume") / series[1.0]["volume"], LIMIT_PERCENT, unit="%"),
            states(f"the zone does not enclose the vessel, {diameter:g} mm",
                   all(one["behind"] < 0.0 for one in series.values()),
                   note=f"it ends {-max(one['behind'] for one in series.values()):.1f} mm or more before the far wall"),
            context(f"largest change between electrode and vessel, {diameter:g} mm",
                    float(spread(series, "between")), unit="K"),
        ]  # fmt: skip
    return checks

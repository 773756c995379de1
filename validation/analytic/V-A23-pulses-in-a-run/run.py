"""V-A23: heat, memory and warmth of pulses between plates, and the field round a vein beside the twin without it."""

from dataclasses import dataclass

import numpy as np

from ablasim.book import compare, context, states, stays_below
from ablasim.build import build_case
from ablasim.materials import electroporation, tissue
from ablasim.simulate import march_all
from ablasim.units import kelvin, volts_per_cm
from ablasim.views.book_figures import Curve

LENGTH, AREA, START_C = 10e-3, 400e-6, 22.0
PULSES, WIDTH, RATE = 90, 100e-6, 1.5
RADIUS = 3e-3
POLES, FLANKS = 0.0, 90.0


@dataclass(frozen=True)
class Train:
    """Closed form of one train in the slab."""

    first_current: float
    last_current: float
    heat: float


def closed_form(voltages, stays):
    """Trains one after the other, and the temperature at the end, °C."""
    liver = tissue("ex_vivo_liver")
    pulsed = electroporation(liver)
    capacity = liver.density * liver.heat_capacity
    warmth, highest, trains = 1.0 + pulsed.slope_per_k * (START_C - 37.0), 0.0, []
    for voltage in voltages:
        field = voltage / LENGTH
        acting = max(field, highest) if stays else field
        low, high = pulsed.constants
        x = min(max((acting - low) / (high - low), 0.0), 1.0)
        sigma = pulsed.before + (pulsed.after - pulsed.before) * x * x * (3.0 - 2.0 * x)
        after = warmth * np.exp(PULSES * WIDTH * sigma * field**2 * pulsed.slope_per_k / capacity)
        heat = capacity * LENGTH * AREA * (after - warmth) / pulsed.slope_per_k
        trains.append(Train(sigma * warmth * field * AREA, sigma * after * field * AREA, heat))
        warmth, highest = after, max(highest, field)
    return trains, 37.0 + (warmth - 1.0) / pulsed.slope_per_k


def slab(bench, stays):
    run = bench.run({"protocol.0.pulses.conductivity_stays": stays}, "slab.yaml")
    words = "tissue stays open" if stays else "each train begins anew"
    found = run.actual.pulses
    exact, end = closed_form([train.train.voltage for train in found.trains], stays)
    checks = []
    for number, (train, law) in enumerate(zip(found.trains, exact, strict=True), start=1):
        what = f"train {number}, {words}"
        checks += [
            compare(f"first current, {what}", train.start.current, law.first_current, relative=1e-3, unit="A"),
            compare(f"last current, {what}", train.end.current, law.last_current, relative=5e-3, unit="A"),
        ]
    ledger = run.actual.ledger
    pulsed = sum(step.dt * step.pulses.mean_power for step in run.actual.steps)
    delivered = sum(law.heat for law in exact)
    temperature = run.actual.temperature - kelvin(end)
    checks += [
        compare(f"heat of all trains, {words}", ledger.delivered, delivered, relative=1e-3, unit="J"),
        stays_below(f"V·I·on-time against the ledger, {words}", pulsed / ledger.delivered - 1.0, 1e-6),
        stays_below(f"residual of the ledger, {words}", ledger.residual_share, 1e-3),
        stays_below(
            f"temperature at the end, {words}",
            np.abs(temperature).max(),
            0.05,
            unit="K",
            note=f"{end:.2f} °C by the closed form",
        ),
    ]
    largest = max(train.train.voltage for train in found.trains) / LENGTH
    inside = np.isfinite(found.largest_field)
    checks.append(
        stays_below(
            f"largest field against V/L, {words}", np.abs(found.largest_field[inside] / largest - 1.0).max(), 1e-4
        )
    )
    return checks


def with_default_steps(bench):
    """The current that a run with default time steps gives for the last pulse of the train that warms most."""
    run = bench.run({"numerics.time_tolerance": 0.5, "numerics.max_time_step_s": 20.0}, "slab.yaml")
    warming = run.actual.pulses.trains[1]
    exact, _ = closed_form([train.train.voltage for train in run.actual.pulses.trains], True)
    return context(
        "last current, train 2, default time steps",
        warming.end.current,
        expected=exact[1].last_current,
        unit="A",
        note=f"{run.actual.work['steps']} steps for three trains of 60 s",
    )


def near(angle, where, within=15.0):
    """Nodes within some degrees of an axis."""
    off = np.abs((angle - where + 90.0) % 180.0 - 90.0)
    return off < within


def strength_round_vein(r, angle, contrast):
    """|E|/E₀ outside the vein."""
    radians, falls = np.radians(angle), contrast * (RADIUS / r) ** 2
    return np.hypot(np.cos(radians) * (1.0 + falls), np.sin(radians) * (1.0 - falls))


def vein(bench):
    fine = {} if bench.quick else {"numerics.mesh.vessel_mm": 0.35}
    run = bench.run(fine, "vessel.yaml")
    before = [electroporation(tissue(name)).before for name in ("blood", "liver")]
    contrast = (before[0] - before[1]) / sum(before)
    points = run.case.mesh.points
    far = run.actual.pulses.trains[0].train.voltage / 60e-3
    r, angle = np.hypot(points[:, 0], points[:, 1]), np.degrees(np.arctan2(points[:, 1], points[:, 0]))
    found = {name: run.marches[name].pulses.largest_field / far for name in ("actual", "no_vessel")}
    around = (r > 1.2 * RADIUS) & (r < 3.0 * RADIUS) & np.isfinite(found["actual"])
    checks = [
        stays_below("field of the twin without the vein against V/L", np.nanmax(np.abs(found["no_vessel"] - 1.0)), 1e-3)
    ]
    exact = strength_round_vein(r, angle, contrast)
    for name, where in (("poles", POLES), ("flanks", FLANKS)):
        there = around & near(angle, where)
        off = float(np.mean(found["actual"][there] - exact[there]))
        checks.append(stays_below(f"mean error of the field near the {name}, of E₀", off, 0.03))
    ratio = found["actual"] / found["no_vessel"]
    at = {
        name: ratio[around & near(angle, where) & (r < 1.5 * RADIUS)]
        for name, where in (("poles", POLES), ("flanks", FLANKS))
    }
    checks.append(
        states(
            "a vein strengthens the field at its poles and weakens it at its flanks, beside its twin",
            at["poles"].min() > 1.0 > at["flanks"].max(),
            note=f"{at['poles'].mean():.2f} and {at['flanks'].mean():.2f} times, 1.2 to 1.5 radii from the axis",
        )
    )
    pole, flank = (around & near(angle, where, 4.0) for where in (POLES, FLANKS))
    line = np.linspace(RADIUS, 3.0 * RADIUS, 100)
    bench.profile(
        "vein",
        "Field round a vein across it, beside that far away.",
        [
            Curve("poles, exact", 1e3 * line, strength_round_vein(line, POLES, contrast), kind="exact", group=0),
            Curve("nodes within 4°", 1e3 * r[pole], found["actual"][pole], group=0),
            Curve("flanks, exact", 1e3 * line, strength_round_vein(line, FLANKS, contrast), kind="exact", group=1),
            Curve("nodes within 4°", 1e3 * r[flank], found["actual"][flank], group=1),
        ],
        x_label="distance from the vein's axis / mm",
        y_label="E / E₀",
    )
    return checks


def kills_at_poles(bench):
    """The same plates at 450 V/cm, below the threshold but near the vein. Dead tissue ends where the block does."""
    changes = {"protocol.0.pulses.voltage_v": 2700.0, "pulse_generator": {"current_limit_a": 1000.0}}
    case = build_case(bench.scenario(changes, "vessel.yaml"))
    marches = march_all(case)
    levels = {name: case.headline.level(march.damage[case.headline.name]) for name, march in marches.items()}
    points = case.mesh.points[levels["actual"] > 0.0]
    off = np.abs((np.degrees(np.arctan2(points[:, 1], points[:, 0])) + 90.0) % 180.0 - 90.0).max(initial=0.0)
    reach = 1e3 * np.hypot(points[:, 0], points[:, 1]).max(initial=0.0)
    actual = marches["actual"]
    largest = actual.pulses.largest_field
    pulsed = sum(step.dt * step.pulses.mean_power for step in actual.steps)
    return [
        states(
            "at 450 V/cm tissue dies at the poles only, and nowhere without the vein",
            len(points) > 0 and off < 45.0 and not (levels["no_vessel"] > 0.0).any(),
            note=f"to {reach:.1f} mm from the vein's axis, within {off:.0f}° of the field",
        ),
        context("largest field at the vein, 450 V/cm", volts_per_cm(float(np.nanmax(largest))), unit="V/cm"),
        context("smallest field at the vein, 450 V/cm", volts_per_cm(float(np.nanmin(largest))), unit="V/cm"),
        stays_below("V·I·on-time against the ledger, vein", pulsed / actual.ledger.delivered - 1.0, 1e-6),
    ]


def run(bench):
    return [*slab(bench, True), *slab(bench, False), with_default_steps(bench), *vein(bench), *kills_at_poles(bench)]

"""V-C16: what perfusion does to the temperature at 1 cm from an electrode and from an antenna."""

import numpy as np

from ablasim.book import context, states
from ablasim.margins import Domain
from ablasim.margins.distance import interpolate
from ablasim.units import celsius, metres

FILES = {"radiofrequency": "scenario_rf.yaml", "microwave": "scenario.yaml"}
PERFUSION = "body.perfusion_factor"
AWAY_MM, BODY_C, MORE = 10.0, 37.0, 1.2
FINE = {"numerics.mesh": {"needle_mm": 0.28, "far_mm": 5.7, "growth": 0.127}}
POWER = {"radiofrequency": "protocol.0.drive.electrode.power_w",
         "microwave": "protocol.0.drive.antenna.forward_power_w"}  # fmt: skip
POWERS_W = {"radiofrequency": (15, 35), "microwave": (20, 45)}
LESS_PERFUSED = 0.0064 / 0.0132


def temperature(results):
    """At 1 cm from the axis beside the middle of what heats, at the end of power, mean round the axis, °C."""
    domain = Domain.of_mesh(results.case.mesh, tuple(results.case.anatomy.needles))
    angle = 2.0 * np.pi * np.arange(48) / 48
    places = metres(AWAY_MM) * np.column_stack([np.cos(angle), np.sin(angle), np.zeros(48)])
    cell, weights = domain.locate_in_tissue(places)
    return float(celsius(interpolate(domain.cells, results.actual.temperature_end_of_power, cell, weights).mean()))


def run(bench):
    rows, gains = [], {}

    def gain(source, words, changes, factor=1.0):
        """Rise without perfusion over that with it."""
        still, perfused = (bench.run({**changes, PERFUSION: part}, FILES[source]) for part in (0.0, factor))
        values = [temperature(results) for results in (perfused, still)]
        volumes = [results.summary["zone"]["volume_ml"] for results in (perfused, still)]
        share = (values[1] - BODY_C) / (values[0] - BODY_C)
        rows.append([source, words, *(f"{value:.1f}" for value in values), f"{share:.2f}",
                     *(f"{volume:.1f}" for volume in volumes)])  # fmt: skip
        return share

    for source in FILES:
        gains[source] = gain(source, "documented values", {})
        for watts in POWERS_W[source]:
            gain(source, f"{watts} W", {POWER[source]: watts})
        gain(source, "perfusion 0.0064 1/s", {}, LESS_PERFUSED)
        if source == "microwave":
            gain(source, "12 minutes", {"protocol.0.duration_s": 720})
        gain(source, "finer mesh", FINE)
    bench.table("Temperature at 1 cm and volume of the zone",
                ["source", "", "perfused / °C", "not perfused / °C", "rise over rise", "zone perfused / ml",
                 "not perfused / ml"], rows)  # fmt: skip
    radiofrequency, microwave = gains["radiofrequency"], gains["microwave"]
    return [
        states("radiofrequency: the temperature at 1 cm rises without perfusion", radiofrequency >= MORE,
               note=f"{radiofrequency:.2f} times the rise"),
        states("microwaves: it does not", microwave < MORE, note=f"{microwave:.2f} times the rise"),
        states("perfusion matters less with microwaves", microwave < radiofrequency),
        context("rise at 1 cm without perfusion over that with it, radiofrequency", radiofrequency),
        context("rise at 1 cm without perfusion over that with it, microwaves", microwave),
    ]  # fmt: skip

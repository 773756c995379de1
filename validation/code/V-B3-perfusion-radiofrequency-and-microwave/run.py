"""V-B3: highest temperature at an antenna, and what perfusion costs it and a cooled needle."""

from scipy.optimize import brentq

from ablasim.book import context, states, within_band

VOLTAGE = "protocol.0.drive.electrode.voltage_v"
PERFUSION = "tissues.case_liver.perfusion_rate_per_s"
RATES = (0.0064, 0.0132)
HELD_C, VOLTS = 99.0, (30.0, 42.0)
"""Temperature that the constant voltage reaches at the end, just below boiling, and where it is sought."""
FINE = {"numerics.mesh": {"needle_mm": 0.32, "far_mm": 8.5, "growth": 0.156}}


def held(bench, changes):
    """Run of the needle at the voltage with which the hottest tissue is just below boiling."""
    runs = {}

    def excess(volts):
        runs[volts] = bench.run({**changes, VOLTAGE: volts}, "scenario_rf.yaml")
        return runs[volts].summary["source"]["max_temperature_c"] - HELD_C

    return runs[brentq(excess, *VOLTS, xtol=0.2)]


def run(bench):
    rows, volumes, hottest = [], {}, {}
    for rate in (0.0, *RATES):
        changes = {PERFUSION: rate}
        for name, results in (("antenna", bench.run(changes)), ("needle", held(bench, changes))):
            zone, source = results.summary["zone"], results.summary["source"]
            volumes[name, rate], hottest[name, rate] = zone["volume_ml"], source["max_temperature_c"]
            rows.append([name, f"{rate:g}", f"{zone['volume_ml']:.1f}",
                         f"{zone['by_damage_model']['isotherm_60']['volume_ml']:.1f}",
                         f"{zone['short_axis_mm']:.1f} × {zone['long_axis_mm']:.1f}", f"{hottest[name, rate]:.0f}",
                         f"{source['energy_delivered_j'] / 1e3:.1f}",
                         f"{source['voltage_v']['end']:.1f}" if name == "needle" else ""])  # fmt: skip
    bench.table("Zones with and without perfusion",
                ["applicator", "perfusion / (1/s)", "zone / ml", "inside 60 °C / ml", "axes / mm", "hottest / °C",
                 "energy / kJ", "voltage / V"], rows)  # fmt: skip
    fine = bench.run(FINE).summary
    bench.note(f"Antenna on the finer mesh: {fine['source']['max_temperature_c']:.0f} °C, "
               f"{fine['zone']['volume_ml']:.1f} ml.")  # fmt: skip
    checks = [within_band("highest temperature at the antenna", hottest["antenna", RATES[0]], 150.0, 200.0, unit="°C",
                          note="published 177 °C")]  # fmt: skip
    for rate in RATES:
        gain = {name: volumes[name, 0.0] / volumes[name, rate] for name in ("antenna", "needle")}
        checks.append(
            states(
                f"perfusion {rate:g} 1/s costs the antenna less than the needle",
                gain["antenna"] < gain["needle"],
                note=f"without it {gain['antenna']:.2f} and {gain['needle']:.2f} times the zone",
            )
        )
        checks += [context(f"zone without perfusion over that with {rate:g} 1/s, {name}", value)
                   for name, value in gain.items()]  # fmt: skip
    return checks

"""V-C10: aspect ratio of the zones of a cooled antenna with two slots and of one with a monopole."""

from ablasim.book import compare, context, states

RADIATOR = "applicators.antenna.radiator"
FORWARD = "protocol.0.drive.antenna.forward_power_w"
IN_VIVO = {"tissues.case_liver": {"from": "liver"}, "body": {}}
FINE = {"numerics.mesh": {"needle_mm": 0.32, "far_mm": 8.5, "growth": 0.177}}
TOLERANCE = 0.1


def slots(scale=1.0):
    first, second = ({"distance_mm": scale * distance, "length_mm": 1.0} for distance in (5.5, 11.5))
    return {RADIATOR: {"kind": "slots", "slots": [first, second], "short_length_mm": 0.5}}


def monopole(scale=1.0):
    return {RADIATOR: {"kind": "monopole", "length_mm": scale * 13.0}}


OPEN = {
    "documented values": (slots(), monopole(), {}),
    "cable loss 1.5 dB": (slots(), monopole(), {"applicators.antenna.cable_loss_db": 1.5}),
    "lengths 80 %": (slots(0.8), monopole(0.8), {}),
    "lengths 120 %": (slots(1.2), monopole(1.2), {}),
}


def shape(bench, changes):
    summary = bench.run(changes).summary
    zone, source = summary["zone"], summary["source"]
    width = 0.5 * (zone["short_axis_mm"] + zone["largest_width_mm"])
    return {"ratio": width / zone["long_axis_mm"], "width": width, "length": zone["long_axis_mm"],
            "volume": zone["volume_ml"], "reflected": source["reflected_w"]["end"],
            "absorbed": source["absorbed_w"]["end"], "hottest": source["max_temperature_c"]}  # fmt: skip


def run(bench):
    checks, lines = [], []
    for row in bench.reference():
        setting = {FORWARD: float(row["power_w"]), "protocol.0.duration_s": float(row["duration_s"])}
        if row["setting"] == "in vivo":
            setting |= IN_VIVO
        two, one = (shape(bench, {**setting, **radiator}) for radiator in (slots(), monopole()))
        words = f"{row['setting']}, {row['power_w']} W, {float(row['duration_s']) / 60:.0f} min"
        given = {"two slots": float(row["dual_slot"]), "monopole": float(row["monopole"])}
        for name, found in (("two slots", two), ("monopole", one)):
            lines.append([words, name, f"{given[name]:.2f}", f"{found['ratio']:.2f}", f"{found['width']:.1f}",
                          f"{found['length']:.1f}", f"{found['volume']:.1f}", f"{found['absorbed']:.1f}",
                          f"{found['reflected']:.1f}", f"{found['hottest']:.0f}"])  # fmt: skip
        checks += [
            states(f"{words}: two slots make the rounder zone", two["ratio"] > one["ratio"],
                   note=f"{two['ratio']:.2f} against {one['ratio']:.2f}"),
            compare(f"{words}: aspect ratio, monopole", one["ratio"], given["monopole"], absolute=TOLERANCE),
            context(f"{words}: aspect ratio, two slots", two["ratio"], expected=given["two slots"]),
        ]  # fmt: skip
    bench.table("Zones by CEM43 ≥ 240 min",
                ["setting", "antenna", "measured ratio", "ratio", "width / mm", "length / mm", "volume / ml",
                 "absorbed / W", "reflected / W", "hottest / °C"], lines)  # fmt: skip
    rows = []
    for words, (two, one, change) in OPEN.items():
        found = [shape(bench, {**change, **radiator})["ratio"] for radiator in (two, one)]
        rows.append([words, *(f"{ratio:.2f}" for ratio in found)])
    fine = [shape(bench, {**FINE, **radiator})["ratio"] for radiator in (slots(), monopole())]
    bench.note(f"50 W, 2 min on the finer mesh: {fine[0]:.3f} with two slots, {fine[1]:.3f} with the monopole.")
    bench.table("Aspect ratio at 50 W and 2 min over what could not be read", ["", "two slots", "monopole"], rows)
    return checks

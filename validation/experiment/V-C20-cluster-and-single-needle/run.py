"""V-C20: diameters of a cluster's zone and of a single needle's, in vivo and on the bench, and their ratios."""

from ablasim.book import compare, context
from ablasim.book.extents import dead_extents_mm

FILES = {"in vivo": "scenario.yaml", "bench": "scenario_bench.yaml"}
CLUSTER = {"name": "electrode", "kind": "rf_needles", "device": "cooled_cluster", "centre_mm": [0, 0, 0],
           "direction": [0, 0, 1]}  # fmt: skip
ELECTRODES = {"single": {}, "cluster": {"applicators": [CLUSTER]}}
MODELS = {"cem43_240": "CEM43 240 min", "isotherm_60": "60 °C"}
WIDER, NARROWER = 0.25, 0.10
"""Tolerances of cluster over single, and of in vivo over bench."""


def measure(results):
    summary = results.summary
    source, zone = summary["source"], summary["zone"]
    return {
        "diameter": {model: float(dead_extents_mm(results, results.levels[model])[:2].min()) for model in MODELS},
        "volume": {model: zone["by_damage_model"][model]["volume_ml"] for model in MODELS},
        "energy": source["energy_delivered_j"] / 1e3,
        "start": source["impedance_ohm"]["start"],
        "roll-offs": source["generator"]["roll_offs"],
        "first": source["generator"]["first_roll_off_s"],
        "duty": source["generator"]["duty_percent"],
    }


def run(bench):
    found = {(setting, electrode): measure(bench.run(changes, file))
             for setting, file in FILES.items() for electrode, changes in ELECTRODES.items()}  # fmt: skip
    measured = {(row["setting"], row["electrode"]): 10.0 * float(row["diameter_cm"]) for row in bench.reference()}
    bench.table(
        "One electrode and three, and what was measured (Goldberg et al. 1998)",
        ["setting", "electrode", "diameter / mm", "by 60 °C / mm", "measured / mm", "zone / ml", "by 60 °C / ml",
         "energy / kJ", "impedance at the start / Ω", "roll-offs", "the first / s", "time with power / %"],
        [[setting, electrode, *(f"{one['diameter'][model]:.1f}" for model in MODELS),
          f"{measured[setting, electrode]:.0f}", *(f"{one['volume'][model]:.1f}" for model in MODELS),
          f"{one['energy']:.1f}", f"{one['start']:.0f}", f"{one['roll-offs']}",
          "–" if one["first"] is None else f"{one['first']:.0f}", f"{one['duty']:.0f}"]
         for (setting, electrode), one in found.items()],
    )  # fmt: skip
    pairs = {f"cluster over single, {setting}": ((setting, "cluster"), (setting, "single"), WIDER) for setting in FILES}
    pairs |= {f"in vivo over bench, {electrode}": (("in vivo", electrode), ("bench", electrode), NARROWER)
              for electrode in ELECTRODES}  # fmt: skip
    checks = []
    for words, (above, below, tolerance) in pairs.items():
        published = measured[above] / measured[below]
        for model, name in MODELS.items():
            ratio = found[above]["diameter"][model] / found[below]["diameter"][model]
            volumes = found[above]["volume"][model] / found[below]["volume"][model]
            if model == "cem43_240":
                checks.append(compare(f"diameter, {words}", ratio, published, absolute=tolerance))
            else:
                checks.append(context(f"diameter by {name}, {words}", ratio, expected=published))
            checks.append(context(f"volume by {name}, {words}", volumes))
    for key, one in found.items():
        where = ", ".join(key)
        checks.append(context(f"diameter, {where}", one["diameter"]["cem43_240"], expected=measured[key], unit="mm"))
    return checks

"""Make the readings of the shipped fit: a run with known values, and random numbers added.

``python tools/thermocouples.py`` writes fits/thermocouples.csv.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

from ablasim.fit.model import Request, predict
from ablasim.scenario.changes import with_changes

FITS = Path(__file__).resolve().parents[1] / "fits"
FILE = FITS / "thermocouples.csv"

PERFUSION_PER_S, CONDUCTIVITY_S_M = 0.009, 0.24
NOISE_K, SEED = 0.3, 1
TIMES_S = tuple(float(time) for time in range(0, 241, 10))


def main() -> None:
    """Write the readings."""
    fit = YAML(typ="safe").load(FITS / "liver_from_thermocouples.yaml")
    base = FITS / fit["base"]
    data = with_changes(
        YAML(typ="safe").load(base),
        fit["set"]
        | {
            "tissues.this_liver.perfusion_rate_per_s": PERFUSION_PER_S,
            "tissues.this_liver.electrical_conductivity_s_m": CONDUCTIVITY_S_M,
        },
    )
    data["protocol"].append({"duration_s": TIMES_S[-1] - 180.0})
    names = tuple(sensor["name"] for sensor in fit["set"]["sensors"])
    exact = predict(Request(data, str(base.parent), names, TIMES_S))
    if isinstance(exact, str):
        raise SystemExit(exact)
    read = exact + NOISE_K * np.random.default_rng(SEED).standard_normal(exact.shape)
    lines = [
        "# No measurement: made by tools/thermocouples.py with ablasim itself, perfusion "
        f"{PERFUSION_PER_S:g} 1/s, conductivity {CONDUCTIVITY_S_M:g} S/m,",
        f"# and normal random numbers of {NOISE_K:g} K added (seed {SEED}).",
        ",".join(["time_s", *(f"{name}_c" for name in names)]),
        *(",".join([f"{time:g}", *(f"{value:.2f}" for value in row)]) for time, row in zip(TIMES_S, read, strict=True)),
    ]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

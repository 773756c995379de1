"""V-C14: conductivity between plates, currents of published settings, and zones over the published thresholds."""

from itertools import groupby

import numpy as np

from ablasim.book import compare, context, states
from ablasim.book.extents import dead_extents_mm, dead_volume_ml
from ablasim.damage.electroporation import FieldThreshold, PelegFermi
from ablasim.materials import electroporation, tissue
from ablasim.units import volts_per_cm
from ablasim.views.book_figures import Curve

LENGTH, AREA = 10e-3, 400e-6
CURRENT_LIMIT_A, RISE_LIMIT_A = 50.0, 12.0
SPAN = (350.0, 700.0)
NAMES = ("width", "depth", "height")
SCANNED = np.arange(250.0, 1001.0, 10.0)


def between_plates(bench):
    found = bench.run(file="plates.yaml").actual
    weak, strong = found.pulses.trains
    sigma = weak.start.current * LENGTH / (weak.start.voltage * AREA)
    warmed = found.temperature.mean() - 295.15
    at_37 = (strong.end.current / strong.start.current - 1.0) / warmed
    slope = at_37 / (1.0 + at_37 * 15.0)  # of the conductivity at 37 °C, by which the library counts
    return [
        compare("conductivity of excised liver between plates, 22 °C", sigma, 0.12, relative=0.01, unit="S/m"),
        compare(
            "its slope with temperature",
            100.0 * slope,
            1.2,
            relative=0.02,
            unit="%/K",
            note=f"warmed by {warmed:.1f} K",
        ),
        context(
            "opened over intact, between plates",
            strong.start.current * weak.start.voltage / (weak.start.current * strong.start.voltage),
        ),
    ]


class Setting:
    """One setting of V-C13, run once."""

    def __init__(self, bench, row):
        self.label = row["row"]
        changes = {
            "protocol.0.pulses.voltage_v": float(row["voltage_v"]),
            "applicators.needles.spacing_mm": float(row["spacing_mm"]),
        }
        self.results = bench.run(changes)
        (self.train,) = self.results.actual.pulses.trains
        self.own = volts_per_cm(electroporation(tissue("liver")).irreversible_threshold)

    def level(self, threshold):
        """Level at the nodes by a threshold, V/cm."""
        return self.results.levels[FieldThreshold().name] + np.log(self.own / threshold)

    def extents(self, threshold):
        """Extents by a threshold, V/cm, in mm."""
        return dict(zip(NAMES, dead_extents_mm(self.results, self.level(threshold)).tolist(), strict=True))

    def volume(self, threshold):
        """Volume by a threshold, V/cm, in ml."""
        return dead_volume_ml(self.results, self.level(threshold))


def currents(bench, settings):
    weak = bench.run({"protocol.0.pulses.voltage_v": 100.0, "protocol.0.pulses.count": 1}).actual.pulses.trains[0].start
    first = settings[0].train
    most = max(max(s.train.start.current, s.train.end.current) for s in settings)
    rises = [s.train.end.current - s.train.start.current for s in settings]
    told = ", ".join(f"{s.label}: {s.train.start.current:.1f} to {s.train.end.current:.1f} A" for s in settings)
    rising = (first.start.current / first.start.voltage) / (weak.current / weak.voltage)
    return [
        states("currents of published settings stay within the generator's 50 A", most <= CURRENT_LIMIT_A, note=told),
        states(
            "currents rise by less than 12 A within a train, as in 87 % of patients",
            max(rises) < RISE_LIMIT_A,
            note=f"{min(rises):.1f} to {max(rises):.1f} A, by heat alone",
        ),
        context("resistance before anything opens, 2250 V at 15 mm", weak.voltage / weak.current, unit="Ω"),
        context("resistance of the first pulse, 2250 V at 15 mm", first.start.voltage / first.start.current, unit="Ω"),
        context("conductance of the first pulse over that of intact liver, 2250 V at 15 mm", rising),
        context("current of the last over the first pulse, 2250 V at 15 mm", first.end.current / first.start.current),
    ]


def over_thresholds(bench, settings):
    first, checks, lines = settings[0], [], []
    for row in bench.reference():
        threshold = float(row["threshold_v_per_cm"])
        found = [setting.extents(threshold) for setting in settings]
        tag = "" if row["tag"] == "read" else ", not opened"
        lines.append(
            (
                f"{threshold:.0f}",
                *("{width:.1f} × {depth:.1f} × {height:.1f}".format(**one) for one in found),
                f"{first.volume(threshold):.1f}",
                row["what"] + tag,
            )
        )
    for threshold in (SPAN[0], first.own, SPAN[1]):
        found = first.extents(threshold)
        checks += [
            context(f"volume at {threshold:.0f} V/cm, {first.label}", first.volume(threshold), unit="ml"),
            context(f"depth at {threshold:.0f} V/cm, {first.label}", found["depth"], unit="mm", expected=17.0),
        ]
    bench.table(
        "Width × depth × height in mm by threshold, and volume in ml of the first setting",
        ("V/cm", *(setting.label for setting in settings), "ml", "threshold of"),
        lines,
    )
    return checks


def met_by(bench, settings):
    """Thresholds that give each measured extent within one standard deviation."""
    curves, sets, lines = [], [], []
    by_label = {setting.label: setting for setting in settings}
    scans = {label: [setting.extents(value) for value in SCANNED] for label, setting in by_label.items()}
    for row in bench.reference("measured.csv"):
        label, quantity, mean, spread = row["row"], row["quantity"], float(row["mean_mm"]), float(row["sd_mm"])
        values = np.array([found[quantity] for found in scans[label]])
        fits = np.abs(values - mean) <= spread
        sets.append(fits)
        words = f"{SCANNED[fits].min():.0f} to {SCANNED[fits].max():.0f}" if fits.any() else "none"
        lines.append((label, quantity, f"{mean:g} ± {spread:g}", words))
    for number, (label, scan) in enumerate(scans.items()):
        for kind, quantity in (("exact", "depth"), ("computed", "width")):
            curves.append(
                Curve(f"{quantity}, {label}", SCANNED, [found[quantity] for found in scan], kind=kind, group=number)
            )
    low, high = SPAN
    inside = np.abs(SCANNED - 0.5 * (low + high)) <= 0.5 * (high - low)
    common = np.logical_and.reduce(sets)
    words = f"{SCANNED[common].min():.0f} to {SCANNED[common].max():.0f} V/cm" if common.any() else "none"
    bench.table(
        "Thresholds, 250 to 1000 V/cm in steps of 10, that give a measured extent within one standard deviation",
        ("setting", "quantity", "measured / mm", "V/cm"),
        lines,
    )
    bench.profile(
        "thresholds",
        "Depth (lines) and width (points) of the zone over the threshold.",
        curves,
        x_label="threshold / (V/cm)",
        y_label="extent / mm",
    )
    met = sum(bool((fits & inside).any()) for fits in sets)
    return [
        states(
            "each measured extent is given by some threshold from 350 to 700 V/cm",
            met == len(sets),
            note=f"{met} of {len(sets)}; all of them together: {words}",
        ),
    ]


def run(bench):
    rows = [next(group) for _, group in groupby(bench.reference("measured.csv"), key=lambda row: row["row"])]
    settings = [Setting(bench, row) for row in rows]
    checks = [
        *between_plates(bench),
        *currents(bench, settings),
        *over_thresholds(bench, settings),
        *met_by(bench, settings),
    ]
    checks.append(
        context(
            "field at which 90 pulses leave 0.1 % by Peleg–Fermi",
            volts_per_cm(PelegFermi().lethal_field(90)),
            expected=250.0,
            unit="V/cm",
            note="prostate cancer cells in vitro",
        )
    )
    return checks

"""V-M1: the demo's zone and margin with the values that other sources give."""

from ablasim.book import context
from ablasim.materials import library_table
from ablasim.materials.entries import PULSE_UNITS
from ablasim.views.book_figures import Curve

DEMO = "../../../scenarios/rfa_hepatic_vein.yaml"
LIVER, TUMOUR = "liver", "colorectal_metastasis"


def alternatives():
    """Rows of the library with what other sources give: (row, regions to change, value, source)."""
    rows = {(row.name, row.quantity): row for row in library_table()}
    for (name, quantity), row in rows.items():
        if name not in (LIVER, TUMOUR) or quantity in PULSE_UNITS:  # the demo has no pulses
            continue
        inherited = rows[TUMOUR, quantity].note.startswith(f"Taken from {LIVER}")
        if name == TUMOUR and inherited:
            continue
        regions = (LIVER, TUMOUR) if name == LIVER and inherited else (name,)
        for other in row.alternatives:
            yield row, regions, other


def outcome(bench, regions=(), quantity="", value=0.0):
    changes = {"numerics.mesh": "coarse", "heat_sink.twins": []}
    if regions:
        changes["tissues"] = {f"{name}_other": {"from": name, quantity: value} for name in regions}
        for name in regions:
            changes["organ.tissue" if name == LIVER else "tumour.tissue"] = f"{name}_other"
    summary = bench.run(changes, file=DEMO).summary
    return summary["zone"]["volume_ml"], summary["margin"]["minimum_mm"], summary["source"]


def run(bench):
    volume, margin, _ = outcome(bench)
    checks = [
        context("zone with the library's values", volume, unit="ml"),
        context("smallest margin with the library's values", margin, unit="mm"),
    ]
    rows, marks = [], []
    for row, regions, other in alternatives():
        found, least, source = outcome(bench, regions, row.quantity, other.value)
        what = f"{row.name} {row.quantity} = {other.value:g}"
        checks.append(context(f"zone, {what} instead of {row.value:g}", found, unit="ml"))
        checks.append(context(f"smallest margin, {what} instead of {row.value:g}", least, unit="mm"))
        change = 100.0 * (found / volume - 1.0)
        limited = (
            f"; the voltage limit held for {source['voltage_limited_s']:.0f} s" if source["voltage_limited_s"] else ""
        )
        rows.append((row.name, row.quantity, f"{row.value:g}", f"{other.value:g}", f"{found:.1f} ml ({change:+.0f} %)",
                     f"{least:.1f} mm", other.source + limited))  # fmt: skip
        marks.append((other.value / row.value, change, f"{row.name} {row.quantity}"))
    bench.table(
        f"The demo with other values, one at a time; with the library's: {volume:.1f} ml, {margin:.1f} mm",
        ("material", "quantity", "library", "other", "zone", "smallest margin", "source of the other"), rows,
    )  # fmt: skip
    labels = list(dict.fromkeys(label for _, _, label in marks))
    curves = [
        Curve(label, [m[0] for m in marks if m[2] == label], [m[1] for m in marks if m[2] == label], group=i)
        for i, label in enumerate(labels)
    ]
    bench.profile(
        "changes", "Change of the zone's volume over the other value, relative to the library's.", curves,
        x_label="other value / library's value", y_label="change of the zone's volume / %", log_x=True,
    )  # fmt: skip
    return checks

"""V-A7n: temperature at all nodes against the formula of the code's own potential, on needles of every form."""

from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from ablasim.book import compare, context, converges, states, stays_below
from ablasim.book.direct import mean_size, solve_potential, spread_out
from ablasim.build import build_case
from ablasim.resolve import build_materials
from ablasim.scenario.applicators import Applicator
from ablasim.scenario.terminal_pairs import TerminalPair, driven_pairs
from ablasim.settle import settle
from ablasim.units import celsius
from ablasim.views.book_figures import Curve, Series

PAIR = TerminalPair(("electrode",))

SIGMA, K, BODY_C, TOLERANCE = 0.333, 0.52, 37.0, 0.005
AWAY = 2e-3  # m from the needle


@dataclass(frozen=True)
class Variant:
    """What holds the active surface (None: nothing), slope of σ(T), and voltage."""

    label: str
    surface_c: float | None
    slope: float = 0.0
    volts: float = 22.0

    def resistivity(self, rise):
        """∫ k/σ dT from body temperature."""
        return rise * K / SIGMA if self.slope == 0.0 else K * np.log1p(self.slope * rise) / (self.slope * SIGMA)

    def rise(self, phi):
        """The exact rise of temperature at a potential, K."""
        if self.surface_c is None:
            share = self.volts * phi - 0.5 * phi**2
        else:
            share = 0.5 * phi * (self.volts - phi) + self.resistivity(self.surface_c - BODY_C) * phi / self.volts
        linear = SIGMA * share / K
        return linear if self.slope == 0.0 else np.expm1(self.slope * linear) / self.slope

    @property
    def largest(self):
        """Largest rise at any potential, K."""
        return float(self.rise(np.linspace(0.0, self.volts, 100_001)).max())

    @property
    def changes(self):
        """The variant as changes of the scenario."""
        return {
            "applicators.electrode.surface_temperature_c": self.surface_c,
            "tissues.conductor.electrical_conductivity_slope_per_k": self.slope,
            "protocol.0.drive.electrode.voltage_v": self.volts,
        }


BOTH, COOLED = Variant("surface at 37 °C", 37.0), Variant("surface at 20 °C", 20.0)
INSULATED = Variant("surface insulated", None)
BOTH_SIGMA = Variant("surface at 37 °C, σ(T)", 37.0, 0.015)
COOLED_SIGMA = Variant("surface at 20 °C, σ(T)", 20.0, 0.015)
INSULATED_SIGMA = Variant("surface insulated, σ(T), 12 V", None, 0.015, 12.0)
CONSTANT = (BOTH, COOLED, INSULATED)
VARIANTS = (*CONSTANT, BOTH_SIGMA, COOLED_SIGMA, INSULATED_SIGMA)


def form(diameter_mm, active_mm, shaft_mm, direction, mesh):
    """A needle with the middle of its active part in the middle of the organ; mesh sizes relative to its radius."""
    axis = np.array(direction) / np.linalg.norm(direction)
    radius, (needle, edge, growth) = 0.5 * diameter_mm, mesh
    values = {
        "tip_mm": (-0.5 * active_mm * axis).tolist(),
        "direction": list(direction),
        "diameter_mm": diameter_mm,
        "active_length_mm": active_mm,
        "shaft_length_mm": shaft_mm,
    }
    mesh_sizes = {"needle_mm": needle * radius, "edge_mm": edge * radius, "growth": growth}
    return {f"applicators.electrode.{key}": value for key, value in values.items()} | {
        f"numerics.mesh.{key}": value for key, value in mesh_sizes.items()
    }


RATIO = np.sqrt(2.0)  # of the sizes from level to level
FINEST = (0.058, 0.0038, 0.042)
STOUT = "needle of 2.4 mm, 5 mm active, shaft ends inside"
OTHERS = {
    "needle of 1.5 mm (17 G), 10 mm active, shaft to the outside": form(
        1.5, 10.0, None, (0.0, 0.0, 1.0), (0.085, 0.004, 0.08)
    ),
    "needle of 1.2 mm, 18 mm active, oblique, shaft to the outside": form(
        1.2, 18.0, None, (1.0, 1.0, 2.0), (0.08, 0.0045, 0.085)
    ),
}


def stout(level):
    """The stout needle on a mesh that many levels below the finest."""
    return form(2.4, 5.0, 4.0, (0.0, 0.0, 1.0), tuple(size * RATIO**level for size in FINEST))


def varied(bench, changes, variant, base):
    """A case on the mesh of another one, which differs in what `variant` says."""
    scenario = bench.scenario(changes | variant.changes)
    return replace(base, scenario=scenario, materials=build_materials(scenario))


@dataclass(frozen=True)
class Found:
    """Potential, V, temperature, °C, and error of the latter relative to the largest rise, at the tissue's nodes."""

    phi: np.ndarray
    temperature_c: np.ndarray
    error: np.ndarray
    distance: np.ndarray
    volume: np.ndarray

    @property
    def anywhere(self):
        """Largest error."""
        return float(self.error.max())

    @property
    def away(self):
        """Root mean square of the error away from the needle."""
        there = self.distance > AWAY
        return float(np.sqrt(np.average(self.error[there] ** 2, weights=self.volume[there])))


def found_in(case, temperature, variant):
    """Hold the temperature to the potential that belongs to it."""
    unit = case.electric_problem(PAIR, "actual").solve(case.conductors("actual").electrical(temperature))
    tissue = case.bioheat("actual").active
    phi, temperature_c = variant.volts * unit.potential[tissue], celsius(temperature[tissue])
    error = np.abs(temperature_c - BODY_C - variant.rise(phi)) / variant.largest
    distance = case.anatomy.needles["electrode"].distance(case.mesh.points[tissue])
    return Found(phi, temperature_c, error, distance, case.nodal_tissue_volume[tissue])


def settled(bench, changes, variant, base):
    """The variant on the mesh of `base`, by the function that `ablasim.run` calls for a steady protocol."""
    case = varied(bench, changes, variant, base)
    return found_in(case, settle(case).temperature, variant)


def on_ever_finer_meshes(bench):
    """Errors of the stout needle: orders of convergence, and every variant on the finest mesh.

    Meshes before the finest are run as a user would, the surface at 37 °C.
    """
    levels = (5, 3, 1) if bench.quick else (4, 2, 0)
    refined = {variant: [] for variant in (BOTH, INSULATED)}
    checks, curves = [], []
    for level in levels[:-1]:
        results = bench.run(stout(level))
        refined[BOTH].append(found_in(results.case, results.actual.temperature, BOTH))
        refined[INSULATED].append(settled(bench, stout(level), INSULATED, results.case))
    base = build_case(bench.scenario(stout(levels[-1])))
    for group, variant in enumerate(refined if bench.quick else VARIANTS):
        found = settled(bench, stout(levels[-1]), variant, base)
        checks.append(stays_below(f"{STOUT}, {variant.label}: largest error anywhere", found.anywhere, TOLERANCE))
        curves += shown(found, variant, group)
        if variant in refined:
            refined[variant].append(found)
    sizes, series = [RATIO**level for level in levels], []
    for variant, all_found in refined.items():
        anywhere, away = [found.anywhere for found in all_found], [found.away for found in all_found]
        checks += [
            converges(f"{STOUT}, {variant.label}: error anywhere", sizes, anywhere, 1.0),
            converges(f"{STOUT}, {variant.label}: error 2 mm away", sizes, away, 2.0),
        ]
        series += [Series(f"{variant.label}, anywhere", sizes, anywhere), Series(f"{variant.label}, away", sizes, away)]
    bench.convergence(
        "convergence",
        f"Error of the {STOUT}: largest anywhere, and root mean square 2 mm and more away.",
        series,
        x_label="mesh sizes over those of the finest", y_label="error / largest rise", orders=[1.0, 2.0],
    )  # fmt: skip
    bench.profile("relation", f"Temperature over potential, {STOUT}.", curves, x_label="φ / V", y_label="T / °C")
    return checks


def by_users_path(bench):
    """The stout needle, wholly as a user would run it."""
    results = bench.run()
    error = found_in(results.case, results.actual.temperature, BOTH).anywhere
    top = results.summary["source"]["max_temperature_c"]
    return [
        stays_below(f"{STOUT}, {BOTH.label}, by ablasim.run: largest error anywhere", error, TOLERANCE),
        compare(f"{STOUT}, {BOTH.label}, by ablasim.run: highest temperature", top, BODY_C + BOTH.largest,
                absolute=TOLERANCE * BOTH.largest, unit="°C"),
    ]  # fmt: skip


def shown(found, variant, group):
    """The exact relation and some of the nodes."""
    line, nodes = np.linspace(0.0, variant.volts, 200), spread_out(found.phi, 0.0, variant.volts, 25)
    return [
        Curve("", line, BODY_C + variant.rise(line), kind="exact", group=group),
        Curve(variant.label, found.phi[nodes], found.temperature_c[nodes], group=group),
    ]


def other_needles(bench):
    """Long and thin, oblique, with the shaft running out of the organ."""
    checks = []
    for name, changes in OTHERS.items():
        base = build_case(bench.scenario(changes))
        for variant in (*CONSTANT, BOTH_SIGMA):
            found = settled(bench, changes, variant, base)
            checks.append(stays_below(f"{name}, {variant.label}: largest error anywhere", found.anywhere, TOLERANCE))
    return checks


@dataclass(frozen=True)
class Form:
    """Electrodes of another form, how they are driven at 12 V, and which relation holds on them."""

    label: str
    applicators: tuple[dict, ...]
    drive: dict
    boundary: dict
    exact: Variant
    has_film: bool = False

    @property
    def kinds(self):
        """Kinds of its applicators."""
        return {item["kind"] for item in self.applicators}

    def changes(self, finer):
        """The form as changes of the scenario, with sizes divided by a number."""
        volts = {name: {"control": "voltage", "voltage_v": 12.0, **more} for name, more in self.drive.items()}
        return {
            "organ.size_mm": [50, 50, 50],
            "applicators": [dict(item) for item in self.applicators],
            "protocol": [{"steady": True, "drive": volts}],
            "boundary": self.boundary,
            "numerics.mesh": {name: size / finer for name, size in OTHER_SIZES.items()},
        }


HELD_12, INSULATED_12 = Variant("", 37.0, volts=12.0), Variant("", None, volts=12.0)
ALONE = {"thermal": "insulated", "electric": "insulated"}
INTO_ONE_FACE = {"thermal": "insulated", "faces": {"-z": {"thermal": "fixed", "temperature_c": 37}}}
UPRIGHT = {"direction": [0, 0, 1], "body": "left_out"}
OTHER_SIZES = {"needle_mm": 0.35, "edge_mm": 0.02, "tine_mm": 0.18, "far_mm": 3, "growth": 0.15}
FINER, ROUGHER_TOLERANCE = 1.6, 0.03
SET = {"kind": "rf_needles", "centre_mm": [0, 0, 0], "active_length_mm": 12, "diameter_mm": 2, **UPRIGHT}
FORMS = (
    Form("three tines of an umbrella, oblique",
         ({"name": "tines", "kind": "rf_tines", "tip_mm": [0, 0, 0], "active_length_mm": 6, "shape": "umbrella",
           "tine_count": 3, "bend_radius_mm": 5, "body": "left_out", "direction": [0.2, 0, 1]},),
         {"tines": {}}, {}, INSULATED_12),
    Form("cluster of three needles", ({"name": "cluster", "count": 3, "spacing_mm": 6, **SET},), {"cluster": {}}, {},
         INSULATED_12),
    Form("needle against needle",
         ({"name": "pair", "count": 2, "layout": "line", "spacing_mm": 12, "surface_temperature_c": 37, **SET},),
         {"pair_1": {"against": "pair_2"}}, ALONE, HELD_12),
    Form("needle against a pad on a face",
         ({"name": "needle", "kind": "rf_needle", "tip_mm": [0, 0, -6], "active_length_mm": 12, "diameter_mm": 2,
           **UPRIGHT},
          {"name": "pad", "kind": "ground_pad", "face": "-z"}),
         {"needle": {}}, INTO_ONE_FACE, INSULATED_12),
    Form("bipolar needle, poles behind a film",
         ({"name": "probe", "kind": "rf_bipolar", "tip_mm": [0, 0, -10], "distal_length_mm": 8, "gap_mm": 4,
           "proximal_length_mm": 8, "coolant_temperature_c": 37, "film_coefficient_w_m2_k": 1e5, **UPRIGHT},),
         {"probe": {}}, ALONE, HELD_12, has_film=True),
)  # fmt: skip


def settled_form(bench, form, finer):
    """Mean size, m, largest error of the relation, relative to the largest rise, and how far poles are off theirs.

    A film leaves poles warmer than the coolant. That excess goes on into the tissue as the harmonic function that has
    it on the poles and no flux through what insulates: the relation holds with that added.
    """
    case = build_case(bench.scenario(form.changes(finer)))
    temperature = settle(case).temperature
    pair = driven_pairs(case.scenario)[0]
    unit = case.electric_problem(pair, "actual").solve(case.conductors("actual").electrical(temperature)).potential
    tissue = case.bioheat("actual").active
    off = (celsius(temperature) - BODY_C - form.exact.rise(12.0 * unit)) / form.exact.largest
    at_poles = np.where(tissue & ((unit < 1e-9) | (unit > 1.0 - 1e-9)), off, 0.0)
    if form.has_film:
        conducts = case.space.on_gradient_points(case.zone_cells("actual").astype(float))
        off = off - solve_potential(case.space, conducts, ~tissue | (at_poles != 0.0), at_poles)
    return mean_size(case.mesh), float(np.abs(off[tissue]).max()), float(np.abs(at_poles).max())


def other_forms(bench):
    """Tines, sets, pads and bipolar needles: small meshes, where the error is larger and falls by its order."""
    checks = []
    for form in FORMS:
        coarse, at_coarse, _ = settled_form(bench, form, 1.0)
        fine, at_fine, at_poles = settled_form(bench, form, FINER)
        checks += [
            stays_below(f"{form.label}: largest error anywhere", at_fine, ROUGHER_TOLERANCE),
            converges(f"{form.label}: error anywhere", [coarse, fine], [at_coarse, at_fine], 1.0),
        ]
        if form.has_film:
            checks.append(context(f"{form.label}: largest rise of the poles over the largest of all", at_poles))
    return checks


def run(bench):
    checks = on_ever_finer_meshes(bench)
    if bench.quick:
        return checks
    kinds = {get_args(part.model_fields["kind"].annotation)[0] for part in get_args(get_args(Applicator)[0])}
    offered = {kind for kind in kinds if kind.startswith("rf_") or kind == "ground_pad"}
    return [
        *checks,
        *by_users_path(bench),
        *other_needles(bench),
        *other_forms(bench),
        states("every kind of electrode on offer is here", offered == {"rf_needle"}.union(*(f.kinds for f in FORMS))),
    ]

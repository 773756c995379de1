"""Everything a user can get wrong is refused with its place, what was given and what is allowed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ablasim.errors import ScenarioError
from ablasim.scenario import load_scenario

VEIN = "applicators:\n"

DRIVE = "drive: {electrode: {control: power, power_w: 29, voltage_limit_v: 50}}"
END_OF_NEEDLE = f"coolant_temperature_c: 10}}\nprotocol:\n  - {{duration_s: 720, {DRIVE}}}\n"


def second(needle: str, *steps: str) -> str:
    """The end of the demo's needle, another needle and some steps."""
    other = f"  - {{name: other, kind: rf_needle, direction: [0, 0, 1], active_length_mm: 30, {needle}}}\n"
    return f"coolant_temperature_c: 10}}\n{other}protocol:\n" + "".join(f"  - {{{step}}}\n" for step in steps)


FIRST, THEN = "duration_s: 9, in_place: [electrode]", "duration_s: 8, in_place: [other]"

# what the demo says, what that is changed to, what the error points at in the changed text, the sentence
DEMO_FAULTS = {
    "misspelt key": (
        "diameter_mm: 6,",
        "diamter_mm: 6,",
        "diamter_mm: 6",
        "vessels.hepatic_vein.diamter_mm: unknown key 'diamter_mm'; did you mean 'diameter_mm'?",
    ),
    "unknown part": (
        "title: RF",
        "patient: 3\ntitle: RF",
        "patient",
        "patient: unknown key 'patient'; known: schema_version, title, organ, tumour, vessels,",
    ),
    "word for a number": (
        "diameter_mm: 6,",
        "diameter_mm: thick,",
        "diameter_mm: thick",
        "vessels.hepatic_vein.diameter_mm: 'thick': must be a number: Inside diameter",
    ),
    "unit beside a number": (
        "power_w: 29",
        "power_w: 29 W",
        "power_w: 29 W",
        "protocol.0.drive.electrode.power_w: '29 W': must be a number alone, without unit or quotes: its unit is",
    ),
    "true for a number": (
        "power_w: 29",
        "power_w: true",
        "power_w: true",
        "protocol.0.drive.electrode.power_w: true: must be a number",
    ),
    "number for a part": (
        "organ: {shape: box, size_mm: [100, 100, 100], tissue: liver}",
        "organ: 3",
        "organ: 3",
        "organ: 3: must be keys and values",
    ),
    "negative length": (
        "diameter_mm: 6,",
        "diameter_mm: -6,",
        "diameter_mm: -6",
        "vessels.hepatic_vein.diameter_mm: -6 mm: must be between 0.2 and 50 mm",
    ),
    "needle of 40 m": (
        "active_length_mm: 30",
        "active_length_mm: 40000",
        "active_length_mm",
        "applicators.electrode.active_length_mm: 40000 mm: must be between 1 and 100 mm (this is 40 m); "
        "did you mean 40 mm?",
    ),
    "length in metres": (
        "active_length_mm: 30",
        "active_length_mm: 0.03",
        "active_length_mm",
        "applicators.electrode.active_length_mm: 0.03 mm: must be between 1 and 100 mm; "
        "did you mean 30 mm, given in m?",
    ),
    "temperature in kelvin": (
        "coolant_temperature_c: 10",
        "coolant_temperature_c: 283.15",
        "coolant_temperature_c",
        "283.15 °C: must be between 0 and 60 °C; did you mean 10 °C, given in kelvin?",
    ),
    "not a number": (
        "diameter_mm: 6,",
        "diameter_mm: .nan,",
        "diameter_mm: .nan",
        "vessels.hepatic_vein.diameter_mm: nan: must be a finite number",
    ),
    "infinity": (
        "save_every_s: 10",
        "save_every_s: .inf",
        "save_every_s",
        "outputs.save_every_s: inf: must be a finite number",
    ),
    "empty value": (
        "diameter_mm: 6,",
        "diameter_mm: ,",
        "diameter_mm: ,",
        "vessels.hepatic_vein.diameter_mm: nothing: must be a number",
    ),
    "key left out": (
        "diameter_mm: 6, ",
        "",
        "{name: hepatic_vein",
        "vessels.hepatic_vein.diameter_mm: missing: Inside diameter of the vessel, mm.",
    ),
    "place of two numbers": (
        "tip_mm: [0, 0, -15]",
        "tip_mm: [0, 0]",
        "tip_mm",
        "applicators.electrode.tip_mm: [0, 0]: must have 3 numbers: Place of the tip, mm.",
    ),
    "word among the numbers of a place": (
        "tip_mm: [0, 0, -15]",
        "tip_mm: [0, zero, -15]",
        "zero",
        "applicators.electrode.tip_mm.1: 'zero': must be a number",
    ),
    "unknown shape": (
        "shape: box",
        "shape: bxo",
        "shape: bxo",
        "organ.shape: 'bxo': must be box, cylinder or sphere; did you mean 'box'?",
    ),
    "no shape": ("shape: box, ", "", "organ: {", "organ.shape: missing: must be box, cylinder or sphere"),
    "unknown mesh": (
        "mesh: normal",
        "mesh: norml",
        "mesh: norml",
        "numerics.mesh: 'norml': must be coarse, normal or fine; did you mean 'normal'?",
    ),
    "misspelt mesh size": (
        "mesh: normal",
        "mesh: {needle: 0.4}",
        "needle: 0.4",
        "numerics.mesh.needle: unknown key 'needle'; did you mean 'needle_mm'?",
    ),
    "missing mesh file": (
        "mesh: normal",
        "mesh_file: liver.msh",
        "mesh_file",
        "numerics.mesh_file: 'liver.msh': must be a file that exists: tried /",
    ),
    "missing tumour file": (
        "{shape: sphere, centre_mm: [0, 0, 0], diameter_mm: 20,",
        "{shape: surface, file: tumour.stl,",
        "file: tumour.stl",
        "tumour.file: 'tumour.stl': must be a file that exists: tried /",
    ),
    "tip outside the organ": (
        "tip_mm: [0, 0, -15]",
        "tip_mm: [0, 0, -80]",
        "tip_mm",
        "applicators.electrode.tip_mm: the tip [0, 0, -80] mm lies 30 mm outside the organ: must lie inside",
    ),
    "active part outside the organ": (
        "tip_mm: [0, 0, -15]",
        "tip_mm: [0, 0, 30]",
        "active_length_mm",
        "applicators.electrode.active_length_mm: 30 mm: the end of the active part [0, 0, 60] mm lies 10 mm "
        "outside the organ: must lie inside",
    ),
    "vessel through the electrode": (
        "[[16, 0, -50], [16, 0, 50]]",
        "[[-50, 0, 10], [50, 1, 10]]",
        "points_mm",
        "vessels.hepatic_vein.points_mm: vessel 'hepatic_vein' passes through needle 'electrode': "
        "their axes come as near as 0.5 mm: must be more than the sum of their radii, 3.75 mm",
    ),
    "vessel through the shaft": (
        "[[16, 0, -50], [16, 0, 50]]",
        "[[-50, 2, 40], [50, 2, 40]]",
        "points_mm",
        "vessels.hepatic_vein.points_mm: vessel 'hepatic_vein' passes through needle 'electrode': "
        "their axes come as near as 2 mm",
    ),
    "vessel that touches the electrode": (
        "[[16, 0, -50], [16, 0, 50]]",
        "[[3.75, 0, -50], [3.75, 0, 50]]",
        "points_mm",
        "passes through needle 'electrode': their axes come as near as 3.75 mm",
    ),
    "gap too narrow for a mesh": (
        "[[16, 0, -50], [16, 0, 50]]",
        "[[3.85, 0, -50], [3.85, 0, 50]]",
        "points_mm",
        "the gap between vessel 'hepatic_vein' and needle 'electrode' is 0.1 mm: must be at least 0.2 mm",
    ),
    "vessel outside the organ": (
        "[[16, 0, -50], [16, 0, 50]]",
        "[[60, 0, -50], [60, 0, 50]]",
        "points_mm",
        "vessels.hepatic_vein.points_mm: the centre line does not enter the organ",
    ),
    "vessel along a face": (
        "[[16, 0, -50], [16, 0, 50]]",
        "[[50, 0, -50], [50, 0, 50]]",
        "points_mm",
        "vessels.hepatic_vein.points_mm: the centre line does not enter the organ",
    ),
    "vessel of one point": (
        "[[16, 0, -50], [16, 0, 50]]",
        "[[16, 0, -50]]",
        "points_mm",
        "vessels.hepatic_vein.points_mm: 1 values: must have at least 2",
    ),
    "point given twice": (
        "[[16, 0, -50], [16, 0, 50]]",
        "[[16, 0, -50], [16, 0, -50.0]]",
        "[16, 0, -50.0]",
        "vessels.hepatic_vein.points_mm.1: [16.0, 0.0, -50.0]: must differ from the point before it",
    ),
    "vessels that cross": (
        VEIN,
        "  - {name: branch, points_mm: [[16, -40, 0], [18, 40, 0]], diameter_mm: 4, mean_speed_mm_s: 90}\n" + VEIN,
        "points_mm: [[16, -40, 0]",
        "vessels.branch.points_mm: vessel 'branch' crosses vessel 'hepatic_vein': "
        "their axes come as near as 1 mm: must be more than the sum of their radii, 5 mm; join them with ",
    ),
    "a branch off a vessel that is not there": (
        VEIN,
        "  - {name: branch, points_mm: [[30, 0, 0], [40, 0, 0]], diameter_mm: 4, branches_from: hepatic_vien}\n" + VEIN,
        "branches_from: hepatic_vien",
        "vessels.branch.branches_from: 'hepatic_vien': must be the name of another vessel",
    ),
    "a branch that begins beside its vessel": (
        VEIN,
        "  - {name: branch, points_mm: [[30, 0, 0], [40, 0, 0]], diameter_mm: 4, mean_speed_mm_s: 9, "
        "branches_from: hepatic_vein}\n" + VEIN,
        "branches_from: hepatic_vein",
        "vessels.branch.branches_from: 'hepatic_vein': the first point lies 14 mm from its axis",
    ),
    "blood followed from nowhere": (
        VEIN,
        "  - {name: branch, points_mm: [[30, 0, -40], [30, 0, 40]], diameter_mm: 4, model: transport}\n" + VEIN,
        "{name: branch",
        "vessels.branch.mean_speed_mm_s: missing: blood that is followed needs a mean speed",
    ),
    "a vessel that crosses itself": (
        VEIN,
        "  - {name: loop, points_mm: [[32, -25, 0], [32, 15, 0], [40, 15, 0], [40, 0, 0], [25, 0, 0], [25, 0, -25]], "
        "diameter_mm: 4, mean_speed_mm_s: 90}\n" + VEIN,
        "[40, 0, 0], [25, 0, 0]",
        "vessels.loop.points_mm.3: [40.0, 0.0, 0.0]: from here the vessel runs into its own stretch from point 1 to 2",
    ),
    "a plug profile of blood that is not resolved": (
        VEIN,
        "  - {name: other, points_mm: [[30, 0, -40], [30, 0, 40]], diameter_mm: 4, mean_speed_mm_s: 90, "
        "profile: plug}\n" + VEIN,
        "profile: plug",
        "vessels.other.profile: 'plug': must come with model 'resolved'",
    ),
    "needles that cross": (
        "protocol:\n",
        "  - {name: second, kind: rf_needle, tip_mm: [-20, 0, 5], direction: [1, 0, 0], "
        "active_length_mm: 10}\n"
        "protocol:\n",
        "tip_mm: [-20, 0, 5]",
        "applicators.second.tip_mm: needle 'second' passes through needle 'electrode'",
    ),
    "tumour outside the organ": (
        "centre_mm: [0, 0, 0]",
        "centre_mm: [0, 0, 60]",
        "centre_mm",
        "tumour.centre_mm: the tumour's centre [0, 0, 60] mm lies 10 mm outside the organ: must lie inside",
    ),
    "two vessels of one name": (
        VEIN,
        "  - {name: hepatic_vein, points_mm: [[-16, 0, -9], [-16, 0, 9]], diameter_mm: 4, mean_speed_mm_s: 9}\n" + VEIN,
        "name: hepatic_vein, points_mm: [[-16",
        "vessels.1.name: 'hepatic_vein': already the name of vessels.0",
    ),
    "vessel and applicator of one name": (
        "name: hepatic_vein",
        "name: electrode",
        "name: electrode, kind",
        "applicators.electrode.name: 'electrode': already the name of vessels.0",
    ),
    "reserved name": (
        "name: hepatic_vein",
        "name: tumour",
        "name: tumour",
        "vessels.tumour.name: 'tumour': must not be one of the mesh's own: organ, tumour, outer",
    ),
    "name with a blank": (
        "name: hepatic_vein",
        "name: Hepatic vein",
        "name: Hepatic vein",
        "'Hepatic vein': must be lower-case letters, digits and _, starting with a letter",
    ),
    "zero duration": (
        "duration_s: 720",
        "duration_s: 0",
        "duration_s: 0",
        "protocol.0.duration_s: 0 s: must be between 0.001 and 86400 s",
    ),
    "step without duration": (
        "duration_s: 720, ",
        "",
        "{drive",
        "protocol.0.duration_s: missing: a step needs duration_s, pulses, or steady: true",
    ),
    "no steps": (
        "  - {duration_s: 720, drive: {electrode: {control: power, power_w: 29, voltage_limit_v: 50}}}\n",
        "  []\n",
        "protocol:",
        "protocol: 0 values: must have at least 1",
    ),
    "nothing moved": (
        "{duration_s: 720, ",
        "{duration_s: 720, in_place: [], ",
        "in_place: []",
        "protocol.0.in_place: []: must name a needle in one step at least, or be left out",
    ),
    "an unknown needle in place": (
        "{duration_s: 720, ",
        "{duration_s: 720, in_place: [electrod], ",
        "electrod]",
        "protocol.0.in_place.0: 'electrod': must be the name of a radiofrequency needle; did you mean 'electrode'?",
    ),
    "a needle in place twice": (
        "{duration_s: 720, ",
        "{duration_s: 720, in_place: [electrode, electrode], ",
        "electrode], ",
        "protocol.0.in_place.1: 'electrode': must not be named twice",
    ),
    "names of needles not in a list": (
        "{duration_s: 720, ",
        "{duration_s: 720, in_place: electrode, ",
        "in_place: electrode",
        "protocol.0.in_place: 'electrode': must be a list",
    ),
    "a needle driven that is not yet in": (
        END_OF_NEEDLE,
        second("tip_mm: [-20, 0, -15]", "duration_s: 9, drive: {other: {control: voltage, voltage_v: 9}}", THEN),
        "other: {control",
        "protocol.0.drive.other: 'other': is out of the body in this step: name it in in_place, here or in a step "
        "before",
    ),
    "a needle driven that is out again": (
        END_OF_NEEDLE,
        second("tip_mm: [-20, 0, -15]", FIRST, THEN, f"duration_s: 7, {DRIVE}"),
        "electrode: {control",
        "protocol.2.drive.electrode: 'electrode': is out of the body in this step",
    ),
    "an antenna that is moved": (
        END_OF_NEEDLE,
        "coolant_temperature_c: 10}\n  - {name: other, kind: mw_antenna, device: coaxial_slot, tip_mm: [-20, 0, -15], "
        f"direction: [0, 0, 1]}}\nprotocol:\n  - {{{THEN}}}\n",
        "other]",
        "protocol.0.in_place.0: 'other': is of kind mw_antenna: only radiofrequency needles can be moved",
    ),
    "an antenna beside needles that are moved": (
        END_OF_NEEDLE,
        "coolant_temperature_c: 10}\n  - {name: other, kind: mw_antenna, device: coaxial_slot, tip_mm: [-20, 0, -15], "
        f"direction: [0, 0, 1]}}\nprotocol:\n  - {{{FIRST}}}\n",
        "{name: other",
        "applicators.other: is of kind mw_antenna: must be left out of a protocol with in_place",
    ),
    "a needle without a body that is moved": (
        END_OF_NEEDLE,
        second("tip_mm: [-20, 0, -15], body: left_out", FIRST, THEN),
        "body: left_out",
        "applicators.other.body: 'left_out': must be meshed: tissue takes the place of a needle that is moved",
    ),
    "a move in a steady step": (
        "{duration_s: 720, ",
        "{steady: true, in_place: [electrode], ",
        "in_place",
        "protocol.0.in_place: must be left out of a steady step: nothing moves in it",
    ),
    "positions that cross": (
        END_OF_NEEDLE,
        second("tip_mm: [-15, 0, 0]", FIRST, THEN).replace(
            "direction: [0, 0, 1], active", "direction: [1, 0, 0], active"
        ),
        "tip_mm: [-15, 0, 0]",
        "applicators.other.tip_mm: needle 'other' passes through needle 'electrode': their axes come as near as 0 mm: "
        "must be more than the sum of their radii, 1.5 mm; positions may overlap only on one axis, with the same "
        "direction, as of a needle pulled back",
    ),
    "positions that overlap beside one axis": (
        END_OF_NEEDLE,
        second("tip_mm: [0.5, 0, 15]", FIRST, THEN),
        "tip_mm: [0.5, 0, 15]",
        "applicators.other.tip_mm: needle 'other' passes through needle 'electrode': their axes come as near as 0.5 mm",
    ),
    "positions of two diameters": (
        END_OF_NEEDLE,
        second("tip_mm: [0, 0, 15], diameter_mm: 2", FIRST, THEN),
        "tip_mm: [0, 0, 15]",
        "applicators.other.tip_mm: 'other' lies on the axis of 'electrode': they are 2 and 1.5 mm thick: positions of "
        "one needle must be of one diameter",
    ),
    "both positions of one needle at once": (
        END_OF_NEEDLE,
        second("tip_mm: [0, 0, 15]", FIRST, "duration_s: 8, in_place: [electrode, other]"),
        "tip_mm: [0, 0, 15]",
        "applicators.other.tip_mm: 'other' lies on the axis of 'electrode' and overlaps it: must not be in place in "
        "the same step",
    ),
    "a needle pulled by next to nothing": (
        END_OF_NEEDLE,
        second("tip_mm: [0, 0, -14.9]", FIRST, THEN),
        "tip_mm: [0, 0, -14.9]",
        "applicators.other.tip_mm: 'other' lies on the axis of 'electrode': ends of active parts or shafts lie 0.1 mm "
        "apart: must coincide or be 0.2 mm apart for the mesh to resolve it",
    ),
    "drive of nothing": (
        "electrode: {control",
        "electrod: {control",
        "electrod: {control",
        "protocol.0.drive.electrod: 'electrod': must be the name of an applicator; did you mean 'electrode'?",
    ),
    "control that a needle does not know": (
        "control: power, power_w: 29, voltage_limit_v: 50",
        "control: as_given",
        "control: as_given",
        "protocol.0.drive.electrode.control: 'as_given': must be power or voltage or current",
    ),
    "current with nowhere to go": (
        "damage: {",
        "boundary: {electric: insulated}\ndamage: {",
        "electric",
        "boundary.electric: 'insulated': must be 'ground' for 'electrode'",
    ),
    "convective vessel without speed": (
        ", mean_speed_mm_s: 150",
        "",
        "{name: hepatic_vein",
        "vessels.hepatic_vein.mean_speed_mm_s: missing: a convective vessel needs the mean speed",
    ),
    "direction without length": (
        "direction: [0, 0, 1]",
        "direction: [0, 0, 0]",
        "direction",
        "applicators.electrode.direction: [0, 0, 0]: must have a length",
    ),
    "surface both cooled and held": (
        "coolant_temperature_c: 10",
        "coolant_temperature_c: 10, surface_temperature_c: 20",
        "surface_temperature_c",
        "20 °C: must not come with coolant_temperature_c",
    ),
    "margins that shrink": (
        "targets_mm: [5, 10]",
        "targets_mm: [10, 5]",
        "targets_mm",
        "margins.targets_mm: [10.0, 5.0]: must increase",
    ),
    "contraction by no known modality": (
        "targets_mm: [5, 10]",
        "contraction: laser",
        "contraction: laser",
        "margins.contraction: 'laser': must be microwave or radiofrequency",
    ),
    "contraction to nothing": (
        "targets_mm: [5, 10]",
        "contraction: {radial_percent: 20, axial_percent: 80}",
        "axial_percent: 80",
        "margins.contraction.axial_percent: 80 %: must be between 0 and 60 %",
    ),
    "implicit Euler without a step": (
        "time_tolerance: 0.5",
        "time_method: implicit_euler",
        "time_method",
        "numerics.time_method: implicit_euler has no estimate of its error: give numerics.time_step_s",
    ),
    "a fixed step above the longest": (
        "time_tolerance: 0.5",
        "max_time_step_s: 1, time_step_s: 30",
        "time_step_s: 30",
        "numerics.time_step_s: 30 s: must be at most max_time_step_s, 1 s",
    ),
    "incomplete tissue": (
        "damage: {",
        "tissues: {mine: {density_kg_m3: 1000}}\ndamage: {",
        "mine",
        "tissues.mine.from: missing: a library tissue to start from, or heat_capacity_j_kg_k,",
    ),
    "boiling that ends before it begins": (
        "damage: {",
        "tissues: {mine: {from: liver, vaporisation_from_c: 100, vaporisation_to_c: 99}}\ndamage: {",
        "vaporisation_to_c",
        "tissues.mine.vaporisation_to_c: 99 °C: must be above vaporisation_from_c, 100 °C",
    ),
    "later version": (
        "schema_version: 1",
        "schema_version: 2",
        "schema_version",
        "schema_version: 2: must be 1",
    ),
    "key given twice": (
        "title: RF",
        "title: Again\ntitle: RF",
        "title: RF",
        "key 'title' is given twice (first in line 8)",
    ),
    "no YAML": ("title: RF", "title: [RF", "organ: {", "no valid YAML: expected ',' or ']'"),
    "code in the file": (
        "diameter_mm: 6,",
        "diameter_mm: !!python/name:os.system x,",
        "!!python",
        "no valid YAML",
    ),
}


@pytest.mark.parametrize("fault", DEMO_FAULTS)
def test_a_fault_in_the_demo_is_refused_with_its_place_and_a_sentence(fault, demo_text, load_text, place_of):
    said, changed, pointed_at, sentence = DEMO_FAULTS[fault]
    assert demo_text.count(said) == 1
    text = demo_text.replace(said, changed)
    place = place_of(text, pointed_at)
    if fault == "no YAML":
        place = place.rpartition(":")[0]
    with pytest.raises(ScenarioError, match=f"(?m)^{re.escape(place)}.*{re.escape(sentence)}"):
        load_text(text)


@pytest.mark.parametrize(
    ("said", "changed", "sentence"),
    [
        (
            "steady: true",
            "steady: true, duration_s: 3",
            "protocol.0.duration_s: 3 s: must be left out of a steady step",
        ),
        ("cool_down_s: 0", "  - {duration_s: 5}", "protocol.0.steady: true: must be the only step"),
        (
            "control: power, power_w: 5",
            "control: current, current_a: 1",
            "control: 'current': must be as_given or power",
        ),
        ("power_w: 5", "power_w: 5, voltage_limit_v: 9", "voltage_limit_v: 9 V: must be left out"),
        ("power_w: 5", "power_w: 5, current_limit_a: 2", "current_limit_a: 2 A: must be left out"),
        (
            "power_w: 5",
            "power_w: 5, ramp: {from_w: 0, over_s: 9}",
            "ramp: must be left out: a prescribed heat has no generator",
        ),
        (
            "heat_w_m3: 9.5492966e6",
            "heat_w_m3: 1e6 * exp(-radius)",
            "unknown name 'radius'; known: x_mm, y_mm",
        ),
        (
            "heat_w_m3: 9.5492966e6",
            "heat_w_m3: __import__('os').getcwd()",
            "only these functions may be called",
        ),
        ("heat_w_m3: 9.5492966e6", "heat_w_m3: x_mm.real", "must be arithmetic of x_mm, y_mm, z_mm, r_mm"),
        ("heat_w_m3: 9.5492966e6", "heat_w_m3: 1e6 * (", "must be a number, or an expression such as"),
        ("heat_w_m3: 9.5492966e6", "heat_w_m3: 1e20", "1e+20 W/m³: must be between"),
        (
            "twins: []",
            "twins: [occluded, occluded]",
            "heat_sink.twins.1: 'occluded': must not be named twice",
        ),
        (
            "tumour: {shape: sphere, centre_mm: [0, 0, 0], diameter_mm: 10, tissue: uniform_liver}",
            "tumour: null",
            "applicators.ball.region: 'tumour': must be a region that exists: the scenario has no tumour",
        ),
    ],
)
def test_a_fault_in_the_heated_sphere_is_refused_with_a_sentence(said, changed, sentence, sphere_text, load_text):
    assert sphere_text.count(said) == 1
    with pytest.raises(ScenarioError, match=rf"^case\.yaml:\d+:\d+: .*{re.escape(sentence)}"):
        load_text(sphere_text.replace(said, changed))


def test_all_faults_are_told_at_once_in_the_order_of_the_file(demo_text, load_text):
    text = demo_text.replace("diameter_mm: 6", "diameter_mm: -6").replace("power_w: 29", "power: 29")
    text = text.replace("size_mm: [100, 100, 100]", "size_mm: [100, wide, 100]")
    with pytest.raises(ScenarioError) as caught:
        load_text(text)
    paths = [line.split(": ")[1] for line in str(caught.value).splitlines()]
    assert paths == [
        "organ.size_mm.1",
        "vessels.hepatic_vein.diameter_mm",
        "protocol.0.drive.electrode.power",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the file is empty: must be a scenario"),
        ("# only a comment\n", "the file is empty: must be a scenario"),
        ("- 1\n- 2\n", "[1, 2]: must be keys and values"),
        ("title: a\n---\ntitle: b\n", "no valid YAML: but found another document"),
        ("a: &x [*x]\n", "a value that contains itself"),
        ("[" * 5000, "nested too deeply"),
        ("a: \x07\n", "no valid YAML: unacceptable character"),
        ("%YAML 1.1\n---\ntitle: on\n", "'%YAML 1.1': must be YAML 1.2"),
        ("a: 2020-13-01\n", "no valid YAML: month must be in 1..12"),
        ("? [a, b]\n: 3\n", "('a', 'b'): a key must be text"),
        (
            "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
            + "".join(f"{b}: &{b} [{','.join(['*' + a] * 10)}]\n" for a, b in zip("abcdef", "bcdefg", strict=True)),
            "too large to be a scenario",
        ),
    ],
)
def test_a_file_that_holds_no_scenario_is_refused(text, sentence, load_text):
    with pytest.raises(ScenarioError, match=rf"(?m)^case\.yaml:\d+:\d+: .*{re.escape(sentence)}"):
        load_text(text)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(ScenarioError, match=r"nowhere\.yaml: no such file: must be a scenario file"):
        load_scenario(tmp_path / "nowhere.yaml")


def test_a_folder_is_refused(tmp_path: Path):
    with pytest.raises(ScenarioError, match="a folder: must be a scenario file"):
        load_scenario(tmp_path)


def test_bytes_that_are_no_utf8_are_refused(tmp_path: Path):
    file = tmp_path / "latin.yaml"
    file.write_bytes("title: Tumeur du côlon\n".encode("latin-1"))
    with pytest.raises(ScenarioError, match=r"latin\.yaml: byte 18 is not UTF-8: must be a text file in UTF-8"):
        load_scenario(file)

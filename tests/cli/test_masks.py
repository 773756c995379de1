import json

import numpy as np
import pytest
import pyvista as pv


@pytest.fixture
def balls(tmp_path, monkeypatch):
    """Surfaces of a tumour of 10 mm and a zone of 15 mm around a point 2 mm aside, in millimetres."""
    monkeypatch.chdir(tmp_path)
    for name, radius, centre in (
        ("tumour", 10.0, (0, 0, 0)),
        ("zone", 15.0, (2.0, 0, 0)),
        ("organ", 80.0, (0, 0, -71.0)),
    ):
        pv.Icosphere(radius=radius, nsub=4, center=centre).save(f"{name}.stl")
    return tmp_path


def test_the_margin_is_printed_and_written(command, balls):
    said = command("margin", "tumour.stl", "zone.stl", "--json", "margin.json")
    assert said.code == 0
    assert "smallest margin" in said.out
    assert "3.0" in said.out
    assert "For research and teaching only" in said.out
    found = json.loads((balls / "margin.json").read_text())
    assert found["margin"]["minimum_mm"] == pytest.approx(3.0, abs=0.02)
    assert found["margin"]["class"] == "below_5"
    assert found["tumour"] == {"file": "tumour.stl", "label": None, "volume_ml": pytest.approx(4.189, rel=0.01)}
    assert found["voxel_error_mm"] == 0.0


def test_an_organ_and_another_unit_are_taken(command, balls):
    said = command("margin", "tumour.stl", "zone.stl", "--organ", "organ.stl", "--capsule-mm", "2", "--json", "a.json")
    assert said.code == 0
    found = json.loads((balls / "a.json").read_text())
    assert found["organ"]["capsule_mm"] == 2.0
    assert found["margin"]["excluded_surface_percent"] > 5.0
    for name in ("tumour", "zone"):
        mesh = pv.read(f"{name}.stl")
        mesh.points *= 1e-3
        mesh.save(f"{name}_m.stl")
    assert command("margin", "tumour_m.stl", "zone_m.stl", "--unit", "m", "--json", "b.json").code == 0
    assert json.loads((balls / "b.json").read_text())["margin"]["minimum_mm"] == pytest.approx(3.0, abs=0.02)


def test_label_volumes_say_how_far_they_leave_the_margin_open(command, balls):
    import nibabel

    axis = np.arange(-24, 25) * 1.0
    x, y, z = np.meshgrid(axis, axis, axis, indexing="ij")
    values = np.where(x**2 + y**2 + z**2 < 100, 2, np.where((x - 2) ** 2 + y**2 + z**2 < 225, 1, 0))
    affine = np.diag([1.0, 1.0, 1.0, 1.0])
    nibabel.save(nibabel.Nifti1Image(values.astype(np.uint8), affine), "labels.nii.gz")
    nibabel.save(nibabel.Nifti1Image((values > 0).astype(np.uint8), affine), "zone.nii.gz")
    said = command("margin", "labels.nii.gz", "zone.nii.gz", "--label", "2", "--json", "m.json")
    assert said.code == 0
    assert "± 1.00 mm" in said.out
    found = json.loads((balls / "m.json").read_text())
    assert found["voxel_error_mm"] == pytest.approx(1.0)
    assert found["margin"]["minimum_mm"] == pytest.approx(3.0, abs=0.6)


def test_overlap_is_printed_and_written(command, balls):
    said = command("overlap", "tumour.stl", "zone.stl", "--json", "overlap.json")
    assert said.code == 0
    assert "Dice" in said.out
    found = json.loads((balls / "overlap.json").read_text())
    assert found["dice"] == pytest.approx(2 * 10**3 / (10**3 + 15**3), abs=0.003)
    assert found["mean_surface_distance_mm"] == pytest.approx(5.0, abs=0.1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("margin", "none.stl", "zone.stl"), "error: tumour none.stl: there is no such file"),
        (("margin", "tumour.stl", "zone.stl", "--unit", "cm"), "error: --unit cm: must be mm or m"),
        (("margin", "tumour.stl", "zone.stl", "--label", "1"), "a label (1) belongs to a volume"),
        (("margin", "tumour.stl", "zone.stl", "--json", "no/where.json"), "no/where.json: cannot be written"),
        (("overlap", "tumour.stl"), "error: Missing argument 'OBSERVED'"),
    ],
)
def test_bad_input_is_told_with_exit_code_2(command, balls, words, message):
    said = command(*words)
    assert said.code == 2
    assert message in said.err

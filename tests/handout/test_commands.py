"""`ablasim report` and `ablasim animate`: what they write, and how they refuse."""

import json

import pytest
from PIL import Image

from ablasim.views.report import DISCLAIMER


def names(folder):
    return {item.name for item in folder.iterdir()}


def test_the_page_and_the_film_lie_in_the_folder_of_the_run(folder, call):
    before = names(folder)
    done = call("report", folder, "--interactive")
    assert (done.code, done.out) == (0, "")
    assert f"page: {folder / 'interactive.html'}" in done.err
    done = call("animate", folder, "--fps", 3)
    assert done.code == 0
    assert names(folder) - before == {"interactive.html", "animation.gif"}
    with Image.open(folder / "animation.gif") as film:
        assert film.n_frames == 6


def test_the_printed_report_is_made_anew(folder, call, monkeypatch, results):
    monkeypatch.setattr("ablasim.cli.report.build_case", lambda _: results.case)
    first = (folder / "report.html").read_text(encoding="utf-8")
    assert call("report", folder).code == 2
    (folder / "zone.png").unlink()
    done = call("report", folder, "--overwrite")
    assert done.code == 0
    again = (folder / "report.html").read_text(encoding="utf-8")
    assert again == first
    assert again.count(DISCLAIMER) == 2


def test_pictures_of_the_folder_are_in_the_new_report(folder, call, monkeypatch, results):
    monkeypatch.setattr("ablasim.cli.report.build_case", lambda _: results.case)
    assert call("report", folder, "-o", folder / "again.html").code == 0
    text = (folder / "again.html").read_text(encoding="utf-8")
    assert "The ablation zone round the tumour." in text
    assert text.count('src="data:image/png;base64,') == 1


def half(picture):
    return picture[: len(picture) // 2]


def changed(picture):
    at = picture.index(b"IDAT") + 6
    return picture[:at] + bytes([picture[at] ^ 1]) + picture[at + 1 :]


def no_picture(_):
    return b"no picture at all"


@pytest.mark.parametrize("words_after", [[], ["--interactive"]])
@pytest.mark.parametrize("damage", [half, changed, no_picture])
def test_a_picture_that_is_none_is_named(words_after, damage, folder, call, monkeypatch, results):
    monkeypatch.setattr("ablasim.cli.report.build_case", lambda _: results.case)
    (folder / "zone.png").write_bytes(damage((folder / "zone.png").read_bytes()))
    before = names(folder)
    done = call("report", folder, *words_after, "-o", folder / "again.html")
    assert done.code == 2
    assert f"error: {folder / 'zone.png'}: must be a whole PNG picture" in done.err
    assert names(folder) == before


@pytest.mark.parametrize("command", [["report", "--interactive"], ["report"], ["animate"], ["animate", "--view", "3d"]])
def test_a_folder_without_a_result_is_refused(command, tmp_path, call):
    done = call(command[0], tmp_path, *command[1:])
    assert done.code == 2
    assert f"error: {tmp_path}: must be a folder of a finished run, with summary.json" in done.err


@pytest.mark.parametrize("command", [["report", "--interactive"], ["animate"]])
def test_missing_fields_are_named(command, folder, call):
    (folder / "fields.vtkhdf").unlink()
    before = names(folder)
    done = call(command[0], folder, *command[1:])
    assert done.code == 2
    assert "has no fields.vtkhdf, which holds temperature and zone over time: run the scenario again" in done.err
    assert names(folder) == before


@pytest.mark.parametrize("command", [["report", "--interactive"], ["animate"]])
@pytest.mark.parametrize("file", ["history.csv", "zone.vtp", "zone_without_vessels.vtp", "tumour_margin.vtp"])
def test_what_the_run_has_left_and_is_gone_is_named(command, file, folder, call):
    (folder / file).unlink()
    before = names(folder)
    done = call(command[0], folder, *command[1:])
    assert done.code == 2
    assert f"error: {folder}: has no {file}, which the run has left: run the scenario again" in done.err
    assert names(folder) == before


@pytest.mark.parametrize("file", ["history.csv", "zone.vtp", "tumour_margin.vtp", "fields.vtkhdf"])
def test_a_file_that_is_damaged_is_named(file, folder, call):
    whole = (folder / file).read_bytes()
    before = names(folder)
    (folder / file).write_bytes(whole[: len(whole) // 2])
    done = call("report", folder, "--interactive")
    assert done.code == 2
    assert f"error: {folder / file}: " in done.err
    assert names(folder) == before


@pytest.mark.parametrize(
    ("command", "file"), [(["report", "--interactive"], "interactive.html"), (["animate"], "animation.gif")]
)
def test_a_file_that_exists_is_kept_unless_it_may_be_replaced(command, file, folder, call):
    (folder / file).write_text("mine", encoding="utf-8")
    done = call(command[0], folder, *command[1:])
    assert done.code == 2
    assert f"{file}: exists already; --overwrite replaces it" in done.err
    assert (folder / file).read_text(encoding="utf-8") == "mine"


def test_a_failure_leaves_nothing_and_keeps_what_was_there(folder, call, monkeypatch):
    (folder / "interactive.html").write_text("mine", encoding="utf-8")

    def fail(path, *_, **__):
        path.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ablasim.cli.report.render_page", fail)
    before = names(folder)
    done = call("report", folder, "--interactive", "--overwrite")
    assert done.code == 2
    assert "interactive.html: cannot be written: No space left on device" in done.err
    assert names(folder) == before
    assert (folder / "interactive.html").read_text(encoding="utf-8") == "mine"


def test_a_place_in_no_folder_is_refused_before_anything_is_drawn(folder, call):
    done = call("animate", folder, "-o", folder / "no" / "film.gif")
    assert done.code == 2
    assert "film.gif: its folder does not exist; make it first" in done.err


@pytest.mark.parametrize(("words", "name"), [([], "film.mp4"), (["--format", "mp4"], "film.gif")])
def test_a_film_called_as_another_format_is_refused(words, name, folder, call):
    before = names(folder)
    done = call("animate", folder, *words, "-o", folder / name)
    assert done.code == 2
    assert f"{name}: must end in .{words[1] if words else 'gif'}, the film's --format" in done.err
    assert names(folder) == before


def test_a_run_of_another_version_is_said_to_be(folder, call, monkeypatch, results):
    monkeypatch.setattr("ablasim.cli.report.build_case", lambda _: results.case)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    summary["versions"]["ablasim"] = "0.0.9"
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    done = call("report", folder, "--overwrite")
    assert done.code == 0
    assert "was written by version 0.0.9, whose numbers are shown" in done.err


def test_a_scenario_that_is_not_that_of_the_numbers_is_refused(folder, call):
    file = folder / "scenario.resolved.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("power_w: 15", "power_w: 16"), encoding="utf-8")
    assert file.read_text(encoding="utf-8") != text
    done = call("report", folder, "--interactive")
    assert done.code == 2
    assert "scenario.resolved.yaml is not that of summary.json" in done.err


def test_mp4_without_ffmpeg_fails_before_anything_is_drawn(folder, call, monkeypatch):
    monkeypatch.setenv("PATH", str(folder))
    done = call("animate", folder, "--format", "mp4")
    assert done.code == 2
    assert "--format mp4 needs ffmpeg" in done.err


def test_a_film_in_space_needs_the_zone_over_time(folder, call):
    import h5py

    with h5py.File(folder / "fields.vtkhdf", "a") as file:
        del file["VTKHDF/PointData/zone_level"]
    done = call("animate", folder, "--view", "3d")
    assert done.code == 2
    assert "did not keep the zone over time: run the scenario again" in done.err

"""One short run, written without pictures, and what is made of its folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from ablasim.cli.main import main
from ablasim.comparison import read_run
from ablasim.results.saved import SavedFields
from ablasim.scenario import load_scenario
from ablasim.simulate import run
from ablasim.views.handout.replay import Replay
from ablasim.views.publish import write_results

QUICK = Path(__file__).parents[1] / "data" / "quick.yaml"
MORE = "sensors: [{name: edge_facing_vein, at_mm: [5, 0, 0]}]\nheat_sink: {twins: [no_vessel]}\n"


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    """The quick scenario with a sensor; its last saved time is its end."""
    place = tmp_path_factory.mktemp("scenario")
    text = QUICK.read_text(encoding="utf-8").replace("save_every_s: 5", "save_every_s: 5, pictures: false")
    (place / "quick.yaml").write_text(text + MORE, encoding="utf-8")
    return run(load_scenario(place / "quick.yaml"), mesh_cache=place)


@pytest.fixture(scope="session")
def kept_folder(results, tmp_path_factory):
    folder = tmp_path_factory.mktemp("results") / "quick"
    folder.mkdir()
    write_results(results, folder)
    Image.new("RGB", (40, 30), "white").save(folder / "zone.png")
    return folder


@pytest.fixture
def folder(kept_folder, tmp_path):
    """The folder of the run, to be changed at will."""
    return shutil.copytree(kept_folder, tmp_path / "quick")


@pytest.fixture(scope="session")
def replay(kept_folder):
    with SavedFields(kept_folder) as fields:
        yield Replay(read_run(kept_folder), kept_folder, fields)


@pytest.fixture
def call(monkeypatch, capsys):
    """Call the command line; gives its exit code and what it wrote."""

    def go(*words):
        monkeypatch.setattr("sys.argv", ["ablasim", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        written = capsys.readouterr()
        return SimpleNamespace(code=end.value.code, out=written.out, err=written.err)

    return go

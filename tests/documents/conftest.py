"""What the documents say, and the one run that they are held to."""

import os
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import ablasim
from ablasim.views.publish import write_results

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def readme():
    return (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def example(readme):
    """The Python example of the README."""
    (block,) = re.findall(r"```python\n(.*?)```", readme, flags=re.DOTALL)
    return block


@pytest.fixture(scope="session")
def example_run(example, tmp_path_factory):
    """Names that the example leaves behind when it runs in the root of the checkout; its mesh is made anew."""
    names = {}
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_CACHE_HOME", os.fspath(tmp_path_factory.mktemp("cache")))
    patch.chdir(ROOT)
    try:
        exec(compile(example, "README.md", "exec"), names)
    finally:
        patch.undo()
    return names


@pytest.fixture(scope="session")
def result(example_run):
    return example_run["result"]


@pytest.fixture(scope="session")
def written(result, tmp_path_factory):
    """Folder of that run, as `ablasim run` leaves it; tests leave it as it is."""
    folder = tmp_path_factory.mktemp("results") / "rfa_quick_look"
    folder.mkdir()
    write_results(result, folder)
    return folder


@pytest.fixture(scope="session")
def verified(tmp_path_factory):
    """A run that was verified, with a critical structure, a sensor and contraction; what it costs is seconds."""
    data = YAML(typ="safe").load(ROOT / "tests" / "data" / "quick.yaml")
    data["critical_structures"] = [{"name": "wall", "shape": "vessel_wall", "vessel": "vein"}]
    data["sensors"] = [{"name": "beside", "at_mm": [4, 0, 0]}]
    data["margins"] = {"contraction": "radiofrequency"}
    return ablasim.run(ablasim.parse_scenario(data), verify=True, mesh_cache=tmp_path_factory.mktemp("meshes"))

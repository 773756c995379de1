"""The notebooks are their sources, run; they hold their outputs and nothing of the machine they ran on."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "notebooks"
NAMES = ("first_simulation", "heat_sink_by_distance", "sweep_and_probability")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")


@pytest.fixture(scope="module")
def maker():
    sys.path.insert(0, str(ROOT / "tools"))
    import make_notebooks

    yield make_notebooks
    sys.path.remove(str(ROOT / "tools"))


def kept(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def source(name):
    return (FOLDER / f"{name}.py").read_text(encoding="utf-8")


def printed(notebook):
    """What cells say in words, outputs of tables included."""
    found = []
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        for output in cell.outputs:
            found.append(output.get("text") or output.get("data", {}).get("text/plain", ""))
    return "\n".join(text for text in found if not text.startswith("<"))


def test_every_notebook_is_named_here():
    assert sorted(NAMES) == sorted(file.stem for file in FOLDER.glob("*.ipynb"))


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_its_source_run_from_top_to_bottom(name, maker):
    notebook = kept(name)
    nbformat.validate(notebook)
    assert [(c.cell_type, c.source) for c in notebook.cells] == [
        (c.cell_type, c.source) for c in maker.unrun(source(name)).cells
    ]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 1


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_small_and_holds_nothing_of_a_machine(name):
    file = FOLDER / f"{name}.ipynb"
    text = file.read_text(encoding="utf-8")
    assert file.stat().st_size < 400_000
    data = json.loads(text)
    words = json.dumps([c.get("outputs", []) for c in data["cells"]] + [data["metadata"]])
    words = re.sub(r'"image/png": "[^"]*"', "", words)
    assert not re.search(r"(?<![\w.])/(?:home|root|tmp|usr|work|Users)/|[A-Z]:\\\\", words)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_run_again_says_the_same(name, maker, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    again = printed(maker.executed(maker.unrun(source(name))))
    before = printed(kept(name))
    assert _NUMBER.sub("#", again).split() == _NUMBER.sub("#", before).split()
    numbers = [[float(number) for number in _NUMBER.findall(text)] for text in (again, before)]
    assert numbers[0] == pytest.approx(numbers[1], rel=0.02, abs=0.15)

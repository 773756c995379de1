"""Every command and snippet of README and pages runs; what a test cannot run is checked, and the reason stated."""

from __future__ import annotations

import ast
import contextlib
import functools
import io
import json
import re
import shlex
import shutil
import sys
from pathlib import Path

import jsonschema
import pytest
import typer
from ruamel.yaml import YAML

import ablasim
from ablasim.cli.main import COMMANDS, main
from ablasim.scenario import load_scenario, parse_scenario, scenario_hash
from ablasim.scenario.load import typed_scenario
from ablasim.scenario.located import Source
from ablasim.study.load import load_study
from tests.documents.blocks import blocks, documents

ROOT = Path(__file__).resolve().parents[2]

ELSEWHERE = {
    "make": "sets up a virtual environment of its own; the checks of every change run it",
    "dask": "a scheduler for several machines; tests/study/test_cluster.py starts one",
    "#!/bin/bash": "a job of a batch system",
    "source": "a path of a cluster",
    "srun": "a batch system",
}
"""Programs of blocks marked ``elsewhere``, and why a test does not start them."""

MARKS = {
    "slow": "takes minutes: the command line is parsed by the command's own arguments, and its files are checked",
    "elsewhere": "needs what a test has not, see ELSEWHERE; what is ablasim's in it is treated as slow",
    "paraview": "needs ParaView: its syntax is checked here, what it asks of VTK in test_fields_in_paraview.py",
}

MINIMAL = {
    "schema_version": 1,
    "title": "What a fragment leaves out",
    "organ": {"shape": "box", "size_mm": [100, 100, 100], "tissue": "liver"},
    "protocol": [{"duration_s": 60}],
}


def named(language):
    return [pytest.param(block, id=str(block)) for block in blocks(ROOT, language)]


def pages_with(*languages):
    """Documents with blocks that are run in order, and those blocks."""
    found = {}
    for language in languages:
        for block in blocks(ROOT, language):
            found.setdefault(block.document, []).append(block)
    return [pytest.param(sorted(b, key=lambda one: one.line), id=name) for name, b in found.items()]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder that looks like a checkout, with a cache of meshes of its own."""
    for name in ("scenarios", "studies", "fits", "meshes"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("MPLBACKEND", "agg")
    return tmp_path


@pytest.fixture
def quick_look(checkout, monkeypatch, request):
    """Put the run of the quick look, which is that of the README's example, where it is read and in place of a run."""

    def put():
        result, run = request.getfixturevalue("result"), ablasim.run
        shutil.copytree(request.getfixturevalue("written"), checkout / "results" / "rfa_quick_look")
        known = scenario_hash(result.scenario)

        def once(scenario, **more):
            return result if scenario_hash(scenario) == known else run(scenario, **more)

        monkeypatch.setattr(ablasim, "run", once, raising=False)

    return put


def parsed(words):
    """Values that a command line gives to its command, which is not run."""
    calls = []
    app = typer.Typer(pretty_exceptions_enable=False)

    def recorder(function):
        return functools.wraps(function)(lambda **given: calls.append((function.__name__, given)))

    for functions in COMMANDS.values():
        for function in functions:
            app.command()(recorder(function))
    app(words, standalone_mode=False)
    ((_, given),) = calls
    return given


def check_command_line(words):
    """Check what a slow command is given: its options, and every shipped scenario or study that it names."""
    given = parsed(words)
    files = [value for item in given.values() for value in (item if isinstance(item, list) else [item])]
    for file in (Path(str(value)) for value in files if str(value).endswith(".yaml")):
        if file.parts[0] in ("scenarios", "studies", "docs"):
            load_study(file) if file.parts[0] == "studies" else load_scenario(file)


def run_command(words, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["ablasim", *words])
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 0, (
        f"ablasim {shlex.join(words)}: {said.getvalue()} (mark the block slow if it needs more than a test has)"
    )


def test_every_mark_is_known_and_every_page_is_looked_through():
    shown = [block for language in ("sh", "python", "yaml") for block in blocks(ROOT, language)]
    assert {mark for block in shown for mark in block.marks} <= set(MARKS)
    assert {block.document for block in shown} >= {"README.md", "docs/start.md", "docs/howto/results.md"}
    assert len(documents(ROOT)) > len(list((ROOT / "docs").glob("*.md")))


@pytest.mark.parametrize("block", named("yaml"))
def test_every_yaml_block_is_what_a_file_may_say(block, tmp_path):
    drives = block.text.split("\ndrive:")
    for text in (drives[0], *(f"drive:{rest}" for rest in drives[1:])):
        check_yaml(block, YAML(typ="safe").load(text), tmp_path)


def schema_of(block):
    """Schema that a block names in its first line, but for scenarios and studies, which are loaded whole."""
    name = re.search(r"\$schema=\./([\w-]+)\.schema\.json", block.text)
    if name is None or name[1] in ("ablasim", "ablasim-study"):
        return None
    (file,) = ROOT.glob(f"*/{name[1]}.schema.json")
    return file


def check_yaml(block, data, folder):
    if data is None:  # a comment alone
        assert (ROOT / "scenarios" / block.text.split("$schema=./")[1].strip()).is_file()
    elif (named_by := schema_of(block)) is not None:
        jsonschema.validate(data, json.loads(named_by.read_text(encoding="utf-8")))
    elif "base" in data or "vary" in data:
        file = folder / "study.yaml"
        text = block.text.replace("../scenarios", str(ROOT / "scenarios"))
        file.write_text(
            text if "schema_version" in data else f"schema_version: 1\ntitle: A part\n{text}", encoding="utf-8"
        )
        load_study(file)
    elif "schema_version" in data:
        (folder / "my_mesh.msh").touch()
        parse_scenario(data, folder=folder)
    else:
        drive = {"protocol": [{"duration_s": 60, "drive": data.pop("drive")}]} if "drive" in data else {}
        typed_scenario(MINIMAL | data | drive, Source())


@pytest.mark.parametrize("shown", pages_with("sh", "python"))
def test_commands_and_snippets_of_a_page_run_in_their_order(shown, checkout, quick_look, monkeypatch):
    if any("rfa_quick_look" in block.text for block in shown):
        quick_look()
    for block in blocks(ROOT, "yaml"):
        if block.title and block.document == shown[0].document:
            (checkout / block.title).write_text(block.text, encoding="utf-8")
    names = {}
    for block in shown:
        if block.language == "python":
            run_python(block, names)
        else:
            for line in block.commands:
                run_line(block, line, monkeypatch)


def run_python(block, names):
    code = compile(block.text, str(block), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    if not block.marks:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, names)


def run_line(block, line, monkeypatch):
    words = shlex.split(line.removesuffix("&").replace("$(hostname)", "127.0.0.1"))
    if "srun" in words:
        words = words[1:]
    if words[0] != "ablasim":
        assert "elsewhere" in block.marks, f"{block}: '{line}': is no command of ablasim: mark the block elsewhere"
        assert words[0] in ELSEWHERE, f"{block}: '{words[0]}': say in ELSEWHERE why it is not run"
    elif block.marks:
        check_command_line(words[1:])
    else:
        run_command(words[1:], monkeypatch)

"""The set-up scripts tell what is missing and install nothing they were not asked to."""

import importlib.util
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture(scope="module")
def system_packages():
    return load("system_packages")


def load(name):
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def test_what_is_missing_is_named_with_the_packages_that_bring_it(system_packages, capsys):
    found = iter([{"libGLU.so.1 (gmsh)": ["libglu1-mesa"]}, {}])
    installed = []
    is_ready = system_packages.ensure_packages(lambda: next(found), lambda names: not installed.extend(names))
    assert is_ready
    assert installed == ["libglu1-mesa"]
    assert "libGLU.so.1" in capsys.readouterr().out


def test_without_the_right_to_install_the_command_is_shown(system_packages, capsys, monkeypatch):
    monkeypatch.setattr(system_packages, "_may_use_apt", lambda: False)
    assert not system_packages.ensure_packages(lambda: {"a C compiler": ["build-essential"]})
    assert "sudo apt-get install build-essential" in capsys.readouterr().out


def test_a_failed_installation_is_not_taken_for_success(system_packages, capsys):
    assert not system_packages.ensure_packages(lambda: {"libEGL": ["libegl1"]}, lambda names: True)
    assert "Still missing" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "gist"),
    [
        (
            "Downloading vtk-9.7.2-cp311-cp311-manylinux_2_17_x86_64.whl (139.6 MB)",
            "downloading vtk 9.7.2, 139.6 MB",
        ),
        ("Downloading six-1.16.0-py3-none-any.whl (11 kB)", ""),
        (
            "  Building wheel for sfepy (pyproject.toml): started",
            "building sfepy from source: 2 to 10 minutes, once",
        ),
        ("  Building wheel for sfepy (pyproject.toml): still running...", "building sfepy: still running"),
        ("  Building editable for ablasim (pyproject.toml): started", ""),
        ("Installing collected packages: a, b, c", "unpacking 3 packages"),
    ],
)
def test_pips_words_are_boiled_down(system_packages, line, gist):
    assert load("setup_env").gist_of(line) == gist


def test_the_constraints_are_plain_pinned_versions():
    lines = (TOOLS.parent / "constraints.txt").read_text().splitlines()
    pinned = [line for line in lines if not line.startswith("#")]
    assert pinned
    assert all(line.count("==") == 1 and "/" not in line and "@" not in line for line in pinned)

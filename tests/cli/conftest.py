"""The command line, in this process and as the installed program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from ablasim.cli.main import main

QUICK = Path(__file__).parents[1] / "data" / "quick.yaml"

# Runs the command line and sends this process a signal after some steps of the run, whatever the machine's speed.
SIGNALLED = """
import os, signal, sys
import ablasim.cli.run as command
from ablasim.cli.main import main

name, after = sys.argv[1], int(sys.argv[2])
sys.argv = ["ablasim", *sys.argv[3:]]
inner, told = command._step, []


def step(*args):
    inner(*args)
    told.append(args)
    if len(told) == after:
        os.kill(os.getpid(), getattr(signal, name))


command._step = step
if after == 0:
    build = command.run
    command.run = lambda *args, **more: (os.kill(os.getpid(), getattr(signal, name)), build(*args, **more))
main()
"""


@pytest.fixture(scope="session")
def quick_text() -> str:
    """A scenario whose whole run takes seconds."""
    return QUICK.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of meshes of these tests, so that the user's own stays as it is."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path, quick_text: str) -> Path:
    """An empty folder to work in but for the scenario `quick.yaml`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    (tmp_path / "quick.yaml").write_text(quick_text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., SimpleNamespace]:
    """Run the command line in this process; gives its exit code and what it printed."""

    def run(*words: object) -> SimpleNamespace:
        monkeypatch.setattr(sys, "argv", ["ablasim", *map(str, words)])
        capfd.readouterr()
        handler = signal.getsignal(signal.SIGINT)
        with pytest.raises(SystemExit) as left:
            main()
        signal.signal(signal.SIGINT, handler)  # a command that Ctrl-C ended hears no further one
        said = capfd.readouterr()
        return SimpleNamespace(code=left.value.code, out=said.out, err=said.err)

    return run


@pytest.fixture
def signalled(cache: Path) -> Callable[..., SimpleNamespace]:
    """Run the command line in a process of its own that gets a signal after some steps (0: before meshing)."""

    def run(name: str, after: int, *words: object) -> SimpleNamespace:
        done = subprocess.run(
            [sys.executable, "-c", SIGNALLED, name, str(after), *map(str, words)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=os.environ | {"XDG_CACHE_HOME": str(cache)},
        )
        return SimpleNamespace(code=done.returncode, out=done.stdout, err=done.stderr)

    return run

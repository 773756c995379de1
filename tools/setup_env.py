"""Make the virtual environment that `make demo` and `make test` run in.

Usage: python3 tools/setup_env.py --venv .venv [--extra test]

Standard library only; it starts on any Python from 3.7, so that an old one is told what it lacks. The
environment is ready when its stamp (`.ready-run`, `.ready-<extra>`) exists; a set-up that was interrupted
leaves none.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from system_packages import ensure_packages, say

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
LOG_LINES_ON_FAILURE = 40
LARGE_DOWNLOAD = re.compile(r"Downloading (\S+?)-([\d.]+)\S* \((\d{2,}(?:\.\d+)? MB)\)")
BUILD = re.compile(r"Building (?:wheel|editable) for (\S+) .*: (started|still running|finished)")


def main() -> int:
    """Set up, and tell in words what is going on; 0 when the environment is ready."""
    arguments = _arguments()
    if sys.version_info[:2] < OLDEST_PYTHON:
        have, need = (".".join(map(str, version[:2])) for version in (sys.version_info, OLDEST_PYTHON))
        say(f"ablasim needs Python {need} or newer; {sys.executable} is {have}.")
        newer = [name for name in map("python3.{}".format, range(20, OLDEST_PYTHON[1] - 1, -1)) if shutil.which(name)]
        say(f"Name a newer one: make demo PYTHON={newer[0] if newer else 'python' + need}")
        return 1
    if not ensure_packages():
        return 1
    venv = Path(arguments.venv)
    python = venv / "bin" / "python"
    if not python.exists():
        say(f"Making {venv} with Python {sys.version.split()[0]}")
        if subprocess.run([sys.executable, "-m", "venv", str(venv)], check=False).returncode != 0:
            return 1
    if not _pip_install(python, arguments.extra, venv / "setup.log"):
        return 1
    if not arguments.extra and subprocess.run([python, ROOT / "tools" / "check_install.py"], check=False).returncode:
        return 1
    (venv / f".ready-{arguments.extra or 'run'}").touch()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Make the virtual environment of ablasim.")
    parser.add_argument("--venv", default=".venv", help="folder of the environment")
    parser.add_argument("--extra", default="", help="optional dependencies of pyproject.toml: test")
    return parser.parse_args()


def _pip_install(python: Path, extra: str, log: Path) -> bool:
    """Install with the constraints, sweeps included; pip's own words go to the log, the gist to the terminal."""
    size = "" if extra else " (several hundred MB the first time)"
    extras = f"[{extra or 'sweep'}]"
    say(f"Installing ablasim{extras} and what it needs{size}")
    command = [str(python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    command += [
        "--no-color",
        "--progress-bar",
        "off",
        "-c",
        str(ROOT / "constraints.txt"),
        "-e",
        f"{ROOT}{extras}",
    ]
    lines: list[str] = []
    with log.open("w", encoding="utf-8") as sink:
        pip = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for line in pip.stdout or ():
            sink.write(line)
            lines.append(line)
            gist = gist_of(line)
            if gist:
                say(f"  {gist}")
    if pip.wait() != 0:
        say("".join(lines[-LOG_LINES_ON_FAILURE:]))
        say(f"pip failed; the whole log is {log}")
        return False
    return True


def gist_of(line: str) -> str:
    """Put a line of pip's output in words for a waiting person; empty for most lines."""
    download = LARGE_DOWNLOAD.search(line)
    if download:
        return f"downloading {download[1]} {download[2]}, {download[3]}"
    build = BUILD.search(line)
    if build and build[1] != "ablasim":
        if build[2] == "started":
            return f"building {build[1]} from source: 2 to 10 minutes, once"
        return f"building {build[1]}: {build[2]}"
    if line.startswith("Installing collected packages:"):
        return f"unpacking {line.count(',') + 1} packages"
    return ""


if __name__ == "__main__":
    raise SystemExit(main())

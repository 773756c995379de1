"""What ablasim needs from the operating system, and which of it is missing.

Runs on the Python that will make the virtual environment, with the standard library alone.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

# Shared library -> Debian package. What the gmsh wheel links to beside libc (`ldd libgmsh.so`).
GMSH_LIBRARIES = {
    "libGLU.so.1": "libglu1-mesa",
    "libGL.so.1": "libgl1",
    "libXrender.so.1": "libxrender1",
    "libXcursor.so.1": "libxcursor1",
    "libXfixes.so.3": "libxfixes3",
    "libXext.so.6": "libxext6",
    "libXft.so.2": "libxft2",
    "libfontconfig.so.1": "libfontconfig1",
    "libXinerama.so.1": "libxinerama1",
    "libX11.so.6": "libx11-6",
    "libgomp.so.1": "libgomp1",
}
OFF_SCREEN_LIBRARIES = ("libEGL.so.1", "libOSMesa.so.8", "libOSMesa.so.6")  # VTK takes the first it finds
OFF_SCREEN_PACKAGES = ["libegl1", "libgl1-mesa-dri"]


def say(text: str) -> None:
    """Write a line for the person who typed `make`."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def missing_packages() -> dict[str, list[str]]:
    """Name what is missing, in words, each with the Debian packages that bring it."""
    missing: dict[str, list[str]] = {}
    if not any(shutil.which(name) for name in ("cc", "gcc", "clang")):
        missing["a C compiler (builds sfepy)"] = ["build-essential"]
    if not Path(sysconfig.get_paths()["include"], "Python.h").exists():
        missing["Python's headers, Python.h (builds sfepy)"] = [f"{_debian_python()}-dev"]
    if importlib.util.find_spec("ensurepip") is None:
        missing["Python's venv module with pip"] = [f"{_debian_python()}-venv"]
    if sys.platform.startswith("linux"):
        for library, package in GMSH_LIBRARIES.items():
            if not _loads(library):
                missing[f"{library} (mesh generation: gmsh)"] = [package]
        if not any(_loads(library) for library in OFF_SCREEN_LIBRARIES):
            missing["libEGL or libOSMesa (pictures without a screen: VTK)"] = OFF_SCREEN_PACKAGES
    return missing


def ensure_packages(
    find: Callable[[], dict[str, list[str]]] = missing_packages,
    install: Callable[[list[str]], bool] | None = None,
) -> bool:
    """Name what is missing; as root on Debian or Ubuntu, install it.

    Parameters
    ----------
    find : callable
        Gives the missing things, as `missing_packages` does.
    install : callable, optional
        Installs packages by name and tells whether it worked; left out: apt-get, where it may be used.

    Returns
    -------
    bool
        Whether everything is there now.
    """
    missing = find()
    if not missing:
        return True
    packages = sorted({package for names in missing.values() for package in names})
    say("Missing from the system:")
    for what in missing:
        say(f"  - {what}")
    if install is None and _may_use_apt():
        install = _apt_install
    if install is None:
        say("Install them, then run make again. On Debian or Ubuntu:")
        say(f"  sudo apt-get install {' '.join(packages)}")
        return False
    say(f"Installing with apt-get: {' '.join(packages)}")
    if not install(packages):
        return False
    still = find()
    for what in still:
        say(f"Still missing after the installation: {what}")
    return not still


def _debian_python() -> str:
    major, minor = sys.version_info[:2]
    is_system_python = Path(sys.executable).resolve() == Path("/usr/bin/python3").resolve()
    return "python3" if is_system_python else f"python{major}.{minor}"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _may_use_apt() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_install(packages: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        finished = subprocess.run(
            ["apt-get", "-qq", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if finished.returncode != 0:
            say(f"apt-get {command[0]} failed:\n{finished.stdout[-2000:]}")
            if command[0] == "install":
                return False
    return True

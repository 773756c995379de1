"""Who takes part: ablasim, and the peers that are installed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.errors import BenchmarkError
from benchmarks.process import ROOT, Finished, run_module, run_program

SCRIPTS = Path(__file__).with_name("peers")

Python = Literal["system", "peers", "own"]


@dataclass(frozen=True)
class Peer:
    """Another code that solves R1.

    Parameters
    ----------
    name : str
        Its name.
    script : str
        Its file in ``peers/``.
    python : {"system", "peers", "own"}
        Python it is installed on: Debian's, that of ``--peer-python``, or the one that runs this.
    needs : str
        Module to import, or with a leading ``$`` program to find.
    how_to_get : str
        What to install.
    """

    name: str
    script: str
    python: Python
    needs: str
    how_to_get: str


PEERS = (
    Peer("dolfinx", "dolfinx_peer.py", "system", "dolfinx", "Debian: apt-get install python3-dolfinx"),
    Peer("sfepy", "sfepy_peer.py", "own", "sfepy", "comes with ablasim"),
    Peer("scikit-fem", "skfem_peer.py", "peers", "skfem", "pip install scikit-fem pyamg, then --peer-python"),
    Peer("FreeFEM", "freefem_peer.py", "own", "$FreeFem++", "Debian: apt-get install freefem++ libfreefem++"),
    Peer("NGSolve", "ngsolve_peer.py", "peers", "ngsolve", "pip install ngsolve, then --peer-python"),
)


def peer_names(chosen: Sequence[str], *, every: bool) -> tuple[str, ...]:
    """Names of the peers asked for.

    Raises
    ------
    BenchmarkError
        If there is no peer of a name.
    """
    known = tuple(peer.name for peer in PEERS)
    for name in chosen:
        if name not in known:
            message = f"--peer {name}: must be one of {', '.join(known)}"
            raise BenchmarkError(message)
    return known if every else tuple(chosen)


@dataclass(frozen=True)
class Pythons:
    """Where the peers are installed.

    Parameters
    ----------
    system : str
        Debian's Python.
    peers : str
        Python with the packages of the peers.
    """

    system: str = "/usr/bin/python3"
    peers: str = sys.executable

    @classmethod
    def found(cls, peer_python: Path | None) -> Pythons:
        """The Pythons of this machine: ``.venv-peers`` in the checkout unless another is named.

        Raises
        ------
        BenchmarkError
            If the one that is named is not there.
        """
        if peer_python is not None and not peer_python.is_file():
            message = f"--peer-python {peer_python}: must be a Python that exists"
            raise BenchmarkError(message)
        usual = ROOT / ".venv-peers" / "bin" / "python"
        chosen = peer_python or (usual if usual.is_file() else Path(sys.executable))
        return cls(peers=str(chosen.absolute()))

    def of(self, peer: Peer) -> str:
        """The Python of a peer."""
        return {"system": self.system, "peers": self.peers, "own": sys.executable}[peer.python]


def is_installed(peer: Peer, pythons: Pythons) -> bool:
    """Whether a peer can be run here."""
    if peer.needs.startswith("$"):
        return shutil.which(peer.needs[1:]) is not None
    python = pythons.of(peer)
    if shutil.which(python) is None:
        return False
    try:
        run_program([python, "-c", f"import {peer.needs}"], own_packages=False)
    except BenchmarkError:
        return False
    return True


def run_peer(peer: Peer, pythons: Pythons, arrays: Path, steps: int) -> Finished:
    """Run a peer on a mesh."""
    command = [pythons.of(peer), str(SCRIPTS / peer.script), str(arrays), str(steps)]
    return run_program(command, own_packages=False)


def run_ablasim(mesh_file: Path, warm_up: Path, steps: int, scheme: str, threads: int = 1) -> Finished:
    """Run ablasim on a mesh."""
    return run_module("benchmarks.r1.measure", str(mesh_file), str(warm_up), str(steps), scheme, threads=threads)


def mesh_files(name: str) -> tuple[Path, Path]:
    """Arrays for the peers and mesh file for ablasim, made in a process of its own where they are not there yet."""
    arrays, mesh_file = run_module("benchmarks.meshes", name).output.split("\n")[:2]
    return Path(arrays), Path(mesh_file)


def split_by_installed(peers: Sequence[Peer], pythons: Pythons) -> tuple[list[Peer], list[Peer]]:
    """Peers that can be run here, and those that cannot."""
    installed = [peer for peer in peers if is_installed(peer, pythons)]
    return installed, [peer for peer in peers if peer not in installed]

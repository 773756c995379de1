"""Try, in the fresh environment, what most often goes wrong: the built sfepy, gmsh's libraries, a picture.

Each trial runs in a process of its own, because a graphics library that fails may end the whole process.
"""

from __future__ import annotations

import subprocess
import sys

TRIALS = {
    "finite elements (sfepy)": (
        "from sfepy.discrete.fem.poly_spaces import PolySpace; import sfepy.discrete.common.extmods.cmesh",
        "sfepy's compiled parts do not load: remove .venv and run make again; if it stays, the compiler or\n"
        "Python's headers do not fit this Python.",
    ),
    "mesh generation (gmsh)": (
        "import gmsh; gmsh.initialize(interruptible=False); gmsh.finalize()",
        "gmsh's libraries do not load: the message above names the one that is missing.",
    ),
    "pictures without a screen (VTK)": (
        "import pyvista; p = pyvista.Plotter(off_screen=True, window_size=[64, 64]);"
        "p.add_mesh(pyvista.Sphere(), color='white'); p.background_color = 'black';"
        "image = p.screenshot(return_img=True); raise SystemExit(int(image.max() == image.min()))",
        "VTK cannot draw off screen: it needs EGL or OSMesa (Debian, Ubuntu: apt-get install libegl1 libgl1-mesa-dri).",
    ),
}


def main() -> int:
    """Run every trial; 1 if one fails."""
    failed = False
    for what, (code, advice) in TRIALS.items():
        trial = subprocess.run(
            [sys.executable, "-c", code],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if trial.returncode == 0:
            sys.stdout.write(f"  {what}: works\n")
            continue
        failed = True
        sys.stdout.write(f"  {what}: FAILED\n{(trial.stdout + trial.stderr)[-1500:]}\n{advice}\n")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
